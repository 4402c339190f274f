"""The five refusals, each with its document, and from which state each may be proposed."""

from enum import Enum

from intake.domain.states import State


class RefusalKind(Enum):
    """What a case may be refused with; the last is none."""

    NOT_ACCEPTED = "not_accepted"  # 不予受理
    NO_LONGER_ACCEPTED = "no_longer_accepted"  # 不再受理
    NOT_COMPETENT = "not_competent"  # 非本单位职权
    NOT_MEDIATED = "not_mediated"  # 不予调解
    TO_BE_COMPLETED = "to_be_completed"  # 待补正

    @property
    def needs_second_person(self) -> bool:
        """Asking for completion ends nothing, so that one person may do it."""
        return self is not RefusalKind.TO_BE_COMPLETED

    def possible_in(self, state: State) -> bool:
        """Whether the kind makes sense in that state.

        What was accepted can no longer be 不予受理: only that mediation fails for want of consent
        may show later, and that something is missing.
        """
        if state is State.ACCEPTED:
            return self in {RefusalKind.NOT_MEDIATED, RefusalKind.TO_BE_COMPLETED}
        return state is State.REGISTERED

    @property
    def needs_route(self) -> bool:
        """不予受理 names the other case or the statutory route; 非本单位职权 says where to go."""
        return self in {RefusalKind.NOT_ACCEPTED, RefusalKind.NOT_COMPETENT}
