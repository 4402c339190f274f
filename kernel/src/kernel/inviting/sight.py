"""The one rule of what an invited person sees: this matter, for this meeting, so long.

Every service that lets somebody in by an invitation asks this rule and no other; it looks at what
is on file now, so that whatever ends an invitation ends the sight in the same moment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar
from uuid import UUID

from kernel.errors import FieldViolation
from kernel.inviting.errors import InvitationMissing, InvitationShut, InvitedBarred
from kernel.inviting.words import Standing

Own = TypeVar("Own")


class Shut(Enum):
    """Why an invited person sees nothing; the value is the key of its text in the catalogue."""

    NOT_ANSWERED = "INVITED_NOT_ANSWERED"
    DECLINED = "INVITED_DECLINED"
    RECUSED = "INVITED_RECUSED"
    WITHDRAWN = "INVITED_WITHDRAWN"
    STAYED_AWAY = "INVITED_STAYED_AWAY"
    NOT_AGREED = "INVITED_NOT_AGREED"
    CALLED_OFF = "INVITED_CALLED_OFF"
    TIED = "INVITED_TIED"
    MOVED = "INVITED_MOVED"
    OVER = "INVITED_OVER"


BY_STANDING = {
    Standing.INVITED: Shut.NOT_ANSWERED,
    Standing.DECLINED: Shut.DECLINED,
    Standing.RECUSED: Shut.RECUSED,
    Standing.WITHDRAWN: Shut.WITHDRAWN,
    Standing.STAYED_AWAY: Shut.STAYED_AWAY,
}
"""Of the standings that show nothing; the others are those who accepted and those who came."""
HOLDS_GOOD = frozenset({Standing.INVITED, Standing.ACCEPTED, Standing.CAME})
"""Nobody said that it is over."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What somebody is invited to; `held_at` None before it was held."""

    ends_at: datetime
    held_at: datetime | None = None
    called_off: bool = False

    def seen_until(self, days: int) -> datetime:
        """When it is over for the invited: so many days after it was held, or should have been."""
        return (self.held_at or self.ends_at) + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What decides of an invitation. `here`: the unit that invited holds the case as it did then.

    Elsewhere an account of the same name is somebody else.
    """

    standing: Standing
    here: bool
    agreed: bool
    tied: bool = False
    """The unit of the person has come to be a party, or what the matter is about (回避)."""


def agreed(parties: Collection[UUID], said: Mapping[UUID, bool], *, needed: bool) -> bool:
    """Whether the parties put up with somebody being there (人民调解法 20).

    One who is against it is enough; where the profile asks for consent, each of `parties` gave it.
    """
    if False in said.values():
        return False
    return not needed or all(said.get(one) for one in parties)


def shut(invitation: Invitation, meeting: Meeting, days: int, now: datetime) -> Shut | None:
    """Why nothing is shown to the invited person; None when this one matter is.

    `days` is how long what was heard may be read again (`rules.inviting.sight_days_after`).
    """
    if invitation.tied and invitation.standing in HOLDS_GOOD:
        return Shut.TIED
    if invitation.standing in BY_STANDING:
        return BY_STANDING[invitation.standing]
    if not invitation.here:
        return Shut.MOVED
    if meeting.called_off:
        return Shut.CALLED_OFF
    if not invitation.agreed:
        return Shut.NOT_AGREED
    return Shut.OVER if now >= meeting.seen_until(days) else None


def expect_untied(found: Iterable["Sight[Own]"], no: int) -> None:
    """Let an invitation be accepted only by who has nothing to do with the matter by now.

    Raises:
        InvitedBarred: the person's unit became a party, or is what the matter is about.
    """
    if any(one.no == no and one.shut is Shut.TIED for one in found):
        raise InvitedBarred(FieldViolation("no", Shut.TIED.value))


@dataclass(frozen=True, slots=True)
class Sight(Generic[Own]):
    """An invitation of the caller's own, why it shows nothing (None: its matter), until when.

    `own` is what a service keeps of it, `no` its number in the case.
    """

    own: Own
    no: int
    shut: Shut | None
    until: datetime

    @classmethod
    def of(
        cls, own: Own, no: int, rule: tuple[Invitation, Meeting, int], now: datetime
    ) -> "Sight[Own]":
        """What the rule says of an invitation to a meeting, with so many days after it."""
        invitation, meeting, days = rule
        return cls(own, no, shut(invitation, meeting, days, now), meeting.seen_until(days))


def expect_open(found: Sequence[Sight[Own]]) -> list[Sight[Own]]:
    """Those that show their matter.

    Raises:
        InvitationMissing: there is none at all.
        InvitationShut: none of them does; each field says why.
    """
    if not found:
        raise InvitationMissing
    shown = [one for one in found if one.shut is None]
    if not shown:
        why = [FieldViolation(f"invitations[{it.no}]", it.shut.value) for it in found if it.shut]
        raise InvitationShut(*why)
    return shown
