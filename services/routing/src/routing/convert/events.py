"""Routing's events as they go out, and the events it hears."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from kernel.instants import stamp
from kernel.unit_of_work import EncodedEvent
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import events_pb2 as intake
from lianxin.routing.v1 import events_pb2 as events
from lianxin.routing.v1 import worklist_pb2 as worklist
from routing.commands.facts import Fact, RecordFact, TakeUpRegistration
from routing.convert import words
from routing.domain.events import (
    AccountsChanged,
    CaseStepped,
    CustodyChanged,
    DirectoryPublished,
    DuesChanged,
    HandoverOffered,
    HeaderChanged,
    Step,
)

SERVICE = "routing"
NOWHERE = "000000.000.000"
"""The path of what belongs to no site."""
COPIED = (
    "case_no",
    "state",
    "holder_unit",
    "signed",
    "category",
    "frozen",
    "backlog",
    "handler",
    "overdue",
)


def encode(event: Any) -> EncodedEvent:
    """A domain event as it goes out. Raises KeyError for an unknown kind."""
    name, body, case_id, path = ENCODERS[type(event)](event)
    subject = f"case.{path}.{SERVICE}.{name}"
    return EncodedEvent(f"{SERVICE}.{name}", subject, case_id, body.SerializeToString())


Encoded = tuple[str, Message, UUID | None, str]


def _header(event: HeaderChanged) -> Encoded:
    row = event.row
    body = events.HeaderChanged(
        header=line_of(row),
        path=row["holder_path"],
        registering_unit=row["registering_unit"],
        registering_path=row["registering_path"],
        clocks=dict(event.clocks),
        settled_path=row["settled_path"],
        node=row["node"],
        place_code=row["place_code"],
        sealed_for=row["sealed_for"] or "",
        urgent=row["urgent"],
        steps=[_step_body(step) for step in event.steps],
        received_at=stamp(row["received_at"]),
        purpose=row["purpose"],
        channel=row["channel"],
        regulation=row["regulation"],
        lead_officer=row["lead_officer"],
        headcount=row["headcount"],
        about_units=row["about_units"],
    )
    return "header_changed", body, row["case_id"], row["holder_path"]


def line_of(row: Mapping[str, Any]) -> worklist.WorkLine:
    """A case row as a list shows it."""
    line = worklist.WorkLine(case_id=str(row["case_id"]), epoch=row["epoch"])
    for name in COPIED:
        setattr(line, name, row[name])
    line.version = row["version"]
    line.colour = words.colour(row["colour"])
    line.progress = words.progress(row["progress"])
    line.difficulty = words.difficulty(row["difficulty"])
    line.procedure = words.procedure(row["procedure"])
    line.ending = words.ending(row["ending"])
    line.next_clock = row["next_clock"]
    if row["next_due_at"] is not None:
        line.next_due_on = words.due_day(row["next_due_at"])
    line.registered_at.CopyFrom(stamp(row["registered_at"]))
    line.as_of.CopyFrom(stamp(row["as_of"]))
    line.header_only = row["custody"] == "none"
    line.custody = row["custody"]
    return line


def _custody(event: CustodyChanged) -> Encoded:
    row = event.row
    body = events.CustodyChanged(
        case_id=str(row["case_id"]),
        epoch=row["epoch"],
        state=row["state"],
        holder_unit=row["holder_unit"],
        holder_path=row["holder_path"],
        readers=event.readers,
        ending=row["ending"],
    )
    return "custody_changed", body, row["case_id"], row["holder_path"]


def _stepped(event: CaseStepped) -> Encoded:
    return "stepped", _step_body(event.step), event.step.case_id, event.row["holder_path"]


def _step_body(step: Step) -> events.CaseStepped:
    return events.CaseStepped(
        case_id=str(step.case_id),
        kind=step.kind,
        unit=step.unit,
        at=step.at.astimezone(UTC).isoformat(timespec="microseconds"),
        body=dict(step.body),
        epoch=step.epoch,
        n=step.n,
    )


def _dues(event: DuesChanged) -> Encoded:
    row = event.row
    due_on = words.due_day(row["next_due_at"]) if row["next_due_at"] else ""
    body = events.DuesChanged(
        case_id=str(row["case_id"]), next_due_on=due_on, next_clock=row["next_clock"]
    )
    return "dues_changed", body, row["case_id"], row["holder_path"]


def _offered(event: HandoverOffered) -> Encoded:
    row = event.row
    body = events.HandoverOffered(
        handoff_id=str(event.handoff_id),
        case_id=str(row["case_id"]),
        epoch=row["epoch"],
        to_unit=row["to_unit"],
    )
    return "handover_offered", body, row["case_id"], NOWHERE


def _published(event: DirectoryPublished) -> Encoded:
    return "directory_published", events.DirectoryPublished(version=event.version), None, event.path


def _accounts(event: AccountsChanged) -> Encoded:
    return "accounts_changed", events.AccountsChanged(at=stamp(event.at)), None, NOWHERE


ENCODERS: Mapping[type, Any] = {
    HeaderChanged: _header,
    CustodyChanged: _custody,
    CaseStepped: _stepped,
    DuesChanged: _dues,
    HandoverOffered: _offered,
    DirectoryPublished: _published,
    AccountsChanged: _accounts,
}


def instant(at: Timestamp) -> datetime:
    """An instant of protobuf."""
    return at.ToDatetime(tzinfo=UTC)


def registration(body: bytes) -> TakeUpRegistration:
    """The event intake.registered."""
    event = intake.CaseRegistered.FromString(body)
    return TakeUpRegistration(
        fact=fact_from("intake", event.fact),
        case_no=event.case_no,
        unit=event.unit,
        path=event.path,
        place_code=event.place_code,
        category=event.category,
        procedure=words.word(common.Procedure, event.procedure),
        purpose=words.word(common.Purpose, event.purpose),
        difficulty=words.word(common.Difficulty, event.difficulty),
        colour=words.word(common.Colour, event.colour),
        channel=words.word(common.Channel, event.channel),
        received_at=instant(event.received_at),
        registered_at=instant(event.registered_at),
        backlog=event.backlog,
        urgent=event.urgent,
        sealed_for=event.sealed_for,
        about_units=tuple(event.about_units),
        regulation=event.regulation,
        reachable=event.reachable,
        headcount=event.headcount,
        litigation=event.litigation_related,
    )


def fact_recorded(service: str, body: bytes) -> RecordFact:
    """A later fact of a service."""
    event = intake.CaseFactRecorded.FromString(body)
    effective = instant(event.effective_at) if event.HasField("effective_at") else None
    return RecordFact(
        fact=fact_from(service, event.fact),
        category=event.category,
        procedure=words.word(common.Procedure, event.procedure),
        difficulty=words.word(common.Difficulty, event.difficulty),
        colour=words.word(common.Colour, event.colour),
        ending=words.word(common.EndingKind, event.ending),
        effective_at=effective,
        substantive=event.substantive,
        purpose=words.word(common.Purpose, event.purpose),
        place_code=event.place_code,
        litigation=event.litigation_related if event.purpose else None,
    )


def fact_from(service: str, fact: Any) -> Fact:
    """A fact of a service, as it goes into the log."""
    return Fact(
        service=service,
        fact_no=fact.fact_no,
        kind=fact.kind,
        case_id=UUID(fact.case_id),
        epoch=fact.epoch,
        unit=fact.unit,
        actor=fact.actor,
        at=datetime.fromisoformat(fact.at),
        body=dict(fact.body),
        commitments=dict(fact.commitments),
    )


def header(body: bytes) -> tuple[dict[str, Any], dict[str, str], tuple[Step, ...]]:
    """A header from a neighbour: row, clocks, steps."""
    event = events.HeaderChanged.FromString(body)
    line = event.header
    row = {name: getattr(line, name) for name in COPIED} | {
        "case_id": UUID(line.case_id),
        "epoch": line.epoch,
        "told_version": line.version,
        "holder_path": event.path,
        "registering_unit": event.registering_unit,
        "registering_path": event.registering_path,
        "sealed_for": event.sealed_for or None,
        "node": event.node,
        "place_code": event.place_code,
        "settled_path": event.settled_path,
        "urgent": event.urgent,
        "colour": words.word(common.Colour, line.colour),
        "progress": words.word(common.ProgressClass, line.progress),
        "difficulty": words.word(common.Difficulty, line.difficulty),
        "procedure": words.word(common.Procedure, line.procedure),
        "ending": words.word(common.EndingKind, line.ending),
        "next_clock": line.next_clock,
        "next_due_at": words.due_end(line.next_due_on),
        "registered_at": instant(line.registered_at),
        "received_at": instant(event.received_at),
        "as_of": instant(line.as_of),
        "purpose": event.purpose,
        "channel": event.channel,
        "regulation": event.regulation,
        "lead_officer": event.lead_officer,
        "headcount": event.headcount,
        "about_units": list(event.about_units),
    }
    steps = tuple(_step(step) for step in event.steps)
    return row, dict(event.clocks), steps


def _step(step: Any) -> Step:
    return Step(
        UUID(step.case_id),
        step.epoch,
        step.n,
        step.kind,
        step.unit,
        datetime.fromisoformat(step.at),
        dict(step.body),
    )


def offer(body: bytes) -> tuple[UUID, UUID, int, str]:
    """An offer of the parent: hand-over, case, epoch, receiver."""
    event = events.HandoverOffered.FromString(body)
    return UUID(event.handoff_id), UUID(event.case_id), event.epoch, event.to_unit
