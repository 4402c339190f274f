"""Why something cannot be done with a notice, and why channels cannot be used."""

from kernel.errors import Missing, WrongState


class NoticeMissing(Missing):
    """There is no such notice, or not for this caller."""

    reason = "NOTICE_MISSING"


class NoticeNotSo(WrongState):
    """The notice stands where this cannot be done (`state`)."""

    reason = "NOTICE_NOT_SO"


class ChannelsInvalid(Exception):
    """The file of channels cannot be used. The message names file and place, never a value."""
