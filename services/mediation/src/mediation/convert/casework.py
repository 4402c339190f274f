"""Requests about people, sessions and agreements as commands."""

from typing import Any
from uuid import UUID

from kernel.directory import Directory
from kernel.errors import FieldViolation
from lianxin.mediation.v1 import casework_pb2 as pb
from mediation import commands_casework as todo
from mediation.convert import casework_words as words
from mediation.convert.fields import CaseFields
from mediation.domain.agreement import Part
from mediation.domain.assignment import Mediator
from mediation.domain.parties import Capacity, Participant
from mediation.domain.sessions import Draft
from mediation.domain.words import (
    AgreementForm,
    Attendance,
    Confirmation,
    Joining,
    MediationKind,
    SessionKind,
    SessionOutcome,
    Side,
    Signing,
)

Read = tuple[UUID, Any]
"""The request id, and the command."""
PLACE, RECORD, PART_TEXT, WHAT = 500, 20_000, 5_000, 1_000
MEDIATORS, LIMIT = 2_000, 1_000


def on_case(request: Any) -> Read:
    """A request that says nothing but which mediation."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    fields.check()
    return request_id, todo.OnCase(case_id, seen)


def decide(request: Any) -> Read:
    """A second person's decision."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    fields.check()
    return request_id, todo.Decide(case_id, seen, request.approved)


def keep_mediators(request: pb.KeepMediatorsRequest, directory: Directory) -> Read:
    """Mediators, with the site and path of their units."""
    fields = CaseFields()
    request_id = fields.id("request_id", request.request_id)
    fields.few("mediators", len(request.mediators), MEDIATORS)
    found = [
        _mediator(fields, f"mediators[{at}]", entry, directory)
        for at, entry in enumerate(request.mediators)
    ]
    fields.check()
    return request_id, todo.KeepMediators(tuple(one for one in found if one is not None))


def _mediator(
    fields: CaseFields, at: str, entry: pb.MediatorEntry, directory: Directory
) -> Mediator | None:
    if entry.unit_id not in directory.units:
        fields.wrong.append(FieldViolation(f"{at}.unit_id", "UNKNOWN_VALUE"))
        return None
    site = directory.units[entry.unit_id].site
    leave = tuple(
        (fields.day(f"{at}.leave", one.from_day), fields.day(f"{at}.leave", one.until))
        for one in entry.leave
    )
    if not 0 <= entry.load_limit <= LIMIT:
        fields.wrong.append(FieldViolation(f"{at}.load_limit", "TOO_LARGE", LIMIT))
    return Mediator(
        fields.id(f"{at}.mediator_id", entry.mediator_id),
        unit=entry.unit_id,
        site=site,
        path=directory.path(site),
        fields=frozenset(fields.code(f"{at}.fields", one) for one in entry.fields),
        kinds=fields.words(f"{at}.kinds", words.KIND, entry.kinds),
        languages=frozenset(fields.code(f"{at}.languages", one) for one in entry.languages),
        limit=entry.load_limit,
        leave=leave,
        staff=fields.code(f"{at}.staff", entry.staff),
        ended=entry.ended,
    )


def name_parties(request: pb.NamePartiesRequest) -> Read:
    """Who takes part."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    fields.few("participants", len(request.participants))
    fields.few("requests", len(request.requests))
    people = [
        _participant(fields, f"participants[{at}]", one)
        for at, one in enumerate(request.participants)
    ]
    if len({one.party_id for one in people}) < len(people):
        fields.wrong.append(FieldViolation("participants", "MALFORMED"))
    command = todo.NameParties(
        case_id,
        seen,
        tuple(people),
        {
            one.party_id: fields.code("participants", entry.unit_id)
            for one, entry in zip(people, request.participants, strict=True)
        },
        tuple(dict.fromkeys(fields.number("requests", no) for no in request.requests)),
        duties=fields.words("duties", words.DUTY, request.duties),
        family_violence=request.family_violence,
    )
    fields.check()
    return request_id, command


def _participant(fields: CaseFields, at: str, entry: pb.Participant) -> Participant:
    return Participant(
        fields.id(f"{at}.party_id", entry.party_id),
        fields.word(f"{at}.side", words.SIDE, entry.side) or Side.APPLICANT,
        fields.word(f"{at}.capacity", words.CAPACITY, entry.capacity) or Capacity.PARTY,
        fields.optional_id(f"{at}.for_party_id", entry.for_party_id),
        may_settle=entry.may_settle,
        organisation=entry.organisation,
        needs_guardian=entry.needs_guardian,
    )


def assign_mediators(request: pb.AssignMediatorsRequest) -> Read:
    """Who mediates."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    mediators = fields.ids("mediator_ids", request.mediator_ids)
    if not mediators:
        fields.wrong.append(FieldViolation("mediator_ids", "REQUIRED"))
    fields.check()
    return request_id, todo.AssignMediators(case_id, seen, mediators)


def recuse_mediator(request: pb.RecuseMediatorRequest) -> Read:
    """Who steps back."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    mediator_id = fields.id("mediator_id", request.mediator_id)
    why = fields.word("why", words.RECUSAL, request.why) or todo.Recusal.INTEREST
    subject = fields.code("subject_id", request.subject_id)
    fields.check()
    return request_id, todo.RecuseMediator(case_id, seen, mediator_id, why, subject)


def switch_kind(request: pb.SwitchKindRequest) -> Read:
    """Which kind takes over."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    kind = fields.word("kind", words.KIND, request.kind) or MediationKind.PEOPLES
    fields.check()
    return request_id, todo.SwitchKind(case_id, seen, kind)


def schedule_session(request: pb.ScheduleSessionRequest) -> Read:
    """The session."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    place = fields.text("place", request.place, PLACE)
    link = fields.text("link", request.link, PLACE)
    fields.few("department_ids", len(request.department_ids))
    draft = Draft(
        fields.id("session_id", request.session_id),
        fields.word("kind", words.SESSION_KIND, request.kind) or SessionKind.COUNTER,
        fields.at("starts_at", request.starts_at),
        fields.at("ends_at", request.ends_at),
        frozenset(fields.ids("mediator_ids", request.mediator_ids)),
        has_place=bool(place),
        has_link=bool(link),
        joining=fields.word("joining", words.JOINING, request.joining) or Joining.JOINT,
        departments=frozenset(fields.code("department_ids", o) for o in request.department_ids),
    )
    parties = fields.ids("party_ids", request.party_ids)
    fields.check()
    where = "\n".join(filter(None, [place, link]))
    asks = request.victim_asks
    return request_id, todo.ScheduleSession(case_id, seen, draft, where, parties, asks)


def cancel_session(request: pb.CancelSessionRequest) -> Read:
    """Which session."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    session_id = fields.id("session_id", request.session_id)
    fields.check()
    return request_id, todo.CancelSession(case_id, seen, session_id)


def record_session(request: pb.RecordSessionRequest) -> Read:
    """What came of a session."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    fields.few("came", len(request.came))
    command = todo.RecordSession(
        case_id,
        seen,
        fields.id("session_id", request.session_id),
        fields.word("outcome", words.OUTCOME, request.outcome) or SessionOutcome.NOT_HELD,
        {
            fields.id("came.party_id", one.party_id): fields.word(
                "came.attendance", words.ATTENDANCE, one.attendance
            )
            or Attendance.ABSENT
            for one in request.came
        },
        fields.text("record", request.record, RECORD),
    )
    fields.check()
    return request_id, command


def draft_agreement(request: pb.DraftAgreementRequest) -> Read:
    """A version."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    fields.few("texts", len(request.texts), len(Part))
    fields.few("terms", len(request.terms))
    texts = {
        fields.word("texts.part", words.PART, one.part) or Part.PARTIES: fields.text(
            "texts.text", one.text, PART_TEXT
        )
        for one in request.texts
    }
    terms = tuple(_term(fields, f"terms[{at}]", one) for at, one in enumerate(request.terms))
    form = fields.word("form", words.FORM, request.form) or AgreementForm.WRITTEN
    fields.check()
    return request_id, todo.DraftAgreement(case_id, seen, form, texts, terms)


def _term(fields: CaseFields, at: str, one: pb.TermDraft) -> todo.TermDraft:
    return todo.TermDraft(
        fields.id(f"{at}.performer_id", one.performer_id),
        fields.day(f"{at}.due_on", one.due_on),
        fields.needed(f"{at}.what", one.what, WHAT),
        fields.fen(f"{at}.amount_fen", one.amount_fen),
    )


def sign_agreement(request: pb.SignAgreementRequest) -> Read:
    """One hand."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.SignAgreement(
        case_id,
        seen,
        fields.number("agreement_version", request.agreement_version),
        fields.word("hand", words.HAND, request.hand) or todo.Hand.PARTY,
        fields.optional_id("party_id", request.party_id),
        fields.optional_word("by", words.SIGNING, request.by) or Signing.SELF,
        fields.optional_at(request, "at"),
    )
    fields.check()
    return request_id, command


def render_term(request: pb.RenderTermRequest) -> Read:
    """What was done."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("term_no", request.term_no)
    done_on = fields.day("done_on", request.done_on)
    amount = fields.fen("amount_fen", request.amount_fen)
    fields.check()
    return request_id, todo.RenderTerm(case_id, seen, no, done_on, amount, request.whole)


def record_confirmation(request: pb.RecordConfirmationRequest) -> Read:
    """The court's answer, or that it was asked."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    result = fields.word("result", words.CONFIRMATION, request.result) or Confirmation.NONE
    at = fields.optional_at(request, "at")
    fields.check()
    return request_id, todo.RecordConfirmation(case_id, seen, result, at)
