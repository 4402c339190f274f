"""明白卡: what happens after registering, with the days that the regulation profile sets."""

from collections.abc import Mapping

from intake.documents.figures import day_text
from intake.unit_papers.house import House
from intake.unit_papers.table import Step, table
from kernel.documents import Value
from kernel.regulation import Clock
from kernel.regulation.catalogue import catalogue

PAPER = "zh-CN"


def guide_card(house: House) -> Mapping[str, Value]:
    """The values of the card; nothing of days or articles is typed by hand."""
    steps = [one for one in table().guide if not one.clocks or clocks_of(house, one)]
    return {
        "unit": house.title,
        "phone": house.phone,
        "hotline": house.shown.hotline,
        "steps": [_row(house, number, one) for number, one in enumerate(steps, start=1)],
        "rules": house.rules.title.zh,
        "follow": house.texts_of("RECEIPT_HOW"),
        "free": house.texts_of("RECEIPT_FREE"),
        "date": day_text(house.today),
    }


def clocks_of(house: House, step: Step) -> list[Clock]:
    """The clocks of a step that the profile has and that count something."""
    found = (house.rules.clocks.get(name) for name in step.clocks)
    return [clock for clock in found if clock is not None and clock.limit]


def _row(house: House, number: int, step: Step) -> Mapping[str, str]:
    clocks = clocks_of(house, step)
    cited = dict.fromkeys(house.rules.cite(clock.article) for clock in clocks)
    return {
        "no": str(number),
        "what": house.text(f"STEP_{step.id}"),
        "days": "\n".join(limit_text(house, clock) for clock in clocks),
        "basis": "\n".join(filter(None, cited)),
    }


def limit_text(house: House, clock: Clock) -> str:
    """办理：自受理之日起60日；经批准可以延长30日."""
    said = house.text(
        "LIMIT",
        title=clock.title.zh,
        start=catalogue(PAPER).text("starts", clock.starts.value),
        limit=house.text(f"DAYS_{clock.unit.value}", count=str(clock.limit)),
    )
    longer = clock.extension
    if longer is None:
        return said
    agreed = house.text(f"AGREED_{longer.approval.value}")
    if not longer.most:
        return said + house.text("LONGER_OPEN", agreed=agreed)
    most = house.text(f"DAYS_{clock.unit.value}", count=str(longer.most))
    return said + house.text("LONGER", agreed=agreed, most=most)
