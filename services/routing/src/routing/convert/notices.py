"""Notices to staff on the wire, and where staff are reached."""

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from kernel.errors import FieldViolation, InvalidInput
from kernel.ids import parse_request_id
from kernel.notifying.channels import CONTACTS
from kernel.notifying.keeping import Change
from kernel.notifying.reading import Place
from kernel.notifying.words import Step
from lianxin.routing.v1 import notice_pb2 as pb
from routing.convert.staff import account_of
from routing.handlers.contacts import SetContact

LONGEST = 64
MOBILE = re.compile(r"1[3-9]\d{9}")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def retry_from(message: pb.RetryStaffNoticeRequest) -> Change:
    """Which notice to try again. Raises InvalidInput."""
    if message.version < 1:
        raise InvalidInput(FieldViolation("version", "REQUIRED"))
    return Change(parse_request_id(message.notice_id, "notice_id"), Step.RETRY, message.version)


def contact_from(message: pb.SetContactRequest) -> SetContact:
    """Where an account is reached. Raises InvalidInput naming the fields."""
    given = {kind: getattr(message, kind).strip() for kind in CONTACTS}
    shapes = {"phone": MOBILE, "mail": MAIL}
    wrong = [
        FieldViolation(kind, "MALFORMED_PHONE" if kind == "phone" else "MALFORMED")
        for kind, text in given.items()
        if text and not (_is_plain(text) and shapes.get(kind, re.compile(".+")).fullmatch(text))
    ]
    if wrong:
        raise InvalidInput(*wrong)
    return SetContact(account_of(message.staff_id, "staff_id"), given)


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST and not any(
        unicodedata.category(char) in {"Cc", "Cs"} for char in text
    )


def place_of(position: tuple[str, str] | None) -> Place | None:
    """Where a list goes on. Raises InvalidInput."""
    if position is None:
        return None
    try:
        at, notice_id = datetime.fromisoformat(position[0]), UUID(position[1])
    except ValueError:
        raise InvalidInput(FieldViolation("page_token", "MALFORMED")) from None
    if at.tzinfo is None:
        raise InvalidInput(FieldViolation("page_token", "MALFORMED"))
    return Place(at, notice_id)
