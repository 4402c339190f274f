"""Who takes part is as it was registered; what the registration suggests is prompted."""

from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from lianxin.intake.v1 import registration_pb2
from lianxin.mediation.v1 import casework_pb2, consent_pb2, file_pb2, mediation_pb2
from mediation import commands_casework as todo
from mediation.commands_consent import DecideWaiver, WaiveDuty
from mediation.convert.registrations import ROLE
from mediation.domain import facts
from mediation.domain.duties import BY_FLAG, suggested
from mediation.domain.parties import Capacity, Participant
from mediation.domain.registration import (
    CAPACITIES,
    Difference,
    RegisteredParty,
    Registration,
    Role,
    differences,
)
from mediation.domain.words import Duty, Side
from mediation.errors_casework import (
    AnotherPersonNeeded,
    MediatorBarred,
    NotClosable,
    SessionImpossible,
)
from mediation.errors_consent import DutyMissing, RegistrationDiffers
from mediation.handlers import closing, duties, finding, naming
from mediation.storage.tables_closing import answer, casework, duty
from mediation.storage.tables_people import participant
from mediation.storage.tables_watching import watch
from mediation.testing.table import PARTIES, UNIT, WU, ZHOU

ROOT = Path(__file__).resolve().parents[3]
QIAN = UUID(int=3)
REGISTERED = Registration(
    parties=(
        RegisteredParty(ZHOU, Role.APPLICANT, minor=True),
        RegisteredParty(WU, Role.RESPONDENT, organisation=True, unit_id="u-school"),
        RegisteredParty(QIAN, Role.AGENT),
    ),
    requests=(1, 2),
    about_units=(UNIT,),
    flags=frozenset({"family_violence"}),
    category="marriage_family",
)


@pytest.mark.parametrize(
    ("change", "unit", "found"),
    [
        ({}, "", None),
        ({"party_id": UUID(int=9)}, "", ("participants[0].party_id", Difference.PARTY)),
        ({"side": Side.RESPONDENT}, "", ("participants[0].side", Difference.SIDE)),
        ({"capacity": Capacity.AGENT}, "", ("participants[0].capacity", Difference.CAPACITY)),
        ({"party_id": WU, "side": Side.RESPONDENT}, "u-other", ("unit_id", Difference.UNIT)),
        ({"for_id": UUID(int=9)}, "", ("participants[0].for_party_id", Difference.FOR)),
    ],
)
def test_whoever_is_named_otherwise_than_registered_is_told_how(change, unit, found):
    """Each difference by the field it is in; what agrees is taken."""
    given = {"party_id": ZHOU, "side": Side.APPLICANT, "capacity": Capacity.PARTY} | change
    one = Participant(**given)
    told = differences([one], {one.party_id: unit}, (1,), REGISTERED)
    assert [(one.field.endswith(found[0]), one.why) for one in told] == (
        [(True, found[1])] if found else []
    )


def test_every_role_may_take_part_somehow_and_has_its_number():
    """A role that the registration knows leads to a table in at least one way."""
    assert set(CAPACITIES) == set(Role)
    assert all(CAPACITIES.values())
    assert {ROLE.word(ROLE.number(role)) for role in Role} == set(Role)


def test_duties_are_suggested_with_their_grounds():
    """By flag, by category, by a minor where one may have come to harm; else none."""
    found = suggested(REGISTERED)
    assert found[Duty.FAMILY_VIOLENCE] == ("flag:family_violence",)
    assert found[Duty.MINOR] == ("party:minor",)
    assert set(BY_FLAG.values()) == set(Duty)
    assert suggested(Registration(category="public_order")) == {
        Duty.POLICE: ("category:public_order",)
    }
    assert suggested(Registration(category="contract")) == {}


def test_mediation_cannot_show_where_somebody_lives_or_how_to_call_him():
    """Address and phone stay with the registration: no message of mediation has a field for it."""
    fields = {
        field.name
        for module in (casework_pb2, consent_pb2, file_pb2, mediation_pb2, registration_pb2)
        for message in module.DESCRIPTOR.message_types_by_name.values()
        for field in message.fields
    }
    assert fields.isdisjoint({"phone", "living_place", "household_place", "safe_contact", "name"})
    assert "party_id" in fields


def name(case, *people, requests=(1,), registration=REGISTERED):
    """Name parties against a registration."""
    handler = partial(naming.name_parties, registration=registration)
    said = {"participants": people, "units": {}, "requests": requests}
    return case.act(handler, todo.NameParties, **said)


async def test_the_registration_knows_better_who_needs_a_guardian_and_what_is_asked(case):
    """Organisation, unit, minor and every request; a unit complained of gives no mediator."""
    await name(case, *PARTIES)
    rows = {row["party_id"]: row for row in case.rows(participant)}
    assert rows[ZHOU]["needs_guardian"]
    assert (rows[WU]["organisation"], rows[WU]["unit_id"]) == (True, "u-school")
    assert {row["request_no"] for row in case.rows(answer)} == {1, 2}
    assert [row["about_units"] for row in case.rows(casework)] == [UNIT]
    with pytest.raises(MediatorBarred) as barred:
        await case.assign()
    assert [one.reason for one in barred.value.fields] == ["MEDIATOR_ABOUT"]
    stranger = Participant(UUID(int=9), Side.APPLICANT, Capacity.PARTY)
    with pytest.raises(RegistrationDiffers) as refused:
        await name(case, *PARTIES, stranger, requests=(1, 7))
    assert [one.field for one in refused.value.fields] == [
        "participants[2].party_id",
        "requests[1]",
    ]
    joined = RegisteredParty(stranger.party_id, Role.CONCERNED)
    amended = Registration(parties=(*REGISTERED.parties, joined), requests=(1, 2))
    assert await name(case, *PARTIES, stranger, registration=amended) == "opened"


async def test_a_duty_is_met_or_found_not_to_apply_by_two_persons(case):
    """Nobody closes past it; apart until then; noting it anew brings it back."""
    quiet = Registration(
        parties=tuple(RegisteredParty(one.party_id, Role.CONCERNED) for one in PARTIES),
        requests=(1,),
        flags=frozenset({"family_violence"}),
    )
    await name(case, *PARTIES, registration=quiet)
    await case.assign()
    with pytest.raises(SessionImpossible):
        await case.schedule()
    waive = partial(case.act, duties.waive_duty, WaiveDuty, sealed=True)
    decide = partial(case.act, duties.decide_waiver, DecideWaiver, duty=Duty.FAMILY_VIOLENCE)
    with pytest.raises(DutyMissing):
        await decide(approved=True)
    said = "经核实是邻里口角，没有家庭暴力"
    await waive(duty=Duty.FAMILY_VIOLENCE, reason=said)
    with pytest.raises(AnotherPersonNeeded):
        await decide(approved=True)
    await decide("wang", approved=False)
    with pytest.raises(NotClosable) as refused:
        await case.act(closing.propose_closing, todo.ProposeClosing, sealed=True, review_told=True)
    assert "duties.family_violence" in {one.field for one in refused.value.fields}
    await waive(duty=Duty.FAMILY_VIOLENCE, reason=said)
    awaited = {"duty", "decision"}
    assert awaited <= {one["about"] for one in case.rows(watch)}
    await decide("wang", approved=True)
    assert not awaited & {one["about"] for one in case.rows(watch)}
    [row] = case.rows(duty)
    assert (row["waived_by"], row["grounds"]) == ("wang", "flag:family_violence")
    assert said.encode() not in row["sealed_waiver"]
    session_id, _ = await case.schedule()
    assert session_id
    assert facts.DUTY_WAIVED in case.kinds()
    await case.act(finding.note_duty, todo.NoteDuty, duty=Duty.FAMILY_VIOLENCE)
    with pytest.raises(SessionImpossible):
        await case.schedule(start=5)
