"""Why somebody is not let in, or an account not changed."""

from kernel.errors import (
    AlreadyThere,
    Denied,
    InvalidInput,
    Missing,
    Unauthenticated,
    WrongState,
)


class LoginFailed(Unauthenticated):
    """No such account, wrong password, disabled or locked; which of them is not told."""

    reason = "LOGIN_FAILED"


class PasswordToChange(Denied):
    """A one-time password opens nothing but the change of it."""

    reason = "PASSWORD_TO_CHANGE"


class IssuerNone(WrongState):
    """The node trusts no issuer: its own accounts are all there are."""

    reason = "ISSUER_NONE"


class PasswordsOff(Denied):
    """By the node's mapping file somebody like this logs in through the issuer only."""

    reason = "PASSWORDS_OFF"


class AccountOfIssuer(WrongState):
    """Password and roles of this account are the issuer's; it can only be disabled here."""

    reason = "ACCOUNT_OF_ISSUER"


class LogInAtIssuer(Unauthenticated):
    """An account of the issuer is renewed with a token of the issuer."""

    reason = "LOG_IN_AT_ISSUER"


class PasswordWeak(InvalidInput):
    """The new password is not taken; the field says why."""

    reason = "PASSWORD_WEAK"


class StaffUnknown(Missing):
    """There is no such account, or none that the caller may manage."""

    reason = "STAFF_UNKNOWN"


class StaffDisabled(WrongState):
    """The account is closed: nothing is given to it any more."""

    reason = "STAFF_DISABLED"


class StaffOfOtherUnit(WrongState):
    """A unit's cases are handled by its own people."""

    reason = "STAFF_OF_OTHER_UNIT"


class StaffTaken(AlreadyThere):
    """The account exists; accounts are never reused."""

    reason = "STAFF_TAKEN"


class NotYourSite(Denied):
    """Accounts are managed at their own site or above it, on the node that hosts them."""

    reason = "NOT_YOUR_SITE"


class SystemUnknown(Missing):
    """There is no such system caller."""

    reason = "SYSTEM_UNKNOWN"
