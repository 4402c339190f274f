"""Another service of the node answers, does not know, or is away."""

import grpc
import pytest

from kernel.errors import NotReady
from kernel.service.asking import answer_of, known_of


class Away(NotReady):
    """The other service does not answer."""

    reason = "AWAY"


async def call(failing: grpc.StatusCode | None = None) -> str:
    """As a stub answers, or fails."""
    if failing is not None:
        raise grpc.aio.AioRpcError(failing, grpc.aio.Metadata(), grpc.aio.Metadata())
    return "said"


async def test_what_is_answered_is_passed_on() -> None:
    """Asked in either way."""
    assert await answer_of(call(), away=Away()) == "said"
    assert await known_of(call(), away=Away()) == "said"


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.PERMISSION_DENIED])
async def test_no_answer_is_told_in_ones_own_words(code: grpc.StatusCode) -> None:
    """Nothing of the other service's failure comes through, asked in either way."""
    for asked in (answer_of, known_of):
        with pytest.raises(Away) as refused:
            await asked(call(code), away=Away())
        assert refused.value.__cause__ is None


async def test_what_is_not_known_there_is_none() -> None:
    """Only where the question is whether it knows; else it should have known."""
    unknown = grpc.StatusCode.NOT_FOUND
    assert await known_of(call(unknown), away=Away()) is None
    with pytest.raises(Away):
        await answer_of(call(unknown), away=Away())
