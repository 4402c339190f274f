"""Why something is refused for what is registered of a matter: one class per situation."""

from kernel.errors import InvalidInput, WrongState


class NeverPublic(WrongState):
    """The public must not be there; the fields say why. Hold it behind closed doors, and go on."""

    reason = "HEARING_NEVER_PUBLIC"


class PrivateAlready(WrongState):
    """It is not public as it stands."""

    reason = "HEARING_PRIVATE_ALREADY"


class GroundMissing(InvalidInput):
    """The registration says nothing against the public, and the caller named no ground."""

    reason = "HEARING_GROUND_MISSING"


class CalledLate(WrongState):
    """Who was called too late to have to come (`party:ID` in the fields) waives nothing."""

    reason = "HEARING_CALLED_LATE"
