"""Joint conferences decide holder and co-handlers in one sitting; coordination meetings prepare."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import Designate
from routing.commands.joint import Decision, OpenConference, RecordConference
from routing.domain.route import is_above
from routing.errors import CannotReceive, ConferenceHeld, MeetingDoesNotDecide, NotTheSuperior
from routing.handlers import due_dates, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.designation import designate
from routing.handlers.leading import order_lead
from routing.node import Node
from routing.storage import conferences
from routing.storage.conferences import conference

JOINT = "joint"


def open_conference(uow: UnitOfWork, command: OpenConference, *, node: Node) -> UUID:
    """Call a conference at a site, at the township too. Answers its id.

    Raises:
        CaseUnknown: a case on the agenda is not known here.
        CannotReceive: a unit or site the directory does not have.
        NotTheSuperior: the caller works neither at the site nor above it.
    """
    _may_sit(uow, node, command)
    conference_id = uow.new_id()
    for case_id in command.case_ids:
        _announce(uow, node, CaseFile.open(uow, node, case_id), conference_id, command)
    uow.insert(
        conference,
        {
            "conference_id": conference_id,
            "kind": command.kind,
            "site": command.site,
            "path": node.directory().path(command.site),
            "state": "called",
            "at": command.at,
            "chair": command.chair,
            "called_by": uow.caller.id,
            "case_ids": [str(case_id) for case_id in command.case_ids],
            "units": list(command.units),
            "attended": [],
            "decisions": [],
        },
    )
    return conference_id


def _may_sit(uow: UnitOfWork, node: Node, command: OpenConference) -> None:
    directory = node.directory()
    for unit in (command.site, *command.units):
        if unit not in directory.units:
            raise CannotReceive(unit=unit, problem="UNIT_UNKNOWN")
    own = uow.caller.site
    if own != command.site and not (
        own in directory.sites and is_above(directory, own, command.site)
    ):
        raise NotTheSuperior(unit=command.site, site=own)


def _announce(
    uow: UnitOfWork, node: Node, case: CaseFile, conference_id: UUID, command: OpenConference
) -> None:
    """The holder learns of it wherever the case is."""
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="conference",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=command.site,
            body={"conference_id": str(conference_id), "kind": command.kind},
        ),
    )


def record_conference(
    uow: UnitOfWork, command: RecordConference, *, node: Node
) -> tuple[UUID, ...]:
    """Record attendance and decisions, once; each decision orders the holder of a case.

    Raises:
        ConferenceUnknown, ConferenceHeld, MeetingDoesNotDecide, and as `designate`.
        FieldWrong: the due date of a decision has passed.
    """
    row = conferences.load(uow, command.conference_id)
    if row["state"] == "held":
        raise ConferenceHeld(conference_id=command.conference_id)
    if command.decisions and row["kind"] != JOINT:
        raise MeetingDoesNotDecide(conference_id=command.conference_id)
    for n, decision in enumerate(command.decisions):
        due_dates.not_past(decision.due_on, uow.now, f"decisions[{n}].due_on")
    orders = tuple(_decide(uow, node, row["conference_id"], d) for d in command.decisions)
    values = {
        "state": "held",
        "held_at": uow.now,
        "attended": list(command.attended),
        "decisions": [_plain(decision) for decision in command.decisions],
        "minutes": node.keys.seal("minutes", command.minutes.encode()) if command.minutes else None,
    }
    key = {"conference_id": row["conference_id"]}
    uow.update(conference, key, values, expect={"state": "called"})
    return orders


def _plain(decision: Decision) -> dict[str, Any]:
    return asdict(decision) | {"case_id": str(decision.case_id)}


def _decide(uow: UnitOfWork, node: Node, conference_id: UUID, decision: Decision) -> UUID:
    """One decision: the designation, its co-handlers and the officer in charge follow the case."""
    order = Designate(
        case_id=decision.case_id,
        unit=decision.unit,
        grounds=decision.grounds,
        cohandlers=decision.cohandlers,
        conference_id=str(conference_id),
        due_on=decision.due_on,
    )
    done = designate(uow, order, node=node)
    case = CaseFile.open(uow, node, decision.case_id)
    if decision.lead_officer and decision.lead_officer != case.row["lead_officer"]:
        order_lead(uow, node, case, decision.lead_officer, decision.grounds)
    return done.order_id
