"""Which body reviews the opinions of a unit."""

from dataclasses import dataclass

from routing.handlers.casefile import CaseFile

FARTHEST = 8


@dataclass(frozen=True, slots=True)
class Body:
    """Who reviews: a unit of the directory, or a body outside; an empty id names nobody."""

    id: str
    outside: bool = False


NOBODY = Body("")


def body_of(case: CaseFile, unit: str) -> Body:
    """The body that reviews what this unit (or body outside) has decided (条例 35, 36).

    The directory says who, often a body outside; a unit without an entry has its site's, else the
    desk of the site above. Whoever the matter is about does not review it: its own superior does.
    """
    for _ in range(FARTHEST):
        found = known(case, case.node.directory().review_body(unit))
        if not is_meant(case, found):
            return found
        unit = found.id
    return NOBODY


def known(case: CaseFile, body: str) -> Body:
    """The body of that id as it is in force today; NOBODY when there is none."""
    directory, day = case.node.directory(), case.node.today(case.uow.now)
    if body in directory.units:
        return Body(directory.current(body, day) or "")
    outside = directory.outside.get(body)
    return Body(body, outside=True) if outside and outside.valid_on(day) else NOBODY


def is_meant(case: CaseFile, body: Body) -> bool:
    """Whether the matter is about this body, or about the site it belongs to."""
    directory, about = case.node.directory(), case.row["about_units"]
    site = directory.units[body.id].site if body.id in directory.units else body.id
    return bool(body.id) and bool({body.id, site} & set(about))
