"""What a hearing needs of time, place and people, as typed on the command line."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lianxin.cli.dates import iso_day
from lianxin.cli.files.units import Units
from lianxin.cli.plain import checked_code
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.hearing.v1.hearing_pb2 import Needs

Minutes = Annotated[int | None, typer.Option("--minutes", min=0, help=say("opt.hearing_minutes"))]
PanelSize = Annotated[int | None, typer.Option("--panel", min=0, help=say("opt.hearing_panel"))]
Public = Annotated[bool | None, typer.Option("--public/--closed", help=say("opt.hearing_public"))]
Seats = Annotated[int | None, typer.Option("--seats", min=0, help=say("opt.hearing_seats"))]
Online = Annotated[bool, typer.Option("--online", help=say("opt.hearing_online"))]
Equipment = Annotated[
    list[str] | None, typer.Option("--equipment", help=say("opt.hearing_equipment"))
]
Departments = Annotated[
    list[str] | None, typer.Option("--department", help=say("opt.hearing_department"))
]
Earliest = Annotated[str, typer.Option("--earliest", help=say("opt.hearing_earliest"))]
HoldBy = Annotated[str, typer.Option("--hold-by", help=say("opt.hearing_hold_by"))]
Host = Annotated[str, typer.Option("--host", help=say("opt.hearing_host"))]


def needs_of(
    session: Session, said: Mapping[str, Any], before: Needs | None = None
) -> Needs | None:
    """The needs from the parameters of a command, the others as before; None if nothing was said.

    Raises:
        BadInput: a day is none, or a unit is not known.
    """
    units = Units.of(session) if said["department"] or said["host"] else None
    given = {
        "minutes": said["minutes"],
        "panel_size": said["panel"],
        "public": said["public"],
        "public_seats": said["seats"],
        "online": said["online"] or None,
        "earliest": iso_day(said["earliest"], "--earliest") or None,
        "hold_by": iso_day(said["hold_by"], "--hold-by") or None,
        "equipment": [
            checked_code("room_equipment", one, "--equipment") for one in said["equipment"] or []
        ]
        or None,
        "departments": _ids(units, said["department"] or [], "--department") or None,
        "host_unit": "".join(_ids(units, [said["host"]], "--host")) or None,
    }
    told = {name: value for name, value in given.items() if value is not None}
    if not told:
        return None
    needs = Needs()
    if before is not None:
        needs.CopyFrom(before)
    named: Any = needs  # whose fields are known by name here, not by type
    for name in told:
        named.ClearField(name)
    needs.MergeFrom(Needs(**told))
    return needs


def _ids(units: Units | None, said: list[str], field: str) -> list[str]:
    return [units.id_of(one, field) for one in said if one] if units else []
