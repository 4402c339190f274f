"""Setting a hearing, and proposals, in and out: request → command, rows → what is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

import msgspec

from hearing.commands import scheduling as todo
from hearing.convert.explaining import Say, explained
from hearing.convert.fields import Fields
from hearing.convert.requesting import Read
from hearing.domain.proposals import standing
from hearing.planning.clashes import RECORDER, Clash
from hearing.scheduling.plan.problem import Answer, Change, Fixed, Forbidden, Planned, Span
from kernel.instants import stamp
from lianxin.hearing.v1 import scheduling_pb2 as pb

LAST_MINUTE = 24 * 60 - 1
MOST_MINUTES, MOST_SECONDS, MOST_SEED = 1_440, 600, 2**31
SECONDS = 30
Row = Mapping[str, Any]


def setting_from(fields: Fields, wanted: pb.HearingSetting) -> todo.Setting:
    """When, where, with whom."""
    fields.few("wanted.panel_ids", len(wanted.panel_ids), 99)
    sent = {}
    for at, one in enumerate(wanted.representatives):
        where = f"wanted.representatives[{at}]"
        unit = fields.code(f"{where}.department_id", one.department_id)
        if not unit or unit == RECORDER or unit in sent:
            fields.note(f"{where}.department_id", "NOT_ALLOWED" if unit else "REQUIRED")
        sent[unit] = fields.id(f"{where}.person_id", one.person_id)
    return todo.Setting(
        day=fields.day("wanted.day", wanted.day),
        begins=clock_from(fields, "wanted.begins", wanted.begins),
        minutes=fields.number("wanted.minutes", wanted.minutes, 0, MOST_MINUTES),
        room=fields.id("wanted.room_id", wanted.room_id),
        chair=fields.id("wanted.chair_id", wanted.chair_id),
        recorder=fields.id("wanted.recorder_id", wanted.recorder_id),
        panel=fields.ids("wanted.panel_ids", wanted.panel_ids),
        representatives=sent,
        optional=fields.ids("wanted.optional_ids", wanted.optional_ids),
    )


def clock_from(fields: Fields, field: str, minute: int) -> time:
    """Minutes after midnight as a time of day."""
    found = fields.number(field, minute, 0, LAST_MINUTE)
    return time(*divmod(min(max(found, 0), LAST_MINUTE), 60))


def show_clashes(request: pb.ShowClashesRequest) -> tuple[UUID, todo.Setting]:
    """Which case, and what is wanted."""
    fields = Fields()
    case_id = fields.id("case_id", request.case_id)
    wanted = setting_from(fields, request.wanted)
    fields.check()
    return case_id, wanted


def set_hearing(request: pb.SetHearingRequest) -> tuple[UUID, todo.SetHearing]:
    """What is set, and what is known to stand against it."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    wanted = setting_from(fields, request.wanted)
    despite = frozenset(fields.codes("despite", request.despite))
    fields.check()
    return request_id, todo.SetHearing(case_id, seen, wanted, despite)


def on_hearing(request: Any) -> Read:
    """A request that says nothing more."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    fields.check()
    return request_id, todo.OnHearing(case_id, seen)


def pin_parts(request: pb.PinPartsRequest) -> Read:
    """What stays."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    pinned = request.pinned
    room = fields.optional_id("pinned.room_id", pinned.room_id)
    chair = fields.optional_id("pinned.chair_id", pinned.chair_id)
    begins = None
    if pinned.HasField("begins"):
        begins = clock_from(fields, "pinned.begins", pinned.begins)
    parts = Fixed(
        day=fields.optional_day("pinned.day", pinned.day),
        begins=begins,
        room=str(room) if room else None,
        chair=str(chair) if chair else None,
        panel=frozenset(map(str, fields.ids("pinned.panel_ids", pinned.panel_ids))),
    )
    fields.check()
    return request_id, todo.PinParts(case_id, seen, parts)


def forbid_parts(request: pb.ForbidPartsRequest) -> Read:
    """What is avoided."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    fields.few("days", len(request.days))
    fields.few("away", len(request.away))
    forbidden = Forbidden(
        days=frozenset(fields.day(f"days[{at}]", one) for at, one in enumerate(request.days)),
        rooms=frozenset(map(str, fields.ids("room_ids", request.room_ids))),
        persons=frozenset(map(str, fields.ids("person_ids", request.person_ids))),
    )
    away: dict[str, tuple[Span, ...]] = {}
    for at, one in enumerate(request.away):
        party = str(fields.id(f"away[{at}].party_id", one.party_id))
        away[party] = (*away.get(party, ()), _span(fields, f"away[{at}]", one))
    fields.check()
    return request_id, todo.ForbidParts(case_id, seen, forbidden, away)


def _span(fields: Fields, at: str, one: pb.AwayTime) -> Span:
    begins = clock_from(fields, f"{at}.begins", one.begins)
    ends = clock_from(fields, f"{at}.ends", one.ends)
    if ends <= begins:
        fields.note(f"{at}.ends", "TOO_SMALL", one.begins + 1)
    return Span(fields.day(f"{at}.day", one.day), begins, ends)


@dataclass(frozen=True, slots=True)
class Sought:
    """How long and from which seed the solver looks; for hearings of these cases."""

    cases: tuple[UUID, ...]
    seconds: int
    seed: int


def sought(request: pb.ProposeRequest) -> Sought:
    """Which hearings are planned."""
    fields = Fields()
    cases = fields.ids("case_ids", request.case_ids)
    seconds = fields.number("seconds", request.seconds, 0, MOST_SECONDS)
    seed = fields.number("seed", request.seed, 0, MOST_SEED)
    fields.check()
    return Sought(cases, seconds or SECONDS, seed)


def raw_problem(request: pb.PlanProblemRequest) -> Sought:
    """How long a raw problem is worked on."""
    fields = Fields()
    seconds = fields.number("seconds", request.seconds, 0, MOST_SECONDS)
    seed = fields.number("seed", request.seed, 0, MOST_SEED)
    if not request.problem:
        fields.note("problem", "REQUIRED")
    fields.few("problem", len(request.problem), 2 * 1024 * 1024)
    fields.check()
    return Sought((), seconds or SECONDS, seed)


@dataclass(frozen=True, slots=True)
class Accepting:
    """Which hearings of a proposal are set."""

    request_id: UUID
    proposal_id: UUID
    cases: tuple[UUID, ...]
    despite: frozenset[str]


def accept_proposal(request: pb.AcceptProposalRequest) -> Accepting:
    """All of them, or some."""
    fields = Fields()
    found = Accepting(
        fields.id("request_id", request.request_id),
        fields.id("proposal_id", request.proposal_id),
        fields.ids("case_ids", request.case_ids),
        frozenset(fields.codes("despite", request.despite)),
    )
    fields.check()
    return found


def clash_message(clash: Clash, say: Say) -> pb.Clash:
    """One thing that stands against a hearing, in words."""
    return pb.Clash(
        kind=clash.kind,
        subject=clash.subject,
        other=clash.other,
        refuses=clash.hard,
        text=say(f"CLASH_{clash.kind}", clash.subject, clash.other),
    )


def setting_message(planned: Planned) -> pb.HearingSetting:
    """A planned hearing as it would be set."""
    sent = planned.representatives
    length = _minute(planned.ends) - _minute(planned.begins)
    return pb.HearingSetting(
        day=planned.day.isoformat(),
        begins=_minute(planned.begins),
        minutes=length,
        room_id=planned.room,
        chair_id=planned.chair,
        recorder_id=sent.get(RECORDER, ""),
        panel_ids=planned.panel,
        representatives=[
            pb.Representative(department_id=unit, person_id=person)
            for unit, person in sorted(sent.items())
            if unit != RECORDER
        ],
        optional_ids=planned.attending,
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def setting_of(planned: Planned) -> todo.Setting:
    """What is set when a proposal is accepted."""
    sent = {unit: UUID(who) for unit, who in planned.representatives.items()}
    recorder = sent.pop(RECORDER)
    return todo.Setting(
        day=planned.day,
        begins=planned.begins,
        minutes=_minute(planned.ends) - _minute(planned.begins),
        room=UUID(planned.room),
        chair=UUID(planned.chair),
        recorder=recorder,
        panel=tuple(map(UUID, planned.panel)),
        representatives=sent,
        optional=tuple(map(UUID, planned.attending)),
    )


def answer_of(row: Row) -> Answer | None:
    """What the solver answered; None while it has not."""
    return None if row["answer"] is None else msgspec.json.decode(row["answer"], type=Answer)


def proposal_message(
    row: Row, parts: Iterable[tuple[Row, str]], now: datetime, say: Say
) -> pb.Proposal:
    """A proposal with its hearings, each with the state that it is in."""
    answer = answer_of(row) or Answer("unknown")
    planned = {one.hearing: one for one in answer.hearings}
    cases = {str(part["hearing_id"]): part for part, _ in parts}
    return pb.Proposal(
        proposal_id=str(row["proposal_id"]),
        state=standing(row["state"], row["lost_at"], now).value,
        asked_at=stamp(row["asked_at"]),
        seed=row["seed"],
        parts=[_part(part, state, planned, answer.changes) for part, state in parts],
        demands=explained(answer, cases, say),
        smallest=answer.smallest,
        medium=answer.medium,
        bound=answer.bound,
        soft=answer.soft,
        kept_case_ids=row["kept"].split(),
        left_out=[
            pb.LeftOut(case_id=str(one.case_id), case_no=one.case_no, barred=one.barred)
            for one in msgspec.json.decode(row["left_out"], type=list[todo.LeftOut])
        ],
    )


def _part(
    part: Row, state: str, planned: Mapping[str, Planned], changes: Iterable[Change]
) -> pb.ProposedPart:
    hearing_id = str(part["hearing_id"])
    message = pb.ProposedPart(
        case_id=str(part["case_id"]),
        case_no=part["case_no"],
        hearing_id=hearing_id,
        state=state,
        changes=[
            pb.PartChange(part=one.part, before=one.before, after=one.after)
            for one in changes
            if one.hearing == hearing_id
        ],
    )
    if hearing_id in planned:
        message.setting.CopyFrom(setting_message(planned[hearing_id]))
    return message
