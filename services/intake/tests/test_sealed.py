import asyncio
import json
import re
from pathlib import Path

from intake.storage.tables import case_feature, case_request, case_term, cases, outbox, party
from kernel.ids import new_id
from kernel.sealing import open_with
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import events_pb2 as events
from lianxin.intake.v1 import intake_service_pb2 as pb

BODY = "u-anji-jijian"
WORDS = "村会计张某某把修路款转到自己名下。"


async def accuse(front):
    """An accusation, sealed to the discipline organ."""
    return await front.register(
        narrative=WORDS,
        purpose=common.PURPOSE_ACCUSATION,
        sealed_for="u-anji-jijian",
        about_units=["s-changshuo"],
    )


async def test_a_sealed_matter_is_in_clear_nowhere_on_the_registering_node(front, settings):
    """Not in a row, an event, a feature, a term, nor in the database file itself."""
    made = await accuse(front)
    assert not made.suggestions
    assert not made.duplicates
    (row,) = front.rows(cases)
    assert (row["place_code"], row["category"], row["about_units"]) == ("", "", "")
    assert row["purpose"] is None
    assert front.rows(case_feature) == front.rows(case_term) == []
    assert [one["sealed"] for one in front.rows(case_request)] == [None]
    (sent,) = front.rows(outbox)
    event = events.CaseRegistered.FromString(sent["body"])
    assert (event.sealed_for, event.place_code, list(event.about_units)) == (
        "u-anji-jijian",
        "",
        [],
    )
    if settings.database.startswith("sqlite"):
        file = settings.database.removeprefix("sqlite:///")
        for name in (file, f"{file}-wal"):
            content = await asyncio.to_thread(Path(name).read_bytes)
            for word in ("修路款", "周小满", "13800001234"):
                assert word.encode() not in content


async def test_only_the_receiving_body_is_handed_the_sealed_content(front):
    """The clerk and the county know of nothing; the discipline organ opens it with its own key."""
    made = await accuse(front)
    for caller in (front.clerk, front.second, front.county, front.admin):
        refusal = await front.refused(front.get(made.stamp.case_id, caller))
        assert refusal.reason in {"CASE_MISSING", "DENIED"}
        if caller is not front.admin:
            counted = await front.intake(caller).CountCases(pb.CountCasesRequest())
            assert counted.count == 0
    shown = await front.get(made.stamp.case_id, front.discipline)
    assert shown.content.narrative == ""
    said = json.loads(open_with(front.private_key, shown.sealed_content))
    assert said["narrative"] == WORDS
    assert said["parties"][0]["name"] == "周小满"


async def test_numbers_of_sealed_matters_tell_nothing_by_their_gaps(front):
    """They are of the receiving body's series and drawn at random; the site's own goes on."""
    first, sealed, second = await front.register(), await accuse(front), await front.register()
    assert re.fullmatch(r"330523-\d{4}-J\d{9}", sealed.stamp.case_no)
    assert first.stamp.case_no.endswith("-00001")
    assert second.stamp.case_no.endswith("-00002")
    assert front.rows(party, case_id=front.rows(cases, case_no=sealed.stamp.case_no)[0]["case_id"])


async def test_whoever_accuses_gets_number_date_and_code_and_nothing_more_on_paper(front):
    """The receipt shows no content, and the code tracks."""
    made = await accuse(front)
    answer = await front.intake(front.clerk).GetReceipt(
        pb.GetReceiptRequest(case_id=made.stamp.case_id, query_code=made.query_code, format="html")
    )
    page = answer.data.decode()
    assert made.stamp.case_no in page
    assert made.query_code in page
    assert "修路款" not in page
    told = await front.intake().TrackCase(
        pb.TrackCaseRequest(case_no=made.stamp.case_no, query_code=made.query_code)
    )
    assert told.case_no == made.stamp.case_no
    other = front.intake(front.second).GetReceipt(pb.GetReceiptRequest(case_id=made.stamp.case_id))
    assert (await front.refused(other)).reason == "CASE_MISSING"


async def test_an_accusation_needs_a_receiving_body_with_a_key_that_is_not_accused(front):
    """Without a body, to a body without a key, or to the accused unit nothing is registered."""
    refusals = [
        await front.refused(front.register(purpose=common.PURPOSE_ACCUSATION)),
        await front.refused(
            front.register(sealed_for="u-anji-jijian", about_units=["u-anji-jijian"])
        ),
        await front.refused(front.register(sealed_for="s-lingfeng")),
    ]
    assert [one.reason for one in refusals] == [
        "DRAFT_INVALID",
        "DRAFT_INVALID",
        "SEALING_KEY_MISSING",
    ]
    assert front.rows(cases) == []


async def test_a_sealed_matter_is_handed_over_as_it_is(front, start, make_settings, clock):
    """The ciphertext travels untouched and opens at the end with the body's key alone."""
    made = await accuse(front)
    handoff = str(new_id())
    await front.parts().Release(
        part.ReleaseRequest(handoff_id=handoff, case_id=made.stamp.case_id, epoch=1)
    )
    exported = await front.parts().ExportPart(
        part.ExportPartRequest(handoff_id=handoff, case_id=made.stamp.case_id)
    )
    assert "修路款".encode() not in exported.part
    async with start(make_settings("county"), clock) as there:
        await there.parts().ImportPart(
            part.ImportPartRequest(
                handoff_id=handoff,
                case_id=made.stamp.case_id,
                epoch=2,
                unit="u-anji-jijian",
                path="330523.000.000",
                format=exported.format,
                part=exported.part,
            )
        )
        shown = await there.get(made.stamp.case_id, there.discipline)
        assert json.loads(open_with(front.private_key, shown.sealed_content))["narrative"] == WORDS
