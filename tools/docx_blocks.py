"""The blocks a document is written in, as paragraphs and tables of a docx file.

Blocks: `to` whom it goes to, flush left · `text` a paragraph · `kept` one that stays with what
follows · `each` one paragraph for each entry of a list, numbered（一）… · `every` some paragraphs
for each row of a list (`one.name` is a text of it) · `boxes` a framed box for each row of a list,
an arrow between two · `middle` a paragraph in the middle · `heading` · `table` rows of label and
content · `rows` a table with a line for each row of a list · `wide` rows of a table over its whole
width, with room to write · `note` smaller · `when` blocks that stand there if a field has a value ·
`gap` an empty line. A document ends with `sign`: who signs, and where the seal and the date stand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from tools.docx_frame import (
    BLACK,
    BODY,
    FOURTH,
    LINE,
    SECOND,
    SMALL_FOURTH,
    THIRD,
    TITLE,
    TITLE_LINE,
    WIDE,
    fonts,
)

LABEL, NARROW = 2100, 1600
"""Width of the labels of a table, and of a column with short texts, in twentieths of a point."""


def body_of(content: Mapping[str, Any]) -> str:
    """Title, place of the number, blocks, signature."""
    parts = [_title(content["title"])]
    parts.append(_number() if content.get("number") else paragraph(""))
    *blocks, last = [_block(block) for block in content["body"]]
    if content.get("sign"):
        parts += [*blocks, _kept(last), *_signature(content["sign"])]
    else:
        parts += [*blocks, last, paragraph("")]
    return "".join(parts)


def paragraph(text: str, run: str = "", *, look: str = "") -> str:
    """One paragraph; `look` are its properties in the order of the schema, `run` the run's."""
    return (
        f"<w:p><w:pPr>{look}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def _size(half_points: int, face: str = BODY) -> str:
    return f'{fonts(face)}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _title(text: str) -> str:
    look = (
        f'<w:keepNext/><w:spacing w:before="240" w:line="{TITLE_LINE}" w:lineRule="exact"/>'
        '<w:jc w:val="center"/>'
    )
    return paragraph(text, _size(SECOND, TITLE), look=look)


def _number() -> str:
    """发文字号; the line is there when there is no number, so that one can be written in."""
    look = '<w:spacing w:after="280"/><w:jc w:val="center"/>'
    return paragraph("{{ number }}", look=look)


KEEP = "<w:keepNext/>"
MIDDLE = '<w:vAlign w:val="center"/>'
INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
SMALL = f'<w:spacing w:line="{LINE - 80}" w:lineRule="exact"/>'
SMALLER = f'<w:spacing w:line="{LINE - 200}" w:lineRule="exact"/>'
CLOSE = f'<w:spacing w:line="{LINE - 240}" w:lineRule="exact"/>'
ARROW = f'{KEEP}{SMALLER}<w:jc w:val="center"/>'


def _kept(block: str) -> str:
    """The last block goes with the signature: no page has a signature alone."""
    return block.replace(f"<w:pPr>{KEEP}", "<w:pPr>").replace("<w:pPr>", f"<w:pPr>{KEEP}")


def _to(text: str) -> str:
    return paragraph(text, look='<w:keepNext/><w:jc w:val="left"/>')


def _text(text: str) -> str:
    return paragraph(text, look=INDENT)


def _with_next(text: str) -> str:
    return paragraph(text, look=KEEP + INDENT)


def _heading(text: str) -> str:
    return paragraph(text, _size(THIRD, BLACK), look=f"<w:keepNext/>{INDENT}")


def _note(text: str) -> str:
    small = '<w:ind w:firstLineChars="200" w:firstLine="560"/>'
    return paragraph(text, _size(FOURTH), look=SMALL + small)


def _each(name: str) -> str:
    return _for_each(name, _text("（{{ loop.index|chapter }}）{{ one }}"))


def _centred(text: str) -> str:
    return paragraph(text, look='<w:spacing w:after="200"/><w:jc w:val="center"/>')


def _every(content: Mapping[str, Any]) -> str:
    """All paragraphs of one row stay together; `kept` ones with what follows, too."""
    *first, last = content["lines"]
    kept = "".join(map(_with_next, first))
    end = _with_next(last) if content.get("kept") else _text(last)
    return _for_each(content["of"], kept + end)


def _when(content: Mapping[str, Any]) -> str:
    inner = "".join(_block(block) for block in content["blocks"])
    return paragraph("{%p if " + content["has"] + " %}") + inner + paragraph("{%p endif %}")


def _for_each(name: str, inner: str) -> str:
    return paragraph("{%p for one in " + name + " %}") + inner + paragraph("{%p endfor %}")


def _boxes(content: Mapping[str, Any]) -> str:
    """A flow from top to bottom; a row whose `between` is empty ends it."""
    lines = [
        _box_line(content["head"], _size(FOURTH, BLACK), shade=True),
        *(_box_line(one, _size(SMALL_FOURTH)) for one in content["lines"]),
    ]
    cell = f'<w:tcPr><w:tcW w:w="{WIDE}" w:type="dxa"/></w:tcPr>'
    row = f"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>{cell}{''.join(lines)}</w:tc></w:tr>"
    arrow = paragraph("↓　" + content["between"], _size(SMALL_FOURTH, BLACK), look=ARROW)
    only = paragraph("{%p if " + content["if"] + " %}") + arrow + paragraph("{%p endif %}")
    return _for_each(content["of"], _framed((WIDE,), row) + only)


def _box_line(text: str, run: str, *, shade: bool = False) -> str:
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/>' if shade else ""
    return paragraph(text, run, look=f"{KEEP}{fill}{CLOSE}")


def _gap(_: object) -> str:
    return paragraph("")


def _rows(content: Mapping[str, Any]) -> str:
    """A line for each row of a list, below a head that is repeated on every page.

    A column is its head, its share of the width in hundredths, and what stands in it. A `small`
    table is set in 小四, for what is long.
    """
    size = SMALL_FOURTH if content.get("small") else FOURTH
    columns = content["columns"]
    widths = [round(WIDE * share / 100) for _, share, _ in columns]
    blank = [""] * (len(columns) - 1)
    head = _line(widths, [title for title, _, _ in columns], size, head=True)
    body = _line(widths, [text for _, _, text in columns], size)
    first = _line(widths, ["{%tr for one in " + content["of"] + " %}", *blank], size)
    last = _line(widths, ["{%tr endfor %}", *blank], size)
    return _framed(widths, head + first + body + last)


def _line(widths: Sequence[int], texts: Sequence[str], size: int, *, head: bool = False) -> str:
    """One line of a table; what is short stands in the middle."""
    cells = "".join(
        _cell(width, text, label=head or width < NARROW, high=False, size=size)
        for width, text in zip(widths, texts, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    least = size * 20
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{least}" w:hRule="atLeast"/>{repeated}'
        f"</w:trPr>{cells}</w:tr>"
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = (LABEL, WIDE - LABEL)
    return _framed(widths, "".join(_row(widths, row) for row in rows))


def _wide(rows: Sequence[str | Mapping[str, Any]]) -> str:
    """Rows over the whole width; `{text, lines}` leaves so many lines at least."""
    made = []
    for row in rows:
        text, lines = (row, 1) if isinstance(row, str) else (row["text"], row["lines"])
        made.append(_row((WIDE,), (text,), lines))
    return _framed((WIDE,), "".join(made))


def _framed(widths: Sequence[int], rows: str) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="6" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f"<w:tblBorders>{edges}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(widths: Sequence[int], texts: Sequence[str], lines: int = 1) -> str:
    """A row grows with what is in it; a page break does not cut a short one."""
    cells = "".join(
        _cell(width, text, label=number == 0, high=len(texts) == 1)
        for number, (width, text) in enumerate(zip(widths, texts, strict=True))
    )
    least = (LINE - 80) * lines + 80
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{least}" w:hRule="atLeast"/></w:trPr>'
        f"{cells}</w:tr>"
    )


def _cell(width: int, text: str, *, label: bool, high: bool, size: int = FOURTH) -> str:
    side, middle = ("left", "") if high else ("center" if label else "left", MIDDLE)
    between = SMALL if size == FOURTH else SMALLER
    inner = "".join(
        paragraph(one, _size(size), look=f'{between}<w:jc w:val="{side}"/>')
        for one in text.split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{middle}</w:tcPr>{inner}</w:tc>'


BLOCKS: dict[str, Callable[[Any], str]] = {
    "to": _to,
    "text": _text,
    "kept": _with_next,
    "heading": _heading,
    "note": _note,
    "each": _each,
    "every": _every,
    "boxes": _boxes,
    "middle": _centred,
    "when": _when,
    "gap": _gap,
    "table": _table,
    "rows": _rows,
    "wide": _wide,
}


def _block(block: Mapping[str, Any]) -> str:
    ((kind, content),) = block.items()
    return BLOCKS[kind](content)


def _signature(sign: Mapping[str, Any]) -> Iterator[str]:
    """Who signs, the seal's place and the date stay together and on the right."""
    yield paragraph("", look="<w:keepNext/>")
    lines = [
        *sign["by"],
        *(["（印章）"] if sign.get("seal") else []),
        sign.get("dated", "{{ date }}"),
    ]
    for number, line in enumerate(lines):
        keep = "<w:keepNext/>" if number < len(lines) - 1 else ""
        look = f'{keep}<w:keepLines/><w:ind w:rightChars="200" w:right="640" w:left="1280"/>'
        yield paragraph(line, look=f'{look}<w:jc w:val="right"/>')
    for line in sign.get("below", ()):
        yield paragraph(line, _size(FOURTH), look=f'{SMALL}<w:jc w:val="left"/>')
