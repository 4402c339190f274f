"""复查、复核 at one node: asked, forwarded, decided by two persons, or not asked in time."""

from dataclasses import dataclass, replace

import msgspec
import pytest

from kernel.directory import Directory
from routing.commands.ending import CloseCase, ReopenCase
from routing.commands.handover import BeginHandover, Object, Recall
from routing.commands.joint import RecordReferral
from routing.commands.reviews import ApproveReview, AskReview, DecideReview, RedirectReview
from routing.commands.supervision import ResumeClock, SuspendClock
from routing.domain.words import Kind as Way
from routing.errors import CaseUnknown, NotTheHolder, OutsideUnitUnknown, SamePerson
from routing.errors.reviews import (
    NoObjectionToReview,
    NotTheCounter,
    NotTheReviewBody,
    ReviewBeforeAnswer,
    ReviewBodyUnfit,
    ReviewCircling,
    ReviewExhausted,
    ReviewMissing,
    ReviewNotNow,
    ReviewNotProvided,
    ReviewTooLate,
    ReviewUnderWay,
)
from routing.handlers import closing, referrals
from routing.handlers.clocks import suspending
from routing.handlers.handover import begin, recalling, signing
from routing.handlers.reviews import asking, deciding
from routing.storage.metadata import metadata
from routing.storage.reviews import review
from routing.storage.supervision import referral
from routing.storage.tables import handoff, letter, log_entry, visit

outbox = metadata.tables["outbox"]
TOWN, COUNTY, OFFICE = "s-dipu", "s-anji", "u-anji-lianxiban"
SECRET = "答复没有说到界桩是谁拔掉的"
FIRST, SECOND = ("s-dipu", "s-anji"), ("s-anji", "u-anji-lianxiban")


def reviewed_by(directory, bodies):
    """The directory with these review bodies."""
    file = directory.file
    sites = tuple(
        msgspec.structs.replace(one, review_body=bodies.get(one.id, one.review_body))
        for one in file.sites
    )
    return Directory(msgspec.structs.replace(file, sites=sites))


@dataclass
class Office:
    """The desk of a county whose township opinions are reviewed by the county's desk."""

    desk: object
    who: object

    async def ended(self, ending="not_supported", **values):
        """A petition answered and ended by the township."""
        case_id = await self.desk.register(**values)
        await self.desk.record(case_id, "intake.accepted", at=None)
        told = {"review_route_told": True}
        command = CloseCase(**self.desk.seen(case_id), ending=ending, grounds="done", **told)
        await self.desk.do(closing.close_case, command, self.who(TOWN))
        await self.desk.settle()
        return case_id

    async def served(self, case_id, right="review_request", how="starts_clock"):
        """The answer is served today."""
        await self.desk.record(case_id, "intake.served", body={how: right})

    async def ask(self, case_id, caller=None, **values):
        """Ask, as the resident through intake, and let the request go its way."""
        command = AskReview(case_id, SECRET, **({"by": "resident"} | values))
        done = await self.desk.do(asking.ask_review, command, caller)
        await self.go()
        return done

    async def go(self):
        """Letters and steps until all rests."""
        for _ in range(4):
            await self.desk.open_letters()
            await self.desk.settle()

    async def propose(self, case_id, result="upheld", unit=COUNTY, **values):
        """The body proposes."""
        said = {"opinion": "经复查，原意见事实清楚", "basis": "《信访工作条例》第三十五条"}
        command = DecideReview(**self.desk.seen(case_id), result=result, **(said | values))
        return await self.desk.do(deciding.decide_review, command, self.who(unit))

    async def approve(self, case_id, unit=COUNTY, *, approved=True, name="second"):
        """A second person of the body decides."""
        command = ApproveReview(**self.desk.seen(case_id), approved=approved)
        done = await self.desk.do(deciding.approve_review, command, self.who(unit, name))
        await self.go()
        return done

    async def decided(self, case_id, result="upheld", unit=COUNTY, **values):
        """Proposed and approved."""
        await self.propose(case_id, result, unit, **values)
        await self.approve(case_id, unit)

    def row(self, case_id, level="review"):
        """The last review of that level."""
        rows = self.desk.rows(review, case_id=case_id, level=level)
        return max(rows, key=lambda row: row["asked_at"])

    def clock(self, case_id, name):
        """State and last day of a clock of the case."""
        row = self.desk.clocks(case_id).get((name, ""))
        return row and (row["state"], row["due_on"])

    def steps(self, case_id):
        """Kinds of the log that are about review."""
        return [kind for kind in self.desk.log(case_id) if "review" in kind.split(".")[0]]


@pytest.fixture
def office(desk, who):
    """Township opinions are reviewed by the county's desk, the county's by its joint office."""
    county = reviewed_by(desk.node.directory(), dict([FIRST, SECOND]))
    desk.node = replace(desk.node, directory=lambda: county)
    desk.ground = replace(desk.ground, node=desk.node)
    return Office(desk, who)


@pytest.fixture
def outside(desk, who):
    """The sample as it is: the township's opinions are reviewed outside Lianxin."""
    return Office(desk, who)


async def test_a_review_goes_to_the_body_of_the_unit_that_gave_the_opinion(office):
    """The ended case goes on, is held by the body alone, and its days count from the receipt."""
    case_id = await office.ended()
    await office.served(case_id)
    asked = await office.ask(case_id)
    row = office.desk.case(case_id)
    assert (row["holder_unit"], row["custody"], row["state"], row["epoch"]) == (
        COUNTY,
        "held",
        "held",
        3,
    )
    assert office.row(case_id)["review_id"] == asked.review_id
    assert office.row(case_id)["state"] == "deciding"
    assert office.clock(case_id, "review_request")[0] == "met"
    assert office.clock(case_id, "review") == ("running", "2026-04-01")
    assert office.steps(case_id) == [
        "review.opened",
        "review.requested",
        "review.forwarded",
        "review.received",
    ]
    assert row["signed"] is True  # nobody objects to a review
    assert office.desk.ground.parts["intake"].grants[case_id].epoch == 3


async def test_the_grounds_are_sealed_and_in_no_event_or_entry(office):
    """What the resident wrote is in the sealed letter only."""
    case_id = await office.ended()
    await office.ask(case_id)
    kept = [row for row in office.desk.rows(letter) if row["kind"] == asking.KIND]
    assert len(kept) == 1
    assert kept[0]["sealed_body"]
    everything = [office.desk.rows(table) for table in (letter, log_entry, outbox, review)]
    assert SECRET not in str(everything)
    assert SECRET.encode() not in b"".join(row["body"] for row in office.desk.rows(outbox))


async def test_the_days_count_from_service_and_the_last_one_is_named(office, at):
    """Unserved is never late; on the last day it is taken, on the next it is refused by name."""
    for last, fits in (("2026-04-01", True), ("2026-04-02", False)):
        office.desk.clock.set(at("2026-03-02"))
        case_id = await office.ended()
        await office.served(case_id)
        office.desk.clock.set(at(last, hour=23))
        if fits:
            await office.ask(case_id)
            assert office.row(case_id)["state"] == "deciding"
            continue
        with pytest.raises(ReviewTooLate) as refused:
            await office.ask(case_id)
        assert refused.value.ids == {"until": "2026-04-01"}
    unserved = await office.ended()
    office.desk.clock.set(at("2026-11-02"))
    await office.ask(unserved)
    assert office.row(unserved)["state"] == "deciding"


async def test_only_where_the_procedure_has_it_and_an_answer_was_given(office):
    """A mediated quarrel is not reviewed, an open matter not yet, a voided one never."""
    quarrel = await office.ended(procedure="peoples_mediation", ending="settled")
    with pytest.raises(ReviewNotProvided):
        await office.ask(quarrel)
    unanswered = await office.desk.register()
    with pytest.raises(ReviewBeforeAnswer):
        await office.ask(unanswered)
    withdrawn = await office.desk.register()
    await office.desk.record(withdrawn, "intake.withdrawn", ending="withdrawn")
    with pytest.raises(ReviewBeforeAnswer):
        await office.ask(withdrawn)
    sealed = await office.desk.register(sealed_for="u-anji-jiwei")
    with pytest.raises(CaseUnknown):
        await office.ask(sealed)


async def test_a_clerk_takes_it_down_where_it_was_registered_or_is_held(office, who):
    """Nobody else takes requests; the resident's own comes through intake."""
    case_id = await office.ended()
    with pytest.raises(NotTheCounter):
        await office.ask(case_id, who(COUNTY), by="counter")
    await office.ask(case_id, who(TOWN), by="counter")
    row = office.row(case_id)
    assert (row["asked_by"], row["asked_unit"]) == ("counter", TOWN)


async def test_it_is_asked_once_and_the_case_moves_only_by_it(office, who):
    """Neither asked again, nor handed on, closed, objected to or recalled meanwhile."""
    case_id = await office.ended()
    await office.ask(case_id)
    with pytest.raises(ReviewUnderWay):
        await office.ask(case_id)
    seen = office.desk.seen(case_id)
    away = BeginHandover(**seen, kind=Way.ASSIGN, to_unit=TOWN, reason="x", due_on="2026-06-01")
    with pytest.raises(ReviewUnderWay):
        await office.desk.do(begin.begin_handover, away, who(COUNTY))
    close = CloseCase(**seen, ending="settled", grounds="done")
    with pytest.raises(ReviewUnderWay):
        await office.desk.do(closing.close_case, close, who(COUNTY))
    came = office.desk.rows(handoff, case_id=case_id, kind="review")[0]["handoff_id"]
    objection = Object(**seen, handoff_id=came, grounds="not_competent", proposes="")
    with pytest.raises(NoObjectionToReview):
        await office.desk.do(signing.object_to, objection, who(COUNTY))
    with pytest.raises(ReviewUnderWay):
        await office.desk.do(recalling.recall, Recall(case_id, came), who(TOWN))


async def test_upheld_ends_as_it_had_ended_by_two_persons(office, who):
    """维持: proposed by one, approved by another; settled where it was settled, not at the body."""
    case_id = await office.ended(ending="supported")
    before = office.desk.case(case_id)["settled_path"]
    await office.ask(case_id)
    with pytest.raises(NotTheHolder):
        await office.propose(case_id, unit=TOWN)
    await office.propose(case_id)
    with pytest.raises(SamePerson):
        await office.approve(case_id, name=f"staff-{COUNTY}")
    await office.approve(case_id, approved=False)
    assert office.row(case_id)["state"] == "deciding"
    await office.decided(case_id)
    row = office.desk.case(case_id)
    assert (row["state"], row["ending"], row["settled_path"]) == ("ended", "supported", before)
    assert office.clock(case_id, "review")[0] == "met"
    assert office.steps(case_id)[-1] == "review.upheld"
    assert "经复查" not in str(office.desk.rows(log_entry))
    command = ApproveReview(**office.desk.seen(case_id), approved=True)
    with pytest.raises(ReviewMissing):
        await office.desk.do(deciding.approve_review, command, who(COUNTY, "second"))


async def test_changed_says_what_it_ends_as(office):
    """变更: the body's own opinion ends the case, where the body is."""
    case_id = await office.ended()
    await office.ask(case_id)
    with pytest.raises(Exception, match="MISSING_FIELD"):
        await office.propose(case_id, "changed")
    with pytest.raises(Exception, match="FIELD_WRONG"):
        await office.propose(case_id, "changed", ending="voided")
    await office.decided(case_id, "changed", ending="supported")
    row = office.desk.case(case_id)
    assert (row["ending"], row["settled_path"]) == ("supported", row["holder_path"])


async def test_revoked_goes_back_with_a_date_and_begins_anew(office, who):
    """撤销重办: held by the unit again, no objection, no circle; its next answer is reviewed."""
    case_id = await office.ended()
    await office.ask(case_id)
    with pytest.raises(Exception, match="MISSING_FIELD"):
        await office.propose(case_id, "revoked")
    await office.decided(case_id, "revoked", due_on="2026-04-30")
    row = office.desk.case(case_id)
    assert (row["holder_unit"], row["state"], row["frozen"]) == (TOWN, "held", False)
    assert office.desk.clocks(case_id)["assignment", TOWN]["due_on"] == "2026-04-30"
    came = office.desk.rows(handoff, case_id=case_id, to_unit=TOWN)
    back = max(came, key=lambda row: row["epoch"])
    said = {"handoff_id": back["handoff_id"], "grounds": "not_competent", "proposes": ""}
    objection = Object(**office.desk.seen(case_id), **said)
    with pytest.raises(NoObjectionToReview):
        await office.desk.do(signing.object_to, objection, who(TOWN))
    assert [v["unit"] for v in office.desk.rows(visit, case_id=case_id)] == [TOWN]
    with pytest.raises(ReviewBeforeAnswer):
        await office.ask(case_id)
    again = CloseCase(**office.desk.seen(case_id), ending="explained", grounds="done")
    await office.desk.do(closing.close_case, again, who(TOWN))
    await office.desk.settle()
    await office.served(case_id, how="restarts_clock")
    assert office.clock(case_id, "review_request")[0] == "running"
    await office.ask(case_id)
    assert office.desk.case(case_id)["holder_unit"] == COUNTY
    assert len(office.desk.rows(review, case_id=case_id, level="review")) == 2


async def test_rereview_is_asked_of_the_next_body_and_is_the_end(office):
    """复核: by the body above the one that reviewed, then 复查复核终结 and nothing after it."""
    case_id = await office.ended()
    await office.ask(case_id)
    await office.decided(case_id)
    await office.served(case_id, "rereview_request")
    assert office.clock(case_id, "rereview_request") == ("running", "2026-04-01")
    await office.ask(case_id)
    row = office.desk.case(case_id)
    assert (row["holder_unit"], office.row(case_id, "rereview")["reviewed_unit"]) == (
        OFFICE,
        COUNTY,
    )
    assert office.clock(case_id, "rereview")[0] == "running"
    await office.decided(case_id, unit=OFFICE)
    row = office.desk.case(case_id)
    assert (row["state"], row["ending"], row["settled_path"]) == ("ended", "review_concluded", "")
    with pytest.raises(ReviewExhausted):
        await office.ask(case_id)


async def test_a_revoked_rereview_goes_back_to_the_first_unit(office):
    """Both opinions fall: the unit that gave the first handles it anew."""
    case_id = await office.ended()
    await office.ask(case_id)
    await office.decided(case_id)
    await office.ask(case_id)
    await office.decided(case_id, "revoked", unit=OFFICE, due_on="2026-04-30")
    assert office.desk.case(case_id)["holder_unit"] == TOWN


async def test_the_time_of_a_hearing_is_not_counted_in_rereview_only(office, who, at):
    """条例 36: hearing days stop the 复核 clock; the 复查 clock stops for nothing."""
    case_id = await office.ended()
    await office.ask(case_id)

    def stop(name):
        said = {"grounds": "hearing", "approved_by": "head", "look_again_on": "2026-03-20"}
        return SuspendClock(
            **office.desk.seen(case_id), clock=name, article="xinfang_2022:36", **said
        )

    with pytest.raises(Exception, match="SUSPENSION_NOT_ALLOWED"):
        await office.desk.do(suspending.suspend_clock, stop("review"), who(COUNTY))
    await office.decided(case_id)
    await office.ask(case_id)
    await office.desk.do(suspending.suspend_clock, stop("rereview"), who(OFFICE))
    office.desk.clock.set(at("2026-03-12"))
    go_on = ResumeClock(**office.desk.seen(case_id), clock="rereview")
    await office.desk.do(suspending.resume_clock, go_on, who(OFFICE))
    assert office.clock(case_id, "rereview") == (
        "running",
        "2026-04-10",
    )  # nine days of March, the 3rd to the 11th


async def test_an_overdue_review_goes_up_the_ladder(office, at):
    """A breach of the body's days is entered and supervised as of every citizen's clock."""
    case_id = await office.ended()
    await office.ask(case_id)
    await office.desk.sweep(at("2026-04-10"))
    assert office.clock(case_id, "review")[0] == "breached"
    assert {"clock.breached", "supervision.supervise"} & set(office.desk.log(case_id))


async def test_not_asked_in_time_closes_the_question_and_moves_nothing(office, at):
    """The opinion stands: an entry says so; custody, state and ending stay as they are."""
    case_id = await office.ended()
    await office.served(case_id)
    before = office.desk.case(case_id)
    await office.desk.sweep(at("2026-04-03"))
    after = office.desk.case(case_id)
    assert office.steps(case_id) == ["review.opened", "review.lapsed"]
    kept = ("holder_unit", "epoch", "custody", "state", "ending")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    with pytest.raises(ReviewTooLate):
        await office.ask(case_id)


async def test_new_facts_give_another_answer_and_the_right_anew(office, who, at):
    """A case reopened after the right was lost is answered again, and may be reviewed again."""
    case_id = await office.ended()
    await office.served(case_id)
    await office.desk.sweep(at("2026-04-03"))
    reopen = ReopenCase(**office.desk.seen(case_id), grounds="new_facts")
    await office.desk.do(closing.reopen_case, reopen, who(TOWN))
    await office.desk.settle()
    command = CloseCase(**office.desk.seen(case_id), ending="explained", grounds="done")
    await office.desk.do(closing.close_case, command, who(TOWN))
    await office.desk.settle()
    await office.ask(case_id)
    assert office.desk.case(case_id)["holder_unit"] == COUNTY


async def test_an_opinion_that_was_served_before_the_end_is_reviewed(office):
    """The unit that does not close its case takes nobody's right by it."""
    case_id = await office.desk.register()
    await office.desk.record(case_id, "intake.accepted")
    await office.served(case_id)
    await office.ask(case_id)
    assert office.desk.case(case_id)["holder_unit"] == COUNTY
    with pytest.raises(Exception, match="MISSING_FIELD"):
        await office.propose(case_id)
    await office.decided(case_id, ending="not_supported")
    assert office.desk.case(case_id)["ending"] == "not_supported"


async def test_a_settlement_meanwhile_ends_the_review(office):
    """复查与调解对接: what mediation settled nobody has to decide on; the clock is met."""
    case_id = await office.ended()
    await office.ask(case_id)
    await office.desk.record(case_id, "mediation.opened")
    assert office.clock(case_id, "review") == ("running", "2026-04-01")
    await office.desk.record(case_id, "mediation.closed", ending="settled")
    assert office.row(case_id)["state"] == "overtaken"
    assert office.clock(case_id, "review")[0] == "met"
    assert office.steps(case_id)[-1] == "review.overtaken"


async def test_a_body_outside_is_written_to_and_the_case_stays(outside, who):
    """The case goes on with its unit; the letter is watched, its answer recorded by two."""
    case_id = await outside.ended()
    await outside.ask(case_id)
    row = outside.desk.case(case_id)
    assert (row["holder_unit"], row["state"], row["epoch"]) == (TOWN, "held", 2)
    sent = outside.desk.rows(referral, case_id=case_id)[0]
    assert (sent["outside_unit"], sent["state"]) == ("o-anji-fucha", "sent")
    assert outside.clock(case_id, "review") is None
    with pytest.raises(ReviewNotNow):
        await outside.propose(case_id, unit=TOWN)
    got = RecordReferral(
        **outside.desk.seen(case_id), referral_id=sent["referral_id"], state="received", answer=""
    )
    await outside.desk.do(referrals.record_referral, got, who(TOWN))
    assert outside.clock(case_id, "review") == ("running", "2026-04-01")
    await outside.decided(case_id, unit=TOWN)
    row = outside.desk.case(case_id)
    assert (row["state"], row["ending"], row["holder_unit"]) == ("ended", "not_supported", TOWN)
    assert outside.desk.rows(referral, case_id=case_id)[0]["state"] == "answered"
    await outside.ask(case_id)
    assert outside.row(case_id, "rereview")["body"] == "o-huzhou-fucha"


async def test_revoked_by_a_body_outside_is_handled_anew_where_it_is(outside, who):
    """The unit that holds it has the date at once."""
    case_id = await outside.ended()
    await outside.ask(case_id)
    sent = outside.desk.rows(referral, case_id=case_id)[0]
    got = RecordReferral(
        **outside.desk.seen(case_id), referral_id=sent["referral_id"], state="received", answer=""
    )
    await outside.desk.do(referrals.record_referral, got, who(TOWN))
    await outside.decided(case_id, "revoked", unit=TOWN, due_on="2026-04-30")
    row = outside.desk.case(case_id)
    assert (row["holder_unit"], row["state"], row["ending"]) == (TOWN, "held", "")
    assert outside.desk.clocks(case_id)["assignment", TOWN]["due_on"] == "2026-04-30"


async def test_a_review_is_not_sent_to_whom_it_is_about(outside, who):
    """A unit complained of does not decide on what was answered to the complaint."""
    case_id = await outside.ended(about_units=("s-lingfeng",))
    await outside.ask(case_id)
    command = RedirectReview(**outside.desk.seen(case_id), body="s-lingfeng", grounds="other")
    with pytest.raises(ReviewBodyUnfit):
        await outside.desk.do(deciding.redirect_review, command, who(TOWN))


async def test_a_body_that_is_not_competent_sends_it_on(outside, who):
    """What a body outside declines goes to another one; the days that run go on."""
    case_id = await outside.ended()
    await outside.ask(case_id)
    seen = outside.desk.seen(case_id)
    refusals = {
        "nobody": OutsideUnitUnknown,
        TOWN: ReviewBodyUnfit,
        "o-anji-fucha": ReviewBodyUnfit,
    }
    for wrong, refused in refusals.items():
        command = RedirectReview(**seen, body=wrong, grounds="not_competent")
        with pytest.raises(refused):
            await outside.desk.do(deciding.redirect_review, command, who(TOWN))
    command = RedirectReview(**seen, body=COUNTY, grounds="not_competent")
    await outside.desk.do(deciding.redirect_review, command, who(TOWN))
    await outside.go()
    entry = outside.desk.rows(log_entry, case_id=case_id, kind="review.forwarded")[-1]
    said = msgspec.json.decode(entry["body"])
    assert (said["unit"], said["grounds"]) == (COUNTY, "not_competent")
    assert outside.desk.case(case_id)["holder_unit"] == COUNTY
    assert outside.row(case_id)["state"] == "deciding"
    with pytest.raises(NotTheHolder):
        await outside.propose(case_id, unit=TOWN)


async def test_a_request_does_not_go_back_to_a_body_that_had_it(outside, who):
    """A → B → A is refused with who decides; as the superior designated it goes, on record."""
    case_id = await outside.ended()
    await outside.ask(case_id)
    first, second = "o-anji-fucha", "o-anji-gongan"

    async def send(body, grounds="not_competent"):
        command = RedirectReview(**outside.desk.seen(case_id), body=body, grounds=grounds)
        await outside.desk.do(deciding.redirect_review, command, who(TOWN))

    await send(second)
    with pytest.raises(ReviewCircling) as caught:
        await send(first)
    titles = [outside.desk.node.directory().title(it) for it in (first, "o-huzhou-fucha")]
    assert [caught.value.ids["body"], caught.value.ids["superior"]] == titles
    assert outside.row(case_id)["body"] == second
    await send(first, grounds="designated")
    entry = outside.desk.rows(log_entry, case_id=case_id, kind="review.forwarded")[-1]
    assert msgspec.json.decode(entry["body"]) == {"unit": first, "grounds": "designated"}


async def test_the_body_decides_and_no_other_unit_that_holds_the_case(office):
    """Even a case moved by hand in the tables is decided by its body only."""
    case_id = await office.ended()
    await office.ask(case_id)
    with office.desk.database.writer.begin() as connection:
        connection.execute(review.update().values(body=OFFICE))
    with pytest.raises(NotTheReviewBody):
        await office.propose(case_id)
