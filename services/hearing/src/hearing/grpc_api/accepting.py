"""Showing a proposal to its unit, and setting the hearings of it that a person accepts."""

from functools import partial
from typing import Any
from uuid import UUID, uuid5

from hearing.commands.base import Seen
from hearing.commands.scheduling import SetHearing
from hearing.convert.explaining import Say
from hearing.convert.hearings import stamp_message
from hearing.convert.scheduling import (
    Accepting,
    answer_of,
    clash_message,
    proposal_message,
    setting_of,
)
from hearing.desk import Desk, id_of
from hearing.domain.proposals import ProposalState
from hearing.domain.proposals import standing as state_of
from hearing.errors_scheduling import Clashes, DespiteNeeded, ProposalMissing, ProposalNotReady
from hearing.grpc_api.gathering import Gathering
from hearing.handlers.accepting import accept_part
from hearing.scheduling.plan.problem import Planned
from hearing.storage.planning import current, proposal_of
from kernel.catalogue import Catalogue
from kernel.errors import Refusal
from kernel.group_commit import Work
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from lianxin.hearing.v1 import scheduling_pb2 as pb

Row = Any


def sayer(texts: Catalogue, context: Any) -> Say:
    """Texts in the language of whoever calls."""
    language = incoming(context.invocation_metadata()).language

    def say(key: str, one: str, other: str, **more: str) -> str:
        return texts.text(key, language, hearing=one, subject=other, **more)

    return say


class Accepted:
    """Proposals as they are kept."""

    def __init__(self, desk: Desk, gathering: Gathering) -> None:
        self._desk = desk
        self._gathering = gathering

    async def shown_to(self, request: pb.GetProposalRequest, say: Say) -> pb.Proposal:
        """The proposal that is asked for. Raises ProposalMissing."""
        return await self.shown(id_of(request.proposal_id, "proposal_id"), say)

    async def shown(self, proposal_id: UUID, say: Say) -> pb.Proposal:
        """A proposal as it stands, to the unit that asked for it. Raises ProposalMissing."""
        row, parts = await self._found(proposal_id)
        ids = [part["case_id"] for part in parts]
        files = await self._desk.readers.run(lambda c: current(c, ids))
        versions = {file["case_id"]: (file["epoch"], file["version"]) for file, _ in files}
        known = [(part, _standing(part, versions.get(part["case_id"]))) for part in parts]
        return proposal_message(row, known, self._desk.clock.now(), say)

    async def _found(self, proposal_id: UUID) -> tuple[Row, list[Row]]:
        caller = current_caller()
        found = await self._desk.readers.run(lambda c: proposal_of(c, proposal_id))
        if found is None or found[0]["unit"] != caller.unit:
            raise ProposalMissing
        return found

    async def accept(
        self, request: pb.AcceptProposalRequest, accepting: Accepting, say: Say
    ) -> list[pb.AcceptedPart]:
        """Set them; what another of them stood against is tried again after it.

        Raises:
            ProposalMissing: there is none, or it is another unit's.
            ProposalNotReady: it proposes nothing.
        """
        row, parts = await self._found(accepting.proposal_id)
        state = state_of(row["state"], row["lost_at"], self._desk.clock.now())
        answer = answer_of(row)
        if state is not ProposalState.PROPOSED or answer is None:
            raise ProposalNotReady(state=state.value)
        planned = {one.hearing: one for one in answer.hearings}
        wanted = [one for one in parts if not accepting.cases or one["case_id"] in accepting.cases]
        done: dict[UUID, pb.AcceptedPart] = {}
        for _ in range(2):
            for part in wanted:
                before = done.get(part["case_id"])
                if before is None or before.refusal == Clashes.reason:
                    one = _Part(request, accepting, part, planned[str(part["hearing_id"])])
                    done[part["case_id"]] = await self._set(one, say)
        return [done[part["case_id"]] for part in wanted]

    async def _set(self, one: "_Part", say: Say) -> pb.AcceptedPart:
        message = pb.AcceptedPart(case_id=str(one.part["case_id"]), case_no=one.part["case_no"])
        judged = None
        try:
            judged = await self._gathering.judged(one.part["case_id"], one.command.setting)
            handler = partial(
                accept_part,
                proposal_id=one.accepting.proposal_id,
                judged=judged,
                office=self._desk.office,
            )
            work = Work(
                handler, one.command, key=str(one.part["case_id"]), request_id=one.request_id
            )
            stamped = await self._desk.act(
                one.request,
                work,
                lambda stamp: pb.AcceptedPart(stamp=stamp_message(stamp)),
                pb.AcceptedPart,
            )
        except Refusal as refusal:
            message.refusal = refusal.reason
            if judged is not None and isinstance(refusal, Clashes | DespiteNeeded):
                message.clashes.extend(clash_message(clash, say) for clash in judged.clashes)
            return message
        message.stamp.CopyFrom(stamped.stamp)
        return message


class _Part:
    """One hearing that is accepted, under a request id of its own."""

    def __init__(
        self, request: pb.AcceptProposalRequest, accepting: Accepting, part: Row, planned: Planned
    ) -> None:
        self.request = request
        self.accepting = accepting
        self.part = part
        self.request_id = uuid5(accepting.request_id, str(part["case_id"]))
        seen = Seen(part["epoch"], part["version"])
        setting = setting_of(planned)
        self.command = SetHearing(part["case_id"], seen, setting, accepting.despite)


def _standing(part: Row, version: tuple[int, int] | None) -> str:
    if part["accepted"]:
        return "accepted"
    return "proposed" if version == (part["epoch"], part["version"]) else "stale"
