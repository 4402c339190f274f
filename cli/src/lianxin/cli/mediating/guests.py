"""What a mediator of another unit finds: the case in his own list, and the matter in its file."""

from typing import Any

from lianxin.cli.errors import Remote
from lianxin.cli.mediating.reading import file_of
from lianxin.cli.paging import listed
from lianxin.cli.session import Session
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2
from lianxin.mediation.v1 import file_pb2

MOST = 2000
SHUT = frozenset({"MEDIATION_MISSING", "DENIED"})


def in_own_list(session: Session, text: str) -> Any:
    """The only mediation of the caller's own list whose number is, or ends, so; None without."""
    wanted = text.strip().upper()
    rpc = session.mediation_file.ListMediations
    try:
        lines, _ = listed(session, rpc, file_pb2.ListMediationsRequest(), MOST, "mediations")
    except Remote as error:
        if error.reason not in SHUT:
            raise
        return None
    found = [one.mediation for one in lines if one.mediation.case_no.endswith(wanted)]
    return found[0] if len(found) == 1 else None


def told_registration(session: Session, case_id: str) -> case_pb2.CaseDraft | None:
    """Parties and requests as a mediator of another unit is told of them; None for all others."""
    try:
        file = file_of(session, case_id)
    except Remote as error:
        if error.reason not in SHUT:
            raise
        return None
    if not file.HasField("matter"):
        return None
    matter = file.matter
    return case_pb2.CaseDraft(
        parties=[
            case_pb2.Party(party_id=one.party_id, role=_role(one.role), name=one.name)
            for one in matter.parties
        ],
        requests=[case_pb2.Request(no=one.no, text=one.text) for one in matter.requests],
        narrative=matter.narrative,
    )


def _role(word: str) -> Any:
    return common.PartyRole.Value(f"PARTY_ROLE_{word.upper()}")
