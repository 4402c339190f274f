"""A case as one certain reader is shown it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from intake.convert.answers import suggestion_message
from intake.convert.words import (
    CHANNEL,
    COLOUR,
    DIFFICULTY,
    ENDING,
    IDENTITY,
    MAY_NOTIFY,
    PARTY_KIND,
    PARTY_ROLE,
    PROCEDURE,
    PURPOSE,
)
from intake.domain import words
from intake.domain.notices import MayNotify
from intake.domain.showing import Reader
from intake.storage.reading import Content, Found
from intake.storage.suggestions import from_text
from intake.vault import CaseVault
from kernel import masking
from kernel.instants import stamp
from kernel.masking import Shown
from kernel.scope import Level
from lianxin.intake.v1 import case_pb2 as pb

Row = Mapping[Any, Any]


def case_message(found: Found) -> pb.Case:
    """Header and timeline of a case, by the level of the reader; no content yet."""
    row = found.row
    message = pb.Case(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        epoch=row["epoch"],
        version=row["version"],
        state=row["state"],
        registering_unit=row["registering_unit"],
        holder_unit=row["holder_unit"],
        registered_at=stamp(row["registered_at"]),
        recorded_at=stamp(row["recorded_at"]),
        accepted_at=stamp(row["accepted_at"]),
        difficulty=DIFFICULTY.number(_word(words.Difficulty, row["difficulty"])),
        colour=COLOUR.number(_word(words.Colour, row["colour"])),
        merged_into=str(row["merged_into"] or ""),
        refusal=row["refusal"] or "",
        regulation=row["regulation"],
        ending=ENDING.number(_word(words.Ending, row["ending"])),
        shown=found.level.name,
    )
    if found.level >= Level.TIMELINE:
        listed = from_text(row["suggestions"])
        message.suggestions.extend(suggestion_message(one) for one in listed)
    message.content.CopyFrom(_codes(row))
    return message


def _codes(row: Row) -> pb.CaseDraft:
    """What of the content says nothing about a person."""
    return pb.CaseDraft(
        channel=CHANNEL.number(words.Channel(row["channel"])),
        identity=IDENTITY.number(words.Identity(row["identity"])),
        place_code=row["place_code"],
        received_at=stamp(row["received_at"]),
        source_system=row["source_system"] or "",
        source_no=row["source_no"] or "",
        category=row["category"],
        purpose=PURPOSE.number(_word(words.Purpose, row["purpose"])),
        procedure=PROCEDURE.number(_word(words.Procedure, row["procedure"])),
        about_units=row["about_units"].split(),
        sealed_for=row["sealed_for"] or "",
        headcount=row["headcount"],
        urgent=row["urgent"],
        litigation_related=row["litigation_related"],
        backlog=row["backlog"],
        tags=row["tags"].split(),
        needs=row["needs"].split(),
    )


def add_content(
    message: pb.Case, found: Found, content: Content, vault: CaseVault, reader: Reader
) -> None:
    """Add what was said and asked, with personal fields as this reader may see them."""
    row = found.row
    if row["sealed_for"]:
        message.sealed_content = row["sealed_content"] or b""
        return
    said = vault.open("content", row["sealed_content"])
    message.content.narrative = said.get("narrative", "")
    place = said.get("place_text", "")
    message.content.place_text = place if reader.asked else masking.address(place)
    identity = words.Identity(row["identity"])
    for party in content.parties:
        message.content.parties.append(_party(party, vault, reader, identity))
    message.content.requests.extend(request_messages(content.requests, vault))
    message.attachments.extend(attachment_messages(content.attachments, vault))


def _party(row: Row, vault: CaseVault, reader: Reader, identity: words.Identity) -> pb.Party:
    role = words.PartyRole(row["role"])
    said = vault.open(f"party:{row['party_id']}", row["sealed"])
    full = reader.sees_person(identity, role)
    shown = Shown.FULL if full else Shown.MASKED
    show: dict[str, Callable[[str, Shown], str]] = {
        "name": masking.name,
        "phone": masking.phone,
        "living_place": masking.address,
        "household_place": masking.address,
    }
    fields = {field: mask(said.get(field, ""), shown) for field, mask in show.items()}
    wish = _word(MayNotify, said.get("may_notify") or None) if full else None
    return pb.Party(
        party_id=str(row["party_id"]),
        role=PARTY_ROLE.number(role),
        kind=PARTY_KIND.number(words.PartyKind(row["kind"])),
        unit_id=row["unit_id"],
        safe_contact=said.get("safe_contact", "") if full else "",
        help_flags=said.get("help_flags", []) if reader.sees_help_flags else [],
        masked=not full,
        may_notify=MAY_NOTIFY.number(wish),
        **fields,
    )


def request_messages(rows: Iterable[Row], vault: CaseVault) -> list[pb.Request]:
    """The things asked for, each with its finding."""
    return [
        pb.Request(
            no=row["no"],
            text=vault.open(f"request:{row['no']}", row["sealed"]).get("text", ""),
            finding=row["finding"] or "",
            answer=vault.open(f"answer:{row['no']}", row["sealed_answer"]).get("text", ""),
        )
        for row in rows
    ]


def attachment_messages(rows: Iterable[Row], vault: CaseVault) -> list[pb.Attachment]:
    """The files of a case, without content."""
    return [attachment_message(row, vault) for row in rows]


def attachment_message(row: Row, vault: CaseVault) -> pb.Attachment:
    """One file."""
    name = vault.open(f"file:{row['sha256']}", row["sealed_name"]).get("name", "")
    return pb.Attachment(
        attachment_id=str(row["attachment_id"]),
        filename=name,
        media_type=row["media_type"],
        size=row["size"],
        sha256=row["sha256"],
        stored_at=stamp(row["stored_at"]),
    )


def link_messages(rows: Iterable[Row]) -> list[pb.Link]:
    """The cases a case is linked to."""
    return [
        pb.Link(case_id=str(row["other_id"]), case_no=row["other_no"], kind=row["kind"])
        for row in rows
    ]


def line_message(row: Row) -> pb.CaseLine:
    """One row of a list."""
    return pb.CaseLine(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        state=row["state"],
        category=row["category"],
        place_code=row["place_code"],
        holder_unit=row["holder_unit"],
        colour=COLOUR.number(_word(words.Colour, row["colour"])),
        registered_at=stamp(row["registered_at"]),
        procedure=PROCEDURE.number(_word(words.Procedure, row["procedure"])),
        channel=CHANNEL.number(words.Channel(row["channel"])),
        backlog=row["backlog"],
        epoch=row["epoch"],
        version=row["version"],
    )


def _word(kind: type[Any], value: str | None) -> Any:
    return kind(value) if value else None
