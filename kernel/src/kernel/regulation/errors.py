"""What can go wrong with a profile, and why a due date is refused: one class per situation.

A bad file is a fault of its writer and says so in words (`RegulationError`); a bad question is a
refusal like any other, whose text comes from the catalogue.
"""

from typing import ClassVar

from kernel.errors import InvalidInput, Missing, WrongState


class RegulationError(ValueError):
    """The root of the faults of profiles. No text carries personal data."""

    reason: ClassVar[str] = "REGULATION"


class ProfileInvalid(RegulationError):
    """A profile file cannot be used. Names the file, the field and what is wrong with it."""

    reason = "REGULATION_PROFILE_INVALID"

    def __init__(self, file: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {field}: {problem}")
        self.file, self.field, self.problem = file, field, problem


class ProfileUnknown(RegulationError):
    """No profile of that name lies in the folder."""

    reason = "REGULATION_PROFILE_UNKNOWN"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no regulation profile {name[:64]!r}; there are: {', '.join(known)}")
        self.name, self.known = name, known


class ClockUnknown(Missing):
    """The `profile` has no clock of the id `clock`."""

    reason = "CLOCK_UNKNOWN"


class StartInvalid(InvalidInput):
    """The `clock` cannot start there: an instant without a zone, or a date no calendar knows."""

    reason = "CLOCK_START_INVALID"


class DateMissing(InvalidInput):
    """The `clock` runs to a date that a person sets, and none was given."""

    reason = "CLOCK_DATE_MISSING"


class DateBeforeStart(InvalidInput):
    """The date set for the `clock` lies before its start."""

    reason = "CLOCK_DATE_BEFORE_START"


class ExtensionNotAllowed(WrongState):
    """No article of the profile lets the `clock` be extended."""

    reason = "EXTENSION_NOT_ALLOWED"


class ExtensionTooShort(InvalidInput):
    """An extension of the `clock` is shorter than one day."""

    reason = "EXTENSION_TOO_SHORT"


class ExtensionTooLong(InvalidInput):
    """All extensions of the `clock` are `days` together, and `most` are allowed."""

    reason = "EXTENSION_TOO_LONG"


class ExtensionTooLate(WrongState):
    """The `clock` had run out when the extension was decided; a breach is not undone by it."""

    reason = "EXTENSION_TOO_LATE"


class SuspensionNotAllowed(WrongState):
    """No article stops the `clock`, or none for this cause: a citizen's clock runs on."""

    reason = "SUSPENSION_NOT_ALLOWED"


class SuspensionInvalid(InvalidInput):
    """The days of a suspension of the `clock` make no sense, or none to look again is given."""

    reason = "SUSPENSION_INVALID"
