"""Sending rows to intake: places looked up, answers matched, what is refused collected."""

import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lianxin.cli.drafts import draft_of
from lianxin.cli.errors import BadInput
from lianxin.cli.files.reading import Row
from lianxin.cli.files.refused import Refused
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.intake.v1 import intake_service_pb2 as pb
from lianxin.routing.v1 import directory_pb2

SURE = 0.9
"""A place found with less likeness has to be named by its code."""


@dataclass(slots=True)
class Outcome:
    """What became of the rows."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def count(self) -> Counter[str]:
        """Rows by outcome."""
        return Counter(row["outcome"] for row in self.rows)

    def keep(self, row: Row, answer: Mapping[str, Any]) -> None:
        """Take down the outcome of a row."""
        self.rows.append({"row": row.line, **answer})
        if answer["outcome"] == "refused":
            problems = {error["field"]: error["text"] for error in answer["errors"]}
            self.refused.append(Refused(row, problems))


class Places:
    """Division codes of places by what they are called, each looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, str] = {}

    def code(self, text: str) -> str:
        """The code of the only likely place.

        Raises:
            BadInput: nothing, or several places, are called so.
        """
        if text not in self._known:
            self._known[text] = self._look_up(text)
        return self._known[text]

    def _look_up(self, text: str) -> str:
        request = directory_pb2.ResolvePlaceRequest(text=text[:50])
        found = self._session.ask(self._session.directory.ResolvePlace(request)).places
        best = [place for place in found if place.score >= SURE]
        if len(best) > 1 and best[0].score > best[1].score:
            best = best[:1]
        if not best:
            raise BadInput("PLACE_UNKNOWN", field="place_code", place=text[:50])
        if len(best) > 1:
            places = ", ".join(f"{place.township} {place.title}" for place in best)
            raise BadInput("PLACE_AMBIGUOUS", field="place_code", places=places)
        return str(best[0].division_code)


def requests_of(
    rows: Iterable[Row], places: Places, outcome: Outcome, *, defaults: Mapping[str, Any], unit: str
) -> list[tuple[Row, pb.ImportCasesRequest]]:
    """The rows that can be sent; the others are kept as refused."""
    ready: list[tuple[Row, pb.ImportCasesRequest]] = []
    seen: Counter[str] = Counter()
    for row in rows:
        try:
            if row.problem:
                raise row.problem
            record = {**defaults, **{name: value for name, value in row.fields.items() if value}}
            if not record.get("place_code") and record.get("place_text"):
                record["place_code"] = places.code(str(record["place_text"]))
            draft = draft_of(record)
        except BadInput as error:
            outcome.keep(row, _refused_here(error))
            continue
        key = fingerprint(row)
        seen[key] += 1
        ready.append(
            (
                row,
                pb.ImportCasesRequest(
                    row=str(seen[key]), import_key=key, draft=draft, registering_unit=unit
                ),
            )
        )
    return ready


def fingerprint(row: Row) -> str:
    """The content of a row, so that a corrected file doubles nothing that was not corrected."""
    content = json.dumps(row.fields, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


async def send(
    session: Session,
    ready: Sequence[tuple[Row, pb.ImportCasesRequest]],
    outcome: Outcome,
    step: Callable[[], None],
) -> None:
    """Stream the rows and take the answers, which come in the same order."""

    async def stream() -> AsyncIterator[pb.ImportCasesRequest]:
        for _, request in ready:
            yield request

    rows = iter(ready)
    async for answer in session.intake.ImportCases(stream()):
        row, _ = next(rows)
        outcome.keep(row, _answered(answer))
        step()


def _refused_here(error: BadInput) -> dict[str, Any]:
    named = str(error.ids["field"])
    text = say(f"error.{error.reason}", **error.ids)
    errors = [{"field": named, "reason": error.reason, "text": text}]
    return _line("refused", error.reason, errors)


def _answered(answer: pb.ImportCasesResponse) -> dict[str, Any]:
    errors = [
        {"field": error.field, "reason": error.reason, "text": error.text}
        for error in answer.errors
    ]
    if answer.outcome == "refused" and not errors:
        errors = [{"field": "row", "reason": answer.reason, "text": answer.reason}]
    line = _line(answer.outcome, answer.reason, errors)
    return line | {
        "case_id": answer.stamp.case_id,
        "case_no": answer.stamp.case_no,
        "query_code": answer.query_code,
    }


def _line(outcome: str, reason: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "case_id": "",
        "case_no": "",
        "query_code": "",
        "reason": reason,
        "errors": errors,
    }
