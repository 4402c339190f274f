"""Everything that a file is written from, read and opened once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.documents.kept import Register
from intake.documents.source import Source

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the case log, in plain words."""

    at: datetime
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call-back that was made."""

    at: datetime
    unit: str
    result: str
    performance: str
    note: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the case. `stored`: its content is on this node."""

    name: str
    media_type: str
    size: int
    sha256: str
    stored: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Folder:
    """A case, opened for somebody who may read its content, as its file is written from it."""

    source: Source
    kept: Register
    file_no: str
    log: Sequence[LogLine] = ()
    calls: Sequence[Call] = ()
    attachments: Sequence[Attachment] = ()
    remarks: list[str] = field(default_factory=list)
    """What is to be said on the page of remarks: what is missing and why."""

    def remark(self, key: str, **values: str) -> None:
        """Note something for the page of remarks, by its key of the catalogue."""
        self.remarks.append(self.source.text(f"FILE_REMARK_{key}", **values))
