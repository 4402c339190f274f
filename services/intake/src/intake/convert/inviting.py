"""Invitations to receptions on the wire, both ways."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from intake.commands_inviting import InviteToReception
from intake.convert.fields import Fields
from intake.convert.instants import instant
from intake.handlers.inviting import sealed_name
from intake.storage.inviting import Own
from intake.vault import CaseVault
from kernel.doors import inviting as wire
from kernel.errors import FieldViolation
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
from lianxin.common.v1 import invitation_pb2 as common
from lianxin.intake.v1 import reception_pb2 as pb

PLACE, MOST = 200, 100_000
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
Row = Mapping[Any, Any]


def invite(message: pb.InviteToReceptionRequest) -> InviteToReception:
    """Whom to invite, when and where."""
    fields = Fields()
    command = InviteToReception(
        fields.id("case_id", message.case_id),
        fields.seen("seen", message.seen),
        _person(fields, message.person),
        _at(fields, "starts_at", message.starts_at),
        _at(fields, "ends_at", message.ends_at),
        fields.text("place", message.place, PLACE, required=False),
    )
    fields.check()
    return command


def _person(fields: Fields, one: common.InvitedPerson) -> Invited:
    fields.text("person.name", one.name, wire.NAME, required=False)
    fields.text("person.organisation", one.organisation, wire.ORGANISATION, required=False)
    invited, wrong = wire.invited_from(one)
    fields.add(wrong)
    return invited


def _at(fields: Fields, name: str, message: Timestamp) -> datetime:
    found = instant(message) if message != Timestamp() else None
    if found is None:
        fields.add([FieldViolation(name, "DATE_OUT_OF_RANGE")])
    return found or NO_DAY


def on_invitation(message: pb.WithdrawReceptionInvitationRequest) -> OnInvitation:
    """Which invitation."""
    fields = Fields()
    command = OnInvitation(*_which(fields, message))
    fields.check()
    return command


def _which(fields: Fields, message: Any) -> tuple[UUID, Any, int]:
    if not 1 <= message.no <= MOST:
        fields.add([FieldViolation("no", "REQUIRED" if not message.no else "UNKNOWN_VALUE")])
    case_id = fields.id("case_id", message.case_id)
    return case_id, fields.seen("seen", message.seen), message.no


def word(message: pb.RecordReceptionWordRequest) -> RecordWord:
    """What a party says."""
    fields = Fields()
    day = fields.day("on_day", message.on_day, required=True) or NO_DAY.date()
    said = Word(fields.id("party_id", message.party_id), message.given, day)
    command = RecordWord(*_which(fields, message), said)
    fields.check()
    return command


def answer(message: Any) -> Answer:
    """What the invited person says."""
    fields = Fields()
    act, wrong = wire.answer_from(message.answer)
    fields.add(wrong)
    version = message.undertaking_version
    fields.text("undertaking_version", version, wire.VERSION, required=False)
    command = Answer(*_which(fields, message), act, version)
    fields.check()
    return command


def presence(message: pb.RecordReceptionPresenceRequest) -> RecordPresence:
    """Whether somebody was there."""
    fields = Fields()
    command = RecordPresence(*_which(fields, message), message.came)
    fields.check()
    return command


def own_message(sight: Sight[Own]) -> common.OwnInvitation:
    """An invitation as the invited person finds it."""
    own = sight.own
    times = (own.row["starts_at"], own.row["ends_at"], sight.until)
    return wire.own_message(own.row, own.case, times, sight.shut)


def reception_message(row: Row, said: Mapping[UUID, bool], vault: CaseVault) -> pb.Reception:
    """An invitation as it is on file."""
    personal = _opened(row, vault)
    return pb.Reception(
        invited=wire.record_message(row, said, personal),
        starts_at=stamp(row["starts_at"]),
        ends_at=stamp(row["ends_at"]),
        place=personal.get("place", ""),
    )


def invited_message(sight: Sight[Own], vault: CaseVault) -> pb.InvitedReception:
    """The reception that somebody is invited to."""
    row = sight.own.row
    return pb.InvitedReception(
        no=row["no"],
        starts_at=stamp(row["starts_at"]),
        ends_at=stamp(row["ends_at"]),
        place=_opened(row, vault).get("place", ""),
        seen_until=stamp(sight.until),
    )


def _opened(row: Row, vault: CaseVault) -> Row:
    opened: Row = vault.open(sealed_name(row["no"]), row["sealed"])
    return opened
