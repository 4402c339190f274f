"""The file of one case as it is shown: codes as they are, what is sealed opened."""

from typing import Any

from kernel.holding.rows import Words
from kernel.instants import stamp
from kernel.scope import Level
from lianxin.mediation.v1 import casework_pb2, file_pb2
from mediation.convert import casework_words as words
from mediation.convert.file_agreements import agreement_message
from mediation.convert.inviting import records_of
from mediation.convert.mediations import mediation_message
from mediation.convert.planning import measure_record, plan_message
from mediation.convert.work import milestone_message
from mediation.domain.parties import Capacity
from mediation.domain.words import (
    Attendance,
    Disposition,
    Duty,
    Finding,
    Joining,
    ReferralKind,
    ReferralOutcome,
    SessionKind,
    SessionOutcome,
    Side,
)
from mediation.storage import tables_closing as closing
from mediation.storage import tables_people as people
from mediation.storage import tables_sessions as meetings
from mediation.storage.file import CaseFile, Row
from mediation.storage.tables import mediation
from mediation.storage.tables_agreements import agreement
from mediation.storage.tables_inviting import invitation, invited_word
from mediation.storage.tables_joining import joined_kind
from mediation.storage.tables_plan import plan, plan_measure

NOTE = "sealed_note"


def file_message(file: CaseFile, opened: Words) -> file_pb2.MediationFile:
    """Everything on file but what the file is closed by."""
    head = mediation_message(file.row, Level.CONTENT, file.of(joined_kind))
    head.note = opened.open(mediation, file.row, NOTE).get("note", "")
    found = file_pb2.MediationFile(
        mediation=head,
        category=file.row["category"],
        state_before=file.row["state_before"] or "",
        proposed_by=file.row["proposed_by"] or "",
        participants=map(participant_message, file.of(people.participant)),
        assignments=[
            _assignment(row, file.guests)
            for row in sorted(file.of(people.assignment), key=lambda r: r["at"])
        ],
        milestones=map(
            milestone_message, sorted(file.of(meetings.milestone), key=lambda r: r["due_on"])
        ),
        sessions=[
            _session(row, file, opened)
            for row in sorted(file.of(meetings.session), key=lambda r: r["starts_at"])
        ],
        agreements=[agreement_message(row, file, opened) for row in file.of(agreement)],
        requests=[_request(row, opened) for row in file.of(closing.answer)],
        duties=map(_duty, file.of(closing.duty)),
        dispositions=[_disposition(row, opened) for row in file.of(closing.disposition)],
        referrals=map(_referral, file.of(closing.referral)),
        measures=[measure_record(row, opened) for row in file.of(plan_measure)],
    )
    for one in file.of(plan):
        found.plan.CopyFrom(plan_message(one, file.of(plan_measure)))
    return found


def participant_message(row: Row) -> casework_pb2.Participant:
    """One who takes part, by ids."""
    return casework_pb2.Participant(
        party_id=str(row["party_id"]),
        side=words.SIDE.number(Side(row["side"])),
        capacity=words.CAPACITY.number(Capacity(row["capacity"])),
        for_party_id=str(row["for_id"] or ""),
        unit_id=row["unit_id"],
        may_settle=row["may_settle"],
        organisation=row["organisation"],
        needs_guardian=row["needs_guardian"],
    )


def _assignment(row: Row, guests: frozenset[str]) -> file_pb2.AssignmentRecord:
    return file_pb2.AssignmentRecord(
        mediator_id=str(row["mediator_id"]),
        staff=row["staff"],
        at=stamp(row["at"]),
        actor=row["actor"],
        ended_at=stamp(row["ended_at"]),
        ended_by=row["why"] if row["ended_at"] else "",
        reads=row["ended_at"] is None and row["staff"] in guests,
    )


def _session(row: Row, file: CaseFile, opened: Words) -> file_pb2.SessionRecord:
    outcome: Any = 0
    if row["outcome"]:
        outcome = words.OUTCOME.number(SessionOutcome(row["outcome"]))
    return file_pb2.SessionRecord(
        session_id=str(row["session_id"]),
        kind=words.SESSION_KIND.number(SessionKind(row["kind"])),
        joining=words.JOINING.number(Joining(row["joining"])),
        starts_at=stamp(row["starts_at"]),
        ends_at=stamp(row["ends_at"]),
        state=row["state"],
        department_ids=row["departments"].split(),
        victim_asks=row["victim_asks"],
        place=opened.open(meetings.session, row).get("where", ""),
        parties=[
            casework_pb2.CameToSession(
                party_id=str(one["party_id"]),
                attendance=words.ATTENDANCE.number(Attendance(one["came"])),
            )
            for one in file.of(meetings.attendance)
            if one["session_id"] == row["session_id"]
        ],
        outcome=outcome,
        held_at=stamp(row["held_at"]),
        record=opened.open(meetings.session, row, "sealed_record").get("record", ""),
        invited=records_of(file.of(invitation), file.of(invited_word), row["session_id"], opened),
    )


def _request(row: Row, opened: Words) -> file_pb2.RequestRecord:
    finding: Any = words.FINDING.number(Finding(row["finding"])) if row["finding"] else 0
    return file_pb2.RequestRecord(
        request_no=row["request_no"],
        finding=finding,
        reasons=opened.open(closing.answer, row).get("reasons", ""),
        carry_out_by=row["carry_out_by"].isoformat() if row["carry_out_by"] else "",
        carried_out_at=stamp(row["carried_out_at"]),
    )


def _duty(row: Row) -> file_pb2.DutyRecord:
    return file_pb2.DutyRecord(
        duty=words.DUTY.number(Duty(row["duty"])),
        noted_at=stamp(row["noted_at"]),
        reported_at=stamp(row["reported_at"]),
        reported_to=row["reported_to"],
        actor=row["actor"],
    )


def _disposition(row: Row, opened: Words) -> file_pb2.DispositionRecord:
    said = opened.open(closing.disposition, row)
    return file_pb2.DispositionRecord(
        no=row["no"],
        disposition=words.DISPOSITION.number(Disposition(row["disposition"])),
        what=said.get("what", ""),
        basis=said.get("basis", ""),
        actor=row["actor"],
        approved_by=row["approved_by"],
        at=stamp(row["at"]),
    )


def _referral(row: Row) -> file_pb2.ReferralRecord:
    return file_pb2.ReferralRecord(
        no=row["no"],
        kind=words.REFERRAL_KIND.number(ReferralKind(row["kind"])),
        unit_id=row["body"],
        outcome=words.REFERRAL_OUTCOME.number(ReferralOutcome(row["outcome"])),
        at=stamp(row["at"]),
        answered_at=stamp(row["answered_at"]),
    )
