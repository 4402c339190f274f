"""Whether the public may be at a hearing, by what is registered of every case that is heard."""

from uuid import UUID

from hearing.domain.openness import Ground
from hearing.domain.states import State
from hearing.errors_openness import NeverPublic
from hearing.handlers.acting import Opened, Row
from hearing.storage.tables import hearing, hearing_file, write_grant
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


def files_of(uow: UnitOfWork, opened: Opened) -> list[Row]:
    """The file of the case, and of each that is heard along."""
    led = uow.find(hearing, led_by=opened.hearing_id)
    others = (uow.get(hearing_file, case_id=one["case_id"]) for one in led)
    return [opened.row, *(one for one in others if one is not None)]


def is_protected(uow: UnitOfWork, opened: Opened) -> bool:
    """Whether one of the matters is never heard in public."""
    return any(one["never_public"] for one in files_of(uow, opened))


def grounds_against(uow: UnitOfWork, opened: Opened) -> tuple[Ground, ...]:
    """Why; empty also where a file of before says no more than that it is so."""
    said = {word for one in files_of(uow, opened) for word in one["never_public_why"].split()}
    return tuple(ground for ground in Ground if ground.value in said)


def known_grounds(uow: UnitOfWork, case_id: UUID) -> tuple[Ground, ...]:
    """The same of the current hearing of a case; none where there is no hearing."""
    file, grant = (uow.get(one, case_id=case_id) for one in (hearing_file, write_grant))
    if file is None or grant is None:
        return ()
    row = uow.get(hearing, case_id=case_id, number=file["current"])
    return (
        () if row is None else grounds_against(uow, Opened(file, grant, State(file["state"]), row))
    )


def expect_may_be_public(uow: UnitOfWork, opened: Opened) -> None:
    """Let pass a hearing that is not public, or whose matter may be heard so.

    Raises:
        NeverPublic: the public must not be there; hold it behind closed doors.
    """
    if not opened.hearing["public"] or not is_protected(uow, opened):
        return
    grounds = grounds_against(uow, opened)
    reasons = [f"NEVER_PUBLIC_{one.name}" for one in grounds] or ["NEVER_PUBLIC"]
    raise NeverPublic(*(FieldViolation("public", one) for one in reasons))
