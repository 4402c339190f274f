"""Days that were told and from which a clock of the profile counts."""

from datetime import date, datetime, time
from typing import Any

from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_dates import NoteCourtFile, NoteHarmKnown
from mediation.domain import clocks, facts
from mediation.domain import limitation as rules
from mediation.domain.states import Act
from mediation.errors import FieldsInvalid
from mediation.errors_casework import NoCourtFile
from mediation.handlers.acting import Change, Stamp, open_case, record
from mediation.office import Office
from mediation.storage.tables_watching import limitation


def note_harm_known(uow: UnitOfWork, command: NoteHarmKnown, *, office: Office) -> Stamp:
    """Count limitation from the day; told again it counts anew. Nothing is decided by it.

    Raises:
        FieldsInvalid: the day lies ahead.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.NOTE_DAY)
    today = uow.now.astimezone(SHANGHAI).date()
    _not_ahead(command.known_on, today, "known_on")
    row, profile = opened.row, office.profile_of(opened.row["regulation"])
    found = rules.limitation(profile, row["category"], command.known_on, today, office.calendar)
    due = found.due
    values = {
        "clock": due.clock_id,
        "known_on": command.known_on,
        "due_on": due.due,
        "due_at": due.due_at,
        "actor": uow.caller.id,
        "at": uow.now,
    }
    key: dict[str, Any] = {"case_id": command.case_id}
    before = uow.get(limitation, **key)
    if before is None:
        uow.insert(limitation, key | values)
    else:
        uow.update(limitation, key, values)
    said = {
        "restarts_clock": due.clock_id,
        "until": due.due.isoformat(),
        **clocks.at(_begin(command.known_on)),
    }
    if before is not None and before["clock"] != due.clock_id:
        said["cancels_clock"] = before["clock"]  # the category was another one then
    return record(uow, opened, Change(facts.HARM_KNOWN, {}, said))


def _not_ahead(day: date, today: date, field: str) -> None:
    if day > today:
        raise FieldsInvalid(FieldViolation(field, "IN_FUTURE"))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def note_court_file(uow: UnitOfWork, command: NoteCourtFile) -> Stamp:
    """Count a court's time from when its file was signed for (特邀调解的规定 27).

    Raises:
        NoCourtFile: the case did not come from a court.
        FieldsInvalid: the day lies ahead.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.NOTE_DAY)
    if opened.row["procedure"] != clocks.COURT_ENTRUSTED:
        raise NoCourtFile
    _not_ahead(command.signed_on, uow.now.astimezone(SHANGHAI).date(), "signed_on")
    said = {"terms": command.terms.name.lower(), **clocks.court_file(command.terms)}
    signed = clocks.at(_begin(command.signed_on))
    return record(uow, opened, Change(facts.COURT_FILE, {}, {**said, **signed}))
