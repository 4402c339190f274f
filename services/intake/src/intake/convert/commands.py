"""Requests of the protocol as commands; what is wrong is named field by field."""

from datetime import datetime

from intake import commands
from intake.convert.drafts import party_from
from intake.convert.fields import Fields
from intake.convert.words import COLOUR, DIFFICULTY, PROCEDURE, REFUSAL
from intake.domain.matter import (
    NARRATIVE,
    PARTIES,
    PLACE_TEXT,
    REQUESTS,
    SKEW,
    PartyDraft,
    place_violations,
    request_violations,
)
from intake.domain.refusals import RefusalKind
from intake.domain.text import text_violations
from intake.domain.words import (
    Finding,
    IdentityCheck,
    LinkKind,
    Procedure,
    VoidReason,
)
from kernel.errors import FieldViolation
from lianxin.intake.v1 import intake_service_pb2 as pb

GROUNDS, ANSWER, WHY, DECISIONS, REPORTED = 2000, 5000, 500, 20, 500
SET_BY_HAND = {LinkKind.REPEAT_OF, LinkKind.SAME_MATTER, LinkKind.ACCEPTED_ELSEWHERE}


def amend_case(request: pb.AmendCaseRequest) -> commands.AmendCase:
    """New values; an optional field that is present and empty is wrong but for the place text."""
    fields = Fields()
    if request.HasField("narrative"):
        fields.add(
            text_violations("narrative", request.narrative, NARRATIVE, required=True, ids=True)
        )
    if request.HasField("place_code"):
        fields.add(place_violations("place_code", request.place_code))
    if request.HasField("place_text"):
        fields.add(text_violations("place_text", request.place_text, PLACE_TEXT))
    _lists(fields, request)
    command = commands.AmendCase(
        case_id=fields.id("case_id", request.case_id),
        seen=fields.seen("seen", request.seen),
        why=fields.text("why", request.why, WHY),
        narrative=request.narrative.strip() if request.HasField("narrative") else None,
        place_code=request.place_code if request.HasField("place_code") else None,
        place_text=request.place_text.strip() if request.HasField("place_text") else None,
        category=request.category if request.HasField("category") else None,
        add_requests=tuple(one.text.strip() for one in request.add_requests),
        add_parties=tuple(party_from(one) for one in request.add_parties),
        change_parties=tuple(party_from(one) for one in request.change_parties),
    )
    for number, party in enumerate(command.add_parties):
        fields.add(party.violations(f"add_parties[{number}]"))
    for number, party in enumerate(command.change_parties):
        fields.add(_changed(f"change_parties[{number}]", party))
    fields.check()
    return command


def _lists(fields: Fields, request: pb.AmendCaseRequest) -> None:
    fields.most("add_requests", len(request.add_requests), REQUESTS)
    fields.most("add_parties", len(request.add_parties), PARTIES)
    fields.most("change_parties", len(request.change_parties), PARTIES)
    for number, one in enumerate(request.add_requests):
        fields.add(request_violations(f"add_requests[{number}]", one.text))


def _changed(path: str, party: PartyDraft) -> list[FieldViolation]:
    """A changed party may leave out what stays, its role too; its id may not be missing."""
    wrong = [one for one in party.violations(path) if one.field != f"{path}.role"]
    if party.party_id is None:
        wrong.append(FieldViolation(f"{path}.party_id", "MALFORMED_ID"))
    return wrong


def confirm_suggestions(request: pb.ConfirmSuggestionsRequest) -> commands.ConfirmSuggestions:
    """A person's decisions."""
    fields = Fields()
    fields.most("confirmations", len(request.confirmations), DECISIONS)
    if not request.confirmations:
        fields.add([FieldViolation("confirmations", "REQUIRED")])
    command = commands.ConfirmSuggestions(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        tuple((one.field, one.value) for one in request.confirmations),
    )
    fields.check()
    return command


def accept_case(request: pb.AcceptCaseRequest, now: datetime) -> commands.AcceptCase:
    """Acceptance under a procedure."""
    fields = Fields()
    command = commands.AcceptCase(
        case_id=fields.id("case_id", request.case_id),
        seen=fields.seen("seen", request.seen),
        procedure=fields.required_word(
            "procedure", PROCEDURE, request.procedure, Procedure.PETITION
        ),
        category=fields.code("category", request.category),
        difficulty=fields.word("difficulty", DIFFICULTY, request.difficulty),
        colour=fields.word("colour", COLOUR, request.colour),
        accepted_at=fields.instant("accepted_at", request.accepted_at, now + SKEW),
    )
    fields.check()
    return command


def refuse_case(request: pb.RefuseCaseRequest) -> commands.RefuseCase:
    """A proposed refusal with its grounds and the way that is told."""
    fields = Fields()
    kind = fields.required_word("kind", REFUSAL, request.kind, RefusalKind.TO_BE_COMPLETED)
    command = commands.RefuseCase(
        case_id=fields.id("case_id", request.case_id),
        seen=fields.seen("seen", request.seen),
        kind=kind,
        grounds=fields.text("grounds", request.grounds, GROUNDS),
        route=fields.text("route", request.route, PLACE_TEXT, required=False),
        accepted_case_id=fields.optional_id("accepted_case_id", request.accepted_case_id),
    )
    if kind.needs_route and not (command.route or command.accepted_case_id):
        fields.add([FieldViolation("route", "REQUIRED")])
    fields.check()
    return command


def decide_refusal(request: pb.DecideRefusalRequest) -> commands.DecideRefusal:
    """The second person's decision; a rejection gives its reason."""
    fields = Fields()
    command = commands.DecideRefusal(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        request.approved,
        fields.text("why", request.why, GROUNDS, required=not request.approved),
    )
    fields.check()
    return command


def answer_on_the_spot(request: pb.AnswerOnTheSpotRequest) -> commands.AnswerOnTheSpot:
    """What was answered."""
    fields = Fields()
    command = commands.AnswerOnTheSpot(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        fields.text("answer", request.answer, ANSWER),
        request.settled,
    )
    fields.check()
    return command


def withdraw_case(request: pb.WithdrawCaseRequest) -> commands.WithdrawCase:
    """The resident's wish; a reason is not owed."""
    fields = Fields()
    command = commands.WithdrawCase(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        fields.text("why", request.why, GROUNDS, required=False),
    )
    fields.check()
    return command


def confirm_withdrawal(request: pb.ConfirmWithdrawalRequest) -> commands.ConfirmWithdrawal:
    """What the resident said when asked again."""
    fields = Fields()
    command = commands.ConfirmWithdrawal(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        request.confirmed,
    )
    fields.check()
    return command


def void_case(request: pb.VoidCaseRequest) -> commands.VoidCase:
    """A mistaken registration."""
    fields = Fields()
    command = commands.VoidCase(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        fields.named("why", VoidReason, request.why),
    )
    fields.check()
    return command


def merge_cases(request: pb.MergeCasesRequest) -> commands.MergeCases:
    """Which case ends in which."""
    fields = Fields()
    command = commands.MergeCases(
        fields.id("from_case_id", request.from_case_id),
        fields.seen("from_seen", request.from_seen),
        fields.id("into_case_id", request.into_case_id),
        fields.seen("into_seen", request.into_seen),
    )
    fields.check()
    return command


def link_cases(request: pb.LinkCasesRequest) -> commands.LinkCases:
    """A link that a person makes."""
    fields = Fields()
    command = commands.LinkCases(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        fields.id("other_case_id", request.other_case_id),
        fields.named("kind", LinkKind, request.kind),
    )
    if not fields.wrong and command.kind not in SET_BY_HAND:
        fields.add([FieldViolation("kind", "NOT_ALLOWED")])
    fields.check()
    return command


def add_finding(request: pb.AddFindingRequest) -> commands.AddFinding:
    """What came of one request."""
    fields = Fields()
    if not 1 <= request.request_no <= REQUESTS:
        fields.add([FieldViolation("request_no", "UNKNOWN_VALUE")])
    command = commands.AddFinding(
        fields.id("case_id", request.case_id),
        fields.seen("seen", request.seen),
        request.request_no,
        fields.named("finding", Finding, request.finding),
        fields.text("answer", request.answer, ANSWER),
    )
    fields.check()
    return command


def reissue_code(request: pb.ReissueCodeRequest) -> commands.ReissueCode:
    """A new code after a check."""
    fields = Fields()
    command = commands.ReissueCode(
        fields.id("case_id", request.case_id),
        fields.optional_id("party_id", request.party_id),
        fields.named("identity_check", IdentityCheck, request.identity_check),
    )
    fields.check()
    return command


def mark_reported(request: pb.MarkReportedRequest) -> commands.MarkReported:
    """Results that were reported back."""
    fields = Fields()
    fields.most("case_ids", len(request.case_ids), REPORTED)
    listed = enumerate(request.case_ids[:REPORTED])
    command = commands.MarkReported(
        tuple(fields.id(f"case_ids[{number}]", one) for number, one in listed)
    )
    fields.check()
    return command
