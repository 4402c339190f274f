"""Why something about notices or objections is refused: one class per situation."""

from kernel.errors import InvalidInput, Missing, WrongState


class NothingToAcknowledge(Missing):
    """Nobody waits for this recipient's answer: he was told nothing, or answered."""

    reason = "HEARING_NOTHING_TO_ACKNOWLEDGE"


class NeverCalled(Missing):
    """This recipient was never called to the hearing, or is none of its case."""

    reason = "HEARING_NEVER_CALLED"


class ObjectionImpossible(InvalidInput):
    """Nobody can object so; the fields say why."""

    reason = "HEARING_OBJECTION_IMPOSSIBLE"


class ObjectionLate(WrongState):
    """The days for objecting to the list are over (`until`); ask for recusal at the opening."""

    reason = "HEARING_OBJECTION_LATE"


class ObjectionMissing(Missing):
    """There is no such objection that waits for a decision."""

    reason = "HEARING_OBJECTION_MISSING"


class ReplacementImpossible(InvalidInput):
    """This person cannot take the place; the fields say why."""

    reason = "HEARING_REPLACEMENT_IMPOSSIBLE"
