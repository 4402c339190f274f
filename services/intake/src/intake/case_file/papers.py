"""The papers of a file in their order, each as a docx file."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from intake.case_file.folder import Folder
from intake.case_file.order import Place, layout_for
from intake.case_file.sheets import SHEETS, Values
from intake.documents.figures import day_text
from intake.documents.kept import Made
from intake.documents.kinds import FieldType, kinds
from intake.office import day_of
from kernel.documents import Template, TemplateUnusable, Value

PREFIX = "file_"
"""Templates of pages that are written for a file begin with it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the file. `as_made`: it is the very file that was handed out."""

    title: str
    day: str
    data: bytes
    document_id: str = ""
    as_made: bool = True

    @property
    def sha256(self) -> str:
        """Of the docx file, in hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Press:
    """Writes pages by the templates of this node."""

    folder: Path

    def sheet(self, name: str, values: Mapping[str, Value]) -> bytes:
        """A page that is written for the file. Raises TemplateUnusable."""
        return Template.read(self.folder / f"{PREFIX}{name}.docx").render(values)

    def document(self, made: Made) -> tuple[bytes, bool]:
        """A document again, of the values it was made of; whether it is the same file.

        A field that came to the kind later is left empty. Raises TemplateUnusable.
        """
        template = Template.read(self.folder / f"{made.kind}.docx")
        data = template.render(_empty(made.kind) | made.values)
        return data, hashlib.sha256(data).hexdigest() == made.sha256


def _empty(kind: str) -> Values:
    known = kinds().get(kind)
    repeated = {FieldType.LINES, FieldType.ROWS}
    fields = known.fields if known else {}
    return {name: [] if one.type in repeated else "" for name, one in fields.items()}


def papers(folder: Folder, press: Press) -> list[Paper]:
    """Every paper that the contents page lists, in the order of the file.

    A document that cannot be made again is left out and named on the page of remarks.

    Raises:
        TemplateUnusable: a page that is written for the file has no template that fits.
    """
    layout = layout_for(folder.source.row["procedure"] or "")
    found: list[Paper] = []
    for place in layout.order:
        found += _at(place, layout.named, folder, press)
    return found


def _at(place: Place, named: frozenset[str], folder: Folder, press: Press) -> Iterator[Paper]:
    if place.sheet:
        yield from _sheet(place.sheet, folder, press)
    elif place.attachments:
        yield from _sheet("evidence", folder, press)
    else:
        yield from _documents(_wanted(place, named, folder.kept.made), folder, press)


def _wanted(place: Place, named: frozenset[str], made: Sequence[Made]) -> list[Made]:
    if place.others:
        return [one for one in made if one.kind not in named]
    return [one for one in made if one.kind in place.kinds]


def _sheet(name: str, folder: Folder, press: Press) -> Iterator[Paper]:
    values = SHEETS[name](folder)
    if values is not None:
        title = folder.source.text(f"FILE_SHEET_{name}")
        yield Paper(title, _day(folder.source.now), press.sheet(name, values))


def _documents(made: Sequence[Made], folder: Folder, press: Press) -> Iterator[Paper]:
    for one in made:
        title = folder.source.text(f"DOCUMENT_TITLE_{one.kind}")
        try:
            data, same = press.document(one)
        except TemplateUnusable:
            folder.remark("lost", title=title, sha256=one.sha256)
            continue
        if not same:
            folder.remark("other_template", title=title, sha256=one.sha256)
        yield Paper(title, _day(one.at), data, str(one.document_id), same)


def _day(at: datetime | None) -> str:
    return day_text(day_of(at)) if at else ""
