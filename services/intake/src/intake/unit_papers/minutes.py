"""说事日会议记录: who was there, what was heard, what became of it by now, what was said."""

from collections.abc import Mapping, Sequence

from intake.commands_sittings import Attendee, Kept, Minutes
from intake.documents.figures import day_text
from intake.domain.states import State
from intake.office import day_of
from intake.storage.reading import Row
from intake.suggest.rulebook import shipped_categories
from intake.unit_papers.house import House
from kernel.documents import Value

FIRST = 1


def minutes_paper(
    house: House, row: Row, kept: Kept, minutes: Minutes, matters: Sequence[Row], *, version: int
) -> Mapping[str, Value]:
    """The values of the paper. Matters that the reader may not see are a number."""
    presiding = [one.name for one in kept.attendees if one.presides]
    hidden = row["matters"] - len(matters)
    return {
        "unit": house.title,
        "on": day_text(row["on_day"]),
        "hours": f"{row['begins']}–{row['ends']}",
        "place": kept.place,
        "presiding": "、".join(presiding),
        "residents": "" if row["residents"] is None else str(row["residents"]),
        "attendees": [_attendee(house, row["unit"], one) for one in kept.attendees],
        "count": str(row["matters"]),
        "settled": str(sum(one["state"] == State.ANSWERED.value for one in matters)),
        "matters": [_matter(house, one) for one in matters],
        "hidden": str(hidden) if hidden else "",
        "paragraphs": [line.strip() for line in minutes.text.splitlines() if line.strip()],
        "signed_by": "、".join(minutes.signed_by),
        "signed_on": day_text(minutes.signed_on),
        "version": str(version) if version > FIRST else "",
        "why": minutes.why,
        "date": day_text(house.today),
    }


def _attendee(house: House, unit: str, one: Attendee) -> Mapping[str, str]:
    return {
        "unit": house.directory.title(one.unit or unit),
        "post": one.post,
        "name": one.name,
    }


def _matter(house: House, row: Row) -> Mapping[str, str]:
    category = shipped_categories().get(row["category"])
    return {
        "no": str(row["no"]),
        "case_no": row["case_no"],
        "category": category.zh if category else "",
        "became": _became(house, row),
    }


def _became(house: House, row: Row) -> str:
    """当场答复; how and when it ended; or who has it now."""
    if row["ended_at"] is not None:
        ending = house.texts_of(f"DOCUMENT_WORD_ending_{row['ending']}")
        return house.text("ENDED", ending=ending, on=day_text(day_of(row["ended_at"])))
    due = row["next_due_on"]
    holder = house.directory.title(row["holder_unit"])
    if due is None:
        return house.text("HELD_BY", holder=holder)
    return house.text("HELD_UNTIL", holder=holder, due=day_text(due))
