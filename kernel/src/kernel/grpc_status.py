"""Refusal → `google.rpc.Status` with typed details, and back on the caller's side."""

from dataclasses import dataclass, field

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from kernel.catalogue import Catalogue, Language
from kernel.errors import Code, FieldViolation, Refusal

DOMAIN = "lianxin"
RETRY_AFTER = "retry_after_s"
"""The id of a refusal that says after how many seconds to come again; also told as RetryInfo."""
DETAILS_KEY = "grpc-status-details-bin"
STATUS_CODES = {code: grpc.StatusCode[code.name] for code in Code}

FAULTS_BYTES = 4096
"""Room for the faults of fields: a client of gRPC takes 8 KiB of answer headers, base64 counted."""

_WITHOUT_DETAILS = {
    grpc.StatusCode.UNAVAILABLE: "UNREACHABLE",
    grpc.StatusCode.INTERNAL: "UNREACHABLE",  # a stream that broke off; ours carry details
    grpc.StatusCode.DEADLINE_EXCEEDED: "TIMED_OUT",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "MESSAGE_TOO_LARGE",
    grpc.StatusCode.CANCELLED: "UNREACHABLE",  # met a server that stops; an own one raises none
    grpc.StatusCode.UNIMPLEMENTED: "UNKNOWN_METHOD",
}
"""What the transport itself answers, in our words: it attaches no details."""

_AWAITED = {"GRANT_AWAITED", "ENDING_AWAITED"}
"""News that is on its way: ABORTED, since who answered so has waited for it already."""
_PASSING = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}


def to_status(refusal: Refusal, texts: Catalogue, language: Language) -> status_pb2.Status:
    """The wire form of a refusal: reason, ids, field violations and the text to show.

    Of very many violations the first ones are told; who mends them is told the next.
    """
    number, _ = STATUS_CODES[refusal.code].value
    status = status_pb2.Status(code=number, message=refusal.reason)
    info = error_details_pb2.ErrorInfo(reason=refusal.reason, domain=DOMAIN, metadata=refusal.ids)
    status.details.add().Pack(info)
    if refusal.fields:
        status.details.add().Pack(_bad_request(refusal.fields, texts, language))
    message = error_details_pb2.LocalizedMessage(
        locale=language.value, message=texts.text(refusal.reason, language, **refusal.ids)
    )
    status.details.add().Pack(message)
    if RETRY_AFTER in refusal.ids:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.seconds = int(refusal.ids[RETRY_AFTER])
        status.details.add().Pack(retry)
    return status


def _bad_request(
    violations: tuple[FieldViolation, ...], texts: Catalogue, language: Language
) -> error_details_pb2.BadRequest:
    bad = error_details_pb2.BadRequest()
    for violation in violations:
        if bad.ByteSize() > FAULTS_BYTES:
            break
        limit = {} if violation.limit is None else {"limit": str(violation.limit)}
        text = texts.text(violation.reason, language, **limit)
        entry = bad.field_violations.add(
            field=violation.field, reason=violation.reason, description=text
        )
        entry.localized_message.locale = language.value
        entry.localized_message.message = text
    return bad


@dataclass(frozen=True, slots=True)
class Remote:
    """What the other side answered instead of a result.

    `message` is meant for people; `fields` maps a proto path to its texts. `retryable` says whether
    the same call may succeed later.
    """

    code: grpc.StatusCode
    reason: str
    ids: dict[str, str] = field(default_factory=dict)
    message: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def retryable(self) -> bool:
        """Whether the cause may pass by itself: link, time-out, overload, restart, late news."""
        if self.reason in {"MESSAGE_TOO_LARGE", "UNREACHABLE"}:
            return self.reason == "UNREACHABLE"
        return self.code in _PASSING or self.reason in _AWAITED


def from_error(
    error: grpc.aio.AioRpcError, texts: Catalogue, language: Language = Language.ZH_CN
) -> Remote:
    """Read the details of a failed call; where the transport sent none, say what it means."""
    status = _status_of(error)
    if status is None:
        reason = _WITHOUT_DETAILS.get(error.code(), "UNEXPECTED_ANSWER")
        return Remote(error.code(), reason, message=texts.text(reason, language))
    info, bad, text = _unpacked(status)
    return Remote(
        code=error.code(),
        reason=info.reason or status.message,
        ids=dict(info.metadata),
        message=text.message,
        fields=_by_field(bad),
    )


def reason_of(error: grpc.aio.AioRpcError) -> str:
    """The reason that the other side gave; "" when the transport, or nobody, answered."""
    status = _status_of(error)
    return "" if status is None else _unpacked(status)[0].reason


def _by_field(bad: error_details_pb2.BadRequest) -> dict[str, str]:
    """Every text of each field, in the order they came, one after the other."""
    texts: dict[str, dict[str, None]] = {}
    for entry in bad.field_violations:
        texts.setdefault(entry.field, {})[entry.description] = None
    return {field: " ".join(said) for field, said in texts.items()}


def _status_of(error: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                return None
    return None


def _unpacked(
    status: status_pb2.Status,
) -> tuple[
    error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.LocalizedMessage
]:
    info = error_details_pb2.ErrorInfo()
    bad = error_details_pb2.BadRequest()
    text = error_details_pb2.LocalizedMessage()
    for detail in status.details:
        for target in (info, bad, text):
            detail.Unpack(target)  # does nothing where the type is another
    return info, bad, text
