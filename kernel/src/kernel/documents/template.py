"""A docx template: which fields it asks for, and the file with the fields filled."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from kernel.documents.errors import TemplateUnusable

Value = str | Sequence[str | Mapping[str, str]]
"""A text; several, or rows of named texts, for a part of the template that repeats."""


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
        from kernel.documents import filling  # noqa: PLC0415 (12 MB that few nodes ever need)

        try:
            return filling.fields(self._content)
        except filling.FAULTS:
            raise TemplateUnusable(template=self.name) from None

    def render(self, values: Mapping[str, Value]) -> bytes:
        """The docx file with these values; equal values give equal bytes.

        It takes some hundredths of a second: not on the event loop.

        Raises:
            TemplateUnusable: it is no docx file, or asks for a field that has no value.
        """
        from kernel.documents import filling  # noqa: PLC0415 (12 MB that few nodes ever need)

        try:
            return filling.filled(self._content, values)
        except filling.FAULTS:
            raise TemplateUnusable(template=self.name) from None
