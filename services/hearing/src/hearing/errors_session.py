"""Why something on the hearing day, or after it, is refused: one class per situation.

What a rule of the domain found comes as field violations, one for each thing.
"""

from kernel.errors import Denied, InvalidInput, Missing, WrongState


class AttendanceWrong(InvalidInput):
    """Somebody called is not accounted for, or somebody else is; the fields say who."""

    reason = "HEARING_ATTENDANCE_WRONG"


class NotItsDay(WrongState):
    """A hearing is not opened before the day (`day`) to which people were called."""

    reason = "HEARING_NOT_ITS_DAY"


class ItsDayPast(WrongState):
    """People were called for a day (`day`) that is over; nobody waives a day he was not told of."""

    reason = "HEARING_ITS_DAY_PAST"


class QuorumMissing(WrongState):
    """Those who must be there are not; the fields say what is missing. Postpone or adjourn it."""

    reason = "HEARING_QUORUM_MISSING"


class StageOutOfOrder(WrongState):
    """The stages follow each other: this one runs (`stage`), and no other may follow but `next`."""

    reason = "HEARING_STAGE_OUT_OF_ORDER"


class AttendeeAway(InvalidInput):
    """Only who is there speaks, shows or signs; the field says who is not."""

    reason = "HEARING_ATTENDEE_AWAY"


class RecusalImpossible(InvalidInput):
    """Nobody can be recused, or take the seat, so; the field says why."""

    reason = "HEARING_RECUSAL_IMPOSSIBLE"


class MinutesWrong(WrongState):
    """There are no minutes, or a newer version, or hands are missing; the field says which."""

    reason = "HEARING_MINUTES_WRONG"


class OpinionRefused(InvalidInput):
    """This opinion does not count: no member, given before, or nobody may abstain."""

    reason = "HEARING_OPINION_REFUSED"


class OpinionsMissing(WrongState):
    """Members of the panel (`missing`, by number) have not given their opinion yet."""

    reason = "HEARING_OPINIONS_MISSING"


class ServiceRefused(InvalidInput):
    """This is no proof of a service; the fields say why."""

    reason = "HEARING_SERVICE_REFUSED"


class PublicationBarred(WrongState):
    """The conclusion cannot be published so; each field says what stands against it."""

    reason = "HEARING_PUBLICATION_BARRED"


class PublicationMissing(Missing):
    """There is no such publication of this hearing that could be decided on, or taken down."""

    reason = "HEARING_PUBLICATION_MISSING"


class AnotherPersonNeeded(Denied):
    """Whoever proposed the text does not decide on it too."""

    reason = "HEARING_ANOTHER_PERSON_NEEDED"


class HeldTogether(WrongState):
    """This is done at the leading hearing (`leader`), for all that are held with it."""

    reason = "HEARING_HELD_TOGETHER"


class JoiningImpossible(WrongState):
    """These hearings cannot be held together, or are not; the field says why."""

    reason = "HEARING_JOINING_IMPOSSIBLE"
