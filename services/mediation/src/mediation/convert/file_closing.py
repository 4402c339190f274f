"""What a file is closed by."""

from collections.abc import Iterable
from typing import Any

from kernel.holding.rows import Words
from kernel.instants import stamp
from lianxin.mediation.v1 import file_pb2
from mediation.convert import casework_words as words
from mediation.domain import facts, guards
from mediation.domain.words import Asked, Ending, RefusalGround, Route
from mediation.storage.file import CaseFile
from mediation.storage.mediators import NOTHING_DONE
from mediation.storage.tables_closing import casework

FACTS = "sealed_facts"
NO_HEARING = {"facts_hearing": 0, "hearing_finding": ""}
NOTHING = {**NOTHING_DONE, **NO_HEARING, "family_violence": False, FACTS: None}


def closing_message(
    file: CaseFile, opened: Words, missing: Iterable[guards.Lack]
) -> file_pb2.ClosingRecord:
    """Facts, routes, the asking, the ending, and what is missing."""
    row = next(iter(file.of(casework)), NOTHING)
    refused, ending = file.said.get(facts.REFUSAL_PROPOSED, {}), file.row["ending"]
    ground: Any = words.GROUND.number(RefusalGround(refused["ground"])) if refused else 0
    closed_with: Any = words.ENDING.number(Ending(ending)) if ending else 0
    return file_pb2.ClosingRecord(
        facts_at=stamp(row["facts_at"]),
        facts=opened.open(casework, row, FACTS).get("what", ""),
        routes=[words.ROUTE.number(Route(one)) for one in row["routes"].split()],
        review_told=row["review_told"],
        family_violence=row["family_violence"],
        asked=words.ASKED.number(Asked(row["asked"])),
        attempts=row["attempts"],
        closing_by=row["closing_by"],
        refusal_ground=ground,
        ending=closed_with,
        closed_at=stamp(file.row["closed_at"]),
        missing=dict.fromkeys(lack.gap.value for lack in missing),
        hearing_number=row["facts_hearing"],
        hearing_finding=row["hearing_finding"],
    )
