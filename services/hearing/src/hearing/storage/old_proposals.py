"""Proposals that nobody needs any more: of hearings that were set long ago, or never."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, exists, or_, select

from hearing.domain.proposals import KEPT_FOR, ProposalState
from hearing.domain.states import State
from hearing.storage.tables import hearing
from hearing.storage.tables_planning import proposal, proposal_part

SET = tuple(state.value for state in State if state.booked)


def outlived(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Proposals older than `KEPT_FOR`, oldest first.

    None that is still worked on, and none by which a hearing stands that was set within that time.
    """
    since = now - KEPT_FOR
    stands = (
        exists()
        .where(proposal_part.c.proposal_id == proposal.c.proposal_id, proposal_part.c.accepted)
        .where(hearing.c.hearing_id == proposal_part.c.hearing_id)
        .where(hearing.c.state.in_(SET), hearing.c.set_at >= since)
    )
    working = ProposalState.WORKING.value
    answered = or_(proposal.c.state != working, proposal.c.lost_at <= now)
    query = select(proposal.c.proposal_id).where(proposal.c.asked_at < since, answered, ~stands)
    return list(connection.scalars(query.order_by(proposal.c.asked_at).limit(limit)))
