"""Numbers, money and times as Chinese papers write them."""

from datetime import date, datetime

from kernel.clock import SHANGHAI

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
THOUSAND, TEN_THOUSAND = 1_000, 10_000
FEN = 100


def day_text(day: date) -> str:
    """2026年11月22日, without leading noughts."""
    return f"{day.year}年{day.month}月{day.day}日"


def time_text(at: datetime) -> str:
    """2026年11月22日14时30分, at Shanghai."""
    there = at.astimezone(SHANGHAI)
    return f"{day_text(there.date())}{there.hour}时{there.minute:02d}分"


def formal_number(number: int) -> str:
    """A whole number in characters that nobody can alter: 1050 is 壹仟零伍拾."""
    said, skipped = "", False
    for group in range(len(GROUPS) - 1, -1, -1):
        part = number // TEN_THOUSAND**group % TEN_THOUSAND
        if part:
            gap = said and (skipped or part < THOUSAND)
            said += (DIGITS[0] if gap else "") + _four(part) + GROUPS[group]
        skipped = part == 0
    return said or DIGITS[0]


def _four(number: int) -> str:
    """A number below ten thousand."""
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += (DIGITS[0] if gap and said else "") + DIGITS[digit] + PLACES[place]
        gap = digit == 0
    return said


def money_text(fen: int) -> str:
    """1,200.50元（大写：壹仟贰佰元伍角整）; empty for none."""
    if not fen:
        return ""
    yuan, rest = divmod(fen, FEN)
    jiao, cents = divmod(rest, 10)
    said = f"{formal_number(yuan)}元" if yuan else ""
    if jiao:
        said += f"{DIGITS[jiao]}角"
    elif cents and yuan:
        said += DIGITS[0]
    said += f"{DIGITS[cents]}分" if cents else "整"
    return f"{sum_text(fen)}（大写：{said}）"


def sum_text(fen: int) -> str:
    """1,200.50元; empty for none."""
    yuan, rest = divmod(fen, FEN)
    return f"{yuan:,}.{rest:02d}元" if fen else ""
