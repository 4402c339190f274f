"""A case that is over while it waits to be heard along: nobody of it is called any more."""

from collections.abc import Mapping

from hearing.domain import facts
from hearing.domain.concerned import Text, What
from hearing.domain.states import State
from hearing.handlers.acting import Change, Opened, Row, record
from hearing.handlers.joining import leader_of, take_back
from hearing.handlers.noticing import called
from hearing.storage.tables import hearing_file, hearing_party, write_grant
from kernel.holding import expect_writable
from kernel.unit_of_work import UnitOfWork

PARTIES = "parties"


def part(uow: UnitOfWork, opened: Opened, said: Mapping[str, str]) -> dict[str, str]:
    """Take its parties out of the hearing that leads, in whatever state that one is.

    `said` is what its own fact says of who is told that it is off; answers that with its parties
    who had been called by the one that leads.

    Raises:
        CaseLocked, CustodyMoved: the case that leads is just handed over; try again.
    """
    leader = leader_of(uow, opened.hearing)
    if leader is None:
        return dict(said)
    ahead = _as_it_stands(uow, leader)
    own = {str(row["party_id"]) for row in uow.find(hearing_party, **opened.key)}
    told = own & called(uow, ahead).keys() | set(said.get(PARTIES, "").split())
    take_back(uow, opened, ahead)
    record(uow, ahead, Change(facts.PARTED, {}, {"hearing": str(opened.hearing_id)}))
    if not told:
        return dict(said)
    off = {"what": What.CANCELLED.value, "tell": Text.CANCELLED.value}
    return {**said, **off, PARTIES: " ".join(sorted(told))}


def _as_it_stands(uow: UnitOfWork, leader: Row) -> Opened:
    key = {"case_id": leader["case_id"]}
    file, grant = uow.get(hearing_file, **key), uow.get(write_grant, **key)
    if file is None or grant is None:
        raise LookupError("a hearing that leads has its file")
    expect_writable(grant, file, grant["epoch"])
    return Opened(file, grant, State(file["state"]), leader)
