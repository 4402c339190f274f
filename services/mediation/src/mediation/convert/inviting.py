"""Invitations on the wire, both ways."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kernel.catalogue import Language
from kernel.errors import FieldViolation
from kernel.holding.rows import Words
from kernel.inviting import Act, Invited, InvitedKind, Standing, Word, shipped_undertakings
from kernel.inviting.keeping import ANSWERS, last_words
from lianxin.common.v1 import invitation_pb2 as common
from lianxin.mediation.v1 import invitation_pb2 as pb
from mediation import commands_inviting as todo
from mediation.convert import casework_words as words
from mediation.convert.casework import Read
from mediation.convert.casework_words import Words as Enumerated
from mediation.convert.fields import CaseFields
from mediation.convert.instants import stamp
from mediation.domain.words import Joining, SessionKind
from mediation.handlers.invited_sight import Sight
from mediation.storage import tables_sessions as meetings
from mediation.storage.tables_inviting import invitation

Row = Mapping[Any, Any]
KIND = Enumerated(common.InvitedKind, "INVITED_KIND", InvitedKind)
STANDING = Enumerated(common.InvitationStanding, "INVITATION_STANDING", Standing)
ANSWER: dict[int, Act] = {
    common.InvitationAnswer.Value(f"INVITATION_ANSWER_{act.name}"): act for act in ANSWERS
}
NAME, ORGANISATION, VERSION = 50, 100, 40


def invite(request: pb.InviteToSessionRequest) -> Read:
    """Whom to invite to which session."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    session_id = fields.id("session_id", request.session_id)
    invited = _person(fields, request.person)
    fields.check()
    return request_id, todo.InviteToSession(case_id, seen, session_id, invited)


def _person(fields: CaseFields, one: common.InvitedPerson) -> Invited:
    return Invited(
        fields.word("person.kind", KIND, one.kind) or InvitedKind.LAWYER,
        fields.code("person.account", one.account),
        fields.text("person.name", one.name, NAME),
        fields.text("person.organisation", one.organisation, ORGANISATION),
        fields.code("person.unit_id", one.unit_id),
    )


def on_invitation(request: Any) -> Read:
    """Which invitation."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("no", request.no)
    fields.check()
    return request_id, todo.OnInvitation(case_id, seen, no)


def word(request: pb.RecordSessionWordRequest) -> Read:
    """What a party says."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    said = Word(
        fields.id("party_id", request.party_id),
        request.given,
        fields.day("on_day", request.on_day),
    )
    no = fields.number("no", request.no)
    fields.check()
    return request_id, todo.RecordWord(case_id, seen, no, said)


def answer(request: Any) -> Read:
    """What the invited person says."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    act = ANSWER.get(request.answer)
    if act is None:
        why = "UNKNOWN_VALUE" if request.answer else "REQUIRED"
        fields.wrong.append(FieldViolation("answer", why))
    version = fields.text("undertaking_version", request.undertaking_version, VERSION)
    no = fields.number("no", request.no)
    fields.check()
    return request_id, todo.Answer(case_id, seen, no, act or Act.DECLINE, version)


def presence(request: pb.RecordSessionPresenceRequest) -> Read:
    """Whether somebody was there."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("no", request.no)
    fields.check()
    return request_id, todo.RecordPresence(case_id, seen, no, request.came)


def undertaking_message(language: Language) -> common.Undertaking:
    """What is to be undertaken today."""
    texts = shipped_undertakings()
    text = texts.versions[texts.newest]
    return common.Undertaking(
        version=texts.newest, text=text.zh if language is Language.ZH_CN else text.en
    )


def record_message(row: Row, said: Mapping[UUID, bool], opened: Words) -> common.InvitationRecord:
    """One invitation as it is on file."""
    personal = opened.open(invitation, row)
    return common.InvitationRecord(
        no=row["no"],
        person=common.InvitedPerson(
            kind=KIND.number(InvitedKind(row["kind"])),
            account=row["account"],
            name=personal.get("name", ""),
            organisation=personal.get("of", ""),
            unit_id=row["unit"],
        ),
        standing=STANDING.number(Standing(row["standing"])),
        invited_at=stamp(row["invited_at"]),
        invited_by=row["invited_by"],
        undertaking_version=row["undertaking"],
        answered_at=stamp(row["answered_at"]),
        answered_by=row["answered_by"],
        agreed_party_ids=sorted(str(one) for one, given in said.items() if given),
        against_party_ids=sorted(str(one) for one, given in said.items() if not given),
    )


def records_of(
    rows: Iterable[Row], spoken: Iterable[Row], session_id: UUID, opened: Words
) -> list[common.InvitationRecord]:
    """The invitations to one session, in order."""
    said = list(spoken)
    return [
        record_message(row, last_words(one for one in said if one["no"] == row["no"]), opened)
        for row in rows
        if row["session_id"] == session_id
    ]


def own_message(sight: Sight) -> common.OwnInvitation:
    """An invitation as the invited person finds it."""
    own = sight.own
    return common.OwnInvitation(
        case_id=str(own.row["case_id"]),
        case_no=own.mediation["case_no"],
        epoch=own.mediation["epoch"],
        version=own.mediation["version"],
        no=own.row["no"],
        kind=KIND.number(InvitedKind(own.row["kind"])),
        standing=STANDING.number(Standing(own.row["standing"])),
        unit_id=own.mediation["holder_unit"],
        starts_at=stamp(own.session["starts_at"]),
        ends_at=stamp(own.session["ends_at"]),
        shut=sight.shut.value if sight.shut else "",
        seen_until=None if sight.shut else stamp(sight.until),
    )


def session_message(sight: Sight, opened: Words) -> pb.InvitedSession:
    """The session that somebody is invited to."""
    met = sight.own.session
    return pb.InvitedSession(
        session_id=str(met["session_id"]),
        kind=words.SESSION_KIND.number(SessionKind(met["kind"])),
        joining=words.JOINING.number(Joining(met["joining"])),
        starts_at=stamp(met["starts_at"]),
        ends_at=stamp(met["ends_at"]),
        place=opened.open(meetings.session, met).get("where", ""),
        no=sight.own.row["no"],
        seen_until=stamp(sight.until),
    )
