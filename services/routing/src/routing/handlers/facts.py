"""Facts of the node's services go into the log in the order of their numbers."""

import msgspec

from kernel.unit_of_work import UnitOfWork
from routing.commands.facts import RecordFact
from routing.domain.passing_on import ACT_OF
from routing.domain.words import Custody
from routing.errors import CaseUnknown
from routing.handlers import clocks, ending, letters, placement
from routing.handlers.casefile import CaseFile
from routing.handlers.handover.accepting import accept_by_acting
from routing.node import Node
from routing.storage import handoffs
from routing.storage.tables import case_row, early_fact

MATTER = ("category", "procedure", "difficulty", "colour", "purpose", "place_code")
"""What a fact may say of the matter; it decides clocks and placement."""
WRITABLE = frozenset({Custody.HELD, Custody.RELEASING, Custody.RECEIVED})


def record(uow: UnitOfWork, command: RecordFact, *, node: Node) -> None:
    """Append a fact once. One that is ahead of the custody waits; one behind is a late note.

    Raises CaseUnknown when the registration has not been taken up: it is tried again.
    """
    row = uow.get(case_row, case_id=command.fact.case_id)
    if row is None:
        raise CaseUnknown(case_id=command.fact.case_id)
    case = CaseFile(uow, node, row)
    known = case.row["applied"].get(command.fact.service, 0)
    if command.fact.fact_no <= known:
        return
    ahead = command.fact.epoch > case.epoch or command.fact.fact_no > known + 1
    if ahead:
        _keep_early(uow, command)
        return
    if command.fact.epoch < case.epoch or case.custody not in WRITABLE:
        _as_late_note(uow, case, command)
    else:
        apply(uow, case, command)
    apply_early(uow, case)
    case.save()
    if case.custody is Custody.RELEASING:
        handoffs.wake_releasing(uow, case.case_id)


def apply(uow: UnitOfWork, case: CaseFile, command: RecordFact) -> None:
    """Append the fact and take over what it changed of the matter."""
    fact = command.fact
    case.append(
        fact.kind,
        unit=fact.unit,
        actor=fact.actor,
        at=fact.at,
        body=fact.body,
        commitments=fact.commitments,
    )
    case.set(applied=case.row["applied"] | {fact.service: fact.fact_no})
    _take_over(uow, case, command)
    if command.substantive or _is_substantive(case, fact.kind):
        case.substantive()
        accept_by_acting(uow, case, fact.actor)
    clocks.on_fact(uow, case, command)
    if command.ending:
        ending.by_fact(uow, case, command)


def _take_over(uow: UnitOfWork, case: CaseFile, command: RecordFact) -> None:
    """What is so of the matter now; a placement nobody has decided on yet is proposed again."""
    said = {name: getattr(command, name) for name in MATTER if getattr(command, name)}
    if command.litigation is not None:
        said["litigation"] = command.litigation
    changed = {name: value for name, value in said.items() if case.row[name] != value}
    if not changed:
        return
    case.set(**changed)
    if case.row["placements"]:
        placement.suggest_for(uow, case)


def _is_substantive(case: CaseFile, kind: str) -> bool:
    acts = case.node.profile(case.row["regulation"]).rules.circling.substantive_acts
    return ACT_OF.get(kind) in acts


def _as_late_note(uow: UnitOfWork, case: CaseFile, command: RecordFact) -> None:
    """A fact of an epoch that is over: never an error, never dropped."""
    fact = command.fact
    case.set(applied=case.row["applied"] | {fact.service: fact.fact_no})
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind="late_note",
            case_id=case.case_id,
            epoch=fact.epoch,
            from_unit=fact.unit,
            actor=fact.actor,
            body=dict(fact.body) | {"kind": fact.kind},
        ),
    )


def _keep_early(uow: UnitOfWork, command: RecordFact) -> None:
    fact = command.fact
    key = {"case_id": fact.case_id, "service": fact.service, "fact_no": fact.fact_no}
    kept = uow.get(early_fact, case_id=fact.case_id, service=fact.service, fact_no=fact.fact_no)
    if kept is None:
        uow.insert(early_fact, key | {"content": msgspec.json.encode(command).decode()})


def apply_early(uow: UnitOfWork, case: CaseFile) -> None:
    """Apply the facts that came ahead of their turn and whose turn it is now."""
    waiting = uow.find(early_fact, case_id=case.case_id)
    for row in sorted(waiting, key=lambda early: (early["service"], early["fact_no"])):
        command = _decoded(row["content"])
        known = case.row["applied"].get(command.fact.service, 0)
        in_turn = command.fact.fact_no == known + 1 and command.fact.epoch == case.epoch
        if command.fact.fact_no <= known or in_turn:
            key = {name: row[name] for name in ("case_id", "service", "fact_no")}
            uow.delete(early_fact, **key)
        if in_turn:
            apply(uow, case, command)


def _decoded(content: str) -> RecordFact:
    return msgspec.json.decode(content, type=RecordFact)
