"""The page that the other side takes home: what is asked of it, its rights, how to follow it.

It says nothing of what the applicant asks or who that is.
"""

from collections.abc import Mapping
from typing import Any

from intake.receipt.content import Receipt, framed
from kernel.catalogue import Catalogue, Language
from kernel.directory import Directory

RIGHTS = ("WILL", "MEDIATOR", "PRIVACY", "DUTIES")


def notice_of(
    row: Mapping[Any, Any],
    code: str,
    *,
    directory: Directory,
    texts: Catalogue,
    language: Language = Language.ZH_CN,
) -> Receipt:
    """The notice of a case (参加调解告知书); without a code a line says that there was one."""

    def say(key: str) -> str:
        return texts.text(f"RECEIPT_{key}", language)

    return framed(
        row,
        code,
        directory,
        say,
        title=say("OTHER_TITLE"),
        asked_label=say("OTHER_RIGHTS"),
        asked=tuple(say(f"OTHER_{right}") for right in RIGHTS),
        rows=((say("HOLDER"), directory.title(row["holder_unit"])),),
        notes=(say("FREE"),),
    )
