"""Call-backs and evaluations as routing hears them: entered at the holder, and done again."""

import pytest

from kernel.catalogue import Catalogue, Language
from kernel.ids import new_id
from lianxin.intake.v1 import follow_up_pb2 as intake
from routing.commands.ending import CloseCase
from routing.commands.facts import FollowedUp
from routing.convert.custody import entry_key
from routing.convert.follow_ups import followed_up
from routing.domain.words import Custody
from routing.errors import CaseUnknown
from routing.handlers import closing, follow_ups
from routing.storage.tables import log_entry

KINDS = ("intake.called_back", "intake.call_missed", "intake.evaluated", "intake.redo_wanted")


async def ended(desk, who, **values):
    """A case that its holder has ended."""
    case_id = await desk.register(**values)
    command = CloseCase(**desk.seen(case_id), ending="settled", grounds="done")
    await desk.do(closing.close_case, command, who("s-dipu"))
    await desk.settle()
    return case_id


async def heard(desk, case_id, kind, epoch=1, **said):
    """Routing hears it from intake and delivers it."""
    command = FollowedUp(case_id, epoch, kind, "s-dipu-lujia", "caller", **said)
    await desk.do(follow_ups.send, command)
    await desk.open_letters()
    await desk.settle()


def test_the_event_of_intake_is_read_field_by_field():
    """What intake writes is what routing reads."""
    sent = intake.FollowedUp(
        case_id="018f3b1e-0000-7000-8000-000000000001",
        epoch=2,
        kind=KINDS[0],
        unit="u",
        actor="a",
        result="reached",
        performance="partly",
    )
    got = followed_up(sent.SerializeToString())
    assert str(got.case_id) == sent.case_id
    for name in ("epoch", "kind", "unit", "actor", "result", "performance"):
        assert getattr(got, name) == getattr(sent, name)


async def test_a_call_is_entered_after_the_ending_and_changes_nothing(desk, who):
    """Who called and what came of it stands in the log; the case stays ended."""
    case_id = await ended(desk, who)
    await heard(desk, case_id, "intake.called_back", result="reached", performance="performed")
    (entry,) = desk.rows(log_entry, case_id=case_id, kind="intake.called_back")
    assert (entry["unit"], entry["actor"]) == ("s-dipu-lujia", "caller")
    assert "callback_reached" in str(entry["body"])
    assert desk.case(case_id)["state"] == "ended"


async def test_what_is_to_be_done_again_goes_back_to_the_unit_that_ended_it(desk, who):
    """Held again at the next epoch without anybody's command, once however often it is said."""
    case_id = await ended(desk, who, procedure="hotline")
    for _ in range(2):
        await heard(desk, case_id, "intake.redo_wanted")
    row = desk.case(case_id)
    assert (row["custody"], row["state"], row["epoch"]) == (Custody.HELD, "held", 2)
    assert (row["holder_unit"], row["ending"]) == ("s-dipu", "")
    assert desk.ground.parts["intake"].grants[case_id].epoch == 2
    assert desk.log(case_id).count("custody.reopened") == 1
    assert desk.log(case_id).count("intake.redo_wanted") == 2


async def test_a_late_word_about_a_former_answer_does_not_open_the_next(desk, who):
    """The case went on and ended again; what was said of the first answer is entered only."""
    case_id = await ended(desk, who, procedure="hotline")
    await heard(desk, case_id, "intake.redo_wanted")
    command = CloseCase(**desk.seen(case_id), ending="settled", grounds="done")
    await desk.do(closing.close_case, command, who("s-dipu"))
    await desk.settle()
    await heard(desk, case_id, "intake.redo_wanted", epoch=1)
    assert (desk.case(case_id)["state"], desk.case(case_id)["epoch"]) == ("ended", 2)


async def test_a_case_not_taken_up_yet_is_waited_for(desk):
    """The event may come ahead of the registration: it is tried again."""
    unknown = FollowedUp(new_id(), 1, KINDS[0], "u", "a")
    with pytest.raises(CaseUnknown):
        await desk.do(follow_ups.send, unknown)


@pytest.mark.parametrize("language", list(Language))
def test_each_kind_has_a_sentence_for_the_log(language):
    """Nobody reads a code word in the log."""
    texts = Catalogue.load("routing")
    assert [kind for kind in KINDS if not texts.has(entry_key(kind), language)] == []
    results = [f"callback_{name}" for name in ("reached", "refused", "lost_contact", "anonymous")]
    for word in (follow_ups.GROUNDS, *results):
        assert texts.has(f"WORD_{word.upper()}", language)
