"""The hearings of a case as messages, as far as the reader may see."""

from collections.abc import Mapping
from typing import Any

from hearing.convert.words import ASKED_BY, GROUND, OVER_WHY, colour_out, procedure_out
from hearing.domain.words import AskedBy, Ground, OverWhy
from hearing.handlers.acting import Stamp
from hearing.storage.tables import hearing, hearing_member
from kernel.holding.rows import Words
from kernel.instants import stamp
from kernel.scope import Level
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import hearing_pb2 as pb

Row = Mapping[Any, Any]
SAID = {"sealed_request": "request", "sealed_decision": "reason", "sealed_over": "over"}
MOMENTS = (
    "asked_at",
    "overdue_at",
    "decided_at",
    "begins",
    "ends",
    "confirmed_at",
    "opened_at",
    "concluded_at",
    "served_at",
    "published_at",
    "taken_down_at",
    "over_at",
)
SAME = ("number", "state", "asked_unit", "review_level", "silence", "decision", "by_silence")
SAME_LATER = ("stage", "outcome")


def stamp_message(where: Stamp) -> common.CaseStamp:
    """Where a case stands in hearing."""
    return common.CaseStamp(
        case_id=str(where.case_id),
        case_no=where.case_no,
        epoch=where.epoch,
        version=where.version,
        state=where.state,
    )


def file_message(row: Row, level: Level) -> pb.HearingFile:
    """What hearing has of a case, without its hearings."""
    return pb.HearingFile(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        epoch=row["epoch"],
        version=row["version"],
        state=row["state"],
        current=row["current"],
        holder_unit=row["holder_unit"],
        procedure=procedure_out(row["procedure"]),
        category=row["category"],
        colour=colour_out(row["colour"]),
        regulation=row["regulation"],
        never_public=row["never_public"] and level >= Level.CONTENT,
        ended_at=stamp(row["ended_at"]),
        shown=level.name,
    )


def hearing_message(row: Row, level: Level) -> pb.Hearing:
    """One hearing: codes, ids and times; who did what from the timeline on."""
    return pb.Hearing(
        hearing_id=str(row["hearing_id"]),
        asked_by=ASKED_BY.number(AskedBy(row["asked_by"])),
        triggers=row["triggers"].split(),
        decide_by=_day(row["decide_by"]),
        decided_by=row["decided_by"] if level >= Level.TIMELINE else "",
        ground=_ground(row["ground"]),
        over_why=_over(row["over_why"]),
        needs=needs_message(row),
        day=_day(row["day"]),
        room_id=_id(row["room_id"]),
        notice_by=_day(row["notice_by"]),
        serve_by=_day(row["serve_by"]),
        led_by=_id(row["led_by"]),
        **{name: row[name] for name in (*SAME, *SAME_LATER)},
        **_moments(row),
    )


def _ground(word: str) -> pb.Ground.ValueType:
    return GROUND.number(Ground(word)) if word else pb.GROUND_UNSPECIFIED


def _over(word: str) -> pb.OverWhy.ValueType:
    return OVER_WHY.number(OverWhy(word)) if word else pb.OVER_WHY_UNSPECIFIED


def _moments(row: Row) -> dict[str, Any]:
    """Timestamps of what has come to be."""
    return {name: stamp(row[name]) for name in MOMENTS if row[name] is not None}


def needs_message(row: Row) -> pb.Needs:
    """What a hearing needs by its row."""
    return pb.Needs(
        minutes=row["minutes"],
        panel_size=row["panel_size"],
        public=row["public"],
        public_seats=row["public_seats"],
        online=row["online"],
        equipment=row["equipment"].split(),
        departments=row["departments"].split(),
        earliest=_day(row["earliest"]),
        hold_by=_day(row["hold_by"]),
        host_unit=row["host_unit"],
    )


def member_message(row: Row, words: Words | None) -> pb.Member:
    """Somebody who sits; the name with the words of the case only."""
    name = ""
    if words is not None and row["sealed_name"]:
        name = words.open(hearing_member, row, "sealed_name")["name"]
    return pb.Member(
        member_no=row["member_no"],
        person_id=str(row["person_id"]),
        part=row["part"],
        department=row["department"],
        kind=row["kind"],
        staff=row["staff"],
        unit_id=row["unit"],
        state=row["state"],
        replaces=row["replaces"] or 0,
        name=name,
    )


def party_message(row: Row) -> pb.Party:
    """A party by id and codes."""
    return pb.Party(
        party_id=str(row["party_id"]),
        role=row["role"],
        side=row["side"],
        organisation=row["organisation"],
        unit_id=row["unit_id"],
        special=row["special"],
        agent_of=_id(row["agent_of"]),
        invited=row["invited"],
    )


def show_words(message: pb.Hearing, row: Row, words: Words) -> None:
    """What people wrote, for readers of the content."""
    for column, field in SAID.items():
        if row[column]:
            setattr(message, field, words.open(hearing, row, column)["reason"])


def has_words(row: Row) -> bool:
    """Whether anything in a hearing is sealed."""
    return any(row[column] for column in SAID)


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _id(found: Any) -> str:
    return str(found) if found else ""
