"""Requests about how a mediation ends, and what it is closed by, as commands."""

from kernel.errors import FieldViolation
from lianxin.mediation.v1 import casework_pb2 as pb
from mediation import commands_casework as todo
from mediation.convert import casework_words as words
from mediation.convert.casework import Read
from mediation.convert.fields import CaseFields
from mediation.domain.words import (
    Asked,
    Disposition,
    Duty,
    Ending,
    Finding,
    ReferralOutcome,
    RefusalGround,
)

FOUND, SAID, BASIS = 20_000, 5_000, 1_000


def fail_mediation(request: pb.FailMediationRequest) -> Read:
    """The other ways that were named."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    routes = fields.words("routes", words.ROUTE, request.routes)
    fields.check()
    return request_id, todo.FailMediation(case_id, seen, routes)


def refuse_mediation(request: pb.RefuseMediationRequest) -> Read:
    """The ground."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    ground = fields.word("ground", words.GROUND, request.ground) or RefusalGround.CLEAR_REFUSAL
    fields.check()
    return request_id, todo.RefuseMediation(case_id, seen, ground)


def establish_facts(request: pb.EstablishFactsRequest) -> Read:
    """What was found."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    found = fields.needed("facts", request.facts, FOUND)
    number = fields.number("hearing_number", request.hearing_number, 0)
    fields.check()
    return request_id, todo.EstablishFacts(case_id, seen, found, number)


def find_request(request: pb.FindRequestRequest) -> Read:
    """What came of one request."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.FindRequest(
        case_id,
        seen,
        fields.number("request_no", request.request_no),
        fields.word("finding", words.FINDING, request.finding) or Finding.SETTLED,
        fields.text("reasons", request.reasons, SAID),
        fields.optional_day("due_on", request.due_on),
    )
    fields.check()
    return request_id, command


def carry_out(request: pb.CarryOutRequest) -> Read:
    """Which request."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("request_no", request.request_no)
    fields.check()
    return request_id, todo.CarryOut(case_id, seen, no)


def note_duty(request: pb.NoteDutyRequest) -> Read:
    """The duty, and who was told."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    duty = fields.word("duty", words.DUTY, request.duty) or Duty.POLICE
    told = fields.code("reported_to", request.reported_to)
    fields.check()
    return request_id, todo.NoteDuty(case_id, seen, duty, told)


def dispose(request: pb.DisposeRequest) -> Read:
    """The disposition."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.Dispose(
        case_id,
        seen,
        fields.word("disposition", words.DISPOSITION, request.disposition) or Disposition.SOLVED,
        fields.needed("what", request.what, SAID),
        fields.text("basis", request.basis, BASIS),
    )
    fields.check()
    return request_id, command


def approve_disposition(request: pb.ApproveDispositionRequest) -> Read:
    """Which disposition."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("no", request.no)
    fields.check()
    return request_id, todo.ApproveDisposition(case_id, seen, no)


def refer(request: pb.ReferRequest) -> Read:
    """A new referral, or the outcome of one."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    kind = fields.optional_word("kind", words.REFERRAL_KIND, request.kind)
    outcome = fields.optional_word("outcome", words.REFERRAL_OUTCOME, request.outcome)
    no = fields.number("no", request.no, least=0)
    if not no and kind is None:
        fields.wrong.append(FieldViolation("kind", "REQUIRED"))
    if no and outcome is None:
        fields.wrong.append(FieldViolation("outcome", "REQUIRED"))
    unit = fields.code("unit_id", request.unit_id)
    fields.check()
    said = outcome or ReferralOutcome.PENDING
    return request_id, todo.Refer(case_id, seen, kind, unit, no, said)


def ask_resident(request: pb.AskResidentRequest) -> Read:
    """What came of asking."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    asked = fields.word("asked", words.ASKED, request.asked) or Asked.NOT_YET
    fields.check()
    return request_id, todo.AskResident(case_id, seen, asked)


def propose_closing(request: pb.ProposeClosingRequest) -> Read:
    """Whether the review route was told."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    fields.check()
    return request_id, todo.ProposeClosing(case_id, seen, request.review_told)


def close_mediation(request: pb.CloseMediationRequest) -> Read:
    """With which ending."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    ending = fields.word("ending", words.ENDING, request.ending) or Ending.SETTLED
    fields.check()
    return request_id, todo.CloseMediation(case_id, seen, ending)
