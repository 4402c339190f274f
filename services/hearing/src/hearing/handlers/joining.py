"""A collective matter: hearings of several cases held as one, joined before the notice."""

from typing import Any
from uuid import UUID

from hearing.commands.session import Join, Leave
from hearing.domain import facts
from hearing.domain.states import Act, State, after
from hearing.errors import HearingMissing
from hearing.errors_session import JoiningImpossible
from hearing.handlers.acting import Change, Opened, Row, Stamp, may_write, open_hearing, record
from hearing.handlers.keeping_along import let_go
from hearing.handlers.session_rows import words_of
from hearing.office import Office
from hearing.storage.tables import hearing, hearing_file, hearing_party, write_grant
from kernel.errors import FieldViolation
from kernel.holding import expect_writable
from kernel.unit_of_work import UnitOfWork

NAME = "sealed_name"


def join(uow: UnitOfWork, command: Join, *, office: Office) -> Stamp:
    """Heard with the leader: its parties are called to that hearing, its conclusion is theirs.

    Raises:
        JoiningImpossible: another unit's, not granted, itself led or leading, notice is out, or a
            protected matter would be heard in public.
        HearingMissing: the leading case has no hearing here.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.JOIN)
    if opened.case_id == command.leader:
        raise _impossible("HEARING_LEADS_ITSELF")
    leader = open_other(uow, command.leader, Act.JOIN)
    _expect_free(uow, opened, leader)
    _lend_parties(uow, opened, leader, office)
    body = {"with": str(leader.hearing_id)}
    record(uow, leader, Change(facts.JOINED, {}, {"hearing": str(opened.hearing_id)}))
    return record(uow, opened, Change(facts.JOINED, {"led_by": leader.hearing_id}, body))


def _impossible(reason: str, field: str = "leader") -> JoiningImpossible:
    return JoiningImpossible(FieldViolation(field, reason))


def _expect_free(uow: UnitOfWork, opened: Opened, leader: Opened) -> None:
    if opened.state is not State.GRANTED:
        raise _impossible("HEARING_SET_ALREADY", "case_id")
    if in_company(uow, opened.hearing):
        raise _impossible("HEARING_JOINED_ALREADY", "case_id")
    if leader_of(uow, leader.hearing) is not None:
        raise _impossible("HEARING_LED_ITSELF")
    if leader.state is not State.GRANTED:
        raise _impossible("HEARING_LEADER_SET")
    if opened.row["never_public"] and leader.hearing["public"]:
        raise _impossible("HEARING_LEADER_PUBLIC")


def open_other(uow: UnitOfWork, case_id: UUID, act: Act) -> Opened:
    """The hearing of another case that the same unit holds, as it is now.

    Raises:
        HearingMissing: it has none here, or another unit holds it.
        JoiningImpossible: it does not stand where this could be done.
        CustodyMoved, CaseLocked, WritingEnded.
    """
    grant, row = uow.get(write_grant, case_id=case_id), uow.get(hearing_file, case_id=case_id)
    if grant is None or row is None or not may_write(uow, grant):
        raise HearingMissing
    expect_writable(grant, row, grant["epoch"])
    target = after(State(row["state"]), act)
    current = uow.get(hearing, case_id=case_id, number=row["current"])
    if target is None or current is None:
        raise _impossible("HEARING_NOT_JOINABLE")
    return Opened(row, grant, target, current)


def _lend_parties(uow: UnitOfWork, opened: Opened, leader: Opened, office: Office) -> None:
    """The parties come to the leader's hearing; names are sealed again under its key."""
    own, its = (words_of(uow, one.case_id, office) for one in (opened, leader))
    for row in uow.find(hearing_party, **opened.key):
        lent: dict[str, Any] = {**row, **leader.key}
        if row[NAME]:
            name = own.open(hearing_party, row, NAME)
            lent[NAME] = its.seal(hearing_party, lent, name, NAME).data
        uow.insert(hearing_party, lent)


def leave(uow: UnitOfWork, command: Leave) -> Stamp:
    """Held by itself again. Raises JoiningImpossible when it was not joined, or notice is out."""
    opened = open_hearing(uow, command.case_id, command.seen, Act.JOIN)
    leader = leader_of(uow, opened.hearing)
    if opened.hearing["led_by"] is None:
        raise _impossible("HEARING_NOT_JOINED", "case_id")
    if leader is not None:
        ahead = open_other(uow, leader["case_id"], Act.JOIN)
        take_back(uow, opened, ahead)
        let_go(uow, opened.hearing)
        record(uow, ahead, Change(facts.PARTED, {}, {"hearing": str(opened.hearing_id)}))
    body = {"with": str(opened.hearing["led_by"])}
    return record(uow, opened, Change(facts.PARTED, {"led_by": None}, body))


def take_back(uow: UnitOfWork, opened: Opened, leader: Opened) -> None:
    """The parties of a case are no longer called to the leader's hearing."""
    for row in uow.find(hearing_party, **opened.key):
        uow.delete(hearing_party, **leader.key, party_id=row["party_id"])


def leader_of(uow: UnitOfWork, row: Row) -> Row | None:
    """The hearing with which this one is to be heard; None when it is not, or that one is over."""
    if row["led_by"] is None:
        return None
    found = uow.find(hearing, hearing_id=row["led_by"])
    return next((one for one in found if not State(one["state"]).over), None)


def led_by(uow: UnitOfWork, opened: Opened, act: Act) -> list[Opened]:
    """The hearings held with this one with which `act` is possible, in order of their cases."""
    rows = uow.find(hearing, led_by=opened.hearing_id)
    found = [_opened(uow, row, act) for row in sorted(rows, key=lambda row: row["case_id"].int)]
    return [one for one in found if one is not None]


def _opened(uow: UnitOfWork, row: Row, act: Act) -> Opened | None:
    file = uow.get(hearing_file, case_id=row["case_id"])
    grant = uow.get(write_grant, case_id=row["case_id"])
    target = after(State(row["state"]), act)
    if file is None or grant is None or target is None or file["current"] != row["number"]:
        return None
    return Opened(file, grant, target, row) if may_write(uow, grant) else None


def in_company(uow: UnitOfWork, row: Row) -> bool:
    """Whether a hearing is to be held together with that of another case, as leader or led."""
    if State(row["state"]).over:
        return False
    led = uow.find(hearing, led_by=row["hearing_id"])
    return leader_of(uow, row) is not None or any(not State(one["state"]).over for one in led)
