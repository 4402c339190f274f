"""Enum values of the protocol and of the domain, both ways. UNSPECIFIED is None."""

from lianxin.common.v1 import case_pb2 as common
from lianxin.mediation.v1 import mediation_pb2 as pb
from mediation.domain.words import MediationKind

_KIND: dict[int, MediationKind] = {
    pb.MediationKind.Value(f"MEDIATION_KIND_{kind.name}"): kind for kind in MediationKind
}
_NUMBER = {kind: pb.MediationKind.ValueType(number) for number, kind in _KIND.items()}
_PREFIX = "PROCEDURE_"


def kind_from(number: int) -> MediationKind | None:
    """The domain's word; None for UNSPECIFIED and for a number this version does not know."""
    return _KIND.get(number)


def kind_out(kind: MediationKind) -> pb.MediationKind.ValueType:
    """The number on the wire."""
    return _NUMBER[kind]


def procedure_from(number: int) -> str:
    """A procedure's word; empty for UNSPECIFIED and for a number this version does not know."""
    name = common.Procedure.DESCRIPTOR.values_by_number.get(number)
    return "" if name is None or number == 0 else name.name.removeprefix(_PREFIX).lower()


def colour_from(number: int) -> str:
    """A colour's word; empty for UNSPECIFIED and for a number this version does not know."""
    name = common.Colour.DESCRIPTOR.values_by_number.get(number)
    return "" if name is None or number == 0 else name.name.removeprefix("COLOUR_").lower()


def procedure_out(word: str) -> common.Procedure.ValueType:
    """The number on the wire."""
    return common.Procedure.Value(_PREFIX + (word.upper() or "UNSPECIFIED"))
