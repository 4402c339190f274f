"""A registration as the other services of the node are told of it: ids and codes."""

from collections.abc import Iterable, Mapping
from typing import Any

from intake.convert.words import IDENTITY, PARTY_KIND, PARTY_ROLE
from intake.domain.words import Identity, PartyKind, PartyRole
from intake.storage.reading import Content
from intake.storage.suggestions import from_text
from intake.vault import CaseVault
from lianxin.intake.v1 import registration_pb2 as pb

MINOR = "minor"
Row = Mapping[Any, Any]


def registration_message(
    row: Row, content: Content, vault: CaseVault
) -> pb.GetRegistrationResponse:
    """Parties and requests, without anything that says who somebody is."""
    helped = {one["party_id"]: _help_flags(one, vault) for one in content.parties}
    return pb.GetRegistrationResponse(
        parties=[_party(one, helped[one["party_id"]]) for one in content.parties],
        request_nos=[one["no"] for one in content.requests],
        about_units=row["about_units"].split(),
        flags=_flags(row),
        category=row["category"],
        green_channel=row["urgent"] or any(helped.values()),
        identity=IDENTITY.number(Identity(row["identity"])),
    )


def names_of(content: Content, vault: CaseVault) -> list[str]:
    """Names of the parties, opened; a unit of the directory is no secret."""
    return [
        str(vault.open(f"party:{one['party_id']}", one["sealed"]).get("name", ""))
        for one in content.parties
        if not one["unit_id"]
    ]


def _help_flags(party: Row, vault: CaseVault) -> Iterable[str]:
    flags: list[str] = vault.open(f"party:{party['party_id']}", party["sealed"]).get(
        "help_flags", []
    )
    return flags


def _party(party: Row, helped: Iterable[str]) -> pb.RegisteredParty:
    return pb.RegisteredParty(
        party_id=str(party["party_id"]),
        role=PARTY_ROLE.number(PartyRole(party["role"])),
        kind=PARTY_KIND.number(PartyKind(party["kind"])),
        unit_id=party["unit_id"],
        minor=MINOR in helped,
    )


def _flags(row: Row) -> list[str]:
    """Flags that were suggested, each once; nobody confirms or rejects one at the counter."""
    listed = from_text(row["suggestions"])
    return list(dict.fromkeys(one.value for one in listed if one.field == "flag"))
