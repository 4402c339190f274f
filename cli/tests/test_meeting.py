import pytest

from lianxin.cli.errors import BadInput
from lianxin.cli.meeting import at_sitting, attendee


@pytest.mark.parametrize(
    "said, expected",
    [
        ("村支书:於大树", ("村支书", "於大树", "")),
        ("驻村民警：蔺警官：u-anji-gongan", ("驻村民警", "蔺警官", "u-anji-gongan")),
    ],
)
def test_who_was_there_is_typed_as_post_name_and_unit(said, expected):
    """A colon of either kind; who stands first presided."""
    one = attendee(said, first=True)
    assert (one.post, one.name, one.unit_id) == expected
    assert one.presides
    assert not attendee(said, first=False).presides


@pytest.mark.parametrize("said", ["於大树", "村支书:", ":於大树", "a:b:c:d", ""])
def test_a_name_without_a_post_is_refused_in_words(said):
    """Nothing is guessed."""
    with pytest.raises(BadInput, match="ATTENDEE_MALFORMED"):
        attendee(said, first=True)


def test_a_sealed_matter_is_not_registered_in_a_sitting():
    """It is refused before anything is asked of a node."""
    with pytest.raises(BadInput, match="SEALED_IN_SITTING"):
        at_sitting(None, "2026-11-06", {"sealed_for": "u-anji-jijian"})
