"""Binding PDF documents into one: numbers of leaves in the corner, an outline, files enclosed."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PageObject

MARGIN, SIZE = 42.0, 12
"""Distance of the number from the edges of the page and its size, in points."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One document to bind. `numbered`: its pages count, as all do but cover and contents."""

    title: str
    data: bytes
    numbered: bool = True


def page_count(pdf: bytes) -> int:
    """How many pages a PDF document has."""
    from pypdf import PdfReader  # noqa: PLC0415 (8 MB that few nodes ever need)

    return len(PdfReader(io.BytesIO(pdf)).pages)


def bound(title: str, leaves: Sequence[Leaf], enclosed: Mapping[str, bytes]) -> bytes:
    """One PDF of all, each under its title in the outline; `enclosed` files go in as they are.

    Numbered pages are counted from 1 in the outer corner at the head: right on front sides, left
    on back sides, as a file is numbered by hand.
    """
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 (as above)

    writer, number = PdfWriter(), 0
    for leaf in leaves:
        first = len(writer.pages)
        for page in PdfReader(io.BytesIO(leaf.data)).pages:
            added = writer.add_page(page)
            if leaf.numbered:
                number += 1
                _stamp(added, number)
        writer.add_outline_item(title=leaf.title, page_number=first)
    for name, data in enclosed.items():
        writer.add_attachment(name, data)
    writer.add_metadata({"/Title": title, "/Producer": "Lianxin"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _stamp(page: "PageObject", number: int) -> None:
    """Figures in a typeface that every reader has."""
    from pypdf import PageObject  # noqa: PLC0415 (as above)
    from pypdf.generic import (  # noqa: PLC0415 (as above)
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
    )

    width, height = float(page.mediabox.width), float(page.mediabox.height)
    wide = SIZE * 0.5 * len(str(number))
    left = width - MARGIN - wide if number % 2 else MARGIN
    drawn = DecodedStreamObject()
    drawn.set_data(
        f"BT /Leaf {SIZE} Tf {left:.1f} {height - MARGIN:.1f} Td ({number}) Tj ET".encode()
    )
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Times-Roman"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/Leaf"): named})
    over = PageObject.create_blank_page(width=width, height=height)
    over[NameObject("/Contents")] = drawn
    over[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page.merge_page(over)
