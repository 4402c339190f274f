"""A clock of the profile: a limit, from what event, by which article, whose, and what moves it."""

import msgspec

from kernel.regulation.values import Approval, Level, Procedure, Start, SuspensionKind, Unit, Whose

Citation = tuple[str, ...]
"""References `source:place`, such as `xinfang_2022:22`, to the sources of the profile."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in the two languages."""

    zh: str
    en: str


class ExtensionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far a clock may be lengthened, in the clock's own days, and who must agree."""

    approval: Approval
    article: Citation
    most: int | None = None
    """All extensions together; none = the article sets no bound."""
    tell_resident: bool = False


class SuspensionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may stop a clock."""

    kind: SuspensionKind
    article: Citation = ()


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One clock. A value that is not given does not exist: no extension, no suspension."""

    id: str
    title: Text
    starts: Start
    unit: Unit
    whose: Whose
    limit: int | None = None
    article: Citation = ()
    procedures: tuple[Procedure, ...] = ()
    only_if: tuple[str, ...] = ()
    not_owed_if: tuple[str, ...] = ()
    rolls: bool = True
    """Whether a last day on a rest day moves to the first workday after it."""
    extension: ExtensionRule | None = None
    suspension: SuspensionRule | None = None
    warn_days: tuple[int, ...] = ()
    """Days before the last day; a warning on a rest day comes on the workday before it."""
    ladder: str | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A level of supervision, so many days after the breach, to be answered in working days.

    On a rest day it waits for the first workday; two steps never fall on one day.
    """

    level: Level
    after_days: int
    answer_working_days: int
    talk: bool = False
    """约谈 with the head of the unit."""
    report_up: bool = False


class Ladder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The supervision that follows a breach, mildest first."""

    article: Citation
    steps: tuple[Step, ...]
