"""Confirming what was proposed, and accepting a matter under a procedure (受理)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.commands import AcceptCase, ConfirmSuggestions
from intake.domain import suggestions
from intake.domain.facts import ACCEPTED, CONFIRMED
from intake.domain.states import Act
from intake.domain.suggestions import CATEGORY, FLAGS, Suggestion
from intake.domain.words import Purpose
from intake.errors import FieldsInvalid
from intake.handlers.acting import Change, Opened, Stamp, open_case, record
from intake.office import Office
from intake.storage.suggestions import from_text, to_text
from kernel.errors import FieldViolation
from kernel.regulation import Profile
from kernel.unit_of_work import UnitOfWork

ACCUSATION = Purpose.ACCUSATION.value


def confirm_suggestions(uow: UnitOfWork, command: ConfirmSuggestions, *, office: Office) -> Stamp:
    """Keep a person's decisions; a value need not be one that was proposed.

    Raises:
        FieldsInvalid: no such field, or not one of its values.
    """
    wrong = [
        FieldViolation(f"confirmations[{number}].value", reason)
        for number, (field, value) in enumerate(command.decisions)
        if (reason := _reason_against(field, value, office))
    ]
    if wrong:
        raise FieldsInvalid(*wrong)
    opened = open_case(uow, command.case_id, command.seen, Act.CONFIRM)
    values = _decided(uow, opened, dict(command.decisions))
    return record(uow, opened, Change(CONFIRMED, values, dict(command.decisions)))


def _reason_against(field: str, value: str, office: Office) -> str:
    if not suggestions.fits(field, value, office.categories):
        return "UNKNOWN_VALUE"
    # What stands in clear cannot be sealed afterwards: it is registered anew, to its body.
    return "RECEIVING_BODY_REQUIRED" if (field, value) == ("purpose", ACCUSATION) else ""


def _decided(uow: UnitOfWork, opened: Opened, decisions: dict[str, str]) -> dict[str, Any]:
    """The columns that decisions set, the list of suggestions among them."""
    listed: list[Suggestion] = from_text(opened.row["suggestions"])
    values: dict[str, Any] = {}
    for field, value in decisions.items():
        listed = suggestions.confirmed(listed, field, value, uow.caller.id)
        values[field] = value == "true" if field in FLAGS else value
    return values | {"suggestions": to_text(listed)}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The case after it, and what of the matter decides which clocks began, by which profile."""

    stamp: Stamp
    at: datetime
    procedure: str
    purpose: str
    litigation: bool
    profile: Profile


def accept_case(uow: UnitOfWork, command: AcceptCase, *, office: Office) -> Accepted:
    """Accept a matter, or change its procedure in sequence; both acceptances stay in the log.

    Raises:
        FieldsInvalid: the category is unknown, or the day given for acceptance precedes receipt.
            Without one this node's clock counts, which may be behind that of the node of receipt.
    """
    if command.category and command.category not in office.categories:
        raise FieldsInvalid(FieldViolation("category", "UNKNOWN_VALUE"))
    opened = open_case(uow, command.case_id, command.seen, Act.ACCEPT)
    accepted_at = command.accepted_at or uow.now
    if command.accepted_at and accepted_at < opened.row["received_at"]:
        raise FieldsInvalid(FieldViolation("accepted_at", "BEFORE_RECEIPT"))
    decisions = {
        "procedure": command.procedure.value,
        CATEGORY: command.category,
        "difficulty": command.difficulty.value if command.difficulty else "",
        "colour": command.colour.value if command.colour else "",
    }
    given = {field: value for field, value in decisions.items() if value}
    values = _decided(uow, opened, given)
    values |= {"accepted_at": accepted_at, "accepted_by": uow.caller.id, "refusal": None}
    change = Change(ACCEPTED, values, given, effective_at=accepted_at)
    return Accepted(
        record(uow, opened, change),
        accepted_at,
        command.procedure.value,
        opened.row["purpose"] or "",
        opened.row["litigation_related"],
        office.profile_of(opened.row["regulation"]),
    )
