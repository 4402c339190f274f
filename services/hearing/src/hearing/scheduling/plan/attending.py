"""Who takes part: parties, departments by a representative, chair, panel by quota."""

from ortools.sat.python.cp_model import IntVar

from .model import HearingModel, Panels, Sitting, is_barred
from .problem import Hearing, Person

SPARE = 4
"""How many more than needed a choice of the pool holds."""


def take_part(whole: HearingModel, sitting: Sitting) -> None:
    """Everybody who must or may be in one hearing."""
    for party in sitting.hearing.parties:
        whole.free(sitting, party, whole.demand("PARTY", sitting.hearing, party))
    for person in sitting.hearing.optional:
        sitting.optional[person] = whole.model.new_bool_var("")
        whole.free(sitting, person, sitting.optional[person])
    _departments(whole, sitting)
    _chair(whole, sitting)
    if whole.panels is not Panels.NONE:
        _panel(whole, sitting)
    for literals in sitting.present.values():
        whole.model.add_at_most_one(literals)


def _chosen(whole: HearingModel, sitting: Sitting, people: list[str]) -> dict[str, IntVar]:
    """A literal for each of these persons; whoever is chosen is free."""
    chosen = {person: whole.model.new_bool_var("") for person in people}
    for person, literal in chosen.items():
        whole.free(sitting, person, literal)
    return chosen


def _departments(whole: HearingModel, sitting: Sitting) -> None:
    for department in sitting.hearing.departments:
        people = list(dict.fromkeys(department.representatives))
        chosen = _chosen(whole, sitting, people)
        sitting.representing[department.id] = chosen
        asked = whole.demand("DEPARTMENT", sitting.hearing, department.id)
        whole.model.add(sum(chosen.values()) == _while_held(whole, sitting, asked))


def _while_held(whole: HearingModel, sitting: Sitting, asked: IntVar) -> IntVar:
    """A literal of what is asked of a hearing that is held: of no other is anything asked."""
    held = whole.demand("HELD", sitting.hearing)
    both = whole.model.new_bool_var("")
    whole.model.add_bool_and(asked, held).only_enforce_if(both)
    whole.model.add_bool_or(~asked, ~held, both)
    return both


def _chair(whole: HearingModel, sitting: Sitting) -> None:
    hearing = sitting.hearing
    sitting.chair = _chosen(whole, sitting, list(dict.fromkeys(hearing.chairs)))
    asked = whole.demand("CHAIR", hearing)
    whole.model.add(sum(sitting.chair.values()) == _while_held(whole, sitting, asked))
    _bar(whole, sitting, sitting.chair)
    if hearing.pinned.chair is not None:
        pinned = whole.demand("PINNED_CHAIR", hearing, hearing.pinned.chair)
        others = (one for who, one in sitting.chair.items() if who != hearing.pinned.chair)
        for other in others:
            whole.model.add_implication(pinned, ~other)


def _panel(whole: HearingModel, sitting: Sitting) -> None:
    hearing, model = sitting.hearing, whole.model
    sitting.panel = _chosen(whole, sitting, pool_of(whole, hearing))
    asked = whole.demand("PANEL", hearing, str(hearing.panel_size))
    asked, held = _while_held(whole, sitting, asked), whole.demand("HELD", hearing)
    size = sum(sitting.panel.values())
    model.add(size == hearing.panel_size).only_enforce_if(asked)
    model.add(size == 0).only_enforce_if(~asked)
    _bar(whole, sitting, sitting.panel)
    for quota in hearing.quotas:
        of_kind = [one for who, one in sitting.panel.items() if quota.kind in _kinds(whole, who)]
        literal = whole.demand("QUOTA", hearing, quota.kind)
        model.add(sum(of_kind) >= quota.least).only_enforce_if(literal, held)
    for person in sorted(hearing.pinned.panel):
        pinned = whole.demand("PINNED_PANEL", hearing, person)
        model.add_bool_or(~pinned, ~held, sitting.panel[person])


def _kinds(whole: HearingModel, person: str) -> frozenset[str]:
    return whole.people[person].kinds


def pool_of(whole: HearingModel, hearing: Hearing) -> list[str]:
    """The panel pool, or a choice of it; whom somebody has pinned or who was on it is included."""
    pool = [person for person in whole.problem.people if person.kinds]
    if whole.panels is Panels.CHOICE:
        pool = _choice(whole, hearing, pool)
    before = [one.panel for one in whole.problem.previous if one.hearing == hearing.id]
    kept = [who for panel in before for who in panel if who in whole.people]
    return list(dict.fromkeys([*(one.id for one in pool), *kept, *sorted(hearing.pinned.panel)]))


def _choice(whole: HearingModel, hearing: Hearing, pool: list[Person]) -> list[Person]:
    """Those who may judge, least burdened first, in another order for each hearing."""
    may = [one for one in pool if not is_barred(hearing, one)]
    shift = 7 * whole.problem.hearings.index(hearing) % max(len(may), 1)
    turned = sorted([*may[shift:], *may[:shift]], key=lambda person: person.load)
    wanted = [
        person
        for quota in hearing.quotas
        for person in [one for one in turned if quota.kind in one.kinds][: quota.least + SPARE]
    ]
    return [*wanted, *turned[: hearing.panel_size + SPARE]]


def _bar(whole: HearingModel, sitting: Sitting, chosen: dict[str, IntVar]) -> None:
    hearing = sitting.hearing
    for person, literal in chosen.items():
        if is_barred(hearing, whole.people[person]):
            recusal = whole.demand("RECUSAL", hearing, person)
            whole.model.add_implication(recusal, ~literal)
        if person in hearing.forbidden.persons:
            forbidden = whole.demand("FORBIDDEN_PERSON", hearing, person)
            whole.model.add_implication(forbidden, ~literal)
