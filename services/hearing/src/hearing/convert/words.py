"""Enum values of the protocol and of the domain, both ways. UNSPECIFIED is None."""

from typing import Any

from hearing.domain import words
from kernel.wording import Words
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import hearing_pb2 as pb

ASKED_BY = Words(pb.AskedBy, "ASKED_BY", words.AskedBy)
GROUND = Words(pb.Ground, "GROUND", words.Ground)
OVER_WHY = Words(pb.OverWhy, "OVER_WHY", words.OverWhy)
ROLE = Words(common.PartyRole, "PARTY_ROLE", words.Role)


def plain(enum: Any, number: int, prefix: str) -> str:
    """A word of the common protocol; empty for UNSPECIFIED and for what is not known here."""
    found = enum.DESCRIPTOR.values_by_number.get(number)
    return "" if found is None or number == 0 else found.name.removeprefix(prefix).lower()


def procedure_from(number: int) -> str:
    """A procedure's word."""
    return plain(common.Procedure, number, "PROCEDURE_")


def colour_from(number: int) -> str:
    """A colour's word."""
    return plain(common.Colour, number, "COLOUR_")


def procedure_out(word: str) -> common.Procedure.ValueType:
    """The number on the wire."""
    return common.Procedure.Value("PROCEDURE_" + (word.upper() or "UNSPECIFIED"))


def colour_out(word: str) -> common.Colour.ValueType:
    """The number on the wire."""
    return common.Colour.Value("COLOUR_" + (word.upper() or "UNSPECIFIED"))
