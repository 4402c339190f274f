"""台账: the register of a unit over a period, as rows; names only where they were asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.documents.figures import day_text
from intake.documents.source import FACTS, Source
from intake.office import day_of
from intake.storage.reading import Row
from intake.suggest.rulebook import shipped_categories
from intake.unit_papers.house import House
from kernel.documents import Value

COLUMNS = (
    "no",
    "case_no",
    "registered",
    "channel",
    "category",
    "holder",
    "state",
    "due",
    "end",
)
NAMED = ("applicant", "requests")
"""Columns that name people or tell what they ask."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A register as it is printed; `names` by number of the case."""

    matters: Sequence[Mapping[str, str]]
    names: Mapping[str, Mapping[str, str]]
    period: str
    why: str

    def values(self, house: House) -> Mapping[str, Value]:
        """What the template asks for."""
        return {
            "unit": house.title,
            "period": self.period,
            "count": str(len(self.matters)),
            "matters": self.matters,
            "named": [{"case_no": number, **said} for number, said in self.names.items()],
            "why": self.why,
            "date": day_text(house.today),
        }

    def lines(self, house: House) -> list[list[str]]:
        """Head and rows of a table, names beside the matter where there are any."""
        columns = (*COLUMNS, *NAMED) if self.names else COLUMNS
        head = [house.text(f"COLUMN_{name}") for name in columns]
        rows = [{**one, **self.names.get(one["case_no"], {})} for one in self.matters]
        return [head, *([row.get(name, "") for name in columns] for row in rows)]


def matters_of(house: House, rows: Sequence[Row]) -> list[Mapping[str, str]]:
    """A row for each case: nothing in it says who asks for what."""
    return [_matter(house, number, row) for number, row in enumerate(rows, start=1)]


def _matter(house: House, number: int, row: Row) -> Mapping[str, str]:
    category = shipped_categories().get(row["category"])
    ended = row["ended_at"]
    return {
        "no": str(number),
        "case_no": row["case_no"],
        "registered": day_of(row["registered_at"]).isoformat(),
        "channel": house.texts_of(f"DOCUMENT_WORD_channel_{row['channel']}"),
        "category": category.zh if category else "",
        "holder": house.directory.title(row["holder_unit"]),
        "state": house.text(f"STATE_{row['state']}"),
        "due": row["next_due_on"].isoformat() if row["next_due_on"] and not ended else "",
        "end": day_of(ended).isoformat() if ended else "",
    }


def names_of(source: Source) -> Mapping[str, str]:
    """Who asks, and for what; who asked not to be named is not."""
    requests = FACTS["requests"](source)
    asked = [requests] if isinstance(requests, str) else [str(one) for one in requests]
    return {"applicant": str(FACTS["applicant"](source)), "requests": "；".join(asked)}
