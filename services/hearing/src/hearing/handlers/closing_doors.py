"""A public hearing is held behind closed doors instead: whoever was called is told, once."""

from hearing.commands.openness import HoldInPrivate
from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.openness import BY_PERSON, Ground
from hearing.domain.states import Act, State
from hearing.errors_openness import GroundMissing, PrivateAlready
from hearing.handlers.acting import Change, Opened, Stamp, open_hearing, record
from hearing.handlers.announcing import announce
from hearing.handlers.noticing import owe
from hearing.handlers.protecting import grounds_against
from hearing.office import Office
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


def hold_in_private(uow: UnitOfWork, command: HoldInPrivate, *, office: Office) -> Stamp:
    """Let the public stay out, for what is registered, or for a ground that a person names.

    Before the notice nobody was told, so nobody is; the public notice goes at once.

    Raises:
        PrivateAlready: it is not public.
        GroundMissing: nothing that is registered says so, and no secret or privacy is named.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.HOLD_IN_PRIVATE)
    if not opened.hearing["public"]:
        raise PrivateAlready
    grounds = _grounds(uow, opened, command)
    values = {"public": False, "public_seats": 0}
    body = {"why": " ".join(one.value for one in grounds)}
    what = {What.NOT_PUBLIC}
    if opened.state is State.NOTICED:
        body |= owe(uow, opened, what, office=office, values=values)
    else:
        announce(uow, opened, {**opened.hearing, **values}, what)
    return record(uow, opened, Change(facts.NOT_PUBLIC, values, body))


def _grounds(uow: UnitOfWork, opened: Opened, command: HoldInPrivate) -> list[Ground]:
    registered = list(grounds_against(uow, opened))
    if command.ground is not None and command.ground in BY_PERSON:
        return [*registered, command.ground]
    if not registered:
        raise GroundMissing(FieldViolation("ground", "REQUIRED"))
    return registered
