"""What a hearing needs, as columns of its row and back."""

from collections.abc import Mapping
from typing import Any

from hearing.domain.requesting import Needs
from hearing.errors import HoldByTooEarly
from hearing.planning.gather import Frame
from kernel.errors import FieldViolation


def expect_time_for_notice(needs: Needs, frame: Frame) -> None:
    """Let pass a last day that a notice of today is in time for, and needs that name none.

    Raises:
        HoldByTooEarly: the notice would not have run by then, so the hearing could never be set.
    """
    if needs.hold_by is not None and needs.hold_by < frame.earliest:
        wrong = FieldViolation("needs.hold_by", "HOLD_BY_IN_NOTICE")
        raise HoldByTooEarly(wrong, earliest=frame.earliest.isoformat())


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
