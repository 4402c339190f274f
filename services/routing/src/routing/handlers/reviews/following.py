"""What a review makes of what happens to its case: received by the body, designated elsewhere."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.domain.reviews import State
from routing.domain.words import Kind
from routing.handlers.casefile import CaseFile
from routing.handlers.reviews import forwarding
from routing.storage import reviews as stored

Values = Mapping[str, Any]


def on_held(uow: UnitOfWork, case: CaseFile, handoff: Values) -> None:
    """The case is held here: the body has received the request when it is the holder.

    Whoever is designated by the common superior decides instead.
    """
    review = stored.open_of(uow, case.case_id)
    if review is None or review["outside"]:
        return
    holder = case.row["holder_unit"]
    if handoff["kind"] == Kind.DESIGNATE and holder != review["reviewed_unit"]:
        stored.change(uow, review, body=holder)
        review = {**review, "body": holder}
    if review["state"] == State.FORWARDING and review["body"] == holder:
        forwarding.receive(uow, case, review, handoff["received_at"] or uow.now)


def on_referral(uow: UnitOfWork, case: CaseFile, referral: Values, state: str) -> None:
    """The body outside has received the letter: its days count."""
    review = stored.of_referral(uow, case.case_id, referral["referral_id"])
    if review is not None and state == "received" and review["state"] == State.FORWARDING:
        forwarding.receive(uow, case, review, uow.now)
