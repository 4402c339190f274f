"""Which documents there are, with typed fields: the table is data (`data/documents.yaml`)."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from intake.domain.refusals import RefusalKind
from intake.domain.states import State
from kernel.yaml_text import read_yaml


class FieldType(Enum):
    """What a field holds."""

    TEXT = "text"
    LINES = "lines"
    DAY = "day"
    PARTY = "party"
    PARTIES = "parties"
    UNIT = "unit"
    BASIS = "basis"
    DOCUMENT = "document"
    CHOICE = "choice"
    COUNT = "count"
    SESSION = "session"
    ROWS = "rows"


class Mediation(Enum):
    """What a document draws on of mediation."""

    UNASKED = ""
    USED = "used"  # where there is one
    NEEDED = "needed"  # without one it cannot be made


class Hearing(Enum):
    """What a document draws on of a hearing; all but `USED` cannot be made without one."""

    UNASKED = ""
    USED = "used"  # what was asked for and set, where there is a hearing
    SETTING = "setting"  # what was asked for and set
    SESSION = "session"  # besides, the hearing day
    CONCLUSION = "conclusion"  # besides, opinions and conclusion

    @property
    def needed(self) -> bool:
        """Whether there must be one."""
        return self not in {Hearing.UNASKED, Hearing.USED}


class Makers(Enum):
    """Which units may make a document of a case."""

    HOLDER = "holder"
    COUNTER = "counter"
    READER = "reader"


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One field: where its value comes from, and whether there must be one."""

    type: FieldType
    required: bool = False
    fact: str = ""
    given: bool = False
    adds: bool = False
    """Whether what is handed in is put behind what is on file instead of standing for it."""
    most: int = 500
    choices: tuple[str, ...] = ()

    @property
    def names_people(self) -> bool:
        """Whether a person's name stands in it."""
        return self.type in {FieldType.PARTY, FieldType.PARTIES, FieldType.ROWS}


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of document."""

    id: str
    may: str
    makers: Makers
    fields: dict[str, Field]
    states: tuple[State, ...] = ()
    refusals: tuple[RefusalKind, ...] = ()
    served: bool = False
    starts: str = ""
    meets: str = ""
    basis: tuple[str, ...] = ()
    mediation: Mediation = Mediation.UNASKED
    hearing: Hearing = Hearing.UNASKED

    @property
    def names_people(self) -> bool:
        """Whether making it shows a person's name."""
        return any(field.names_people for field in self.fields.values())

    def possible_in(self, state: str, refusal: str | None) -> bool:
        """Whether it makes sense for a case in this state, refused like this."""
        fits = not self.states or State(state) in self.states
        refused = not self.refusals or (bool(refusal) and RefusalKind(refusal) in self.refusals)
        return fits and refused


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by name. Raises msgspec.ValidationError when the table is wrong."""
    text = files("intake").joinpath("data/documents.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = read_yaml(text)
    common = table["common"]
    return {
        name: msgspec.convert(row | {"id": name, "fields": common | row["fields"]}, Kind)
        for name, row in table["kinds"].items()
    }
