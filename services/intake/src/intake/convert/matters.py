"""The matter as an invited person is told of it: names and words, no telephone, no address."""

from collections.abc import Mapping
from typing import Any

from intake.convert.cases import request_messages
from intake.domain.showing import Reader
from intake.domain.words import Identity, PartyRole
from intake.storage.reading import Content
from intake.vault import CaseVault
from lianxin.common.v1 import invitation_pb2 as pb

Row = Mapping[Any, Any]


def matter_message(row: Row, content: Content, vault: CaseVault) -> pb.Matter:
    """Of a case that is not sealed. Who asked not to be named is not named here either."""
    said = vault.open("content", row["sealed_content"])
    reader = Reader("", row["holder_unit"], row["registering_unit"], asked=True)
    identity = Identity(row["identity"])
    return pb.Matter(
        case_no=row["case_no"],
        category=row["category"],
        parties=[_party(one, vault, reader, identity) for one in content.parties],
        requests=[
            pb.MatterRequest(no=one.no, text=one.text)
            for one in request_messages(content.requests, vault)
        ],
        narrative=said.get("narrative", ""),
    )


def _party(row: Row, vault: CaseVault, reader: Reader, identity: Identity) -> pb.MatterParty:
    role = PartyRole(row["role"])
    name = ""
    if reader.sees_person(identity, role):
        name = vault.open(f"party:{row['party_id']}", row["sealed"]).get("name", "")
    return pb.MatterParty(party_id=str(row["party_id"]), role=role.value, name=name)
