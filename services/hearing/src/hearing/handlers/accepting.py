"""Setting a hearing as it was proposed, in one act with the mark that it was."""

from uuid import UUID

from hearing.commands.scheduling import Judged, MarkAccepted, SetHearing
from hearing.handlers.acting import Stamp
from hearing.handlers.proposing import mark_accepted
from hearing.handlers.setting import set_hearing
from hearing.office import Office
from kernel.unit_of_work import UnitOfWork


def accept_part(
    uow: UnitOfWork, command: SetHearing, *, proposal_id: UUID, judged: Judged, office: Office
) -> Stamp:
    """The same as `set_hearing`, which see, for one hearing of a proposal."""
    stamp = set_hearing(uow, command, judged=judged, office=office)
    mark_accepted(uow, MarkAccepted(proposal_id, command.case_id))
    return stamp
