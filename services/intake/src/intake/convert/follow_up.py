"""Call-backs and evaluations on the wire, both ways."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from intake.commands_follow_up import AssignCallback, RecordCallback, SubmitEvaluation
from intake.convert.fields import NO_ID, Fields
from intake.convert.words import ENDING, PARTY_ROLE, PROCEDURE, Words
from intake.domain.follow_up import (
    Consequence,
    Grades,
    Performance,
    Result,
    Satisfaction,
    Totals,
)
from intake.domain.words import Ending, Identity, PartyRole, Procedure
from intake.handlers.calling_back import Called, note_name
from intake.handlers.evaluating import Followed
from intake.storage.reading import Row
from intake.vault import CaseVault
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.directory import Directory
from kernel.errors import FieldViolation
from kernel.instants import stamp
from lianxin.intake.v1 import follow_up_pb2 as pb

SATISFACTION = Words(pb.Satisfaction, "SATISFACTION", Satisfaction)
RESULT = Words(pb.CallbackResult, "CALLBACK_RESULT", Result)
PERFORMANCE = Words(pb.Performance, "PERFORMANCE", Performance)
CONSEQUENCE = Words(pb.Consequence, "CONSEQUENCE", Consequence)
NOTE = 2_000
ASKING = frozenset({PartyRole.APPLICANT, PartyRole.REPRESENTATIVE})
"""Roles of those who asked: they are called, and they evaluate."""


def record_callback(message: pb.RecordCallbackRequest) -> RecordCallback:
    """What came of a call. Grades and performance belong to one in which somebody was spoken to."""
    fields = Fields()
    result = fields.required_word("result", RESULT, message.result, Result.NOT_REACHED)
    grades = Grades(
        fields.word("office", SATISFACTION, message.office),
        fields.word("unit", SATISFACTION, message.unit),
    )
    performance = fields.word("performance", PERFORMANCE, message.performance)
    said = {"office": grades.office, "unit": grades.unit, "performance": performance}
    if result is Result.REACHED and not message.unit:
        fields.add([FieldViolation("unit", "REQUIRED")])
    if result is not Result.REACHED:
        fields.add(FieldViolation(name, "NOT_ALLOWED") for name, word in said.items() if word)
    command = RecordCallback(
        case_id=fields.id("case_id", message.case_id),
        seen=fields.seen("seen", message.seen),
        result=result,
        grades=grades,
        performance=performance,
        note=fields.text("note", message.note, NOTE, required=False),
    )
    fields.check()
    return command


def assign_callback(message: pb.AssignCallbackRequest) -> AssignCallback:
    """Who calls instead."""
    fields = Fields()
    command = AssignCallback(
        case_id=fields.id("case_id", message.case_id),
        seen=fields.seen("seen", message.seen),
        unit=fields.code("unit_id", message.unit_id, required=True),
    )
    fields.check()
    return command


def submit_evaluation(message: pb.SubmitEvaluationRequest) -> SubmitEvaluation:
    """What the resident says; which case it is about is found out by number and code."""
    fields = Fields()
    satisfied = Satisfaction.SATISFIED
    grades = Grades(
        fields.required_word("office", SATISFACTION, message.office, satisfied),
        fields.required_word("unit", SATISFACTION, message.unit, satisfied),
    )
    fields.check()
    return SubmitEvaluation(NO_ID, grades)


def period_of(message: pb.CountEvaluationsRequest) -> tuple[datetime | None, datetime | None]:
    """The instants between which evaluations count; whole days in Asia/Shanghai."""
    fields = Fields()
    first = _day(fields, "from_day", message.from_day)
    last = _day(fields, "to_day", message.to_day)
    fields.check()
    ends = None if last is None else _midnight(last) + timedelta(days=1)
    return None if first is None else _midnight(first), ends


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _day(fields: Fields, name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        fields.add([FieldViolation(name, "MALFORMED")])
        return None
    if not date(2000, 1, 1) <= day < date(2200, 1, 1):
        fields.add([FieldViolation(name, "DATE_OUT_OF_RANGE")])
        return None
    return day


def callback_message(row: Row, directory: Directory, today: date) -> pb.Callback:
    """A call-back with the number and procedure of its case."""
    message = pb.Callback(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        state=row["state"],
        unit_id=row["unit"],
        unit_title=directory.title(row["unit"]),
        handler_unit=row["handler_unit"],
        handler_title=directory.title(row["handler_unit"]),
        due_on=row["due_on"].isoformat(),
        overdue=row["state"] == "due" and row["due_on"] < today,
        attempts=row["attempts"],
        ending=ENDING.number(Ending(row["ending"])),
        ended_at=stamp(row["ended_at"]),
        procedure=PROCEDURE.number(Procedure(row["procedure"]) if row["procedure"] else None),
    )
    message.seen.epoch, message.seen.version = row["epoch"], row["version"]
    return message


def called_message(called: Called, directory: Directory, today: date) -> pb.Callback:
    """A call-back after a write."""
    of_case = {name: called.row[name] for name in ("case_no", "procedure")}
    return callback_message({**called.callback, **of_case}, directory, today)


def contact_messages(
    parties: Sequence[Row], vault: CaseVault, *, named: bool
) -> list[pb.CallbackContact]:
    """Those who asked, each with the wish how to be called; with the name if it may be shown."""
    shown = ("safe_contact", "name", "phone") if named else ("safe_contact", "phone")
    return [
        _contact(
            PartyRole(row["role"]),
            vault.open(f"party:{row['party_id']}", row["sealed"]),
            shown,
        )
        for row in parties
        if PartyRole(row["role"]) in ASKING
    ]


def names_shown(row: Row) -> bool:
    """Whether the unit that calls is told the name: one withheld is known where it was given."""
    withheld = Identity(row["identity"]) is Identity.WITHHELD
    return not withheld or str(row["unit"]) == str(row["office_unit"])


def _contact(role: PartyRole, said: dict[str, Any], shown: Sequence[str]) -> pb.CallbackContact:
    known = {name: said.get(name, "") for name in shown}
    return pb.CallbackContact(role=PARTY_ROLE.number(role), **known)


def call_messages(rows: Sequence[Row], vault: CaseVault) -> list[pb.CallbackCall]:
    """The calls made so far."""
    return [
        pb.CallbackCall(
            at=stamp(row["at"]),
            actor=row["actor"],
            unit_id=row["unit"],
            result=RESULT.number(Result(row["result"])),
            performance=PERFORMANCE.number(
                Performance(row["performance"]) if row["performance"] else None
            ),
            note=vault.open(note_name(row["epoch"], row["no"]), row["sealed_note"]).get("text", ""),
        )
        for row in rows
    ]


def followed_words(followed: Followed, texts: Catalogue, language: Language) -> dict[str, Any]:
    """What follows, as the fields of a response that tell it."""
    until = followed.review_until.isoformat() if followed.review_until else ""
    kind = followed.consequence
    told = texts.text(f"FOLLOWED_{kind.value}", language, until=until) if kind else ""
    return {"consequence": CONSEQUENCE.number(kind), "review_until": until, "told": told}


def totals_message(totals: Totals) -> pb.SatisfactionTotals:
    """Totals of one kind."""
    counted = {word.value: totals.counts.get(word, 0) for word in Satisfaction}
    return pb.SatisfactionTotals(**counted, too_few=totals.too_few)
