"""Consent and duties on the wire, both ways."""

from collections.abc import Iterable
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from kernel.catalogue import Language
from kernel.errors import FieldViolation
from kernel.wording import Words
from lianxin.mediation.v1 import consent_pb2 as pb
from mediation import commands_consent as todo
from mediation.consents import ConsentText
from mediation.convert.casework import Read
from mediation.convert.casework_words import DUTY, SIGNING
from mediation.convert.fields import CaseFields
from mediation.domain.consent import Lack, Method, Subject
from mediation.domain.words import Duty, Signing
from mediation.handlers.acting import Row

REASON, VERSION = 1_000, 40
SUBJECT = Words(pb.ConsentSubject, "CONSENT_SUBJECT", Subject)
METHOD = Words(pb.ConsentMethod, "CONSENT_METHOD", Method)


def record_consent(request: pb.RecordConsentRequest) -> Read:
    """What a party said."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    subjects = tuple(
        word for n in request.subjects if (word := fields.word("subjects", SUBJECT, n)) is not None
    )
    if not request.subjects:
        fields.wrong.append(FieldViolation("subjects", "REQUIRED"))
    command = todo.RecordConsent(
        case_id,
        seen,
        fields.id("party_id", request.party_id),
        tuple(dict.fromkeys(subjects)),
        request.given,
        fields.needed("text_version", request.text_version, VERSION),
        fields.word("method", METHOD, request.method) or Method.SIGNED,
        fields.day("on_day", request.on_day),
        fields.optional_word("by", SIGNING, request.by) or Signing.SELF,
        fields.optional_id("mediator_id", request.mediator_id),
    )
    fields.check()
    return request_id, command


def waive_duty(request: pb.WaiveDutyRequest) -> Read:
    """Why it does not apply."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    duty = fields.word("duty", DUTY, request.duty) or Duty.POLICE
    reason = fields.needed("reason", request.reason, REASON)
    fields.check()
    return request_id, todo.WaiveDuty(case_id, seen, duty, reason)


def decide_waiver(request: pb.DecideWaiverRequest) -> Read:
    """A second person's word."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    duty = fields.word("duty", DUTY, request.duty) or Duty.POLICE
    fields.check()
    return request_id, todo.DecideWaiver(case_id, seen, duty, request.approved)


def texts_message(
    version: str, texts: dict[Subject, ConsentText], language: Language
) -> pb.GetConsentTextsResponse:
    """The texts in the reader's language."""
    chinese = language is Language.ZH_CN
    return pb.GetConsentTextsResponse(
        version=version,
        texts=[
            pb.ConsentText(subject=SUBJECT.number(about), text=one.zh if chinese else one.en)
            for about, one in texts.items()
        ],
    )


def consents_message(
    rows: Iterable[Row], lacks: Iterable[Lack], sensitive: Iterable[Subject]
) -> pb.ListConsentsResponse:
    """What was said, in order; the last word on a subject counts."""
    ordered = list(rows)
    last = {(row["party_id"], row["subject"], row["mediator_id"]): row["n"] for row in ordered}
    return pb.ListConsentsResponse(
        consents=[_entry(row, counts=row["n"] in last.values()) for row in ordered],
        lacks=[pb.ConsentLack(field=one.field, reason=one.gap.value) for one in lacks],
        sensitive=map(SUBJECT.number, sensitive),
    )


def _entry(row: Row, *, counts: bool) -> pb.ConsentEntry:
    return pb.ConsentEntry(
        no=row["n"],
        party_id=str(row["party_id"]),
        subject=SUBJECT.number(Subject(row["subject"])),
        mediator_id=str(row["mediator_id"] or ""),
        given=row["given"],
        text_version=row["version"],
        method=METHOD.number(Method(row["method"])),
        by=SIGNING.number(Signing(row["in_name"])),
        on_day=row["on_day"].isoformat(),
        counts=counts,
    )


def duties_message(
    rows: Iterable[Row], *, apart: bool, green_channel: bool
) -> pb.ListDutiesResponse:
    """Duties with their grounds; why one does not apply is sealed and not among it."""
    return pb.ListDutiesResponse(
        duties=map(duty_message, rows), apart=apart, green_channel=green_channel
    )


def duty_message(row: Row) -> pb.DutyStanding:
    """One duty."""
    message = pb.DutyStanding(
        duty=DUTY.number(Duty(row["duty"])),
        grounds=row["grounds"].split(),
        reported_to=row["reported_to"],
        waiver_by=row["waiver_by"],
        open=not (row["reported_at"] or row["waived_at"]),
    )
    for moment, name in (
        (message.noted_at, "noted_at"),
        (message.reported_at, "reported_at"),
        (message.waived_at, "waived_at"),
    ):
        _set(moment, row[name])
    return message


def _set(moment: Timestamp, at: datetime | None) -> None:
    if at is not None:
        moment.FromDatetime(at.astimezone(UTC))
