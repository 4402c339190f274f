"""Why a call was refused: one class per situation, free of transport and of user input.

A handler raises a `Refusal`; the outermost interceptor turns it into a typed gRPC status with the
text of the catalogue in the caller's language. Anything that is not a `Refusal` is a fault of ours.
"""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar
from uuid import UUID

Identifier = str | int | UUID
"""What may accompany a refusal: ids, codes, counts and limits. Never a name, phone or narrative."""


class Code(Enum):
    """Names of the gRPC status codes a refusal can carry, without importing grpc."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    ABORTED = "ABORTED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    CANCELLED = "CANCELLED"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """What is wrong with one field of a request.

    `field` is its proto path (`parties[0].phone`), `reason` an UPPER_SNAKE key of the catalogue,
    `limit` the number the text may quote (`{limit}`), such as a length in characters.
    """

    field: str
    reason: str
    limit: int | None = None


class Refusal(Exception):
    """The call was understood and is refused; nothing was changed.

    `fields` name the offending fields; `ids` are handed to the caller as metadata and to the text
    as parameters. `str()` gives the reason only, so that it can be logged anywhere.
    """

    code: ClassVar[Code] = Code.FAILED_PRECONDITION
    reason: ClassVar[str] = "REFUSED"

    def __init__(self, *fields: FieldViolation, **ids: Identifier) -> None:
        super().__init__(self.reason)
        self.fields = fields
        self.ids: dict[str, str] = {name: str(value) for name, value in ids.items()}


class InvalidInput(Refusal):
    """The request itself is wrong, whatever the state."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_INPUT"


class Unauthenticated(Refusal):
    """Who calls is not known or not proven."""

    code = Code.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"


class Denied(Refusal):
    """The caller is known and may not do this."""

    code = Code.PERMISSION_DENIED
    reason = "DENIED"


class Missing(Refusal):
    """There is no such thing, or none that this caller may know of."""

    code = Code.NOT_FOUND
    reason = "NOT_FOUND"


class AlreadyThere(Refusal):
    """It exists already and is not made twice."""

    code = Code.ALREADY_EXISTS
    reason = "ALREADY_EXISTS"


class WrongState(Refusal):
    """The thing is not in a state that allows this."""

    code = Code.FAILED_PRECONDITION
    reason = "WRONG_STATE"


class Conflict(Refusal):
    """Somebody else was faster; read again and decide again."""

    code = Code.ABORTED
    reason = "CONFLICT"


class TooMuch(Refusal):
    """More than is allowed at once or in this span of time."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "TOO_MUCH"


class NotReady(Refusal):
    """Not now, but the same call may succeed later."""

    code = Code.UNAVAILABLE
    reason = "NOT_READY"


class DatabaseAway(NotReady):
    """The database does not answer; with the same request_id the call may be repeated."""

    reason = "DATABASE_AWAY"


class MissingField(InvalidInput):
    """A compulsory field is absent or empty."""

    reason = "MISSING_FIELD"

    @classmethod
    def of(cls, *paths: str) -> "MissingField":
        """Refuse because the fields at these proto paths are absent."""
        return cls(*(FieldViolation(path, "REQUIRED") for path in paths))


class StaleVersion(Conflict):
    """The record was changed since the caller read it; `current` is its version now."""

    reason = "STALE_VERSION"


class CustodyMoved(Conflict):
    """The case is held by another unit now (`holder`), or under a later epoch (`epoch`)."""

    reason = "CUSTODY_MOVED"


class RequestIdReused(InvalidInput):
    """This request_id was used before for a request with another content."""

    reason = "REQUEST_ID_REUSED"


class TokenInvalid(Unauthenticated):
    """The token is malformed, of an unknown key, for another node, or its signature is wrong."""

    reason = "TOKEN_INVALID"


class TokenExpired(Unauthenticated):
    """The token was good once."""

    reason = "TOKEN_EXPIRED"


class ClockSkewed(Unauthenticated):
    """A node's clock is further from ours than its credentials allow: `now_ms` is our time."""

    reason = "CLOCK_SKEWED"


class TokenRevoked(Unauthenticated):
    """The bearer was disabled, or had the password reset, after the token was issued."""

    reason = "TOKEN_REVOKED"


class KeyInvalid(Unauthenticated):
    """The access key of a system is unknown, wrong or disabled."""

    reason = "KEY_INVALID"


class CertificateMismatch(Unauthenticated):
    """The node named in the token is not the one in the certificate, or none is named there."""

    reason = "CERTIFICATE_MISMATCH"


class CertificateExpired(Unauthenticated):
    """The certificate of `node` was good once; the connection outlived it."""

    reason = "CERTIFICATE_EXPIRED"


class CertificateRevoked(Unauthenticated):
    """The certificate of `node` is on the revocation list of its authority."""

    reason = "CERTIFICATE_REVOKED"


class MalformedRequest(InvalidInput):
    """The bytes are no message of the kind the method takes."""

    reason = "MALFORMED_REQUEST"


class MessageTooLarge(TooMuch):
    """One message exceeds `limit` bytes."""

    reason = "MESSAGE_TOO_LARGE"


class RateLimited(TooMuch):
    """Too many calls of this peer; `retry_after_s` seconds from now there is room again."""

    reason = "RATE_LIMITED"


class UnknownMethod(Refusal):
    """The server does not offer this method."""

    code = Code.UNIMPLEMENTED
    reason = "UNKNOWN_METHOD"


class ShuttingDown(NotReady):
    """The server ends this stream in order to stop; connect again."""

    reason = "SHUTTING_DOWN"


class Internal(Refusal):
    """A fault of ours, shown by its `error_id` alone; the log has the place under that id."""

    code = Code.INTERNAL
    reason = "INTERNAL"
