"""Division codes 区划代码: 6 digits of county, 3 of township, 3 of village (GB/T 2260)."""

from dataclasses import dataclass
from enum import Enum

from kernel.errors import FieldViolation, InvalidInput

COUNTY_DIGITS, TOWNSHIP_DIGITS, CODE_DIGITS = 6, 9, 12
NO_TOKEN = "000"  # noqa: S105 (a part of a path, no secret)
PATH_TOKENS = 3


class Tier(Enum):
    """The three tiers of a county, and what lies above it."""

    ABOVE = "above"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class DivisionInvalid(InvalidInput):
    """A text is no division code or path. `problem` says why; the text is not repeated."""

    reason = "DIVISION_INVALID"

    def __init__(self, problem: str) -> None:
        super().__init__(FieldViolation("code", "MALFORMED"))
        self.problem = problem


@dataclass(frozen=True, slots=True, order=True)
class Division:
    """A division by its 12-digit code. Make it with `parse` or `from_path`."""

    code: str

    @classmethod
    def parse(cls, text: str) -> "Division":
        """Read a code of 2, 4, 6, 9 or 12 digits; a short one is padded with zeros.

        Raises:
            DivisionInvalid: another length, other characters, or a village without a township.
        """
        if not (text.isascii() and text.isdigit()):
            raise DivisionInvalid("digits only")
        if len(text) not in (2, 4, COUNTY_DIGITS, TOWNSHIP_DIGITS, CODE_DIGITS):
            raise DivisionInvalid("2, 4, 6, 9 or 12 digits")
        division = cls(text.ljust(CODE_DIGITS, "0"))
        if division.code[:2] == "00":
            raise DivisionInvalid("no province")
        division._refuse_holes()
        return division

    @classmethod
    def from_path(cls, path: str) -> "Division":
        """Read `330523.001.204`, the form that subjects of events carry.

        Raises:
            DivisionInvalid: not three tokens of 6, 3 and 3 digits.
        """
        tokens = path.split(".")
        if [len(token) for token in tokens] != [6, 3, 3]:
            raise DivisionInvalid("a path is three tokens of 6, 3 and 3 digits")
        return cls.parse("".join(tokens))

    def _refuse_holes(self) -> None:
        """A lower tier needs the one above it: 330523 000 204 names no place."""
        county, township, village = self.tokens
        if village != NO_TOKEN and township == NO_TOKEN:
            raise DivisionInvalid("a village without a township")
        if township != NO_TOKEN and county.endswith("00"):
            raise DivisionInvalid("a township without a county")

    @property
    def tokens(self) -> tuple[str, str, str]:
        """County, township and village token; a missing one is `000`."""
        code = self.code
        return code[:COUNTY_DIGITS], code[COUNTY_DIGITS:TOWNSHIP_DIGITS], code[TOWNSHIP_DIGITS:]

    @property
    def path(self) -> str:
        """The tokens joined by dots, as subjects of events carry them."""
        return ".".join(self.tokens)

    @property
    def tier(self) -> Tier:
        """Which tier the code names."""
        county, township, village = self.tokens
        if village != NO_TOKEN:
            return Tier.VILLAGE
        if township != NO_TOKEN:
            return Tier.TOWNSHIP
        return Tier.ABOVE if county.endswith("00") else Tier.COUNTY

    @property
    def significant(self) -> str:
        """The code without the padding: 2, 4, 6, 9 or 12 digits."""
        for length in (2, 4, COUNTY_DIGITS, TOWNSHIP_DIGITS):
            if set(self.code[length:]) == {"0"}:
                return self.code[:length]
        return self.code

    @property
    def parent(self) -> "Division | None":
        """The division one level up by code; a province has none.

        The directory may say otherwise (zones sit under another parent): it decides.
        """
        shorter = {12: 9, 9: 6, 6: 4, 4: 2}.get(len(self.significant))
        return Division(self.code[:shorter].ljust(CODE_DIGITS, "0")) if shorter else None

    def is_within(self, other: "Division") -> bool:
        """Whether this is `other` or lies under it by code."""
        return self.code.startswith(other.significant)
