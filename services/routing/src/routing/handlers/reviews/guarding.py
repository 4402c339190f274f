"""While a review is under way the case moves and ends only by it, or by an act of the resident."""

from kernel.unit_of_work import UnitOfWork
from routing.domain import reviews
from routing.domain.reviews import Phase, State
from routing.errors.reviews import ReviewUnderWay
from routing.handlers.casefile import CaseFile
from routing.storage import reviews as stored


def expect_none(uow: UnitOfWork, case: CaseFile) -> None:
    """See that no review is under way: then the case moves and ends only by it.

    Raises ReviewUnderWay.
    """
    if stored.open_of(uow, case.case_id) is not None:
        raise ReviewUnderWay(case_id=case.case_id)


def overtake(uow: UnitOfWork, case: CaseFile) -> None:
    """The case has ended by another act (settled in mediation, withdrawn): nobody decides."""
    review = stored.open_of(uow, case.case_id)
    if review is None:
        return
    stored.change(uow, review, state=State.OVERTAKEN.value, decided_at=uow.now)
    kind = reviews.kind(review["level"], Phase.OVERTAKEN)
    case.append(kind, unit=case.row["holder_unit"], actor=uow.caller.id, body={})
