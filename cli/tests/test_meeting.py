from types import SimpleNamespace

import pytest

from lianxin.cli.errors import BadInput, CommandFailed, Remote, Unanswered
from lianxin.cli.failure import message_of, next_step
from lianxin.cli.meeting import at_sitting, attendee, into_sitting
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import meeting_day_pb2 as pb

SITTING = pb.Sitting(sitting_id="s-1", on_day="2026-11-06", state="called")
STAMP = common.CaseStamp(case_id="c-1", case_no="330523001211-2026-00007")


class Desk:
    """A node that answers requests for sittings as told, in order; keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = [*answers], []
        self.meeting_days = SimpleNamespace(AddMatters=lambda it: it, GetSitting=lambda it: it)

    def ask(self, request):
        """The next answer; an exception is raised."""
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


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


def test_a_matter_is_put_into_its_sitting_with_one_request_also_when_asked_again():
    """Where nobody answered the same request goes out again, and it is done once."""
    desk = Desk(Unanswered("UNREACHABLE", "", {}, {}), pb.AddMattersResponse(added=1))
    into_sitting(desk, SITTING, STAMP)
    first, second = desk.asked
    assert first == second
    assert first.request_id
    assert list(first.case_ids) == ["c-1"]


def test_a_matter_that_was_registered_and_is_not_in_the_sitting_says_so_and_how_to_mend():
    """The number, the reason, and the command that puts it there."""
    desk = Desk(Remote("SITTING_SIGNED", "会议记录已签。", {}, {}))
    with pytest.raises(CommandFailed) as caught:
        into_sitting(desk, SITTING, STAMP)
    failed = caught.value
    said = message_of(failed), next_step(failed.reason, failed.ids)
    assert all(part in said[0] for part in (STAMP.case_no, "会议记录已签。"))
    assert f"meeting-day add s-1 {STAMP.case_no}" in said[1]


@pytest.mark.parametrize("over", [{"state": "cancelled"}, {"state": "held", "minutes": 1}])
def test_nothing_is_registered_in_a_sitting_that_takes_no_more(over):
    """It is refused before the registration, not after it."""
    seen = pb.Sitting(sitting_id="s-1", on_day="2026-11-06", **over)
    with pytest.raises(CommandFailed, match="SITTING_OVER"):
        at_sitting(Desk(pb.GetSittingResponse(sitting=seen)), "s-1", {})
