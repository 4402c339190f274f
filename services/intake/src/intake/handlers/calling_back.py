"""回访: what came of a call, and who makes it; never the handler or the handling unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.commands import Seen
from intake.commands_follow_up import AssignCallback, RecordCallback
from intake.domain import follow_up
from intake.domain.follow_up import (
    CALL_MISSED,
    CALLED_BACK,
    Ended,
    FollowedUp,
    Result,
    Source,
    State,
    Step,
)
from intake.errors import CaseMissing, UnitElsewhere, UnitUnknown
from intake.errors_follow_up import (
    CallbackByHandler,
    CallbackDone,
    CallbackMissing,
    NotYourCallback,
)
from intake.handlers.evaluating import Followed, follow, keep_evaluation
from intake.handlers.owing_callbacks import end_reading, let_read
from intake.office import Office, day_of
from intake.storage.tables import case_key, cases
from intake.storage.tables_follow_up import callback, callback_call
from kernel.divisions import Division
from kernel.errors import StaleVersion
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Open:
    """A case with the call-back of its last answer."""

    row: Row
    callback: Row

    @property
    def ended(self) -> Ended:
        """The answer it is about."""
        about = tuple(self.row["about_units"].split())
        return Ended(self.callback["handler_unit"], self.callback["office_unit"], about)

    @property
    def key(self) -> dict[str, Any]:
        """Primary key of the call-back."""
        return {"case_id": self.callback["case_id"], "epoch": self.callback["epoch"]}


@dataclass(frozen=True, slots=True)
class Called:
    """A call-back after a write, its case, and what follows."""

    row: Row
    callback: Row
    followed: Followed


def record_callback(uow: UnitOfWork, command: RecordCallback, *, office: Office) -> Called:
    """Keep what came of a call; the grades only in totals, the note only sealed.

    Raises:
        CaseMissing, CallbackMissing, StaleVersion, CallbackDone.
        CallbackByHandler: the caller handled the case, its unit did, or the matter is about it.
        NotYourCallback: another unit calls.
    """
    opened = _open(uow, command.case_id, command.seen)
    _check_caller(uow, opened, office)
    state = _after(opened, command.result)
    changed = {
        "state": state.value,
        "attempts": opened.callback["attempts"] + 1,
        "version": opened.callback["version"] + 1,
    }
    if state.done:
        changed |= {"done_at": uow.now, "done_by": uow.caller.id}
        end_reading(uow, opened.callback)
    uow.update(callback, opened.key, changed, expect={"version": opened.callback["version"]})
    _keep_call(uow, opened, command, changed["attempts"], office)
    followed = Followed()
    if command.result is Result.REACHED:
        keep_evaluation(uow, opened.callback, Source.CALL, command.grades)
        followed = follow(uow, opened.row, command.grades, office)
    uow.emit(_event(uow, opened, command, done=state.done))
    return Called(opened.row, {**opened.callback, **changed}, followed)


def assign_callback(uow: UnitOfWork, command: AssignCallback, *, office: Office) -> Called:
    """Let another unit call: asked by the unit that was to call, or by a site above it.

    Raises:
        CaseMissing, CallbackMissing, StaleVersion, CallbackDone.
        NotYourCallback: the caller is neither.
        UnitUnknown, UnitElsewhere: nobody of that unit could call from here.
        CallbackByHandler: it handled the case, or the matter is about it.
    """
    opened = _open(uow, command.case_id, command.seen)
    _check_assigner(uow, opened, office)
    _after(opened, Step.ASSIGN)
    unit, directory = command.unit, office.directory()
    if directory.current(unit, day_of(uow.now)) != unit:
        raise UnitUnknown(unit=unit[:64])
    if opened.ended.barred(unit):
        raise CallbackByHandler(unit=unit)
    if directory.node_of(unit) != office.node:
        raise UnitElsewhere(unit=unit, node=directory.node_of(unit))
    end_reading(uow, opened.callback)
    changed = {"unit": unit, "version": opened.callback["version"] + 1}
    uow.update(callback, opened.key, changed, expect={"version": opened.callback["version"]})
    let_read(uow, command.case_id, unit)
    return Called(opened.row, {**opened.callback, **changed}, Followed())


def _open(uow: UnitOfWork, case_id: Any, seen: Seen) -> Open:
    row = uow.get(cases, case_id=case_id)
    if row is None:
        raise CaseMissing
    owed = uow.get(callback, case_id=case_id, epoch=row["epoch"])
    if owed is None or row["ended_at"] is None:
        raise CallbackMissing
    if (owed["epoch"], owed["version"]) != (seen.epoch, seen.version):
        raise StaleVersion(current=owed["version"])
    return Open(row, owed)


def _after(opened: Open, step: Result | Step) -> State:
    state = follow_up.after(State(opened.callback["state"]), step)
    if state is None:
        raise CallbackDone(state=opened.callback["state"])
    return state


def _check_caller(uow: UnitOfWork, opened: Open, office: Office) -> None:
    caller = uow.caller
    if opened.ended.barred(caller.unit) or caller.id == opened.row["accepted_by"]:
        raise CallbackByHandler(unit=caller.unit)
    if caller.unit != opened.callback["unit"]:
        raise NotYourCallback(unit=office.directory().title(opened.callback["unit"]))


def _check_assigner(uow: UnitOfWork, opened: Open, office: Office) -> None:
    unit, caller = opened.callback["unit"], uow.caller
    if opened.ended.barred(caller.unit):
        raise CallbackByHandler(unit=caller.unit)
    directory = office.directory()
    path = directory.path_of_unit(unit) if unit in directory.units else opened.row["holder_path"]
    above = bool(caller.path) and Division.from_path(path).is_within(
        Division.from_path(caller.path)
    )
    if caller.unit != unit and not above:
        raise NotYourCallback(unit=directory.title(unit))


def _keep_call(
    uow: UnitOfWork, opened: Open, command: RecordCallback, no: int, office: Office
) -> None:
    sealed = None
    if command.note:
        key = uow.get(case_key, case_id=command.case_id, lock=False)
        vault = office.vault.of_case(key, opened.row["sealed_code_key"])
        sealed = vault.seal(note_name(opened.callback["epoch"], no), {"text": command.note}).data
    uow.insert(
        callback_call,
        {
            **opened.key,
            "no": no,
            "result": command.result.value,
            "performance": command.performance.value if command.performance else "",
            "sealed_note": sealed,
            "unit": uow.caller.unit,
            "actor": uow.caller.id,
            "at": uow.now,
        },
    )


def note_name(epoch: int, no: int) -> str:
    """Name of the field group under which the note of a call is sealed."""
    return f"callback:{epoch}:{no}"


def _event(uow: UnitOfWork, opened: Open, command: RecordCallback, *, done: bool) -> FollowedUp:
    return FollowedUp(
        case_id=command.case_id,
        epoch=opened.callback["epoch"],
        kind=CALLED_BACK if done else CALL_MISSED,
        path=opened.row["holder_path"],
        unit=uow.caller.unit,
        actor=uow.caller.id,
        at=uow.now,
        result=command.result.value,
        performance=command.performance.value if command.performance else "",
    )
