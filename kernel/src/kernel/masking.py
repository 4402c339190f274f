"""Personal fields as a screen or paper may show them. Pure; `shown_to` says to whom.

Nothing is guessed: a text that does not look as expected is hidden whole.
"""

import re
from enum import Enum

from kernel.identity import Caller
from kernel.roles import may

STAR = "*"

_COMPOUND_SURNAMES = frozenset(
    {"欧阳", "太史", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容"}
    | {"令狐", "司徒", "夏侯", "长孙", "宇文", "轩辕", "端木", "独孤", "南宫", "申屠"}
)
_COMPOUND = 2  # characters of such a surname
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d)\d{4}(\d{4})")
_SHORTEST_LANDLINE = 7
_VILLAGE_LEVEL = re.compile(
    r"^.*?(?:[^省市县区镇乡]{1,12}(?:社区居委会|村委会|居委会|社区|村(?!路|口|道)))"
)
_TOWNSHIP_LEVEL = re.compile(r"^.*?[^省市县区]{1,12}(?:街道|镇|乡)")


class Shown(Enum):
    """How much of a personal field a reader is shown."""

    FULL = "full"
    MASKED = "masked"
    HIDDEN = "hidden"


def shown_to(caller: Caller, *, reads_content: bool, withheld: bool = False) -> Shown:
    """How personal fields of one case appear to a caller.

    `reads_content` is the answer of `kernel.scope` for this case; `withheld` says that the resident
    asked to stay unknown to the handlers: only the counter that took the matter sees who it is.
    Those who handle see the field itself; those who supervise see it masked.
    """
    if not reads_content or (withheld and not may(caller, "case.read.withheld")):
        return Shown.HIDDEN
    return Shown.FULL if may(caller, "case.read.personal") else Shown.MASKED


def name(text: str, shown: Shown = Shown.MASKED) -> str:
    """`张三丰` → `张**`, `欧阳修` → `欧阳*`, `Anna Berg` → `A***`; the length shows."""
    if shown is not Shown.MASKED:
        return text if shown is Shown.FULL else ""
    text = text.strip()
    if not text:
        return ""
    if text.isascii():
        return text[0] + STAR * 3
    compound = len(text) > _COMPOUND and text[:_COMPOUND] in _COMPOUND_SURNAMES
    kept = _COMPOUND if compound else 1
    return text[:kept] + STAR * max(len(text) - kept, 1)


def phone(text: str, shown: Shown = Shown.MASKED) -> str:
    """`13800001234` → `138****1234`, `0572-5123456` → `*********456`; a short one is hidden."""
    if shown is not Shown.MASKED:
        return text if shown is Shown.FULL else ""
    digits = re.sub(r"[^0-9]", "", text)
    if mobile := _MOBILE.fullmatch(digits):
        return f"{mobile[1]}{STAR * 4}{mobile[2]}"
    if len(digits) < _SHORTEST_LANDLINE:
        return STAR * len(digits)
    return STAR * (len(digits) - 3) + digits[-3:]


def address(text: str, shown: Shown = Shown.MASKED) -> str:
    """Down to the village: `浙江省安吉县递铺街道鹤鹿溪村18号` → `浙江省安吉县递铺街道鹤鹿溪村***`.

    Without a village, down to the township; without either, hidden.
    """
    if shown is not Shown.MASKED:
        return text if shown is Shown.FULL else ""
    if not text.strip():
        return ""
    found = _VILLAGE_LEVEL.match(text) or _TOWNSHIP_LEVEL.match(text)
    if found is None:
        return STAR * 3
    rest = text[found.end() :]
    return found.group() + (STAR * 3 if rest else "")
