"""联合调解: bodies of other kinds mediate beside the leading kind."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import pytest

from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.mediation.v1 import file_pb2, file_pb2_grpc, joining_pb2, mediation_pb2
from mediation import commands_casework as todo
from mediation.domain import facts
from mediation.domain.assignment import Bar, Matter, suggest
from mediation.domain.joining import JOINED_TO, Joined
from mediation.domain.words import MediationKind
from mediation.errors import FieldsInvalid, NotForMediation
from mediation.errors_casework import JoiningImpossible, MediatorBarred
from mediation.handlers import kinds
from mediation.storage import suggesting
from mediation.storage.tables import mediation as mediation_table
from mediation.storage.tables_joining import joined_kind
from mediation.storage.tables_people import assignment
from mediation.testing.table import LI, NOW, PATH, WU, _keep, known

COURT, BUREAU, OTHER = "u-court", "u-bureau", "u-other"
JUDGE, OFFICER = UUID(int=31), UUID(int=32)
JUDICIAL, ADMINISTRATIVE = MediationKind.JUDICIAL, MediationKind.ADMINISTRATIVE
TO, TO_PATH = "s-lingfeng", "330523.003.000"


async def prepared(case):
    """Two bodies in the directory, with a mediator each of their own kind only."""
    units = dict.fromkeys((COURT, BUREAU, OTHER))
    directory = SimpleNamespace(units=units, title=lambda unit: unit)
    case.office = replace(case.office, directory=lambda: directory)
    judge = known(JUDGE, unit=COURT, kinds=frozenset({JUDICIAL}), staff="judge")
    officer = known(OFFICER, unit=BUREAU, kinds=frozenset({ADMINISTRATIVE}), staff="officer")
    await case.run(_keep, (judge, officer))
    return case


async def join(case, kind=JUDICIAL, unit=COURT, procedure="peoples_mediation"):
    """A body joins."""
    handler = partial(kinds.join_kind, procedure=procedure, office=case.office)
    return await case.act(handler, todo.JoinKind, kind=kind, unit=unit)


async def leave(case, kind=JUDICIAL, unit=COURT):
    """A body goes."""
    return await case.act(kinds.leave_kind, todo.LeaveKind, kind=kind, unit=unit)


def bodies(case):
    """Kind and unit of each body that is joined."""
    return sorted((row["kind"], row["unit_id"]) for row in case.rows(joined_kind))


def at_work(case):
    """Whose assignment is open."""
    return {row["mediator_id"] for row in case.rows(assignment) if row["ended_at"] is None}


async def test_a_mediator_of_a_body_that_joined_mediates_along(case):
    """Refused before, assigned after; kind, procedure and state stay; leaving relieves."""
    await prepared(case)
    await case.assign(LI)
    with pytest.raises(MediatorBarred):
        await case.assign(LI, JUDGE)
    assert await join(case) == "assigned"
    assert await join(case, ADMINISTRATIVE, BUREAU) == "assigned"
    assert bodies(case) == [("administrative", BUREAU), ("judicial", COURT)]
    assert await case.assign(LI, JUDGE, OFFICER) == "assigned"
    assert at_work(case) == {LI, JUDGE, OFFICER}
    [row] = case.rows(mediation_table)
    assert (row["kind"], row["procedure"]) == ("peoples", "peoples_mediation")
    assert await leave(case) == "assigned"
    assert (at_work(case), bodies(case)) == ({LI, OFFICER}, [("administrative", BUREAU)])
    [gone] = [one for one in case.rows(assignment) if one["mediator_id"] == JUDGE]
    assert gone["why"] == "kind_left"
    told = [kind for kind in case.kinds() if kind in {facts.KIND_JOINED, facts.KIND_LEFT}]
    assert told == [facts.KIND_JOINED, facts.KIND_JOINED, facts.KIND_LEFT]


async def test_the_last_mediator_who_goes_with_a_body_leaves_the_case_to_be_assigned(quick):
    """Nobody of the leading kind was there."""
    await prepared(quick)
    await join(quick)
    assert await quick.assign(JUDGE) == "assigned"
    assert await leave(quick) == "opened"
    assert at_work(quick) == set()


async def test_a_mediator_who_has_the_leading_kind_too_stays_when_the_body_leaves(quick):
    """Only who was there by the body alone is relieved."""
    await prepared(quick)
    both = known(JUDGE, unit=COURT, kinds=frozenset(MediationKind), staff="judge")
    await quick.run(_keep, (both,))
    await join(quick)
    await quick.assign(JUDGE)
    assert await leave(quick) == "assigned"
    assert at_work(quick) == {JUDGE}


async def test_a_joined_kind_opens_the_case_to_mediators_of_that_body_alone(quick):
    """A judge of another court is as little of this kind as before."""
    await prepared(quick)
    await join(quick, JUDICIAL, BUREAU)
    with pytest.raises(MediatorBarred) as refused:
        await quick.assign(JUDGE)
    assert [one.reason for one in refused.value.fields] == [Bar.OTHER_KIND.value]


async def test_a_body_cannot_join_twice_nor_with_the_leading_kind(quick):
    """Each refusal names its field; nothing is kept of it."""
    await prepared(quick)
    await join(quick)
    for wrong, field, reason in (
        ((JUDICIAL, COURT), "unit_id", "KIND_JOINED"),
        ((MediationKind.PEOPLES, COURT), "kind", "KIND_LEADS"),
    ):
        with pytest.raises(JoiningImpossible) as refused:
            await join(quick, *wrong)
        assert [(one.field, one.reason) for one in refused.value.fields] == [(field, reason)]
    with pytest.raises(JoiningImpossible) as unjoined:
        await leave(quick, JUDICIAL, BUREAU)
    assert [one.reason for one in unjoined.value.fields] == ["KIND_NOT_JOINED"]
    assert bodies(quick) == [("judicial", COURT)]


async def test_a_unit_nobody_knows_and_one_the_matter_is_about_do_not_join(quick):
    """By the field of the unit."""
    await prepared(quick)
    with pytest.raises(FieldsInvalid) as unknown:
        await join(quick, JUDICIAL, "u-nowhere")
    assert [(one.field, one.reason) for one in unknown.value.fields] == [
        ("unit_id", "UNKNOWN_VALUE")
    ]
    await quick.name_parties(units={WU: OTHER})
    with pytest.raises(JoiningImpossible) as tied:
        await join(quick, JUDICIAL, OTHER)
    assert [one.reason for one in tied.value.fields] == ["UNIT_OF_THE_MATTER"]


async def test_nobody_joins_on_a_way_that_is_not_mediated(quick):
    """A statutory route has its own body."""
    await prepared(quick)
    with pytest.raises(NotForMediation):
        await join(quick, procedure="statutory_route")
    assert bodies(quick) == []


async def test_a_joined_kind_that_takes_over_is_joined_no_more(quick):
    """The other bodies stay."""
    await prepared(quick)
    await join(quick)
    await join(quick, ADMINISTRATIVE, BUREAU)
    switch = partial(kinds.switch_kind, procedure="court_entrusted")
    assert await quick.act(switch, todo.SwitchKind, kind=JUDICIAL) == "opened"
    assert bodies(quick) == [("administrative", BUREAU)]
    assert await quick.assign(JUDGE, OFFICER) == "assigned"


async def test_mediators_of_a_joined_body_are_suggested(case):
    """They are found in the register though they do not have the leading kind."""
    await prepared(case)
    matter = Matter(PATH, MediationKind.PEOPLES, "neighbour", NOW.date())
    far = replace(matter, path="330523.009.000")
    joined = replace(far, joined=frozenset({Joined(JUDICIAL, COURT)}))
    ranked = []
    for one in (far, joined):
        with case.database.readers.connect() as connection:
            found = suggest(suggesting.candidates(connection, one), one)
        ranked.append({each.mediator_id for each in found.ranked})
    assert ranked[1] - ranked[0] == {JUDGE}


def test_every_kind_may_join_every_other_and_none_itself():
    """三调联动."""
    for kind in MediationKind:
        assert JOINED_TO[kind] == set(MediationKind) - {kind}


def asked(bench, kind, unit, version=1):
    """A request to join."""
    return joining_pb2.JoinKindRequest(
        request_id=str(new_id()),
        case_id=bench.case_id,
        epoch=1,
        version=version,
        kind=kind,
        unit_id=unit,
    )


async def test_joined_bodies_are_shown_and_travel_with_the_case(bench, next_node):
    """By GetMediation, in lists and at the node that takes the case over."""
    await bench.open()
    judicial = mediation_pb2.MEDIATION_KIND_JUDICIAL
    done = await bench.mediation().JoinKind(asked(bench, judicial, TO))
    assert (done.stamp.state, done.stamp.version) == ("opened", 2)
    listing = file_pb2_grpc.MediationFileServiceStub(bench.line(bench.mediator))
    lines = (await listing.ListMediations(file_pb2.ListMediationsRequest())).mediations
    for shown in (await bench.get(), lines[0].mediation):
        assert [(one.kind, one.unit_id) for one in shown.joined] == [(judicial, TO)]
        assert shown.joined[0].since.ToSeconds() == int(bench.clock.now().timestamp())
    handoff, next_node.case_id = str(new_id()), bench.case_id
    release = part.ReleaseRequest(
        handoff_id=handoff, case_id=bench.case_id, epoch=1, with_part=True
    )
    exported = (await bench.parts().Release(release)).part
    more = {"format": exported.format, "part": exported.part, "handoff_id": handoff}
    await next_node.grant(2, TO, TO_PATH, **more)
    there = await next_node.get(next_node.other_unit)
    assert [(one.kind, one.unit_id) for one in there.joined] == [(judicial, TO)]


async def test_the_door_refuses_by_field_and_asks_routing_for_the_procedure(bench):
    """No kind, no unit, a unit nobody knows; a case that is not mediated at all."""
    await bench.open()
    stub, judicial = bench.mediation(), mediation_pb2.MEDIATION_KIND_JUDICIAL
    empty = await bench.refused(stub.JoinKind(asked(bench, 0, "")))
    assert set(empty.fields) == {"kind", "unit_id"}
    unknown = await bench.refused(stub.JoinKind(asked(bench, judicial, "u-nowhere")))
    assert list(unknown.fields) == ["unit_id"]
    bench.routing.custody.procedure = common.PROCEDURE_STATUTORY_ROUTE
    refused = await bench.refused(stub.JoinKind(asked(bench, judicial, TO)))
    assert refused.reason == "NOT_FOR_MEDIATION"
