"""When the time of a case is over, intake keeps number, states and times, and nothing of people."""

import asyncio
from pathlib import Path

from intake.storage.tables import attachment, case_feature, case_key, case_term, cases, party
from kernel.testing.searching import found_in
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import intake_service_pb2 as pb

from .test_files import PHOTO, download, messages

WORDS = "楼上漏水半年没有人管，天花板已经发霉。"
PERSONAL = ("周小满", "13800001234", "漏水半年")


async def erase(front, case_id):
    """What routing asks for."""
    return await front.parts().ErasePart(part.ErasePartRequest(case_id=case_id))


async def test_an_erased_case_leaves_number_and_times(front, settings):
    """Key, files, features and codes go; whoever reads is shown the header alone."""
    made = await front.register(narrative=WORDS)
    case_id = made.stamp.case_id
    kept = await front.intake(front.clerk).UploadAttachment(messages(case_id, PHOTO))
    assert front.rows(case_feature)
    assert (await front.get(case_id)).content.narrative == WORDS
    assert (await erase(front, case_id)).erased
    assert (await erase(front, case_id)).erased  # it may be asked for again
    (key,) = front.rows(case_key)
    assert key["wrapped"] is None
    assert front.rows(case_feature) == front.rows(case_term) == front.rows(attachment) == []
    assert {(row["sealed"], row["code_hash"]) for row in front.rows(party)} == {(None, None)}
    assert not [file for file in (settings.data / "files").rglob("*") if file.is_file()]
    shown = await front.get(case_id)
    assert (shown.case_no, shown.content.narrative, list(shown.content.parties)) == (
        made.stamp.case_no,
        "",
        [],
    )
    gone = await front.refused(download(front, case_id, kept.attachment.attachment_id))
    assert gone.reason in {"ATTACHMENT_MISSING", "CASE_ERASED"}
    paper = front.intake(front.clerk).GetReceipt(pb.GetReceiptRequest(case_id=case_id))
    assert (await front.refused(paper)).reason == "CASE_ERASED"


async def test_tracking_an_erased_case_is_answered_like_a_wrong_code(front):
    """Neither that there was such a case nor that it is gone can be learned."""
    made = await front.register()
    await erase(front, made.stamp.case_id)

    async def told(number, code):
        asked = pb.TrackCaseRequest(case_no=number, query_code=code)
        return await front.refused(front.intake().TrackCase(asked))

    right = await told(made.stamp.case_no, made.query_code)
    wrong = await told(made.stamp.case_no, "AAAA-AAAA")
    unknown = await told("330523-2001-00001", made.query_code)
    assert right.reason == wrong.reason == unknown.reason == "TRACKING_REFUSED"
    assert right.message == wrong.message == unknown.message


async def test_a_sealed_matter_goes_although_its_key_is_elsewhere(front):
    """The ciphertext itself is removed: nobody here could destroy the receiving body's key."""
    made = await front.register(
        narrative="村会计把修路款转到自己名下。",
        purpose=common.PURPOSE_ACCUSATION,
        sealed_for="u-anji-jijian",
        about_units=["s-changshuo"],
    )
    assert front.rows(cases)[0]["sealed_content"]
    await erase(front, made.stamp.case_id)
    assert front.rows(cases)[0]["sealed_content"] is None
    assert not (await front.get(made.stamp.case_id, front.discipline)).sealed_content


async def test_nothing_of_people_is_in_the_files_of_the_database(front, settings):
    """Before and after: what is kept is ciphertext, and what opened it is gone."""
    made = await front.register(narrative=WORDS)
    await erase(front, made.stamp.case_id)
    files = [
        file for file in settings.data.rglob("*") if file.is_file() and "keys" not in file.parts
    ]
    if settings.database.startswith("sqlite"):
        name = settings.database.removeprefix("sqlite:///")
        files += [Path(name), Path(f"{name}-wal")]
    for file in files:
        content = await asyncio.to_thread(file.read_bytes)
        assert found_in(content, PERSONAL) == []


async def test_a_case_that_never_was_here_is_erased_without_a_trace(front):
    """The mark that stays keeps a part that comes late from being sealed under a new key."""
    other = "01890000-0000-7000-8000-000000000001"
    assert (await erase(front, other)).erased
    (key,) = front.rows(case_key)
    assert (str(key["case_id"]), key["wrapped"]) == (other, None)
