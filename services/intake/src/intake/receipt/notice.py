"""The page that the other side takes home: what is asked of it, its rights, how to follow it.

It says nothing of what the applicant asks or who that is.
"""

from collections.abc import Mapping
from typing import Any

from intake.domain import numbering
from intake.receipt.content import Receipt, day_text
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

    holder = row["holder_unit"]
    phone = directory.phone(holder) or directory.phone(row["registering_unit"])
    return Receipt(
        title=say("OTHER_TITLE"),
        office=directory.units[row["registering_unit"]].title,
        number_label=say("NUMBER"),
        number=row["case_no"],
        code_label=say("CODE"),
        code=numbering.shown_code(code) if code else say("CODE_GIVEN"),
        asked_label=say("OTHER_RIGHTS"),
        asked=tuple(say(f"OTHER_{right}") for right in RIGHTS),
        rows=(
            (say("RECEIVED"), day_text(row["received_at"], say("DAY"))),
            (say("HOLDER"), directory.title(holder)),
            (say("PHONE"), phone or say("NO_PHONE")),
        ),
        how=say("HOW"),
        notes=(say("FREE"),),
    )
