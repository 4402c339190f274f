"""A docx template: which fields it asks for, and the file with the fields filled."""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError
from markupsafe import Markup

from kernel.documents.errors import TemplateUnusable
from kernel.documents.packing import packed, unpacked
from kernel.documents.plain_text import plain_text

Value = str | Sequence[str]
"""A text, or several for a part of the template that repeats."""
CHAPTERS = "一二三四五六七八九十"

_FAULTS = (TemplateError, LxmlError, zipfile.BadZipFile, KeyError, ValueError, OSError)
"""What a file raises that is no template, or no good one."""


class Template:
    """One template. Immutable; a template's text is data and reaches nothing of the process."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._content = content

    @classmethod
    def read(cls, file: Path) -> "Template":
        """The template in a file. Raises TemplateUnusable when it cannot be read."""
        try:
            return cls(file.stem, file.read_bytes())
        except OSError:
            raise TemplateUnusable(template=file.stem) from None

    @cached_property
    def version(self) -> str:
        """SHA-256 of the file, in hex: what a document was made from."""
        return hashlib.sha256(self._content).hexdigest()

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields it asks for, in the body and at head and foot. Raises TemplateUnusable."""
        try:
            document = self._opened()
            document.render_init()
            found: set[str] = set()
            for text in _texts(document):
                found |= meta.find_undeclared_variables(_environment().parse(text))
        except _FAULTS:
            raise TemplateUnusable(template=self.name) from None
        return frozenset(found)

    def render(self, values: Mapping[str, Value]) -> bytes:
        """The docx file with these values; equal values give equal bytes.

        It takes some hundredths of a second: not on the event loop.

        Raises:
            TemplateUnusable: it is no docx file, or asks for a field that has no value.
        """
        document, out = self._opened(), io.BytesIO()
        try:
            document.render({name: _safe(value) for name, value in values.items()}, _environment())
            document.save(out)
            return packed(unpacked(out.getvalue()))
        except _FAULTS:
            raise TemplateUnusable(template=self.name) from None

    def _opened(self) -> DocxTemplate:
        return DocxTemplate(io.BytesIO(self._content))


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


def _safe(value: Value) -> Markup | list[Markup]:
    return plain_text(value) if isinstance(value, str) else [plain_text(one) for one in value]


def _blank(value: Any, width: int) -> Any:
    """The value, or a line for so many characters to write it in by hand."""
    return value if str(value) else "__" * width


def _chapter(number: int) -> str:
    """一, 二, … 十, and figures from there on."""
    return CHAPTERS[number - 1] if 1 <= number <= len(CHAPTERS) else str(number)
