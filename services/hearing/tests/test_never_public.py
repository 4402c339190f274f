import pytest

from kernel.catalogue import Catalogue, Language
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import hearing_pb2

TEXTS = Catalogue.load("hearing")


@pytest.mark.parametrize(
    "identity", [common.IDENTITY_MODE_WITHHELD, common.IDENTITY_MODE_ANONYMOUS]
)
async def test_whoever_is_not_named_to_others_is_not_put_before_the_public(bench, identity):
    """Behind closed doors the matter is heard; who gave the name may be heard in public."""
    public = hearing_pb2.Needs(public=True)
    bench.intake.told.identity = identity
    refused = await bench.refused(bench.request(needs=public))
    assert refused.fields == {"needs.public": TEXTS.text("NEVER_PUBLIC", Language.ZH_CN)}
    bench.intake.told.identity = common.IDENTITY_MODE_NAMED
    assert (await bench.request(needs=public)).stamp.state == "requested"
