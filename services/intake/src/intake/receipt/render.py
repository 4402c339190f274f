"""Setting a receipt: Typst makes the PDF, a template the page for a browser."""

import html
import json
from dataclasses import asdict
from enum import Enum
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from intake.errors import ReceiptUnavailable
from intake.receipt.content import Receipt

if TYPE_CHECKING:
    import typst

FONT_PACKAGE = "pylopdf_fonts_zh_cn"
"""Noto Serif SC and Noto Sans SC under the Open Font License."""


class Format(Enum):
    """What a receipt is printed from."""

    PDF = "pdf"
    HTML = "html"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """Media type of the file."""
        return {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}.get(
            self.value, "image/png"
        )


def render(receipt: Receipt, form: Format) -> bytes:
    """The file. It takes some tenths of a second: not on the event loop.

    Raises:
        ReceiptUnavailable: a PDF is asked for and there is no Chinese font.
    """
    if form is Format.HTML:
        return _page(receipt).encode()
    typefaces = fonts()
    if typefaces is None:
        raise ReceiptUnavailable
    import typst  # noqa: PLC0415 (7 MB that a node saves until its first receipt)

    made = typst.compile(
        _template("page.typ").encode(),
        format=form.value,
        font_paths=typefaces,
        sys_inputs={"receipt": json.dumps(asdict(receipt), ensure_ascii=False)},
        ppi=110.0,
    )
    if not isinstance(made, bytes):
        raise TypeError("a receipt has one page")
    return made


@cache
def fonts() -> "typst.Fonts | None":
    """The Chinese typefaces, read once; None when their package is not installed."""
    spec = find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    import typst  # noqa: PLC0415 (as above)

    folder = str(Path(spec.origin).parent)
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


@cache
def _template(name: str) -> str:
    return resources.files("intake.receipt").joinpath(name).read_text(encoding="utf-8")


def _page(receipt: Receipt) -> str:
    say = html.escape
    rows = "".join(f"<tr><th>{say(k)}</th><td>{say(v)}</td></tr>" for k, v in receipt.rows)
    return Template(_template("page.html")).substitute(
        title=say(receipt.title),
        office=say(receipt.office),
        number_label=say(receipt.number_label),
        number=say(receipt.number),
        code_label=say(receipt.code_label),
        code=say(receipt.code),
        asked_label=say(receipt.asked_label),
        asked="".join(f"<li>{say(one)}</li>" for one in receipt.asked),
        rows=rows,
        how=say(receipt.how),
        notes="".join(f"<p>{say(one)}</p>" for one in receipt.notes),
    )
