"""Filling a docx template: docxtpl in a sandbox. Loaded when the first document is made."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError

from kernel.documents.packing import packed, unpacked
from kernel.documents.plain_text import plain_text
from kernel.documents.template import Value

CHAPTERS = "一二三四五六七八九十"
FAULTS = (
    *(TemplateError, LxmlError, zipfile.BadZipFile, zlib.error, OSError),
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError),
)
"""What a file raises that is no template, or no good one: also by what it computes."""


def fields(content: bytes) -> frozenset[str]:
    """The fields that a template asks for. Raises one of `FAULTS`."""
    document = _opened(content)
    document.render_init()
    found: set[str] = set()
    for text in _texts(document):
        found |= meta.find_undeclared_variables(_environment().parse(text))
    return frozenset(found)


def filled(content: bytes, values: Mapping[str, Value]) -> bytes:
    """The docx file with these values. Raises one of `FAULTS`."""
    document, out = _opened(content), io.BytesIO()
    document.render({name: _safe(value) for name, value in values.items()}, _environment())
    document.save(out)
    return packed(unpacked(out.getvalue()))


def _opened(content: bytes) -> DocxTemplate:
    return DocxTemplate(io.BytesIO(content))


def _texts(document: DocxTemplate) -> list[str]:
    texts = [document.patch_xml(document.get_xml())]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            texts.append(document.patch_xml(document.get_part_xml(part)))
    return texts


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.filters.update(blank=_blank, chapter=_chapter)
    return made


def _safe(value: Value) -> Any:
    return plain_text(value) if isinstance(value, str) else [_safe_one(one) for one in value]


def _safe_one(one: str | Mapping[str, str]) -> Any:
    if isinstance(one, str):
        return plain_text(one)
    return {name: plain_text(text) for name, text in one.items()}


def _blank(value: Any, width: int) -> Any:
    """The value, or a line for so many characters to write it in by hand."""
    return value if str(value) else "__" * width


def _chapter(number: int) -> str:
    """一, 二, … 十, and figures from there on."""
    return CHAPTERS[number - 1] if 1 <= number <= len(CHAPTERS) else str(number)
