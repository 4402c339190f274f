"""The columns of an import file, by their titles in any of our languages or by field name."""

from dataclasses import dataclass

from lianxin.cli.words import LANGUAGES, texts

FIELDS = (
    "source_no",
    "channel",
    "received_at",
    "identity",
    "name",
    "phone",
    "living_place",
    "household_place",
    "place_text",
    "place_code",
    "narrative",
    "requests",
    "respondent",
    "headcount",
)
MORE = (
    "source_system",
    "category",
    "purpose",
    "procedure",
    "about_units",
    "sealed_for",
    "urgent",
    "litigation_related",
    "backlog",
    "tags",
    "needs",
)
REPORT = ("refused_field", "refused_text")
"""Columns that a report of refused rows adds; reading ignores them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What an import file may tell; without a column of each `needed` field it is refused.

    `missing` is the reason it is refused for.
    """

    fields: tuple[str, ...]
    needed: frozenset[str]
    missing: str = "COLUMNS_MISSING"

    def field_of(self, title: str) -> str | None:
        """The field a column title means; None when it means nothing to us."""
        wanted = title.strip().casefold()
        for field in (*self.fields, *REPORT):
            names = {field, *(texts(language).get(f"col.{field}", "") for language in LANGUAGES)}
            if wanted and wanted in {name.casefold() for name in names}:
                return field
        return None


MATTERS = Columns((*FIELDS, *MORE), frozenset({"narrative"}))
"""Matters to be registered."""
