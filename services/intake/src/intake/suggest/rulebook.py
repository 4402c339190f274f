"""The rules' figures as typed data (data/rules.yaml, data/categories.yaml)."""

from importlib.resources import files

import msgspec
from msgspec import Struct

from kernel.yaml_text import read_yaml

Steps = tuple[tuple[float, float], ...]
Points = dict[str, float]


class ProcedureRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Points for a procedure by channel, usual procedure of the category, purpose, other side."""

    channel: dict[str, Points]
    category_weight: float
    respondents: dict[str, Points]
    purpose: dict[str, Points]


class PurposeRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Points for a purpose before the words are heard."""

    base: Points
    channel: dict[str, Points]


class CategoryRules(Struct, frozen=True, forbid_unknown_fields=True):
    """When a category is proposed, and how many candidates are shown."""

    floor: float
    other: float
    respondents: dict[str, Points]
    shown_from: float
    shown_at_most: int


class LevelRules(Struct, frozen=True, kw_only=True):
    """Points of a field that is a level (difficulty, colour): what of the matter moves it.

    `headcount`, `length` (characters) and `waited` (days) are steps: [from, points].
    """

    base: float
    category: Points
    purpose: Points
    channel: Points
    headcount: Steps
    length: Steps
    waited: Steps


class DifficultyRules(LevelRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Difficulty: below `simple_below` simple, from `complex_from` complex."""

    simple_below: float
    complex_from: float


class ColourRules(LevelRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Colour: yellow and red from these points; red needs a word of the weight `red_needs`."""

    yellow_from: float
    red_from: float
    red_needs: str
    forbidden: str


class FlagRules(Struct, frozen=True, forbid_unknown_fields=True):
    """From how many points, or people, a flag is proposed."""

    from_: float = msgspec.field(name="from")
    collective_from: int = 5


class RouteRules(Struct, frozen=True, forbid_unknown_fields=True):
    """From how many points a statutory route is shown, and how many at most."""

    from_: float = msgspec.field(name="from")
    shown_at_most: int = 2


class Rulebook(Struct, frozen=True, forbid_unknown_fields=True):
    """All figures of the rules."""

    version: int
    request_weight: float
    procedure: ProcedureRules
    purpose: PurposeRules
    category: CategoryRules
    difficulty: DifficultyRules
    colour: ColourRules
    flags: FlagRules
    routes: RouteRules


class Category(Struct, frozen=True, forbid_unknown_fields=True):
    """A category: its titles, the line of the mediation form it counts in, its usual procedure."""

    zh: str
    en: str
    form: str
    procedure: str


class Categories(Struct, frozen=True, forbid_unknown_fields=True):
    """The categories by id."""

    version: int
    categories: dict[str, Category]


def read_data(name: str) -> object:
    """A YAML file of the package's data, parsed. FileNotFoundError when there is none."""
    return read_yaml((files("intake") / "data" / name).read_text("utf-8"))


def shipped_rules() -> Rulebook:
    """The rules shipped with intake. msgspec.ValidationError when the file is malformed."""
    return msgspec.convert(read_data("rules.yaml"), Rulebook)


def shipped_categories() -> dict[str, Category]:
    """The categories shipped with intake, by id, in their order on forms."""
    return msgspec.convert(read_data("categories.yaml"), Categories).categories


def step(steps: Steps, value: float) -> float:
    """Points of the highest step reached; 0 below the first."""
    reached = 0.0
    for start, points in steps:
        if value >= start:
            reached = points
    return reached
