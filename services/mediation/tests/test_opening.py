"""Opening a mediation, and reading it."""

import pytest

from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.mediation.v1 import mediation_pb2
from lianxin.mediation.v1.events_pb2 import MediationFactRecorded
from mediation.domain.opening import KINDS_OF, allows
from mediation.domain.words import MediationKind
from mediation.storage.tables import fact, mediation, metadata, read_audit

NOTE = "双方约好周三下午到站里来谈，老人腿脚不便，安排在一楼。"


async def test_the_holder_opens_a_mediation_and_the_log_is_told(bench):
    """One row, one fact, one event; the note is sealed."""
    done = await bench.open(note=NOTE)
    assert (done.stamp.epoch, done.stamp.version, done.stamp.state) == (1, 1, "opened")
    [row], [told], [sent] = (bench.rows(t) for t in (mediation, fact, metadata.tables["outbox"]))
    assert NOTE.encode() not in row["sealed_note"]
    assert (told["kind"], told["fact_no"], told["epoch"]) == ("mediation.opened", 1, 1)
    assert sent["subject"] == "case.330523.002.000.mediation.opened"
    event = MediationFactRecorded.FromString(sent["body"])
    assert event.state == "opened"
    assert set(event.fact.commitments) == {"note"}
    assert NOTE not in str(event)


async def test_a_repeat_is_answered_as_the_first_and_another_opening_is_refused(bench):
    """One mediation a case: the same request id gives the same answer."""
    request_id = str(new_id())
    first = await bench.open(request_id=request_id)
    assert await bench.open(request_id=request_id) == first
    assert (await bench.refused(bench.open())).reason == "MEDIATION_THERE"
    assert len(bench.rows(mediation)) == 1


async def test_the_holder_reads_the_note_and_the_reading_is_recorded(bench):
    """Content for the holder's staff; nobody else learns that there is a mediation."""
    await bench.open(note=NOTE)
    shown = await bench.get()
    assert (shown.note, shown.shown, shown.opened_by) == (NOTE, "CONTENT", "mediator")
    assert shown.procedure == common.PROCEDURE_PEOPLES_MEDIATION
    [read] = bench.rows(read_audit)
    assert (read["caller"], read["method"]) == ("mediator", "GetMediation")
    refused = await bench.refused(bench.get(bench.other_unit))
    assert refused.reason == "MEDIATION_MISSING"


async def test_only_the_holder_opens(bench):
    """Another unit does not learn of the case; an epoch that is not the grant's is refused."""
    assert (await bench.refused(bench.open(bench.other_unit))).reason == "CASE_MISSING"
    assert (await bench.refused(bench.open(epoch=2))).reason == "CUSTODY_MOVED"
    assert bench.rows(mediation) == []


async def test_without_a_grant_nothing_is_written(bench):
    """No row means no, never "not my case, so allowed"."""
    bench.case_id = str(new_id())
    assert (await bench.refused(bench.open())).reason == "CASE_MISSING"


async def test_only_an_accepted_case_under_a_fitting_procedure_is_mediated(bench):
    """Not before acceptance; not by a kind that the procedure does not allow."""
    custody = bench.routing.custody
    custody.procedure = common.PROCEDURE_HOTLINE
    refused = await bench.refused(bench.open())
    assert (refused.reason, refused.ids["procedure"]) == ("NOT_FOR_MEDIATION", "hotline")
    custody.ClearField("accepted_at")
    assert (await bench.refused(bench.open())).reason == "NOT_ACCEPTED"


async def test_bad_fields_are_all_named_at_once(bench):
    """No kind, a broken note, no epoch: one answer."""
    kind = mediation_pb2.MEDIATION_KIND_UNSPECIFIED
    refused = await bench.refused(bench.open(epoch=0, kind=kind, note="\x00" * 2001))
    assert refused.reason == "FIELDS_INVALID"
    assert set(refused.fields) == {"epoch", "kind", "note"}


@pytest.mark.parametrize("kind", list(MediationKind))
def test_a_mediation_kind_has_a_procedure_that_leads_to_it(kind):
    """Each kind can be opened under some procedure, and none under one that is not named."""
    assert any(allows(procedure, kind) for procedure in KINDS_OF)
    assert not allows("statutory_route", kind)
