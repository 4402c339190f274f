"""A file written out: as an archive of docx files with a manifest, or as one PDF."""

import json
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from intake.case_file.folder import Attachment, Folder
from intake.case_file.papers import Paper, Press
from intake.case_file.sheets import cover, remarks
from kernel.documents import EPOCH, Leaf, Value, bound, page_count, to_pdfs

UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
"""What a name in an archive may not have in it."""
LONGEST = 80
MANIFEST = "manifest.json"
Content = Callable[[Attachment], AsyncIterator[bytes]]
"""The bytes of an attachment, piece by piece."""


@dataclass(frozen=True, slots=True)
class Item:
    """A paper at its place in the file. `no` is 0 for cover, contents and remarks."""

    no: int
    name: str
    paper: Paper
    pages: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one file by the templates of this node."""

    folder: Folder
    press: Press
    found: Sequence[Paper]

    def items(self, pages: Sequence[int] = ()) -> list[Item]:
        """Cover, contents, papers, remarks. `pages` each paper takes; empty where not known."""
        spans = _spans(pages) or [""] * len(self.found)
        total = str(sum(pages) or "")
        listed = [
            Item(no, _name(no + 1, one.title), one, span)
            for no, (one, span) in enumerate(zip(self.found, spans, strict=True), start=1)
        ]
        rows = [
            {"no": str(it.no), "title": it.paper.title, "date": it.paper.day, "pages": it.pages}
            for it in listed
        ]
        contents: dict[str, Value] = {"items": rows, "file_no": self.folder.file_no}
        return [
            self._page(0, "cover", cover(self.folder, total)),
            self._page(1, "contents", contents),
            *listed,
            self._page(len(listed) + 2, "remarks", remarks(self.folder, len(listed), total)),
        ]

    def _page(self, place: int, name: str, values: Mapping[str, Value]) -> Item:
        title = self.folder.source.text(f"FILE_SHEET_{name}")
        return Item(0, _name(place, title), Paper(title, "", self.press.sheet(name, values)))

    def enclosed(self) -> list[tuple[str, Attachment]]:
        """The attachments whose content is on this node, by their names in the archive."""
        place = self.folder.source.text("FILE_ATTACHMENTS")
        return [
            (f"{place}/{number:02d}-{_plain(one)}", one)
            for number, one in enumerate(self.folder.attachments, start=1)
            if one.stored
        ]


def _name(place: int, title: str) -> str:
    return f"{place:02d}-{title}.docx"


def _plain(one: Attachment) -> str:
    """A name that leads out of no folder."""
    return UNFIT.sub("_", one.name).strip(". ")[-LONGEST:] or one.sha256[:12]


def _spans(pages: Sequence[int]) -> list[str]:
    """3-5 for a paper that takes three pages after two; 3 for one that takes one."""
    spans, before = [], 0
    for count in pages:
        first, before = before + 1, before + count
        spans.append(str(first) if count == 1 else f"{first}-{before}")
    return spans


async def zipped(out: IO[bytes], writer: Writer, items: Sequence[Item], content: Content) -> None:
    """Write the archive; equal files give equal bytes."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in items:
            archive.writestr(_entry(item.name), item.paper.data)
        for name, one in writer.enclosed():
            with archive.open(_entry(name), "w") as file:
                async for piece in content(one):
                    file.write(piece)
        archive.writestr(_entry(MANIFEST), manifest(writer, items))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def manifest(writer: Writer, items: Sequence[Item]) -> bytes:
    """What is in the archive, with the hash of each file, as JSON."""
    papers = [
        {
            "no": item.no,
            "title": item.paper.title,
            "date": item.paper.day,
            "file": item.name,
            "sha256": item.paper.sha256,
            "document_id": item.paper.document_id,
            "as_made": item.paper.as_made,
        }
        for item in items
    ]
    enclosed = [
        {"title": one.name, "file": name, "sha256": one.sha256, "size": one.size}
        for name, one in writer.enclosed()
    ]
    said = {
        "case_no": writer.folder.source.row["case_no"],
        "file_no": writer.folder.file_no,
        "papers": papers,
        "attachments": enclosed,
        "remarks": writer.folder.remarks,
    }
    return json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True).encode()


async def as_pdf(writer: Writer, content: Content) -> tuple[list[Item], bytes]:
    """One PDF: pages numbered through, as the contents page says; attachments enclosed.

    Raises:
        PdfUnavailable, PdfFailed: as `kernel.documents.to_pdf`.
    """
    inside = await to_pdfs([one.data for one in writer.found])
    items = writer.items([page_count(one) for one in inside])
    cover_page, contents_page, *papers, remarks_page = (item.paper for item in items)
    written = [one.data for one in (cover_page, contents_page, remarks_page)]
    front, contents, last = await to_pdfs(written)
    leaves = [
        Leaf(cover_page.title, front, numbered=False),
        Leaf(contents_page.title, contents, numbered=False),
        *(Leaf(one.title, data) for one, data in zip(papers, inside, strict=True)),
        Leaf(remarks_page.title, last, numbered=False),
    ]
    enclosed = {
        name: b"".join([piece async for piece in content(one)]) for name, one in writer.enclosed()
    }
    title = f"{writer.folder.source.row['case_no']} {writer.folder.file_no}".strip()
    return items, bound(title, leaves, enclosed)
