"""Why something is not done with a sitting of a meeting day (说事日)."""

from kernel.errors import AlreadyThere, Conflict, Missing, WrongState


class SittingMissing(Missing):
    """There is no such sitting here, or none that the caller may see."""

    reason = "SITTING_MISSING"


class SittingTwice(AlreadyThere):
    """The unit has a sitting on that day (`day`) already."""

    reason = "SITTING_TWICE"


class SittingNotNow(WrongState):
    """The sitting is in a state (`state`) in which this is not done."""

    reason = "SITTING_NOT_NOW"


class SittingTooEarly(WrongState):
    """The day of the sitting (`day`) has not come yet."""

    reason = "SITTING_TOO_EARLY"


class SittingSigned(WrongState):
    """Its minutes are signed: what was is amended in a further version, nothing is changed."""

    reason = "SITTING_SIGNED"


class SittingChanged(Conflict):
    """Somebody changed the sitting since it was read; its version is `current`."""

    reason = "SITTING_CHANGED"


class SittingFull(WrongState):
    """A sitting has at most `limit` matters."""

    reason = "SITTING_FULL"


class NoMeetingDay(WrongState):
    """The directory says no meeting day for the unit (`unit`): name day and hours."""

    reason = "NO_MEETING_DAY"


class MinutesMissing(Missing):
    """The sitting has no such minutes."""

    reason = "MINUTES_MISSING"
