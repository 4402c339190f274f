"""防空转: which facts of mediation and hearing break a circle, the profile of the case says."""

from dataclasses import replace

from msgspec.structs import replace as changed

from hearing.domain import facts as of_hearing
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.hearing.v1 import events_pb2 as hearing_events
from lianxin.mediation.v1 import events_pb2 as events
from mediation.domain import facts
from routing.convert.hearing_facts import hearing_fact
from routing.convert.mediation_facts import mediation_fact
from routing.domain.passing_on import ACT_OF
from routing.handlers.facts import record
from routing.storage.tables import visit

ACTS = ("session", "opinion", "hearing", "decision")
PREPARING = (
    facts.OPENED,
    facts.SESSION_SCHEDULED,
    facts.FACTS_ESTABLISHED,
    facts.CLOSED,
    of_hearing.DECIDED,
    of_hearing.CONFIRMED,
)


def told(case_id, kind, unit="s-dipu"):
    """The event of the service, as routing reads it."""
    fact = part.Fact(
        event_id=str(case_id),
        fact_no=1,
        kind=kind,
        case_id=str(case_id),
        epoch=1,
        unit=unit,
        actor="li",
        at="2026-03-02T01:00:00.000000Z",
    )
    if kind in of_hearing.KINDS:
        return hearing_fact(hearing_events.HearingFactRecorded(fact=fact).SerializeToString())
    return mediation_fact(events.MediationFactRecorded(fact=fact).SerializeToString())


def node_that_counts(node, acts):
    """The node, with a profile whose list of such acts is this one."""

    def profile(pin):
        known = node.profile(pin)
        circling = changed(known.rules.circling, substantive_acts=acts)
        return changed(known, rules=changed(known.rules, circling=circling))

    return replace(node, profile=profile)


def is_substantive(desk, case_id):
    """Whether the holder's visit counts as one in which something was done."""
    with desk.database.readers.connect() as connection:
        rows = connection.execute(visit.select()).mappings()
        return [row["substantive"] for row in rows if row["case_id"] == case_id] == [True]


async def test_the_profile_alone_decides(desk):
    """Each act counts where the profile names it and not elsewhere; what prepares never counts."""
    node = desk.node
    for kind in (*ACT_OF, *PREPARING):
        act = ACT_OF.get(kind)
        for acts in (ACTS, tuple(one for one in ACTS if one != act)):
            desk.node, case_id = node_that_counts(node, acts), await desk.register()
            await desk.do(record, told(case_id, kind))
            assert is_substantive(desk, case_id) is (act in acts), (kind, acts)


def test_every_act_of_the_list_is_a_fact_that_a_service_knows():
    """A name that nobody ever sends would break no circle."""
    assert set(ACT_OF) <= facts.KINDS | of_hearing.KINDS
    assert set(ACT_OF.values()) <= set(ACTS)
