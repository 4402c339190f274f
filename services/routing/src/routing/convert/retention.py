"""Erasures on the wire."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.ids import parse_request_id
from kernel.instants import stamp
from lianxin.routing.v1 import retention_pb2 as pb
from routing.handlers.erasing import EraseCase
from routing.storage.erasures import DUE, ERASED, ERASING

STATES = (DUE, ERASING, ERASED)
REGISTER_NO = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔〕（）()\-/.]{2,40}")
HAN = re.compile(r"[\u4e00-\u9fff]")
MOST_HAN = 12
"""Han characters of a number such as 安档销〔2056〕3号; a sentence has more."""


def state_of(text: str) -> str:
    """Which list is asked for. Raises InvalidInput."""
    state = text or DUE
    if state not in STATES:
        raise InvalidInput(FieldViolation("state", "UNKNOWN_WORD"))
    return state


def erase_from(request: pb.EraseCaseRequest) -> EraseCase:
    """A confirmation. Raises InvalidInput naming the field."""
    case_id = parse_request_id(request.case_id, "case_id")
    number = request.register_no.strip()
    if not number:
        raise MissingField.of("register_no")
    if not REGISTER_NO.fullmatch(number) or len(HAN.findall(number)) > MOST_HAN:
        raise InvalidInput(FieldViolation("register_no", "MALFORMED"))
    return EraseCase(case_id, number)


def after(position: tuple[str] | None) -> UUID | None:
    """Where a list goes on. Raises InvalidInput."""
    return None if position is None else parse_request_id(position[0], "page_token")


def erasure(row: Mapping[str, Any]) -> pb.Erasure:
    """One line of the list."""
    return pb.Erasure(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        holder_unit=row["holder_unit"],
        ending=row["ending"],
        ended_at=stamp(row["ended_at"]) if row["ended_at"] else None,
        rule=row["rule"],
        due_on=row["due_on"],
        state=row["state"],
        register_no=row["register_no"],
        confirmed_by=row["confirmed_by"],
        services_left=row["owed"],
    )
