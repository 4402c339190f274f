"""What was registered of a case since its hearing was asked for, taken over before it counts.

Parties are added or changed, never struck off: intake keeps them so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hearing.commands.openness import NoteRegistration
from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.days import day_of
from hearing.domain.matter import Registration
from hearing.domain.serving import last_day
from hearing.domain.states import Act, State, after
from hearing.handlers.acting import Change, Opened, Row, may_write, tell
from hearing.handlers.announcing import announce
from hearing.handlers.conferring import serve_until
from hearing.handlers.joining import leader_of
from hearing.handlers.noticing import owe
from hearing.handlers.parties import openness_values, party_rows
from hearing.handlers.serving import left_to_serve
from hearing.office import Office
from hearing.storage.tables import hearing, hearing_file, hearing_party, write_grant
from kernel.holding import LOCKED
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Found:
    """A case with what intake says otherwise: rows of parties, new or changed; of the file.

    `comes`: somebody takes part who was not to come before.
    """

    opened: Opened
    new: tuple[Row, ...]
    changed: tuple[Row, ...]
    file: Mapping[str, Any]
    comes: bool

    @property
    def says(self) -> dict[str, str]:
        """Counts and codes for the log."""
        body = {"added": str(len(self.new)), "changed": str(len(self.changed))}
        return body | {"why": self.file.get("never_public_why", "")}


def note_registration(uow: UnitOfWork, command: NoteRegistration, *, office: Office) -> bool:
    """Take over who is a party and what speaks against the public. Answers whether that was new.

    Who comes is called when the others were, and is to be served when it was concluded. The version
    stays: nobody's reading is out of date by it. Where the caller may not write now nothing is
    done, and the act that he is at says why.
    """
    seen = (_found(uow, *one) for one in command.registrations.items())
    found = [one for one in seen if one is not None]
    for one in found:
        _keep(uow, one, office)
    if found:
        _tell(uow, found, office)
    return bool(found)


def _found(uow: UnitOfWork, case_id: UUID, registration: Registration) -> _Found | None:
    opened = _writable(uow, case_id)
    if opened is None:
        return None
    known = {row["party_id"]: row for row in uow.find(hearing_party, **opened.key)}
    rows = list(party_rows(case_id, opened.number, registration))
    new = tuple(row for row in rows if row["party_id"] not in known)
    changed = tuple(row for row in rows if _differs(known.get(row["party_id"]), row))
    units = " ".join(dict.fromkeys([*opened.row["about_units"].split(), *registration.about_units]))
    values = openness_values(registration) | {"about_units": units}
    file = {name: value for name, value in values.items() if opened.row[name] != value}
    if not (new or changed or file):
        return None
    comes = any(row["invited"] and not _invited(known, row) for row in (*new, *changed))
    return _Found(opened, new, changed, file, comes)


def _invited(known: Mapping[UUID, Row], row: Row) -> bool:
    before = known.get(row["party_id"])
    return before is not None and bool(before["invited"])


def _differs(known: Row | None, row: Row) -> bool:
    names = row.keys() - {"sealed_name"}
    return known is not None and any(known[name] != row[name] for name in names)


def _writable(uow: UnitOfWork, case_id: UUID) -> Opened | None:
    """The current hearing, also of a case that has ended, for whoever holds it."""
    grant, file = uow.get(write_grant, case_id=case_id), uow.get(hearing_file, case_id=case_id)
    if grant is None or file is None or grant["state"] == LOCKED:
        return None
    state = State(file["state"])
    possible = after(state, Act.NOTE_REGISTRATION) is not None
    if not possible or file["epoch"] > grant["epoch"] or not may_write(uow, grant):
        return None
    row = uow.get(hearing, case_id=case_id, number=file["current"])
    return None if row is None else Opened(file, grant, state, row)


def _keep(uow: UnitOfWork, found: _Found, office: Office) -> None:
    """The rows of the case; of one that is heard along those of the leading hearing, too."""
    opened = found.opened
    keys = [opened.key]
    if opened.hearing["led_by"] is not None:
        leads = uow.find(hearing, hearing_id=opened.hearing["led_by"])
        keys += [{name: one[name] for name in ("case_id", "number")} for one in leads]
    for key in keys:
        uow.insert_all(hearing_party, [{**row, **key} for row in found.new])
        for row in found.changed:
            values = {name: row[name] for name in row.keys() - {"sealed_name", *key, "party_id"}}
            uow.update(hearing_party, {**key, "party_id": row["party_id"]}, values)
    if found.file:
        uow.update(hearing_file, {"case_id": opened.case_id}, found.file)
    if opened.state is State.CONCLUDED and left_to_serve(uow, opened):
        _serve_anew(uow, opened, office)


def _serve_anew(uow: UnitOfWork, opened: Opened, office: Office) -> None:
    """Who comes after the conclusion is served, too; the days for it begin now."""
    if opened.hearing["served_at"] is None:
        return
    rules = office.profile_of(opened.row["regulation"]).rules.hearing
    spot = opened.hearing["on_the_spot"]
    days = rules.conclusion_days_on_the_spot if spot else rules.conclusion_days_later
    until = last_day(day_of(uow.now), days, office.calendar.workday_from)
    uow.update(hearing, opened.key, {"served_at": None, **serve_until(until)})


def _tell(uow: UnitOfWork, found: list[_Found], office: Office) -> None:
    """People hear of who came where others were called, once; the log of each case says so."""
    ahead = _leading(uow, found[0].opened)
    said: dict[str, str] = {}
    if ahead.state is State.NOTICED and any(one.comes for one in found):
        said = owe(uow, ahead, {What.PARTY}, office=office)
    announce(uow, ahead, ahead.hearing, {What.NOT_PUBLIC})
    bodies = {one.opened.case_id: one.says for one in found}
    if said:
        bodies[ahead.case_id] = bodies.get(ahead.case_id, {}) | said
    for case_id, body in bodies.items():
        _note(uow, case_id, body)


def _leading(uow: UnitOfWork, opened: Opened) -> Opened:
    """The hearing to which the parties of a case come, as it stands now."""
    row = leader_of(uow, opened.hearing) or opened.hearing
    file, grant = (uow.get(one, case_id=row["case_id"]) for one in (hearing_file, write_grant))
    if file is None or grant is None:
        raise LookupError("a hearing has its file")
    return Opened(file, grant, State(file["state"]), row)


def _note(uow: UnitOfWork, case_id: UUID, body: Mapping[str, str]) -> None:
    file, grant = (uow.get(one, case_id=case_id) for one in (hearing_file, write_grant))
    if file is None or grant is None:
        raise LookupError("a hearing has its file")
    row = uow.get(hearing, case_id=case_id, number=file["current"])
    numbered = {"fact_no": file["fact_no"] + 1}
    uow.update(hearing_file, {"case_id": case_id}, numbered)
    said = {name: text for name, text in body.items() if text}
    change = Change(facts.PARTIES_CHANGED, {}, said)
    tell(uow, {**file, **numbered}, grant, change, row["hearing_id"] if row else case_id)
