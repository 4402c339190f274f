"""Invitations on the wire, both ways."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kernel.doors import inviting as wire
from kernel.holding.rows import Words
from kernel.instants import stamp
from kernel.inviting import (
    Answer,
    Invited,
    OnInvitation,
    RecordPresence,
    RecordWord,
    Sight,
    Word,
)
from kernel.inviting.keeping import last_words
from lianxin.common.v1 import invitation_pb2 as common
from lianxin.mediation.v1 import invitation_pb2 as pb
from mediation.commands_inviting import InviteToSession
from mediation.convert import casework_words as words
from mediation.convert.casework import Read
from mediation.convert.fields import CaseFields
from mediation.domain.words import Joining, SessionKind
from mediation.storage import tables_sessions as meetings
from mediation.storage.inviting import Own
from mediation.storage.tables_inviting import invitation

Row = Mapping[Any, Any]


def invite(request: pb.InviteToSessionRequest) -> Read:
    """Whom to invite to which session."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    session_id = fields.id("session_id", request.session_id)
    invited = _person(fields, request.person)
    fields.check()
    return request_id, InviteToSession(case_id, seen, session_id, invited)


def _person(fields: CaseFields, one: common.InvitedPerson) -> Invited:
    fields.text("person.name", one.name, wire.NAME)
    fields.text("person.organisation", one.organisation, wire.ORGANISATION)
    invited, wrong = wire.invited_from(one)
    fields.wrong.extend(wrong)
    return invited


def on_invitation(request: Any) -> Read:
    """Which invitation."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("no", request.no)
    fields.check()
    return request_id, OnInvitation(case_id, seen, no)


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
    return request_id, RecordWord(case_id, seen, no, said)


def answer(request: Any) -> Read:
    """What the invited person says."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    act, wrong = wire.answer_from(request.answer)
    fields.wrong.extend(wrong)
    version = fields.text("undertaking_version", request.undertaking_version, wire.VERSION)
    no = fields.number("no", request.no)
    fields.check()
    return request_id, Answer(case_id, seen, no, act, version)


def presence(request: pb.RecordSessionPresenceRequest) -> Read:
    """Whether somebody was there."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    no = fields.number("no", request.no)
    fields.check()
    return request_id, RecordPresence(case_id, seen, no, request.came)


def records_of(
    rows: Iterable[Row], spoken: Iterable[Row], session_id: UUID, opened: Words
) -> list[common.InvitationRecord]:
    """The invitations to one session, in order."""
    said = list(spoken)
    return [
        wire.record_message(
            row,
            last_words(one for one in said if one["no"] == row["no"]),
            opened.open(invitation, row),
        )
        for row in rows
        if row["session_id"] == session_id
    ]


def own_message(sight: Sight[Own]) -> common.OwnInvitation:
    """An invitation as the invited person finds it."""
    own = sight.own
    times = (own.session["starts_at"], own.session["ends_at"], sight.until)
    return wire.own_message(own.row, own.mediation, times, sight.shut)


def session_message(sight: Sight[Own], opened: Words) -> pb.InvitedSession:
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
