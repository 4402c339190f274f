"""The registration event of a case, as intake would tell it."""

from typing import Any
from uuid import UUID

from routing.commands.facts import Fact, TakeUpRegistration
from routing.steps.ground import Ground


def registered(
    ground: Ground, case_id: UUID, unit: str, values: dict[str, Any]
) -> TakeUpRegistration:
    """The registration event of a case."""
    now, directory = ground.clock.now(), ground.node.directory()
    told = Fact("intake", 1, "intake.registered", case_id, 1, unit, "clerk", now, {}, {})
    given: dict[str, Any] = {
        "case_no": f"T{case_id.hex[-8:]}",
        "unit": unit,
        "path": directory.path_of_unit(unit),
        "place_code": directory.site_of(unit).codes[0],
        "category": "neighbour",
        "procedure": "peoples_mediation",
        "purpose": "redress",
        "difficulty": "simple",
        "colour": "green",
        "channel": "visit",
        "received_at": now,
        "registered_at": now,
        "backlog": False,
        "urgent": False,
        "sealed_for": "",
        "about_units": (),
        "regulation": "cn-2022@1",
        "reachable": True,
        "headcount": 1,
        "litigation": False,
    }
    return TakeUpRegistration(fact=told, **(given | values))
