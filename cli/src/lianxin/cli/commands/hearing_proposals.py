"""Proposals of the solver: asked for, shown, accepted by a person."""

import sys
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import case_id, new_request_id
from lianxin.cli.commands.hearing_setting import show_clashes
from lianxin.cli.errors import CommandFailed, Findings, Remote
from lianxin.cli.hearings.acts import OUTRUN
from lianxin.cli.hearings.naming import Names, Reading
from lianxin.cli.hearings.setting import Despite, clock
from lianxin.cli.hearings.texts import in_words, text_of
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import scheduling_pb2 as pb

Cases = Annotated[list[str] | None, typer.Argument(metavar="CASE", help=say("opt.hearing_cases"))]
Seconds = Annotated[int, typer.Option("--seconds", min=1, max=600, help=say("opt.hearing_seconds"))]
Seed = Annotated[int, typer.Option("--seed", min=0, help=say("opt.hearing_seed"))]
Id = Annotated[str, typer.Argument(metavar="PROPOSAL", help=say("opt.hearing_proposal"))]
Only = Annotated[list[str] | None, typer.Option("--case", help=say("opt.hearing_only"))]
PART = (
    *("case_no", "hearing_part_state", "on_day", "hearing_begins", "room_id", "chair_id"),
    *("hearing_panel", "changes"),
)
ACCEPTED = ("case_no", "hearing_accepted", "refusal")


def propose(cases: Cases = None, *, seconds: Seconds = 30, seed: Seed = 1) -> None:
    """Plan hearings together; nothing is set until somebody accepts. Ctrl-C keeps the best."""
    with connected() as session:
        ids = [case_id(session, one) for one in cases or []]
        request = pb.ProposeRequest(case_ids=ids, seconds=seconds, seed=seed)
        told: list[str] = []
        try:
            session.ask(_listen(session, request, told))
        except Remote as error:
            raise in_words(error) from None
        except KeyboardInterrupt:
            if not told:
                raise
            output.done("hearing.stopped", {"proposal_id": told[0]})
            return
        if not told:
            raise CommandFailed("HEARING_NOT_PROPOSED")
        _show(session, told[0])


async def _listen(session: Session, request: pb.ProposeRequest, told: list[str]) -> None:
    async for one in session.hearing_schedule.Propose(request):
        told[:] = [one.proposal_id]
        if one.state == "warming":
            print(say("hearing.warming"), file=sys.stderr, flush=True)
        elif one.HasField("progress"):
            found = one.progress
            words = {"medium": found.medium, "soft": found.soft}
            text = say("hearing.progress", seconds=f"{found.seconds:.1f}", **words)
            print(text, file=sys.stderr, flush=True)


def proposal(proposal_id: Id) -> None:
    """A proposal as it stands: times, rooms, people, changes, or why nothing fits."""
    with connected() as session:
        _show(session, proposal_id)


def _show(session: Session, proposal_id: str) -> None:
    request = pb.GetProposalRequest(proposal_id=proposal_id)
    found = session.ask(session.hearing_schedule.GetProposal(request)).proposal
    data = plain(found)
    output.show(data, lambda: _people(found, Names(session).read))
    if found.state != "proposed":
        raise Findings("HEARINGS_NOT_PLANNED")


def _people(found: Any, read: Reading) -> None:
    output.line("hearing.proposal", id=found.proposal_id)
    if found.state == "infeasible":
        output.line("hearing.infeasible" if found.smallest else "hearing.infeasible_perhaps")
        output.table([{"demand": read(one.text)} for one in found.demands], ("demand",))
    elif found.state != "proposed":
        output.line(f"hearing.proposal_{found.state}")
    else:
        costs = {"medium": found.medium, "bound": found.bound, "soft": found.soft}
        output.line("hearing.proposed", count=len(found.parts), **costs)
        output.table([_line(one, read) for one in found.parts], PART)
    for one in found.left_out:
        output.line(
            "hearing.left_out", case_no=one.case_no, barred=word("hearing_barred", one.barred)
        )
    if found.kept_case_ids:
        output.line("hearing.kept", count=len(found.kept_case_ids))


def _line(part: Any, read: Reading) -> dict[str, Any]:
    changes = [
        f"{word('plan_change', one.part)}: {read(one.before)} → {read(one.after)}"
        for one in part.changes
    ]
    return {
        "case_no": part.case_no,
        "hearing_part_state": say(f"hearing.part_{part.state}"),
        "on_day": part.setting.day,
        "hearing_begins": clock(part.setting.begins),
        "room_id": read(part.setting.room_id),
        "chair_id": read(part.setting.chair_id),
        "hearing_panel": "、".join(read(one) for one in part.setting.panel_ids),
        "changes": changes,
    }


def accept(proposal_id: Id, *, case: Only = None, despite: Despite = None) -> None:
    """Set the hearings of a proposal, all or some; each is set or refused by itself."""
    with connected() as session:
        request = pb.AcceptProposalRequest(
            request_id=new_request_id(),
            proposal_id=proposal_id,
            case_ids=[case_id(session, one) for one in case or []],
            despite=despite or [],
        )
        answer = session.ask(session.hearing_schedule.AcceptProposal(request))
        output.show(plain(answer), lambda: _accepted(session, answer.parts))
    if any(one.refusal for one in answer.parts):
        raise Findings("HEARINGS_NOT_ALL_SET")


def _accepted(session: Session, parts: Any) -> None:
    rows = [
        {"case_no": one.case_no, "hearing_accepted": not one.refusal, "refusal": _refused(one)}
        for one in parts
    ]
    output.table(rows, ACCEPTED)
    for one in parts:
        if one.clashes:
            show_clashes(session, plain(one)["clashes"], title=one.case_no)


def _refused(part: Any) -> str:
    """Why a hearing of a proposal was not set, in words; what stands against it follows."""
    if not part.refusal:
        return ""
    if part.refusal == OUTRUN:
        return say("hearing.part_stale")
    kinds = ", ".join(dict.fromkeys(one.kind for one in part.clashes))
    return text_of(part.refusal, kinds=kinds)
