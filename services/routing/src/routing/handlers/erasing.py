"""When the time of a case is over: it shows as due, a person confirms, and every node erases.

Keys are destroyed, so that what was said can be read no more; the log stays, whole and verifiable,
with its commitments. The word goes from neighbour to neighbour, the way the case and its letters
went, and each node judges by its own table of periods whether it is time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kernel.clock import SHANGHAI
from kernel.holding import erase_key
from kernel.unit_of_work import UnitOfWork
from routing.domain.retention import Ended
from routing.domain.route import desk_of
from routing.domain.words import EITHER_WAY, State
from routing.errors import CaseNotEnded, CaseUnknown, NotTheHolder, SamePerson
from routing.errors.erasing import NotDue
from routing.errors.reviews import ReviewUnderWay
from routing.handlers import letters
from routing.handlers.casefile import CaseFile
from routing.handlers.closing import may_ask
from routing.node import Node
from routing.storage import conferences, erasures, handoffs, log, reviews
from routing.storage.metadata import case_key
from routing.storage.supervision import cohandling
from routing.storage.tables import case_row, handoff_part, letter

Values = Mapping[str, Any]
LETTER, ENTRY, ENDED_BY = "erase", "case.erased", "custody.ended"


@dataclass(frozen=True, slots=True)
class EraseCase:
    """A person confirms; `register_no` is that of the list of what is destroyed (销毁清册)."""

    case_id: UUID
    register_no: str


def find_due(uow: UnitOfWork, case_id: UUID, *, node: Node) -> bool:
    """Put a case on the list, if its time is over. Answers whether it is there."""
    row = uow.get(case_row, case_id=case_id)
    if row is None or not _is_kept_here(row):
        return False
    ended = ended_of(row)
    if not node.retention.is_over(ended, node.today(uow.now)):
        return False
    rule, over = node.retention.rule_for(ended), node.retention.over_on(ended)
    erasures.note_due(uow, case_id, rule.id if rule else "", over.isoformat() if over else "")
    return True


def confirm(uow: UnitOfWork, command: EraseCase, *, node: Node) -> str:
    """Erase a case whose time is over: here, in every service of the node, at every other node.

    Answers the state of the erasure here; one that was confirmed before stays as it was.

    Raises:
        CaseUnknown: no case held here, or none the caller may know of.
        CaseNotEnded, ReviewUnderWay: it goes on.
        NotDue: its period is not over; says when it is.
        NotTheHolder: it is for the unit that holds the file, or one above it.
        SamePerson: who handled or ended it does not decide that it goes.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_known()
    known = uow.get(erasures.erasure, case_id=case.case_id)
    if known is not None and known["state"] != erasures.DUE:
        return str(known["state"])
    _expect_due(uow, case)
    holder = case.row["holder_unit"]
    if not may_ask(node, uow.caller.unit, holder):
        raise NotTheHolder(case_id=case.case_id, holder=holder)
    if uow.caller.id in {case.row["handler"], _ended_by(uow, case.case_id)}:
        raise SamePerson(case_id=case.case_id)
    rule = node.retention.rule_for(ended_of(case.row))
    said = {"rule": rule.id if rule else "", "register_no": command.register_no}
    _enter(uow, case, said)
    case.save()
    _erase_here(uow, node, case.case_id, said | {"confirmed_by": uow.caller.id})
    _tell(uow, node, case.row, said, came_from="")
    return erasures.ERASING if node.services else erasures.ERASED


def enter(uow: UnitOfWork, node: Node, row: Values) -> str:
    """A neighbour says that a case is erased: this node judges for itself, erases, and tells on."""
    case_id = row["case_id"]
    known = uow.get(erasures.erasure, case_id=case_id)
    if known is not None and known["state"] != erasures.DUE:
        return "applied"
    if not _was_here(uow, case_id):
        return "applied"
    if not _may_go(uow, node, row):
        return "parked"
    said = {name: row["body"].get(name, "") for name in ("rule", "register_no")}
    _erase_here(uow, node, case_id, said | {"confirmed_by": row["actor"]})
    _tell(uow, node, _told(uow, row), said, came_from=row["body"].get("from_node", ""))
    return "applied"


def ended_of(row: Values) -> Ended:
    """What the rules look at, of an ended case."""
    return Ended(row["ending"], row["procedure"], row["ended_at"].astimezone(SHANGHAI).date())


def _is_kept_here(row: Values) -> bool:
    ended = row["state"] == State.ENDED and row["ended_at"] is not None
    return bool(ended and row["custody"] in EITHER_WAY)


def _expect_due(uow: UnitOfWork, case: CaseFile) -> None:
    if case.custody not in EITHER_WAY:
        raise CaseUnknown(case_id=case.case_id)
    if not case.ended or case.row["ended_at"] is None:
        raise CaseNotEnded(case_id=case.case_id)
    if reviews.open_of(uow, case.case_id) is not None:
        raise ReviewUnderWay(case_id=case.case_id)
    ended = ended_of(case.row)
    if not case.node.retention.is_over(ended, case.node.today(uow.now)):
        over = case.node.retention.over_on(ended)
        raise NotDue(case_id=case.case_id, over_on=over.isoformat() if over else "—")


def _ended_by(uow: UnitOfWork, case_id: UUID) -> str:
    """Whoever ended it, the last time; a service where a fact of one did."""
    actors = [entry.actor for entry in log.of_case(uow, case_id) if entry.kind == ENDED_BY]
    return actors[-1] if actors else ""


def _enter(uow: UnitOfWork, case: CaseFile, body: Mapping[str, str]) -> None:
    """The log's last entry. It is no step of the resident's timeline, which is gone as well."""
    unit = uow.caller.unit or case.row["holder_unit"]
    fact = log.Fact(ENTRY, unit, uow.caller.id, uow.now, dict(body), {})
    entry = log.append(uow, case.row, fact)
    case.set(log_n=entry.n, log_hash=entry.hash)


def _was_here(uow: UnitOfWork, case_id: UUID) -> bool:
    """Whether anything of the case can be here; else a word about it leaves no mark."""
    case = uow.get(case_row, case_id=case_id)
    return case is not None or bool(handoffs.of_case(uow, case_id))


def _may_go(uow: UnitOfWork, node: Node, row: Values) -> bool:
    """Whether a case that is held elsewhere may be erased here, by this node's own table.

    Of a sealed matter no header tells that it ended: there the holder's word counts.
    """
    case = uow.get(case_row, case_id=row["case_id"])
    if case is None:
        return True  # it passed through: no more than parts and letters can be here
    if case["custody"] in EITHER_WAY:
        return False
    ended = _said_ended(row["body"]) if case["sealed_for"] else None
    if ended is None and case["ended_at"] is not None:
        ended = ended_of(case)
    return ended is not None and node.retention.is_over(ended, node.today(uow.now))


def _said_ended(body: Values) -> Ended | None:
    try:
        return Ended(body["ending"], body["procedure"], date.fromisoformat(body["ended_on"]))
    except (KeyError, ValueError):
        return None


def _erase_here(uow: UnitOfWork, node: Node, case_id: UUID, said: Mapping[str, str]) -> None:
    """Routing's own key and what is beside it; the services are owed the word."""
    erase_key(uow, case_key, case_id)
    for row in uow.find(letter, case_id=case_id):
        if row["sealed_body"] is not None:
            uow.update(letter, {"letter_id": row["letter_id"]}, {"sealed_body": None})
    for part in handoffs.parts_with_content(uow, case_id):
        key = {"handoff_id": part["handoff_id"], "service": part["service"]}
        uow.update(handoff_part, key, {"content": None})
    conferences.forget_minutes(uow, case_id)
    erasures.begin(uow, case_id, node.services, confirmed_at=uow.now, **said)


def _told(uow: UnitOfWork, row: Values) -> Values:
    """The case as this node knows it, else as the letter says, for the next letter."""
    known = dict(uow.get(case_row, case_id=row["case_id"]) or {})
    return {"case_id": row["case_id"], "epoch": row["epoch"], "said": row["body"]} | known


def _tell(
    uow: UnitOfWork, node: Node, case: Values, said: Mapping[str, str], *, came_from: str
) -> None:
    """Tell each neighbour with which anything of the case was exchanged, but for who told us."""
    body = _body(case, said) | {"from_node": node.code}
    desk = desk_of(node.directory(), node.code)
    for neighbour in sorted(_neighbours(uow, node, case["case_id"]) - {came_from}):
        to_unit = desk_of(node.directory(), neighbour)
        new = letters.NewLetter(
            LETTER, case["case_id"], case["epoch"], desk, to_unit, body=body, to_node=neighbour
        )
        letters.send(uow, node, new)


def _body(case: Values, said: Mapping[str, str]) -> dict[str, str]:
    if case.get("ended_at") is None:
        kept = case.get("said", {})
        return dict(said) | {
            name: kept.get(name, "") for name in ("ending", "procedure", "ended_on")
        }
    ended = ended_of(case)
    words = {"ending": ended.ending, "procedure": ended.procedure}
    return dict(said) | words | {"ended_on": ended.on.isoformat()}


def _neighbours(uow: UnitOfWork, node: Node, case_id: UUID) -> set[str]:
    """Neighbours over whose links parts, letters or joint handling of the case went."""
    directory = node.directory()
    codes = {row[end] for row in handoffs.of_case(uow, case_id) for end in ("from_node", "to_node")}
    mail = [row for row in letters.of_case(uow, case_id) if row["kind"] != LETTER]
    codes |= {row["next_node"] for row in mail}
    units = {row[end] for row in mail for end in ("from_unit", "to_unit")}
    units |= {row["unit"] for row in uow.find(cohandling, case_id=case_id)}
    codes |= {directory.node_of(unit) for unit in units if unit in directory.units}
    known = {code for code in codes if code in directory.nodes() and code != node.code}
    return {directory.next_node(node.code, code) for code in known}
