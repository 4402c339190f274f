"""Keeping proposals: what was asked of the solver, what it answered, what was accepted of it."""

import msgspec

from hearing.commands.scheduling import BeginProposal, EndProposal, ForgetProposal, MarkAccepted
from hearing.domain.proposals import ProposalState
from hearing.storage.tables_planning import proposal, proposal_part
from kernel.unit_of_work import UnitOfWork


def begin_proposal(uow: UnitOfWork, command: BeginProposal) -> None:
    """Keep what is asked, before the solver begins."""
    row = {
        "proposal_id": command.proposal_id,
        "unit": uow.caller.unit,
        "asked_by": uow.caller.id,
        "asked_at": uow.now,
        "lost_at": command.lost_at,
        "seconds": command.seconds,
        "seed": command.seed,
        "state": ProposalState.WORKING.value,
        "kept": " ".join(map(str, command.kept)),
        "left_out": msgspec.json.encode(command.left_out).decode(),
        "problem": command.problem,
        "answer": None,
    }
    uow.insert(proposal, row)
    for part in command.parts:
        values = {"case_no": part.case_no, "hearing_id": part.hearing_id, "accepted": False}
        seen = {"epoch": part.seen.epoch, "version": part.seen.version}
        key = {"proposal_id": command.proposal_id, "case_id": part.case_id}
        uow.insert(proposal_part, {**key, **values, **seen})


def end_proposal(uow: UnitOfWork, command: EndProposal) -> None:
    """Keep what it came to; hearings are set by people alone."""
    values = {"state": command.state, "answer": command.answer}
    uow.update(proposal, {"proposal_id": command.proposal_id}, values)


def mark_accepted(uow: UnitOfWork, command: MarkAccepted) -> None:
    """One hearing was set as proposed."""
    key = {"proposal_id": command.proposal_id, "case_id": command.case_id}
    uow.update(proposal_part, key, {"accepted": True})


def forget_proposal(uow: UnitOfWork, command: ForgetProposal) -> int:
    """Delete one that nobody needs any more, with its parts. Answers how many facts: none.

    What was set by it stays set. One that is gone already is no fault.
    """
    for part in uow.find(proposal_part, proposal_id=command.proposal_id):
        key = {name: part[name] for name in ("proposal_id", "case_id")}
        uow.delete(proposal_part, **key)
    if uow.get(proposal, proposal_id=command.proposal_id) is not None:
        uow.delete(proposal, proposal_id=command.proposal_id)
    return 0
