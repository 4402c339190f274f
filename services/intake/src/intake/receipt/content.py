"""What stands on a receipt: nothing of other parties, since paper lies about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain import numbering
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.directory import Directory

ALONE, AMONG_OTHERS, MOST = 80, 38, 4
"""Characters that one request alone may take, and each of several; and how many are shown."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Texts of the page, ready to be set; `rows` are label and value."""

    title: str
    office: str
    number_label: str
    number: str
    code_label: str
    code: str
    asked_label: str
    asked: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    how: str
    notes: tuple[str, ...]


def receipt_of(
    row: Mapping[Any, Any],
    asked: Sequence[str],
    code: str,
    *,
    directory: Directory,
    texts: Catalogue,
    language: Language = Language.ZH_CN,
) -> Receipt:
    """The receipt of a case; without a code a line says that it was handed over before."""

    def say(key: str, **ids: str) -> str:
        return texts.text(f"RECEIPT_{key}", language, **ids)

    until = row["next_due_on"]
    sealed = bool(row["sealed_for"])
    holder = say("SEALED_HOLDER") if sealed else directory.title(row["holder_unit"])
    return framed(
        row,
        code,
        directory,
        say,
        title=say("TITLE"),
        asked_label=say("ASKED"),
        asked=(say("SEALED_ASKED"),)
        if sealed
        else _asked(asked, say("MORE", count=str(len(asked)))),
        rows=(
            (say("HOLDER"), holder),
            (say("UNTIL"), until.strftime(say("DAY")) if until else say("NO_DATE")),
        ),
        notes=(say("FREE"), say("KEEP")),
    )


def framed(
    row: Mapping[Any, Any],
    code: str,
    directory: Directory,
    say: Callable[[str], str],
    *,
    rows: tuple[tuple[str, str], ...],
    **own: Any,
) -> Receipt:
    """A page with what stands on each: number and code, when it was received, whom to call.

    `own` are the other fields of the page; its `rows` stand between receipt and telephone.
    """
    phone = directory.phone(row["holder_unit"]) or directory.phone(row["registering_unit"])
    return Receipt(
        office=directory.units[row["registering_unit"]].title,
        number_label=say("NUMBER"),
        number=row["case_no"],
        code_label=say("CODE"),
        code=numbering.shown_code(code) if code else say("CODE_GIVEN"),
        rows=(
            (say("RECEIVED"), day_text(row["received_at"], say("DAY"))),
            *rows,
            (say("PHONE"), phone or say("NO_PHONE")),
        ),
        how=say("HOW"),
        **own,
    )


def day_text(at: datetime, form: str) -> str:
    """A day in Asia/Shanghai, as it is written."""
    return at.astimezone(SHANGHAI).strftime(form)


def _asked(asked: Sequence[str], more: str) -> tuple[str, ...]:
    """The first requests, cut to a line or two; the page has room for four.

    A reader who may not see the content prints a receipt without them.
    """
    most = ALONE if len(asked) == 1 else AMONG_OTHERS
    lines = [_cut(" ".join(text.split()), most) for text in asked[:MOST]]
    return (*lines, more) if len(asked) > MOST else tuple(lines)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
