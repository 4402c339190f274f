"""Hearing's part of a case in a hand-over: what it says against one, what it does after one."""

from uuid import UUID

from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.states import State
from hearing.domain.words import OverWhy
from hearing.handlers.acting import Change, Opened, Row, tell
from hearing.handlers.booking import free
from hearing.handlers.joining import in_company
from hearing.handlers.moving import current_of, end
from hearing.handlers.noticing import owe
from hearing.handlers.parting import part
from hearing.storage.tables import hearing_file, holding, write_grant
from kernel.holding import CasePart, EndGrant, Keep
from kernel.unit_of_work import UnitOfWork

HEARING_NOTICED, HEARING_JOINED = "HEARING_NOTICED", "HEARING_JOINED"


def _last_fact(uow: UnitOfWork, case_id: UUID) -> int:
    row = uow.get(hearing_file, case_id=case_id)
    return row["fact_no"] if row else 0


def _reason_against(uow: UnitOfWork, case_id: UUID) -> str:
    """With notice out the case stays: it is heard here, or postponed or cancelled first.

    So it does when the first day was held, and the next one is set but not told yet.
    What is to be heard together with another case stays until it is parted from that.
    """
    row = uow.get(hearing_file, case_id=case_id)
    if row is None:
        return ""
    state, current = State(row["state"]), current_of(uow, row)
    held = state is State.SET and current["adjourned_at"] is not None
    if state.told or held:
        return HEARING_NOTICED
    return HEARING_JOINED if in_company(uow, current) else ""


def _held(uow: UnitOfWork, command: Keep) -> None:
    """The case stayed: a time that was set stands as it was."""
    row = uow.get(hearing_file, case_id=command.case_id)
    if row is None:
        return
    values = {"epoch": max(row["epoch"], command.epoch)}
    if command.unit:
        values |= {"holder_unit": command.unit, "holder_path": command.path}
    uow.update(hearing_file, {"case_id": command.case_id}, values)


def _ended(uow: UnitOfWork, command: EndGrant) -> None:
    """The case ended by an act of its own: nobody is heard any more, rooms and people are free."""
    row = uow.get(hearing_file, case_id=command.case_id)
    if row is None or row["ended_at"] is not None:
        return
    current = current_of(uow, row)
    free(uow, current["hearing_id"])
    body = _call_off(uow, row, current)
    values = end(uow, row)
    if body:
        values |= {"fact_no": row["fact_no"] + 1}
    uow.update(hearing_file, {"case_id": command.case_id}, values)
    if body:
        said = Change(facts.CANCELLED, {}, {**body, "because": OverWhy.CASE_ENDED.value})
        grant = uow.get(write_grant, case_id=command.case_id)
        tell(uow, {**row, **values}, grant or {}, said, current["hearing_id"])


def _call_off(uow: UnitOfWork, row: Row, current: Row) -> dict[str, str]:
    """Whoever was called hears that it is off; empty when nobody waits for it."""
    grant = uow.get(write_grant, case_id=row["case_id"])
    if grant is None or State(row["state"]).over:
        return {}
    opened = Opened(row, grant, State.CANCELLED, current)
    return part(uow, opened, owe(uow, opened, {What.CANCELLED}, office=None))


PART = CasePart(holding, _last_fact, _reason_against, _held, _ended)
"""Release, Keep, EndGrant and the frame of ImportPart, as hearing answers them."""
