"""Papers that wait for their service, on the wire."""

from dataclasses import dataclass
from datetime import date

from intake.handlers.unserved import due_of
from intake.office import Office
from intake.storage.reading import Row
from kernel.catalogue import Catalogue, Language
from kernel.instants import stamp
from kernel.regulation import Profile, explain_text
from lianxin.intake.v1 import unserved_pb2 as pb


@dataclass(frozen=True, slots=True)
class Explaining:
    """What a paper is told with."""

    office: Office
    texts: Catalogue
    language: Language
    today: date


def paper_message(row: Row, by: Explaining) -> pb.UnservedPaper:
    """One paper; its day explains itself as every due date does."""
    directory, locale = by.office.directory(), by.language.value
    profile = by.office.profile_of(row["regulation"])
    due = due_of(profile, row["kind"], row["made_at"], by.office.calendar)
    return pb.UnservedPaper(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        document_id=str(row["document_id"]),
        kind=row["kind"],
        title=by.texts.text(f"DOCUMENT_TITLE_{row['kind']}", by.language),
        starts_clock=row["clock"],
        clock_title=_clock_title(row["clock"], profile, by.language),
        holder_unit=row["holder_unit"],
        holder_title=directory.title(row["holder_unit"]),
        made_by_unit=row["unit"],
        made_at=stamp(row["made_at"]),
        due_on=row["due_on"].isoformat() if row["due_on"] else "",
        overdue=bool(row["due_on"]) and row["due_on"] < by.today,
        article=profile.cite(profile.clock(due.clock_id).article, locale) if due else "",
        explanation=explain_text(profile, due, locale) if due else "",
    )


def _clock_title(clock_id: str, profile: Profile, language: Language) -> str:
    """A clock that the profile of the case does not have is shown by its id."""
    clock = profile.clocks.get(clock_id)
    if clock is None:
        return clock_id
    return clock.title.en if language is Language.EN else clock.title.zh
