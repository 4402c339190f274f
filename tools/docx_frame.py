"""What every official document has: page, styles, typefaces, page number (GB/T 9704)."""

from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OOXML = "http://schemas.openxmlformats.org"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

TITLE, BODY, BLACK, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
ELSE = {
    TITLE: ("方正小标宋_GBK", "华文中宋", "STZhongsong", "宋体", "SimSun", "Noto Serif CJK SC"),
    BODY: ("仿宋", "FangSong", "华文仿宋", "STFangsong", "FandolFang", "Noto Serif CJK SC"),
    BLACK: ("SimHei", "Noto Sans CJK SC"),
}
"""What stands in where a typeface is not installed, the nearest first."""
SECOND, THIRD, FOURTH, SMALL_FOURTH = 44, 32, 28, 24
"""二号, 三号, 四号, 小四 in half points."""
LINE, TITLE_LINE = 560, 720
"""28 pt and 36 pt between lines, in twentieths of a point."""
MM = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
"""Margins of an A4 page in millimetres: 156 by 225 are left for the text."""
NARROW, LANDSCAPE = 20, "landscape"
"""Edge at head and foot of what is no official document, and what one on its side is called."""
WIDE = round((210 - LEFT - RIGHT) * MM)
"""Width of the text."""


def fonts(face: str) -> str:
    """A run's typefaces: one for Chinese, one for figures and letters."""
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{face}" w:cs="{LATIN}"/>'


def parts_of(title: str, body: str, lies: str = "") -> dict[str, bytes]:
    """The parts of a docx file with this body.

    `lies` is "" for an official document, `sheet` for one to hang up, with narrow edges at head and
    foot, `landscape` for one on its side, where a table may take 155 hundredths of the width.
    """
    texts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("officeDocument/2006/relationships/officeDocument", "word/document.xml"),
            ("package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _properties(title),
        "word/document.xml": f"{HEAD}<w:document {W} {R}><w:body>{body}{_page(lies)}</w:body>"
        "</w:document>",
        "word/_rels/document.xml.rels": _relations(
            *(
                (f"officeDocument/2006/relationships/{kind}", f"{part}.xml")
                for kind, part in (
                    ("styles", "styles"),
                    ("settings", "settings"),
                    ("fontTable", "fontTable"),
                    ("footer", "footer1"),
                    ("footer", "footer2"),
                )
            )
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
    }
    return {name: text.encode() for name, text in texts.items()}


def _content_types() -> str:
    kinds = {
        "word/document.xml": f"{WORD}.document.main+xml",
        **{f"word/{one}.xml": f"{WORD}.{one}+xml" for one in ("styles", "settings", "fontTable")},
        **{f"word/footer{number}.xml": f"{WORD}.footer+xml" for number in (1, 2)},
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in kinds.items()
    )
    return (
        f'{HEAD}<Types xmlns="{OOXML}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{OOXML}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return (
        f'{HEAD}<Relationships xmlns="{OOXML}/package/2006/relationships">{entries}</Relationships>'
    )


def _properties(title: str) -> str:
    """No author and no time: they would say when and on whose machine it was made."""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{OOXML}/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _page(lies: str) -> str:
    """A4, the number at the outer edge of the foot."""
    wide, high = (297, 210) if lies == LANDSCAPE else (210, 297)
    turned = f' w:orient="{LANDSCAPE}"' if lies == LANDSCAPE else ""
    top, bottom, foot = (TOP, BOTTOM, 28) if not lies else (NARROW, NARROW, 12)
    edges = {"top": top, "right": RIGHT, "bottom": bottom, "left": LEFT}
    edges |= {"footer": foot, "header": 15}
    margins = " ".join(f'w:{name}="{round(mm * MM)}"' for name, mm in edges.items())
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/>'
        '<w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{round(wide * MM)}" w:h="{round(high * MM)}"{turned}/>'
        f'<w:pgMar {margins} w:gutter="0"/></w:sectPr>'
    )


def _styles() -> str:
    return (
        f"{HEAD}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{fonts(BODY)}"
        f'<w:sz w:val="{THIRD}"/><w:szCs w:val="{THIRD}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f'<w:pPr><w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct/>'
        f'<w:spacing w:line="{LINE}" w:lineRule="exact"/><w:jc w:val="left"/></w:pPr></w:style>'
        "</w:styles>"
    )


def _settings() -> str:
    return (
        f"{HEAD}<w:settings {W}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        "<w:compat><w:balanceSingleByteDoubleByteWidth/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _font_table() -> str:
    entries = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"swiss" if face == BLACK else "roman"}"/></w:font>'
        for face, others in ELSE.items()
    )
    return f"{HEAD}<w:fonts {W}>{entries}</w:fonts>"


def _footer(side: str) -> str:
    """一字线 on either side of the page number, 四号, one character from the edge."""
    run = f'<w:rPr>{fonts("宋体")}<w:sz w:val="{FOURTH}"/></w:rPr>'
    field = "".join(
        f"<w:r>{run}{inner}</w:r>"
        for inner in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/>'
    return (
        f'{HEAD}<w:ftr {W} {R}><w:p><w:pPr>{indent}<w:jc w:val="{side}"/></w:pPr>{field}</w:p>'
        "</w:ftr>"
    )
