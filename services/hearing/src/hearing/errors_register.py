"""Why the register and its calendars refuse, one class a situation; the texts are in `locale/`."""

from kernel.errors import Conflict, Denied, InvalidInput, Missing


class RoomMissing(Missing):
    """There is no such room (`room`), or it has ended."""

    reason = "ROOM_MISSING"


class PersonMissing(Missing):
    """There is no such person (`person`) of the register, or he has ended."""

    reason = "PERSON_MISSING"


class OwnerMissing(Missing):
    """Neither a room nor a person has this id (`owner`)."""

    reason = "OWNER_MISSING"


class AbsenceMissing(Missing):
    """The owner has no absence of this id (`uid`)."""

    reason = "ABSENCE_MISSING"


class RegisterElsewhere(Denied):
    """The entry (`entry`) belongs to a unit that is neither the caller's nor below it."""

    reason = "REGISTER_ELSEWHERE"


class RoomNotYours(Denied):
    """The room (`room`) may not be booked by that unit."""

    reason = "ROOM_NOT_YOURS"


class Taken(Conflict):
    """A room or persons are taken up at that time; the fields say who and why."""

    reason = "TAKEN"


class CalendarInvalid(InvalidInput):
    """The iCalendar file cannot be taken over; the fields name lines and what is wrong there."""

    reason = "CALENDAR_INVALID"
