"""Invitations on the wire, the same at every service that invites."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.catalogue import Language
from kernel.errors import FieldViolation
from kernel.instants import stamp
from kernel.inviting import Act, Invited, InvitedKind, Shut, Standing, shipped_undertakings
from kernel.inviting.keeping import ANSWERS
from lianxin.common.v1 import invitation_pb2 as pb

Row = Mapping[Any, Any]
NAME, ORGANISATION, VERSION, CODE = 50, 100, 40, 64
_KINDS: dict[int, InvitedKind] = {
    pb.InvitedKind.Value(f"INVITED_KIND_{one.name}"): one for one in InvitedKind
}
_KIND_NUMBERS = {one: pb.InvitedKind.Value(f"INVITED_KIND_{one.name}") for one in InvitedKind}
_STANDINGS = {
    one: pb.InvitationStanding.Value(f"INVITATION_STANDING_{one.name}") for one in Standing
}
_ANSWERS: dict[int, Act] = {
    pb.InvitationAnswer.Value(f"INVITATION_ANSWER_{act.name}"): act for act in ANSWERS
}


def invited_from(one: pb.InvitedPerson) -> tuple[Invited, list[FieldViolation]]:
    """Who is invited, and what is wrong with the form of it; texts are looked at by the service."""
    wrong = [
        FieldViolation(f"person.{name}", "MALFORMED")
        for name, code in (("account", one.account), ("unit_id", one.unit_id))
        if len(code) > CODE or any(not sign.isprintable() or sign.isspace() for sign in code)
    ]
    kind = _KINDS.get(one.kind)
    if kind is None:
        wrong.append(FieldViolation("person.kind", "UNKNOWN_VALUE" if one.kind else "REQUIRED"))
    name, of = one.name.strip(), one.organisation.strip()
    found = Invited(kind or InvitedKind.LAWYER, one.account, name, of, one.unit_id)
    return found, wrong


def answer_from(number: int) -> tuple[Act, list[FieldViolation]]:
    """What is answered, and what is wrong with it."""
    act = _ANSWERS.get(number)
    wrong = [] if act else [FieldViolation("answer", "UNKNOWN_VALUE" if number else "REQUIRED")]
    return act or Act.DECLINE, wrong


def undertaking_message(language: Language) -> pb.Undertaking:
    """What is to be undertaken today."""
    texts = shipped_undertakings()
    text = texts.versions[texts.newest]
    return pb.Undertaking(
        version=texts.newest, text=text.zh if language is Language.ZH_CN else text.en
    )


def record_message(row: Row, said: Mapping[UUID, bool], personal: Row) -> pb.InvitationRecord:
    """One invitation as it is on file; `personal` is what was sealed of it."""
    return pb.InvitationRecord(
        no=row["no"],
        person=pb.InvitedPerson(
            kind=_KIND_NUMBERS[InvitedKind(row["kind"])],
            account=row["account"],
            name=personal.get("name", ""),
            organisation=personal.get("of", ""),
            unit_id=row["unit"],
        ),
        standing=_STANDINGS[Standing(row["standing"])],
        invited_at=stamp(row["invited_at"]),
        invited_by=row["invited_by"],
        undertaking_version=row["undertaking"],
        answered_at=stamp(row["answered_at"]),
        answered_by=row["answered_by"],
        agreed_party_ids=sorted(str(one) for one, given in said.items() if given),
        against_party_ids=sorted(str(one) for one, given in said.items() if not given),
    )


def own_message(
    row: Row, case: Row, times: tuple[datetime, datetime, datetime], shut: Shut | None
) -> pb.OwnInvitation:
    """An invitation as the invited person finds it; `times` are begin, end, and seen until."""
    starts_at, ends_at, until = times
    return pb.OwnInvitation(
        case_id=str(row["case_id"]),
        case_no=case["case_no"],
        epoch=case["epoch"],
        version=case["version"],
        no=row["no"],
        kind=_KIND_NUMBERS[InvitedKind(row["kind"])],
        standing=_STANDINGS[Standing(row["standing"])],
        unit_id=case["holder_unit"],
        starts_at=stamp(starts_at),
        ends_at=stamp(ends_at),
        shut=shut.value if shut else "",
        seen_until=None if shut else stamp(until),
    )
