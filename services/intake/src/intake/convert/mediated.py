"""The file of mediation from the wire."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from intake.documents.mediated import Agreement, Done, Mediated, Participant, Session, Term
from lianxin.common.v1 import invitation_pb2
from lianxin.mediation.v1 import casework_pb2, file_pb2, mediation_pb2

CAME = {
    invitation_pb2.INVITATION_STANDING_CAME: "attended",
    invitation_pb2.INVITATION_STANDING_STAYED_AWAY: "absent",
}
"""Of whom the record of a session says whether they were there."""


def mediated_from(file: file_pb2.MediationFile) -> Mediated:
    """What documents draw on of it."""
    closing, kind_of = file.closing, mediation_pb2.MediationKind
    in_hand = [one for one in file.agreements if not one.HasField("dropped_at")]
    return Mediated(
        kind=_word(kind_of, "MEDIATION_KIND", file.mediation.kind),
        state=file.mediation.state,
        participants=[_participant(one) for one in file.participants],
        sessions=[_session(one) for one in file.sessions],
        agreement=_agreement(in_hand[-1]) if in_hand else None,
        facts=closing.facts,
        facts_at=_instant(closing, "facts_at"),
        routes=[_word(casework_pb2.Route, "ROUTE", one) for one in closing.routes],
        refusal_ground=_word(casework_pb2.RefusalGround, "REFUSAL_GROUND", closing.refusal_ground),
        family_violence=closing.family_violence
        or any(one.duty == casework_pb2.DUTY_FAMILY_VIOLENCE for one in file.duties),
        joined=[
            (_word(kind_of, "MEDIATION_KIND", one.kind), one.unit_id)
            for one in file.mediation.joined
        ],
    )


def _participant(one: casework_pb2.Participant) -> Participant:
    return Participant(
        party_id=UUID(one.party_id),
        side=_word(casework_pb2.Side, "SIDE", one.side),
        capacity=_word(casework_pb2.Capacity, "CAPACITY", one.capacity),
        for_party=UUID(one.for_party_id) if one.for_party_id else None,
        unit=one.unit_id,
    )


def _session(one: file_pb2.SessionRecord) -> Session:
    return Session(
        kind=_word(casework_pb2.SessionKind, "SESSION_KIND", one.kind),
        joining=_word(casework_pb2.Joining, "JOINING", one.joining),
        starts_at=one.starts_at.ToDatetime(UTC),
        state=one.state,
        departments=list(one.department_ids),
        place=one.place,
        came=[
            (UUID(came.party_id), _word(casework_pb2.Attendance, "ATTENDANCE", came.attendance))
            for came in one.parties
        ],
        outcome=_word(casework_pb2.SessionOutcome, "SESSION_OUTCOME", one.outcome),
        held_at=_instant(one, "held_at"),
        record=one.record,
        invited=[_invited(who) for who in one.invited if who.standing in CAME],
    )


def _invited(one: invitation_pb2.InvitationRecord) -> tuple[str, str, str]:
    kind = _word(invitation_pb2.InvitedKind, "INVITED_KIND", one.person.kind)
    return kind, one.person.name or one.person.account, CAME[one.standing]


def _agreement(one: file_pb2.AgreementRecord) -> Agreement:
    return Agreement(
        version=one.version,
        form=_word(casework_pb2.AgreementForm, "AGREEMENT_FORM", one.form),
        texts={
            _word(casework_pb2.AgreementPart, "AGREEMENT_PART", part.part): part.text
            for part in one.texts
        },
        terms=[_term(term) for term in one.terms],
        signers=[
            (UUID(who.party_id), _word(casework_pb2.Side, "SIDE", who.side))
            for who in one.signatures
        ],
        recorded_at=_instant(one, "recorded_at"),
        in_force_from=_instant(one, "in_force_from"),
        confirmation=_word(casework_pb2.Confirmation, "CONFIRMATION", one.confirmation),
        confirm_by=_instant(one, "confirm_by"),
        confirmation_at=_instant(one, "confirmation_at"),
    )


def _term(one: file_pb2.TermRecord) -> Term:
    return Term(
        no=one.term.no,
        performer=UUID(one.term.performer_id),
        due_on=date.fromisoformat(one.term.due_on),
        fen=one.term.amount_fen,
        what=one.what,
        standing=one.term.standing,
        done=[
            Done(date.fromisoformat(each.on_day), each.amount_fen, each.whole)
            for each in one.rendered
        ],
    )


def _instant(message: Any, name: str) -> datetime | None:
    stamp: Timestamp = getattr(message, name)
    return stamp.ToDatetime(UTC) if message.HasField(name) else None


def _word(enum: Any, prefix: str, number: int) -> str:
    """The word of a code without its prefix, in small letters; empty for none or an unknown one."""
    name: str = enum.Name(number) if number in enum.values() else ""
    word = name.removeprefix(f"{prefix}_").lower()
    return "" if word == "unspecified" else word
