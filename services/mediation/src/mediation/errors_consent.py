"""Why mediation refuses over parties, consent and duties; the texts are in `locale/`."""

from kernel.errors import InvalidInput, Missing, NotReady, WrongState


class RegistrationDiffers(InvalidInput):
    """Parties or requests are not as they were registered; each field says how."""

    reason = "REGISTRATION_DIFFERS"


class IntakeAway(NotReady):
    """Intake, which knows who was registered, does not answer."""

    reason = "INTAKE_AWAY"


class ConsentRefused(InvalidInput):
    """What was said cannot count as a party's consent; the field says why."""

    reason = "CONSENT_REFUSED"


class ConsentMissing(WrongState):
    """A session without the sides' consent; each field says whose is missing, and what for."""

    reason = "CONSENT_MISSING"


class DutyMissing(Missing):
    """No such duty is on file, or it is reported, or nobody said that it does not apply."""

    reason = "DUTY_MISSING"


class RecusalNotAsked(WrongState):
    """The sides whose request replaces a mediator here have not both made it on record."""

    reason = "RECUSAL_NOT_ASKED"
