"""Parties of cases that are heard along with another hear of it by their own case."""

from collections.abc import Mapping

from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.states import State
from hearing.handlers.acting import Change, Opened, Row, may_write, tell
from hearing.storage.tables import hearing, hearing_file, hearing_party, write_grant
from kernel.holding import expect_writable
from kernel.unit_of_work import UnitOfWork

KINDS: tuple[tuple[What, str], ...] = (
    (What.CANCELLED, facts.CANCELLED),
    (What.POSTPONED, facts.POSTPONED),
    (What.ADJOURNED, facts.ADJOURNED),
    (What.CONFIRMED, facts.CONFIRMED),
    (What.TIME, facts.MOVED),
    (What.ROOM, facts.MOVED),
    (What.NOT_PUBLIC, facts.NOT_PUBLIC),
    (What.PARTY, facts.PARTIES_CHANGED),
)
"""What the log of a case that is heard along says; of all else that people were replaced."""
PARTIES, TELL = "parties", "tell"


def tell_along(uow: UnitOfWork, opened: Opened, said: Mapping[str, str]) -> dict[str, str]:
    """Tell the log of each case that is heard along, for its own parties.

    Answers what is left to say of the case that leads: its parties alone.

    Raises:
        CaseLocked: one of these cases is just handed over; try again.
    """
    named = set(said.get(PARTIES, "").split())
    led = uow.find(hearing, led_by=opened.hearing_id)
    for row in sorted(led, key=lambda one: str(one["case_id"])):
        key = {name: row[name] for name in ("case_id", "number")}
        own = {str(one["party_id"]) for one in uow.find(hearing_party, **key)}
        theirs = named & own
        if theirs and not State(row["state"]).over:
            _tell(uow, row, {**said, PARTIES: " ".join(sorted(theirs))})
        named -= own
    left = {name: text for name, text in said.items() if name not in {PARTIES, TELL}}
    if not named:
        return left
    return left | {PARTIES: " ".join(sorted(named)), TELL: said[TELL]}


def _tell(uow: UnitOfWork, row: Row, body: Mapping[str, str]) -> None:
    """A fact of a case of the same holder; its version stays, nobody's reading is out of date."""
    file = uow.get(hearing_file, case_id=row["case_id"])
    grant = uow.get(write_grant, case_id=row["case_id"])
    if file is None or grant is None or not may_write(uow, grant):
        return
    expect_writable(grant, file, grant["epoch"])
    numbered = {"fact_no": file["fact_no"] + 1}
    uow.update(hearing_file, {"case_id": row["case_id"]}, numbered)
    what = body["what"].split()
    kind = next((fact for one, fact in KINDS if one.value in what), facts.MEMBER_REPLACED)
    tell(uow, {**file, **numbered}, grant, Change(kind, {}, body), row["hearing_id"])
