"""The hearing itself: stages, evidence, statements, minutes and the hands under them."""

from typing import Any

from hearing.commands.session import AddEvidence, AddStatement, KeepMinutes, SignMinutes, TakeStage
from hearing.domain import attendees, facts, stages
from hearing.domain.session_words import Came, Signing, Stage
from hearing.domain.states import Act, State
from hearing.domain.words import MemberState, Part
from hearing.errors import NotPossibleNow
from hearing.errors_session import AttendeeAway, MinutesWrong, StageOutOfOrder
from hearing.handlers.acting import Change, Opened, Row, Stamp, open_hearing, record
from hearing.handlers.session_rows import (
    expect_quorum,
    expect_there,
    next_no,
    present,
    seats,
    sitting_no,
    taking_part,
    words_of,
)
from hearing.office import Office
from hearing.storage.tables_session import evidence, minutes, minutes_hand, sitting, statement
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


def _in_the_room(uow: UnitOfWork, command: Any) -> Opened:
    """Open for something that happens while people sit together. Raises NotPossibleNow."""
    opened = open_hearing(uow, command.case_id, command.seen, Act.HOLD)
    if opened.state is not State.OPENED:
        raise NotPossibleNow(state=opened.state.value, act=Act.HOLD.value)
    return opened


def stage_of(opened: Opened) -> Stage:
    """The stage that runs."""
    return Stage(opened.hearing["stage"] or Stage.OPENING.value)


def take_stage(uow: UnitOfWork, command: TakeStage, *, office: Office) -> Stamp:
    """The next stage begins, with the quorum there and every request for recusal decided.

    Raises:
        StageOutOfOrder: it is not the very next one, or a recusal is undecided.
        QuorumMissing: somebody went who must be there; adjourn it.
    """
    opened = _in_the_room(uow, command)
    now = stage_of(opened)
    if not stages.follows(now, command.stage):
        raise StageOutOfOrder(FieldViolation("stage", "HEARING_STAGE_NOT_NEXT"), stage=now.value)
    expect_recusals_decided(uow, opened)
    expect_quorum(uow, opened, office)
    if command.stage is Stage.STATEMENT:
        _keep_panel(uow, opened)
    values, body = {"stage": command.stage.value}, {"stage": command.stage.value}
    return record(uow, opened, Change(facts.STAGE, values, body))


def _keep_panel(uow: UnitOfWork, opened: Opened) -> None:
    """Who conducts and decides is settled when the matter begins: all that follows is heard."""
    judges = {Part.CHAIR.value, Part.PANELIST.value}
    here = taking_part(uow, opened).items()
    there = (attendees.member_no(who) for who, part in here if part in judges)
    panel = " ".join(map(str, sorted(no for no in there if no is not None)))
    key = opened.key | {"sitting_no": sitting_no(uow, opened)}
    uow.update(sitting, key, {"panel": panel})


def expect_recusals_decided(uow: UnitOfWork, opened: Opened) -> None:
    """Nobody conducts or decides whom a party does not accept. Raises StageOutOfOrder."""
    states = {row["state"] for row in seats(uow, opened).values()}
    if MemberState.OBJECTED.value in states:
        now = stage_of(opened).value
        raise StageOutOfOrder(FieldViolation("stage", "HEARING_RECUSAL_OPEN"), stage=now)


def add_evidence(uow: UnitOfWork, command: AddEvidence, *, office: Office) -> Stamp:
    """One line of the evidence list. Raises StageOutOfOrder, AttendeeAway."""
    opened = _in_the_room(uow, command)
    _expect_stage(opened, stages.EVIDENCE)
    expect_there(uow, opened, command.attendee)
    no = next_no(uow, evidence, "evidence_no", opened)
    row = opened.key | {
        "evidence_no": no,
        "attendee": command.attendee,
        "kind": command.kind.value,
        "original": command.original,
        "at": uow.now,
    }
    said = {"title": command.title, "shows": command.shows, "answered": command.answered}
    sealed = words_of(uow, opened.case_id, office).seal(evidence, row, said)
    uow.insert(evidence, row | {"sealed": sealed.data})
    return _recorded(uow, opened, "evidence", no, sealed.commitment)


def add_statement(uow: UnitOfWork, command: AddStatement, *, office: Office) -> Stamp:
    """What somebody said, under the stage that runs. Raises StageOutOfOrder, AttendeeAway."""
    opened = _in_the_room(uow, command)
    _expect_stage(opened, stages.SPOKEN)
    expect_there(uow, opened, command.attendee)
    no = next_no(uow, statement, "statement_no", opened)
    row = opened.key | {
        "statement_no": no,
        "sitting_no": sitting_no(uow, opened),
        "stage": stage_of(opened).value,
        "attendee": command.attendee,
        "at": uow.now,
    }
    sealed = words_of(uow, opened.case_id, office).seal(statement, row, {"text": command.text})
    uow.insert(statement, row | {"sealed": sealed.data})
    return _recorded(uow, opened, "statement", no, sealed.commitment)


def _expect_stage(opened: Opened, allowed: frozenset[Stage]) -> None:
    now = stage_of(opened)
    if now not in allowed:
        raise StageOutOfOrder(FieldViolation("stage", "HEARING_STAGE_NOT_FOR_IT"), stage=now.value)


def keep_minutes(uow: UnitOfWork, command: KeepMinutes, *, office: Office) -> Stamp:
    """A version of the minutes; hands under an earlier one count for that one only."""
    opened = open_hearing(uow, command.case_id, command.seen, Act.HOLD)
    no = next_no(uow, minutes, "version_no", opened)
    row = opened.key | {
        "version_no": no,
        "sitting_no": sitting_no(uow, opened),
        "made_by": uow.caller.id,
        "at": uow.now,
    }
    sealed = words_of(uow, opened.case_id, office).seal(minutes, row, {"text": command.text})
    uow.insert(minutes, row | {"sealed": sealed.data})
    return _recorded(uow, opened, "minutes", no, sealed.commitment)


def _recorded(uow: UnitOfWork, opened: Opened, what: str, no: int, commitment: str) -> Stamp:
    body, kept = {"what": what, "no": str(no)}, {f"{what}:{no}": commitment}
    return record(uow, opened, Change(facts.RECORDED, {}, body, kept))


def sign_minutes(uow: UnitOfWork, command: SignMinutes, *, office: Office) -> Stamp:
    """Hands of people who were there; whoever refuses is recorded with the reason.

    Raises:
        MinutesWrong: it is not the newest version.
        AttendeeAway: somebody was not there.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.HOLD)
    newest = newest_minutes(uow, opened)
    if newest is None or newest["version_no"] != command.version_no:
        raise MinutesWrong(FieldViolation("version_no", "HEARING_MINUTES_NOT_NEWEST"))
    away = set(command.attendees) - set(_were_there(uow, opened))
    if away:
        raise AttendeeAway(
            *(FieldViolation(f"attendees.{one}", "HEARING_NOT_THERE") for one in sorted(away))
        )
    for attendee in command.attendees:
        _put_hand(uow, opened, command, attendee, office)
    body = {"what": command.signing.value, "no": str(command.version_no)}
    body |= {"hands": str(len(command.attendees))}
    return record(uow, opened, Change(facts.RECORDED, {}, body))


def _put_hand(
    uow: UnitOfWork, opened: Opened, command: SignMinutes, attendee: str, office: Office
) -> None:
    key = opened.key | {"version_no": command.version_no, "attendee": attendee}
    values: dict[str, Any] = {
        "signing": command.signing.value,
        "noted_by": uow.caller.id,
        "at": uow.now,
        "sealed": None,
    }
    if command.signing is Signing.REFUSED:
        words = words_of(uow, opened.case_id, office)
        values["sealed"] = words.seal(minutes_hand, key, {"reason": command.reason}).data
    if uow.get(minutes_hand, **key) is None:
        uow.insert(minutes_hand, key | values)
    else:
        uow.update(minutes_hand, key, values)


def newest_minutes(uow: UnitOfWork, opened: Opened) -> Row | None:
    """The newest version; None when there is none."""
    rows = uow.find(minutes, **opened.key)
    return max(rows, key=lambda row: int(row["version_no"])) if rows else None


def _were_there(uow: UnitOfWork, opened: Opened) -> list[str]:
    """Who was at the newest sitting, also those who left."""
    there = present(uow, opened)
    return [who for who, row in there.items() if _came(Came(row["came"]))]


def _came(how: Came) -> bool:
    return how.takes_part or how is Came.LEFT


def expect_signed(uow: UnitOfWork, opened: Opened) -> None:
    """There are minutes of the last sitting, signed or refused by everybody who stayed.

    Raises:
        MinutesWrong
    """
    newest = newest_minutes(uow, opened)
    if newest is None or newest["sitting_no"] != sitting_no(uow, opened):
        raise MinutesWrong(FieldViolation("minutes", "HEARING_MINUTES_MISSING"))
    rows = uow.find(minutes_hand, **opened.key, version_no=newest["version_no"])
    there = present(uow, opened)
    stayed = {who for who, row in there.items() if Came(row["came"]).takes_part}
    left = sorted(stayed - {row["attendee"] for row in rows})
    if left:
        raise MinutesWrong(
            *(FieldViolation(f"minutes.{who}", "HEARING_HAND_MISSING") for who in left)
        )
