"""Requests about opinions, conclusion, service and publication as commands."""

from hearing.commands import conclusion as todo
from hearing.convert import session_words as words
from hearing.convert.fields import REASON, Fields
from hearing.convert.session import MEMBERS, Read
from hearing.domain.session_words import Opinion, ReadOut, ServiceMethod
from lianxin.hearing.v1 import conclusion_pb2 as pb

TEXT, NAME, NOTE = 20_000, 100, 1_000


def give_opinion(request: pb.GiveOpinionRequest) -> Read:
    """What a member holds, with reasons."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.GiveOpinion(
        case_id,
        seen,
        fields.number("member_no", request.member_no, 1, MEMBERS),
        fields.word("opinion", words.OPINION, request.opinion) or Opinion.ABSTAINS,
        fields.needed("reasons", request.reasons, REASON),
    )
    fields.check()
    return request_id, command


def conclude(request: pb.ConcludeRequest) -> Read:
    """The texts of a conclusion."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.Conclude(
        case_id,
        seen,
        fields.word("read_out", words.READ_OUT, request.read_out) or ReadOut.LATER,
        fields.needed("found", request.found, TEXT),
        fields.needed("reasons", request.reasons, TEXT),
        fields.needed("text", request.text, TEXT),
    )
    fields.check()
    return request_id, command


def serve(request: pb.ServeConclusionRequest) -> Read:
    """One service with its proof."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.ServeConclusion(
        case_id,
        seen,
        fields.id("party_id", request.party_id),
        fields.optional_id("through_id", request.through_id),
        fields.word("method", words.METHOD, request.method) or ServiceMethod.DIRECT,
        fields.day("served_on", request.served_on),
        fields.needed("served_by", request.served_by, NAME),
        fields.code("receipt_no", request.receipt_no),
        fields.text("note", request.note, NOTE),
        fields.number("corrects", request.corrects, 0) or None,
    )
    fields.check()
    return request_id, command


def note_consent(request: pb.NotePublicationConsentRequest) -> Read:
    """A party's written word."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.NoteConsent(
        case_id,
        seen,
        fields.id("party_id", request.party_id),
        request.given,
        fields.day("on_day", request.on_day),
        fields.needed("paper", request.paper, NOTE),
    )
    fields.check()
    return request_id, command


def propose_publication(request: pb.ProposePublicationRequest) -> Read:
    """A preview."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.ProposePublication(
        case_id,
        seen,
        fields.needed("text", request.text, TEXT),
        fields.day("take_down_on", request.take_down_on),
    )
    fields.check()
    return request_id, command


def decide_publication(request: pb.DecidePublicationRequest) -> Read:
    """A second person's decision."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("publication_no", request.publication_no)
    fields.check()
    return request_id, todo.DecidePublication(case_id, seen, no, request.approved)


def take_down(request: pb.TakeDownRequest) -> Read:
    """Which publication."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("publication_no", request.publication_no)
    fields.check()
    return request_id, todo.TakeDown(case_id, seen, no)
