"""What a hearing needs, as columns of its row and back."""

from collections.abc import Mapping
from typing import Any

from hearing.domain.requesting import Needs


def needs_values(needs: Needs) -> dict[str, Any]:
    """Columns of a hearing for what it needs."""
    return {
        "minutes": needs.minutes,
        "panel_size": needs.panel_size,
        "public": needs.public,
        "public_seats": needs.public_seats,
        "online": needs.online,
        "equipment": " ".join(needs.equipment),
        "departments": " ".join(needs.departments),
        "earliest": needs.earliest,
        "hold_by": needs.hold_by,
        "host_unit": needs.host_unit,
    }


def needs_of(row: Mapping[str, Any]) -> Needs:
    """What a hearing needs by its row."""
    return Needs(
        minutes=row["minutes"],
        panel_size=row["panel_size"],
        public=row["public"],
        public_seats=row["public_seats"],
        online=row["online"],
        equipment=tuple(row["equipment"].split()),
        departments=tuple(row["departments"].split()),
        earliest=row["earliest"],
        hold_by=row["hold_by"],
        host_unit=row["host_unit"],
    )
