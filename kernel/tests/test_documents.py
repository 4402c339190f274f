import importlib.util
import io
import os
import re
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from kernel.documents import (
    PdfFailed,
    PdfUnavailable,
    Template,
    TemplateUnusable,
    is_pdf_possible,
    packed,
    to_pdf,
)
from kernel.documents.packing import unpacked

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy/documents"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = [
    "<w:t>毁掉</w:t>&amp;",
    "{{ number }} {% for x in y %} {_{ 7 * 7 }_}",
    "]]><!-- -->",
    "“双引号”'单引号'\"",
    "字" * 10_000,
]


def shipped(name):
    """A template that ships."""
    return Template.read(SHIPPED / f"{name}.docx")


def values(template, **more):
    """Some value for every field."""
    given = {name: f"某{name}" for name in template.fields}
    return given | {"requests": ["请把排水沟挖开"]} | more


def text_of(content):
    """All text of the body, tables included, a paragraph a line."""
    body = Document(io.BytesIO(content)).element.body
    return "\n".join(map(_line, body.iter(f"{W}p")))


def _line(paragraph):
    pieces = {f"{W}t": lambda piece: piece.text, f"{W}br": lambda _: "\n"}
    return "".join(pieces[one.tag](one) or "" for one in paragraph.iter() if one.tag in pieces)


def test_equal_values_give_equal_bytes_and_other_values_others():
    """A document is the same file whenever and wherever it is made."""
    template = shipped("acceptance")
    first = template.render(values(template))
    assert first == shipped("acceptance").render(values(template))
    assert first != template.render(values(template, addressee="别人"))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_text_stays_text(said):
    """Markup, fields of the template language and long text stand on paper as they were typed."""
    template = shipped("refusal")
    content = template.render(values(template, ground=said, requests=[said], addressee=said))
    text = text_of(content)
    assert text.count(said) == 3
    assert "某unit" in text


def test_controls_are_left_out_and_lines_are_kept():
    """What cannot stand in a file or turns the writing round is dropped; line ends stay."""
    template = shipped("refusal")
    said = "一\x00\x07\x0c\x1b[2J\u202e二\r\n三\t四\ufeff"
    text = text_of(template.render(values(template, ground=said)))
    assert "一[2J二\n三 四" in text


def test_a_template_cannot_reach_the_process():
    """Whoever may replace a template cannot run anything by it."""
    with zipfile.ZipFile(SHIPPED / "receipt.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    evil = b"{{ ''.__class__.__mro__[1].__subclasses__() }}"
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"{{ case_no }}", evil)
    template = Template("receipt", packed(parts))
    with pytest.raises(TemplateUnusable):
        template.render(values(shipped("receipt")))


COMPUTED = [
    "{{ case_no + 1 }}",
    "{{ case_no|blank }}",
    "{{ case_no() }}",
    "{{ 1 // 0 }}",
    "{% include 'other' %}",
    "{% for i in range(10 ** 9) %}{% endfor %}",
    "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
]


@pytest.mark.parametrize("said", COMPUTED)
def test_a_template_that_computes_nonsense_is_refused_by_its_name(said):
    """Whoever replaced it hears which one it is, whatever it did."""
    source = (SHIPPED / "receipt.docx").read_bytes()
    parts = unpacked(source)
    text = parts["word/document.xml"].replace(b"{{ case_no }}", said.encode(), 1)
    template = Template("receipt", packed(parts | {"word/document.xml": text}))
    with pytest.raises(TemplateUnusable) as caught:
        template.render(values(shipped("receipt")))
    assert caught.value.ids == {"template": "receipt"}


def test_a_damaged_locked_or_foreign_file_is_no_template():
    """A broken stream, a password, an archive of something else: refused, and lists go on."""
    source = (SHIPPED / "receipt.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        body = archive.getinfo("word/document.xml")
    begins = body.header_offset + 30 + len(body.filename)
    broken = bytes(255 - byte for byte in source[begins : begins + 40])
    damaged = source[:begins] + broken + source[begins + 40 :]
    locked = bytearray(source)
    for mark, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for one in re.finditer(mark, source):
            locked[one.start() + flag] |= 1
    foreign = packed({"[Content_Types].xml": b"<a/>", "x": b""})
    other = packed(unpacked(source) | {"word/document.xml": b"<a/>"})
    for content in (damaged, bytes(locked), foreign, other):
        with pytest.raises(TemplateUnusable):
            _ = Template("receipt", content).fields


def test_a_field_without_a_value_or_a_broken_file_is_refused(tmp_path):
    """Nothing is printed with a hole in it; the refusal names the template."""
    template = shipped("receipt")
    with pytest.raises(TemplateUnusable) as caught:
        template.render({"case_no": "1"})
    assert caught.value.ids == {"template": "receipt"}
    with pytest.raises(TemplateUnusable):
        _ = Template("broken", b"no zip").fields
    with pytest.raises(TemplateUnusable):
        Template.read(tmp_path / "absent.docx")


def test_every_template_is_what_its_source_gives():
    """The docx files in deploy/documents are up to date with their readable sources."""
    spec = importlib.util.spec_from_file_location("templates", ROOT / "tools/templates.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.stale(SHIPPED) == []


def test_every_template_has_the_official_page():
    """A4 with the margins of GB/T 9704, 28 pt lines, page numbers, typefaces; sheets apart."""
    for file in (one for one in SHIPPED.glob("*.docx") if not one.name.startswith("unit_")):
        document = Document(str(file))
        (section,) = document.sections
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
        normal = document.styles["Normal"].paragraph_format
        assert normal.line_spacing.pt == 28
        with zipfile.ZipFile(file) as archive:
            names = archive.read("word/fontTable.xml").decode()
            assert "PAGE" in archive.read("word/footer1.xml").decode()
        assert all(name in names for name in ("方正小标宋简体", "仿宋_GB2312", "仿宋,FangSong"))


def test_sheets_of_a_unit_have_narrow_margins_on_a4():
    """What hangs on a wall or lies on a counter has more room on its page."""
    for file in SHIPPED.glob("unit_*.docx"):
        (section,) = Document(str(file)).sections
        size = sorted((round(section.page_width.mm), round(section.page_height.mm)))
        assert (size, round(section.top_margin.mm)) == ([210, 297], 20)


def is_alive(noted):
    """Whether the process that wrote its number down is still there."""
    return noted.exists() and Path(f"/proc/{noted.read_text().strip()}").exists()


async def test_without_libreoffice_a_pdf_is_refused(monkeypatch, tmp_path):
    """Where there is none the refusal says so, and nothing else is tried."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not is_pdf_possible()
    with pytest.raises(PdfUnavailable):
        await to_pdf(b"")


@pytest.mark.parametrize(("does", "limit_s"), [("exec sleep 60", 0.2), ("exit 0", 20)])
async def test_a_libreoffice_that_hangs_or_makes_nothing_is_given_up(
    monkeypatch, tmp_path, does, limit_s
):
    """The call ends at its limit, and no process stays behind."""
    noted = tmp_path / "pid"
    command = tmp_path / "soffice"
    command.write_text(f"#!/bin/sh\necho $$ > {noted}\n{does}\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(PdfFailed):
        await to_pdf(b"docx", limit_s=limit_s)
    assert not is_alive(noted)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
async def test_libreoffice_makes_a_pdf_of_a_document():
    """Where LibreOffice is on the PATH a document becomes an A4 PDF with its text."""
    template = shipped("receipt")
    content = await to_pdf(template.render(values(template, addressee="周小满")))
    pages = PdfReader(io.BytesIO(content)).pages
    assert round(pages[0].mediabox.width) == 595
    assert "周小满" in pages[0].extract_text()
