"""依法逐级走访流程图: from village to county, what belongs where; outlets outside mediation."""

from collections.abc import Iterator, Mapping

from intake.documents.figures import day_text
from intake.unit_papers.guide import limit_text
from intake.unit_papers.house import House
from intake.unit_papers.table import Outlet, table
from kernel.directory import Outside, Site
from kernel.documents import Value

REVIEWS = (("review", "review_request"), ("rereview", "rereview_request"))
"""A review and the clock within which it is asked for."""


def visit_chart(house: House) -> Mapping[str, Value]:
    """The values of the chart, from the unit's own site up to the county."""
    line = house.directory.ancestors(house.site.id)
    placement = house.rules.rules.placement
    above = str(placement.joint_visit_levels_above)
    return {
        "unit": house.title,
        "rule": house.text("VISIT", above=above, basis=house.rules.cite(placement.article)),
        "tiers": [_tier(house, site, place, line) for place, site in enumerate(line, start=1)],
        "outlets": [row for one in table().outlets for row in _outlet(house, one)],
        "reviews": list(_reviews(house, line)),
        "hotline": house.shown.hotline,
        "date": day_text(house.today),
    }


def _tier(house: House, site: Site, place: int, line: list[Site]) -> Mapping[str, str]:
    """One box: who, where, when, what belongs here; and what leads on to the next one."""
    shown = house.directory.profile_of(site.id)
    contact = (("PHONE", site.phone), ("HOURS", shown.duty_hours), ("ADDRESS", site.address))
    said = [house.text(label, said=text) for label, text in contact if text]
    return {
        "step": house.text(f"STEP_NO_{place}"),
        "title": site.title,
        "contact": "\n".join(filter(None, ("　".join(said[:2]), *said[2:]))),
        "officers": _officers(house, site),
        "belongs": _belongs(house, site),
        "next": house.text("NEXT") if place < len(line) else "",
    }


def _officers(house: House, site: Site) -> str:
    named = (
        house.text("OFFICER", post=one.post, name=one.name, phone=one.phone)
        for one in site.officers
    )
    said = "\n".join(named)
    return house.text("OFFICERS", said=said) if said else ""


def _belongs(house: House, site: Site) -> str:
    refused = [house.text(f"REFUSED_{one}") for one in house.rules.rules.placement.village_refuses]
    return house.text(
        f"BELONGS_{site.tier}", matters=house.matters(site), refused="、".join(refused)
    )


def _outlet(house: House, outlet: Outlet) -> Iterator[Mapping[str, str]]:
    """A row where the directory has such a body in force."""
    bodies = [
        one
        for one in house.directory.outside.values()
        if one.kind in outlet.kinds and one.valid_on(house.today)
    ]
    if bodies:
        yield {
            "matter": house.text(f"OUTLET_{outlet.id}"),
            "bodies": "、".join(map(_body, bodies)),
        }


def _body(body: Outside) -> str:
    return f"{body.title}（{body.phone}）" if body.phone else body.title


def _reviews(house: House, line: list[Site]) -> Iterator[Mapping[str, str]]:
    """Who reviews an answer, and who reviews the review, with the days to ask."""
    body = next((site.review_body for site in line if site.review_body), "")
    for name, clock_id in REVIEWS:
        clock = house.rules.clocks.get(clock_id)
        if not body or clock is None:
            return
        yield {
            "what": house.text(f"ASK_{name}", limit=limit_text(house, clock)),
            "body": house.directory.title(body),
        }
        known = house.directory.outside.get(body) or house.directory.units.get(body)
        body = known.review_body if known else ""
