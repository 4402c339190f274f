"""Registration numbers 登记编号 and query codes 查询码."""

import re
import unicodedata
from datetime import datetime
from hashlib import sha256
from itertools import count
from uuid import UUID

from kernel.clock import SHANGHAI

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that no hand and no print confuses: no 0 O, 1 I L, U."""
CODE_LENGTH = 10
"""30¹⁰ codes are 49 bits."""
NUMBER_DIGITS = 5
MOST = 10**9
"""No series of a year comes to that many numbers."""
SEALED_DIGITS = 9
_PLAIN = re.compile(r"[A-Z0-9-]{1,40}")


def site_code(path: str) -> str:
    """The digits of a site's path without empty tiers: `330523.001.000` gives `330523001`."""
    tokens = path.split(".")
    while len(tokens) > 1 and set(tokens[-1]) == {"0"}:
        tokens.pop()
    return "".join(tokens)


def series(path: str, year: int) -> str:
    """The series a site counts in; it is kept by the node that hosts the site."""
    return f"case:{site_code(path)}:{year}"


def all_series(path: str) -> str:
    """What every series of a site begins with."""
    return f"case:{site_code(path)}:"


def file_series(path: str, word: str, year: int) -> str:
    """The series a site numbers its files of one word in; it moves with the site's others."""
    return f"{all_series(path)}file:{word}:{year}"


def marked(series: str, mark: str) -> str:
    """The series that a restore began; the plain one without a mark."""
    return f"{series}:{mark}" if mark else series


def all_marked(series: str) -> str:
    """What every series begins with that a restore began beside a plain one."""
    return f"{series}:"


def restore_mark(begun_at: datetime, life: UUID) -> str:
    """The mark of a node's life since a restore: `R`, month and day, two letters of its own.

    Numbers given between backup and failure are known to nobody but the residents who have them on
    paper. Those given afterwards carry the mark until the year ends, so that none is given twice.
    """
    day = begun_at.astimezone(SHANGHAI)
    first, second = divmod(life.int % len(CODE_ALPHABET) ** 2, len(CODE_ALPHABET))
    return f"R{day:%m%d}{CODE_ALPHABET[first]}{CODE_ALPHABET[second]}"


def third_mark(day: datetime, *marks: str) -> str:
    """A mark that is none of these: under each of them a number may have been given and lost."""
    seed = int.from_bytes(sha256(" ".join(marks).encode()).digest()[:8])
    tried = (restore_mark(day, UUID(int=seed + step)) for step in count())
    return next(mark for mark in tried if mark not in marks)


def case_no(path: str, year: int, n: int, mark: str = "") -> str:
    """The number of a case registered at a site, `330523001204-2026-00017`.

    After a restore of the node it is `330523001204-2026-R1122KQ-00001`.
    """
    return "-".join([site_code(path), str(year), after_mark(mark, n)])


def after_mark(mark: str, n: int) -> str:
    """How such a number ends: `00017`, or `R1122KQ-00001`."""
    number = f"{n:0{NUMBER_DIGITS}d}"
    return f"{mark}-{number}" if mark else number


def sealed_case_no(body_path: str, year: int, random: int) -> str:
    """The number of a sealed matter: of the receiving body's series, and told by no counter.

    Consecutive numbers would tell, by their gaps, when somebody accused somebody. The series is
    drawn at random, so that it needs no call to the body and works offline.
    """
    return f"{site_code(body_path)}-{year}-J{random % 10**SEALED_DIGITS:0{SEALED_DIGITS}d}"


def query_code(random: bytes) -> str:
    """A code made from at least 10 random bytes."""
    number = int.from_bytes(random[:CODE_LENGTH])
    base = len(CODE_ALPHABET)
    return "".join(CODE_ALPHABET[number // base**place % base] for place in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """The code as printed, in two groups: `ABCDE-FGHJK`."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def plain_code(typed: str) -> str:
    """The code as typed by somebody: any width, case, spaces and dashes; "" when it is none."""
    text = unicodedata.normalize("NFKC", typed[:40]).upper()
    code = "".join(char for char in text if char not in " -–—_")
    fits = len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET)
    return code if fits else ""


def plain_number(typed: str) -> str:
    """A case number as typed by somebody, in its one written form; "" when it cannot be one."""
    text = unicodedata.normalize("NFKC", typed[:80]).upper()
    text = "".join(text.split()).replace("–", "-").replace("—", "-")
    return text if _PLAIN.fullmatch(text) else ""
