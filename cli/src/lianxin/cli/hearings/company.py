"""Cases that are heard with another: their parties are called there, their names are kept here."""

from collections.abc import Iterator

from lianxin.cli.cases import MISSING
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.mediating.people import Registered
from lianxin.cli.paging import listed
from lianxin.cli.session import Session
from lianxin.cli.words import code_of
from lianxin.hearing.v1.hearing_service_pb2 import ListHearingsRequest

MOST = 1_000


def heard_with(session: Session, case_id: str) -> list[str]:
    """Ids of the cases that are, or were, heard with this one; empty for most."""
    asked = ListHearingsRequest(all=True)
    files = listed(session, session.hearing.ListHearings, asked, MOST, "files")[0]
    own = {one.hearing_id for file in files if file.case_id == case_id for one in file.hearings}
    return [file.case_id for file in files for one in file.hearings if one.led_by in own]


def registered_along(session: Session, case_id: str) -> Iterator[Registered]:
    """Their registrations, as far as the caller may read them."""
    for other in heard_with(session, case_id):
        try:
            yield Registered(session, other)
        except Remote as error:
            if error.reason not in {*MISSING, "DENIED"}:
                raise


def party_along(session: Session, case_id: str, text: str, field: str) -> str:
    """A party of one of these cases by name; empty when it is nobody, or a side. Raises Remote."""
    if code_of("side", text) is not None:
        return ""
    for known in registered_along(session, case_id):
        try:
            return known.party(text, field)
        except BadInput:
            continue
    return ""
