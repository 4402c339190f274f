"""A mediation as it is shown."""

from collections.abc import Iterable

from kernel.instants import stamp
from kernel.scope import Level
from lianxin.common.v1 import case_pb2 as common
from lianxin.mediation.v1 import mediation_pb2 as pb
from mediation.convert.words import kind_out, procedure_out
from mediation.domain.words import MediationKind
from mediation.handlers.acting import Row, Stamp


def stamp_message(where: Stamp) -> common.CaseStamp:
    """Where a mediation stands."""
    return common.CaseStamp(
        case_id=str(where.case_id),
        case_no=where.case_no,
        epoch=where.epoch,
        version=where.version,
        state=where.state,
    )


def mediation_message(row: Row, level: Level, joined: Iterable[Row] = ()) -> pb.Mediation:
    """Codes, ids and times; who opened it from the timeline on."""
    inside = level >= Level.TIMELINE
    return pb.Mediation(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        epoch=row["epoch"],
        version=row["version"],
        state=row["state"],
        kind=kind_out(MediationKind(row["kind"])),
        procedure=procedure_out(row["procedure"]),
        holder_unit=row["holder_unit"],
        opened_unit=row["opened_unit"],
        opened_by=row["opened_by"] if inside else "",
        opened_at=stamp(row["opened_at"]),
        regulation=row["regulation"],
        ended_at=stamp(row["ended_at"]),
        shown=level.name,
        joined=map(_joined, joined),
    )


def _joined(row: Row) -> pb.JoinedKind:
    return pb.JoinedKind(
        kind=kind_out(MediationKind(row["kind"])),
        unit_id=row["unit_id"],
        since=stamp(row["joined_at"]),
    )
