"""Days that are waited for: what is asked, page tokens, and each day with its explanation."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.calendar import Calendar
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.identity import Caller
from kernel.instants import stamp
from kernel.regulation import Profile, due, end_of_day, explain_text
from kernel.wording import Words
from lianxin.mediation.v1 import due_pb2 as pb
from mediation.commands_dates import NoteCourtFile, NoteHarmKnown
from mediation.convert.casework import Read
from mediation.convert.fields import CaseFields
from mediation.domain import clocks
from mediation.domain.clocks import CourtFile
from mediation.domain.planning import BEFORE_DUE, Step
from mediation.domain.watching import (
    DECISION_DAYS,
    RECORD_DAYS,
    REPORT_DAYS,
    About,
    last_day,
)
from mediation.errors import PageTokenInvalid
from mediation.storage.watching import Asked, Position

Row = Mapping[Any, Any]
COURT_FILE = Words(pb.CourtFile, "COURT_FILE", CourtFile)
PAGE, MOST = 50, 200
DAYS = {About.SESSION: RECORD_DAYS, About.DECISION: DECISION_DAYS, About.DUTY: REPORT_DAYS}


@dataclass(frozen=True, slots=True)
class Explaining:
    """What a day is explained by. `begun` is when the agreement in force began, by case."""

    texts: Catalogue
    language: Language
    profiles: Mapping[str, Profile]
    calendar: Calendar
    now: datetime
    begun: Mapping[UUID, datetime]


def asked_from(request: pb.ListDueRequest, caller: Caller, now: datetime) -> Asked:
    """Which page."""
    fields = CaseFields()
    case_id = fields.optional_id("case_id", request.case_id)
    own = fields.code("unit_id", request.unit_id) or caller.unit
    until = fields.day("until", request.until) if request.until else None
    fields.check()
    return Asked(
        caller=caller,
        now=now,
        unit="" if request.all or case_id else own,
        own=not request.unit_id,
        case_id=case_id,
        until=end_of_day(until) if until else None,
        after=position_of(request.page_token),
        size=min(max(request.page_size, 0) or PAGE, MOST),
    )


def token_of(rows: list[Row], size: int) -> str:
    """The token of the next page; empty when this one is the last."""
    if len(rows) < size:
        return ""
    last = rows[-1]
    place = [last["due_at"].isoformat(), str(last["case_id"]), last["about"], last["ref"]]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def position_of(token: str) -> Position | None:
    """Where a page begins. Raises PageTokenInvalid."""
    if not token:
        return None
    try:
        due_at, case_id, about, ref = json.loads(base64.urlsafe_b64decode(token[:400].encode()))
        at = datetime.fromisoformat(due_at)
        found = (at, UUID(case_id), str(about), str(ref))
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise PageTokenInvalid from None
    if at.tzinfo is None:
        raise PageTokenInvalid
    return found


def due_line(row: Row, by: Explaining) -> pb.DueLine:
    """One day, explained."""
    article, explanation = _explained(row, by)
    return pb.DueLine(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        holder_unit=row["holder_unit"],
        about=row["about"],
        ref=row["ref"],
        due_on=last_day(row["due_at"]).isoformat(),
        due_at=stamp(row["due_at"]),
        overdue=row["due_at"] <= by.now,
        since_on=_since(row, by).astimezone(SHANGHAI).date().isoformat(),
        article=article,
        explanation=explanation,
        next_look_at=stamp(row["next_look_at"]),
    )


def _since(row: Row, by: Explaining) -> datetime:
    if row["about"] == About.LIMITATION.value:
        begun: datetime = datetime.combine(row["known_on"], datetime.min.time(), SHANGHAI)
        return begun
    if row["about"] == About.CONFIRMATION.value:
        return by.begun.get(row["case_id"], row["since"])
    since: datetime = row["since"]
    return since


def _explained(row: Row, by: Explaining) -> tuple[str, str]:
    """Article and words: of the profile where the law counts, else of the rule people follow."""
    about = About(row["about"])
    profile = by.profiles[row["case_id"]] if about in LAW else None
    if profile is not None:
        clock = row["clock"] if about is About.LIMITATION else clocks.CONFIRMATION
        found = due(profile, clock, _since(row, by), calendar=by.calendar)
        article = profile.cite(profile.clock(clock).article, by.language.value)
        return article, explain_text(profile, found, by.language.value)
    step = BEFORE_DUE[Step(row["ref"])] if about is About.MILESTONE else 0
    days = str(DAYS.get(about, step))
    key = f"DUE_{about.name}"
    article = (
        by.texts.text(f"{key}_BY", by.language) if by.texts.has(f"{key}_BY", by.language) else ""
    )
    return article, by.texts.text(key, by.language, days=days, ref=row["ref"])


LAW = frozenset({About.CONFIRMATION, About.LIMITATION})


def note_harm_known(request: pb.NoteHarmKnownRequest) -> Read:
    """Since when."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    known_on = fields.day("known_on", request.known_on)
    fields.check()
    return request_id, NoteHarmKnown(case_id, seen, known_on)


def note_court_file(request: pb.NoteCourtFileRequest) -> Read:
    """The terms, and when it was signed for."""
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    terms = fields.word("terms", COURT_FILE, request.terms) or CourtFile.REFERRED
    signed_on = fields.day("signed_on", request.signed_on)
    fields.check()
    return request_id, NoteCourtFile(case_id, seen, terms, signed_on)
