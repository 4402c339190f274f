"""Ids: UUIDv7 in order, and one spelling only."""

import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import IdInvalid, new_id, parse_id, parse_request_id


def test_new_ids_rise() -> None:
    """Each id of a process is a version 7 UUID greater than the one before."""
    made = [new_id() for _ in range(10_000)]
    assert {type(one) for one in made} == {uuid.UUID}
    assert {one.version for one in made} == {7}
    assert all(a < b for a, b in pairwise(made))


def test_an_id_survives_being_written() -> None:
    """Reading the written form gives the same id, in capitals too."""
    made = new_id()
    assert parse_id(str(made)) == made
    assert parse_id(str(made).upper()) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 36,
        "{01a1ffe0-f319-7458-809d-c2a2bc242604}",
        "urn:uuid:01a1ffe0-f319-7458-809d-c2a2bc242604",
        "01a1ffe0f3197458809dc2a2bc242604",
        "01a1ffe0-f319-7458-809d-c2a2bc24260",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_other_spellings_and_versions_are_refused(text: str) -> None:
    """Braces, prefixes, missing dashes and other versions are no ids of ours."""
    with pytest.raises(IdInvalid) as refused:
        parse_id(text, "case_id")
    assert [(field.field, field.reason) for field in refused.value.fields] == [
        ("case_id", "MALFORMED_ID")
    ]


@given(st.text(max_size=60))
def test_any_other_text_is_refused_without_repeating_it(text: str) -> None:
    """No text brings another error, and a refusal never quotes what it refuses."""
    with pytest.raises(IdInvalid, match=r"^ID_INVALID$"):
        parse_id(text)


def test_a_request_id_may_be_of_any_version():
    """Systems that call us make UUIDs of their own kind; only the written form is fixed."""
    made = uuid.uuid4()
    assert parse_request_id(str(made)) == made
    with pytest.raises(IdInvalid):
        parse_request_id("{" + str(made) + "}")
    with pytest.raises(IdInvalid):
        parse_request_id("")
