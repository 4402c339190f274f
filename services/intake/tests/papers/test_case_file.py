import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pypdf import PdfReader

from intake.case_file.order import layout_for, layouts
from intake.case_file.sheets import SHEETS
from intake.documents.kinds import kinds
from intake.domain.follow_up import Performance, Result
from intake.domain.words import Channel, Ending, PartyKind, PartyRole, Procedure
from intake.storage.tables import read_audit
from kernel.catalogue import Catalogue, Language
from kernel.documents import page_count
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_file_pb2 as pb
from lianxin.intake.v1 import documents_pb2 as documents
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1.case_file_pb2_grpc import CaseFileServiceStub
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PHOTO = b"\xff\xd8\xff\xe0 a photograph of the drain"


async def seen(front, case_id):
    """What a caller sees of the case now."""
    now = await front.get(case_id)
    return common.Seen(epoch=now.epoch, version=now.version)


async def render(front, case_id, kind, **values):
    """Make a document of the case as it is now."""
    request = documents.RenderDocumentRequest(
        request_id=str(new_id()),
        case_id=case_id,
        seen=await seen(front, case_id),
        kind=kind,
        values=[documents.DocumentValue(name=name, value=value) for name, value in values.items()],
    )
    desk = DocumentServiceStub(front.line(front.as_role(Role.JUSTICE_OFFICE)))
    return (await desk.RenderDocument(request)).document


async def number(front, case_id, caller=None):
    """The number of the file."""
    request = pb.NumberFileRequest(
        request_id=str(new_id()), case_id=case_id, seen=await seen(front, case_id)
    )
    answer = await CaseFileServiceStub(front.line(caller or front.clerk)).NumberFile(request)
    return answer.file_no


async def made(front, case_id, form="zip", caller=None):
    """Head and bytes of a file."""
    request = pb.MakeFileRequest(case_id=case_id, format=form)
    head, data = None, b""
    async for piece in CaseFileServiceStub(front.line(caller or front.clerk)).MakeFile(request):
        head = head or piece.head
        data += piece.data
    return head, data


async def attach(front, case_id, data, name):
    """Put a file to a case."""
    header = service.UploadAttachmentRequest(
        case_id=case_id,
        request_id=str(new_id()),
        filename=name,
        media_type="image/jpeg",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        data=data,
    )

    async def stream():
        yield header

    await front.intake(front.clerk).UploadAttachment(stream())


def text_of(data):
    """All text of a docx file."""
    body = Document(io.BytesIO(data)).element.body
    return "".join(one.text or "" for one in body.iter(f"{W}t"))


async def settled(front, mediated):
    """A case with papers made in another order than that of a file, and an attachment."""
    case_id = (await mediated(front)).case_id
    for kind in ("agreement", "mediation_record", "rights_notice", "mediation_application"):
        await render(front, case_id, kind)
    await attach(front, case_id, PHOTO, "排水沟/照片.jpg")
    return case_id


ORDER = [
    "卷宗封面",
    "卷内目录",
    "调解申请书",
    "登记表",
    "当事人权利义务告知书",
    "当事人名册",
    "调查情况",
    "证据材料清单",
    "调解笔录",
    "调解协议书",
    "协议履行情况",
    "卷内备考表",
]


async def test_a_file_has_its_papers_in_order_with_hashes_and_the_attachments(front, mediated):
    """Application, registration, rights, identity, findings, evidence, record, agreement."""
    case_id = await settled(front, mediated)
    assert await number(front, case_id) == "（2026）人调字第1号"
    head, data = await made(front, case_id)
    assert [one.title for one in head.items] == [*ORDER, "排水沟/照片.jpg"]
    assert head.file_no == "（2026）人调字第1号"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(files.pop("manifest.json"))
    assert files.keys() == {one.name for one in head.items}
    for one in head.items:
        assert hashlib.sha256(files[one.name]).hexdigest() == one.sha256
    assert files["附件/01-排水沟_照片.jpg"] == PHOTO
    assert [one["file"] for one in told["papers"]] == [one.name for one in head.items[:-1]]
    assert "（2026）人调字第1号" in text_of(files["00-卷宗封面.docx"])
    contents = text_of(files["01-卷内目录.docx"])
    at = [contents.index(f"{no}{title}") for no, title in enumerate(ORDER[2:-1], start=1)]
    assert at == sorted(at)
    assert all(one.as_made for one in head.items)
    everything = "".join(text_of(one) for name, one in files.items() if name.endswith("docx"))
    assert not [one for one in ("13900005678", "13800001234", "村19号") if one in everything]


async def test_two_files_of_the_same_case_are_the_same(front, mediated):
    """Equal papers give an equal archive."""
    case_id = await settled(front, mediated)
    assert (await made(front, case_id))[1] == (await made(front, case_id))[1]


async def test_a_number_is_given_once_and_kept(front, mediated):
    """Asked again the same number; the next file the next one; other units give none."""
    first, second = (await mediated(front)).case_id, (await mediated(front)).case_id
    assert await number(front, first) == await number(front, first) == "（2026）人调字第1号"
    assert await number(front, second) == "（2026）人调字第2号"
    refusal = await front.refused(number(front, first, front.as_role(Role.SUPERVISOR)))
    assert refusal.reason == "DENIED"


async def test_who_may_not_read_the_content_gets_no_file_and_each_read_is_on_record(
    front, mediated
):
    """A file is content: scope and role decide; the record stands before the bytes."""
    case_id = (await mediated(front)).case_id
    for who, reason in (
        (front.other_unit, "CASE_MISSING"),
        (front.as_role(Role.GRID_WORKER), "DENIED"),
        (front.as_role(Role.SUPERVISOR), "DENIED"),
    ):
        assert (await front.refused(made(front, case_id, caller=who))).reason == reason
    assert not front.rows(read_audit, method="MakeFile")
    await made(front, case_id)
    (row,) = front.rows(read_audit, method="MakeFile")
    assert row["fields"] == "content,parties,attachments"
    assert (await front.refused(made(front, case_id, "doc"))).fields.keys() == {"format"}


async def test_a_replaced_template_is_said_on_the_last_page(front, mediated, settings, tmp_path):
    """The paper is set anew from its values, with the hash of what was handed out beside it."""
    case_id = (await mediated(front)).case_id
    kept = await render(front, case_id, "rights_notice")
    head, _ = await made(front, case_id)
    assert next(one for one in head.items if one.document_id).as_made
    file = settings.documents / "rights_notice.docx"
    file.write_bytes((settings.documents / "notice.docx").read_bytes())
    head, data = await made(front, case_id)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        last = text_of(archive.read(head.items[-1].name))
    assert kept.sha256 in last
    assert "未附" in last


async def test_a_pdf_is_numbered_through_as_its_contents_say(front, mediated):
    """The first page of each paper is the one that the contents page names."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed here: no PDF of a file can be made")
    case_id = await settled(front, mediated)
    head, data = await made(front, case_id, "pdf")
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(data)).pages]
    front_pages = 2
    for one in (item for item in head.items if item.no):
        first = int(one.pages.partition("-")[0])
        assert one.title in pages[front_pages + first - 1]
        assert pages[front_pages + first - 1].rstrip().endswith(str(first))
    assert len(pages) == page_count(data)
    assert "卷内备考表" in pages[-1]
    assert PdfReader(io.BytesIO(data)).attachments["附件/01-排水沟_照片.jpg"] == [PHOTO]


async def test_without_libreoffice_the_pdf_is_refused_and_the_archive_comes(
    front, mediated, monkeypatch, tmp_path
):
    """The refusal says so in words."""
    case_id = (await mediated(front)).case_id
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await front.refused(made(front, case_id, "pdf"))).reason == "PDF_UNAVAILABLE"
    assert (await made(front, case_id))[1][:2] == b"PK"


async def test_a_file_without_mediation_and_log_says_so(settings, clock, start, mediated):
    """An intake that runs alone makes the file of what it has."""
    async with start(replace(settings, mediation=""), clock) as alone:
        case_id = (await mediated(alone)).case_id
        head, data = await made(alone, case_id)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            last = text_of(archive.read(head.items[-1].name))
        for said in ("没有流转服务", "没有调解服务", "尚未编定案卷编号"):
            assert said in last


def test_every_place_of_a_file_is_known_and_every_word_is_there():
    """Each kind, page and procedure of the layouts exists; what pages say has words."""
    for layout in layouts().values():
        assert layout.named <= set(kinds())
        assert {place.sheet for place in layout.order} - {""} <= set(SHEETS)
        assert [place.others for place in layout.order].count(True) == 1
    assert layout_for("peoples_mediation") is layouts()["mediation"]
    wanted = {f"FILE_NO_{one.value}" for one in Procedure} | {f"FILE_SHEET_{one}" for one in SHEETS}
    for prefix, words in (
        ("channel", Channel),
        ("party", PartyRole),
        ("kind", PartyKind),
        ("ending", Ending),
        ("call", Result),
        ("performance", Performance),
    ):
        wanted |= {f"DOCUMENT_WORD_{prefix}_{one.value}" for one in words}
    for language in Language:
        assert wanted <= Catalogue.load("intake").keys(language)
