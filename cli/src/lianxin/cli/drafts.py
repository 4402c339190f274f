"""A matter as written by people (a row of a file, answers at the counter) as a CaseDraft."""

from collections.abc import Iterable, Mapping
from typing import Any

from lianxin.cli.dates import iso_day, moment
from lianxin.cli.errors import BadInput
from lianxin.cli.plain import checked_code, enum_number, stamp
from lianxin.cli.words import code_of
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as pb

NO_PHONE = frozenset({"", "无", "没有", "none", "no", "-"})
TRUE = frozenset({"1", "true", "yes", "是", "y"})
PLAIN = ("narrative", "place_code", "place_text", "source_system", "source_no", "sealed_for")
FLAGS = ("urgent", "litigation_related", "backlog")
ORGANISATION_ENDS = ("公司", "委员会", "政府", "局", "村委会", "合作社", "医院", "学校", "厂")
LISTS = ("about_units", "tags")
HELP = frozenset({"minor", "elder", "disabled", "hardship", "illness", "pregnant"})
"""Needs that open the green channel: kept sealed with who asks, not beside the matter."""


def party(text: str, field: str) -> pb.Party:
    """`name`, `name:phone` or `name:phone:role` as a party.

    Raises:
        BadInput: more than three parts, no name, or an unknown role.
    """
    parts = [part.strip() for part in text.replace("：", ":").split(":")]  # as typed in Chinese
    if len(parts) > 3 or not parts[0]:  # noqa: PLR2004 (name, phone, role)
        raise BadInput("PARTY_INVALID", field=field, value=text[:40])
    name, phone, role = (*parts, "", "")[:3]
    return pb.Party(
        name=name,
        phone="" if phone.lower() in NO_PHONE else phone,
        role=enum_number(common.PartyRole.DESCRIPTOR, role or "concerned", field),
    )


def draft_of(record: Mapping[str, Any]) -> pb.CaseDraft:
    """The draft of a record with the field names of the protocol, in plain words or codes.

    Beside the fields of a draft a record may name the applicant flat (name, phone, living_place,
    household_place) and `respondent`.

    Raises:
        BadInput: naming the field that cannot be read, or the name of an anonymous applicant.
    """
    draft = pb.CaseDraft(
        channel=enum_number(common.Channel.DESCRIPTOR, _text(record, "channel"), "channel"),
        identity=_identity(record),
        purpose=enum_number(common.Purpose.DESCRIPTOR, _text(record, "purpose"), "purpose"),
        procedure=enum_number(common.Procedure.DESCRIPTOR, _text(record, "procedure"), "procedure"),
        category=checked_code("category", _text(record, "category"), "category"),
        headcount=_count(record),
        parties=_parties(record),
        requests=[pb.Request(text=text) for text in _listed(record, "requests")],
    )
    for name in PLAIN:
        setattr(draft, name, _text(record, name))
    for name in FLAGS:
        setattr(draft, name, _text(record, name).lower() in TRUE)
    for name in LISTS:
        getattr(draft, name).extend(_listed(record, name))
    _take_needs(draft, _listed(record, "needs"))
    received = _text(record, "received_at")
    if received:
        draft.received_at.CopyFrom(stamp(moment(received, "received_at")))
    _check_nameless(draft)
    return draft


def _take_needs(draft: pb.CaseDraft, said: Iterable[str]) -> None:
    """Codes or our words for them: what is a person's own goes to who asks, also one unnamed."""
    codes = dict.fromkeys(code_of("need", one) or one for one in said)
    helped = [code for code in codes if code in HELP]
    draft.needs.extend(code for code in codes if code not in HELP)
    if not helped:
        return
    asking = [one for one in draft.parties if one.role == common.PARTY_ROLE_APPLICANT]
    for one in asking or [_unnamed(draft)]:
        one.help_flags.extend(code for code in helped if code not in one.help_flags)


def _unnamed(draft: pb.CaseDraft) -> pb.Party:
    person = pb.Party(role=common.PARTY_ROLE_APPLICANT, kind=common.PARTY_KIND_PERSON)
    draft.parties.insert(0, person)
    return draft.parties[0]


def tag_of(said: str) -> str:
    """An occasion as a tag: `说事日`, or with its day `meeting_day:2026-11-06`.

    Raises:
        BadInput: no such occasion (it names those there are), or no such day.
    """
    occasion, _, on = said.strip().replace("：", ":").partition(":")
    code = checked_code("tag", occasion.strip() or "?", "--tag")
    day = iso_day(on.strip(), "--tag")
    return f"{code}:{day}" if day else code


def _check_nameless(draft: pb.CaseDraft) -> None:
    asking = {common.PARTY_ROLE_APPLICANT, common.PARTY_ROLE_REPRESENTATIVE}
    named = any(one.name for one in draft.parties if one.role in asking)
    if named and draft.identity == common.IDENTITY_MODE_ANONYMOUS:
        raise BadInput("ANONYMOUS_NAMED", field="name")


def _identity(record: Mapping[str, Any]) -> Any:
    """Said, else named when there is a name and anonymous when there is none."""
    said = _text(record, "identity")
    named = _text(record, "name") or record.get("parties")
    return enum_number(
        common.IdentityMode.DESCRIPTOR, said or ("named" if named else "anonymous"), "identity"
    )


def _parties(record: Mapping[str, Any]) -> list[pb.Party]:
    listed = record.get("parties")
    if isinstance(listed, list):
        return [_given(entry) for entry in listed if isinstance(entry, Mapping)]
    found = []
    if any(_text(record, name) for name in ("name", "phone", "living_place", "household_place")):
        found.append(_given({**record, "role": "applicant", "kind": "person"}))
    found += [
        pb.Party(name=name, role=common.PARTY_ROLE_RESPONDENT, kind=_kind(name))
        for name in _listed(record, "respondent")
    ]
    return found


def _given(entry: Mapping[str, Any]) -> pb.Party:
    phone = _text(entry, "phone")
    role = _text(entry, "role") or "applicant"
    kind = _text(entry, "kind") or "person"
    return pb.Party(
        role=enum_number(common.PartyRole.DESCRIPTOR, role, "role"),
        kind=enum_number(common.PartyKind.DESCRIPTOR, kind, "kind"),
        name=_text(entry, "name"),
        phone="" if phone.lower() in NO_PHONE else phone,
        living_place=_text(entry, "living_place"),
        household_place=_text(entry, "household_place"),
        safe_contact=_text(entry, "safe_contact"),
        unit_id=_text(entry, "unit_id"),
        help_flags=_listed(entry, "help_flags"),
        may_notify=enum_number(pb.MayNotify.DESCRIPTOR, _text(entry, "may_notify"), "may_notify"),
    )


def _kind(name: str) -> Any:
    """A respondent written down by name alone: an organisation by the look of it, or a person."""
    organisation = name.rstrip("）)").removesuffix("示例").rstrip("（(").endswith(ORGANISATION_ENDS)
    return common.PARTY_KIND_ORGANISATION if organisation else common.PARTY_KIND_PERSON


def _count(record: Mapping[str, Any]) -> int:
    said = _text(record, "headcount")
    try:
        count = int(float(said)) if said else 0
    except (ValueError, OverflowError):
        raise BadInput("COUNT_INVALID", field="headcount", value=said[:20]) from None
    if count < 0:
        raise BadInput("COUNT_INVALID", field="headcount", value=said[:20])
    return count


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return "" if value is None else str(value).strip()


def _listed(record: Mapping[str, Any], name: str) -> list[str]:
    """A list, or a text with one entry a line or between semicolons."""
    value = record.get(name)
    if isinstance(value, list):
        return [str(one).strip() for one in value if str(one).strip()]
    text = "" if value is None else str(value)
    for mark in ("；", ";", "\r"):
        text = text.replace(mark, "\n")
    return [part.strip() for part in text.split("\n") if part.strip()]
