import asyncio
from dataclasses import replace
from itertools import product

import pytest

from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.mediation.v1 import casework_pb2 as casework
from mediation.domain.case_endings import (
    BY_ACTS,
    MEDIATING,
    RESULTS,
    REVIEWS,
    STANDS_FOR,
    WITHOUT_RESULT,
    Mediated,
    ending_of,
    verdict,
)
from mediation.domain.guards import Gap, Lack
from mediation.domain.states import TABLE, Act, State, after
from mediation.domain.words import Ending

PROCEDURES = (*sorted(MEDIATING), "petition", "hotline", "statutory_route", "")
ENDINGS = (
    *sorted(RESULTS),
    *sorted(REVIEWS),
    *sorted(BY_ACTS),
    "answered",
    "statutory_route",
    "referred_out",
    "terminated",
    "procedural",
)
OPEN = [state for state in State if state is not State.CLOSED]
LACKS = (Lack(Gap.FACTS_NOT_ESTABLISHED), Lack(Gap.REQUEST_OPEN, request_no=1))


def gaps(ending, procedure, mediated):
    """The gaps alone."""
    return [lack.gap for lack in verdict(ending, procedure, mediated).lacks]


@pytest.mark.parametrize("ending, procedure", list(product(ENDINGS, PROCEDURES)))
def test_without_a_mediation_a_procedure_that_mediates_has_no_result(ending, procedure):
    """A result is claimed of a mediation only; a way elsewhere and a second person stay open."""
    refused = procedure in MEDIATING and ending in RESULTS
    assert gaps(ending, procedure, None) == ([Gap.NOT_MEDIATED] if refused else [])
    assert not verdict(ending, procedure, None).carries


@pytest.mark.parametrize("ending, procedure", list(product(ENDINGS, PROCEDURES)))
def test_an_open_mediation_keeps_its_case_open(ending, procedure):
    """Whatever its state and the procedure: it says that it is open, and what it lacks."""
    for state in OPEN:
        found = gaps(ending, procedure, Mediated(state, lacks=LACKS))
        if ending in BY_ACTS:
            assert found == []
        elif ending == "answered":
            assert found == [Gap.MEDIATION_OPEN]
        else:
            assert found == [Gap.MEDIATION_OPEN, Gap.FACTS_NOT_ESTABLISHED, Gap.REQUEST_OPEN]
        rests = Mediated(state, lacks=LACKS, rests=True)
        assert gaps(ending, procedure, rests) == ([] if ending in REVIEWS else found)


@pytest.mark.parametrize("ending, closed_with", list(product(ENDINGS, Ending)))
def test_a_closed_mediation_stands_for_its_own_ending(ending, closed_with):
    """Under a mediating procedure nothing else passes but reviews and acts of intake."""
    free = ending in BY_ACTS | REVIEWS | {"answered"}
    for procedure in MEDIATING:
        said = verdict(ending, procedure, Mediated(State.CLOSED, closed_with))
        stands = ending in STANDS_FOR[closed_with]
        assert (said.lacks == ()) is (stands or free)
        assert said.carries is (not free and (stands or closed_with not in WITHOUT_RESULT))


@pytest.mark.parametrize("ending, closed_with", list(product(sorted(RESULTS), Ending)))
def test_a_petition_goes_on_after_a_mediation_without_a_result(ending, closed_with):
    """访调对接: what was agreed is the result; else the petition is answered in writing."""
    said = verdict(ending, "petition", Mediated(State.CLOSED, closed_with))
    if closed_with in WITHOUT_RESULT:
        assert (said.lacks, said.carries) == ((), False)
    elif ending in STANDS_FOR[closed_with]:
        assert said.lacks == ()
        assert said.carries is (ending in {"settled", "agreed"})
    else:
        assert said.lacks == (Lack(Gap.ENDING_DIFFERS, closed_as=closed_with),)
        assert said.carries


def test_what_was_answered_of_a_closed_mediation_holds_for_its_epoch():
    """Only a case that goes on at a later epoch leads out, so routing may end it after asking."""
    assert [act for state, act in TABLE if state is State.CLOSED] == [Act.CASE_REOPENS]
    assert [act for act in Act if after(State.CLOSED, act, State.OPENED)] == [Act.CASE_REOPENS]


def test_every_ending_of_a_mediation_is_the_ground_of_one_of_the_case():
    """None leads nowhere; a result is the ground of exactly the result of that name."""
    assert set(STANDS_FOR) == set(Ending)
    for ending in set(Ending) - WITHOUT_RESULT:
        assert STANDS_FOR[ending] == {ending.value}
    assert all(not STANDS_FOR[ending] & RESULTS for ending in WITHOUT_RESULT)
    assert {ending_of(word) for word in ENDINGS} <= {*Ending, None}


async def ask(bench, ending, procedure="peoples_mediation", epoch=1, limit=None):
    """AskEnding, as routing asks."""
    request = part.AskEndingRequest(
        case_id=bench.case_id, epoch=epoch, ending=ending, procedure=procedure
    )
    return await bench.parts().AskEnding(request, timeout=limit)


async def test_routing_is_told_everything_that_is_missing(bench):
    """Not mediated; open with its gaps; a repeat says the same; nothing is changed by asking."""
    await bench.grant()
    [lack] = (await ask(bench, "settled")).lacks
    assert (lack.field, lack.reason) == ("mediation", "CLOSING_NOT_MEDIATED")
    assert (await ask(bench, "settled", "petition")).lacks == []
    await bench.open()
    before = await bench.get()
    for _ in range(2):
        said = await ask(bench, "settled")
        assert said.last_fact_no == 1
        assert [lack.reason for lack in said.lacks][:2] == [
            "CLOSING_MEDIATION_OPEN",
            "CLOSING_ENDING_NOT_POSSIBLE",
        ]
    assert "CLOSING_RESIDENT_NOT_ASKED" in [lack.reason for lack in said.lacks]
    assert (await ask(bench, "withdrawn")).lacks == []
    assert await bench.get() == before


async def test_a_part_that_is_still_on_its_way_is_waited_for(bench):
    """Before the grant of the epoch nothing is answered, and said so while the caller listens."""
    elsewhere = replace(bench, case_id=str(new_id()))
    assert (await bench.refused(ask(elsewhere, "settled", limit=2))).reason == "GRANT_AWAITED"
    late = await bench.refused(ask(bench, "settled", epoch=2, limit=2))
    assert (late.reason, late.retryable) == ("GRANT_AWAITED", True)


async def test_who_asks_before_the_grant_is_here_is_answered_when_it_comes(bench):
    """The answer of the same call, which nobody repeats."""
    asked = asyncio.create_task(ask(bench, "withdrawn", epoch=2))
    assert (await bench.refused(ask(bench, "withdrawn", epoch=2, limit=2))).retryable
    await bench.grant(epoch=2)
    assert (await asked).lacks == []


async def test_a_refused_mediation_is_no_result_and_no_bar(bench):
    """不予调解 by two persons, closed: terminated may follow, settled may not."""
    await bench.grant()
    head = replace(bench.mediator, id="head")
    stamp = (await bench.open()).stamp
    acts = (
        (bench.mediator, "RefuseMediation", {"ground": casework.REFUSAL_GROUND_CLEAR_REFUSAL}),
        (head, "DecideRefusal", {"approved": True}),
        (bench.mediator, "CloseMediation", {"ending": casework.MEDIATION_ENDING_REFUSED}),
    )
    for who, act, values in acts:
        request = getattr(casework, f"{act}Request")(
            request_id=str(new_id()),
            case_id=bench.case_id,
            epoch=1,
            version=stamp.version,
            **values,
        )
        stamp = (await getattr(bench.mediation(who), act)(request)).stamp
    assert (await ask(bench, "terminated")).carries
    [lack] = (await ask(bench, "settled")).lacks
    assert lack.reason == "CLOSING_ENDING_DIFFERS_REFUSED"
