"""Dates and times as typed by people."""

from datetime import date, datetime

from kernel.clock import SHANGHAI
from lianxin.cli.errors import BadInput

FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M", "%Y/%m/%d")
FORMS_ZH = ("%Y年%m月%d日", "%Y年%m月%d日 %H:%M", "%Y.%m.%d")


def day(text: str, field: str) -> date:
    """An ISO date.

    Raises:
        BadInput: it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput("DATE_INVALID", field=field, value=text[:40]) from None


def iso_day(text: str, field: str) -> str:
    """An ISO date as text, or "" when none is given. Raises as `day`."""
    return day(text, field).isoformat() if text.strip() else ""


def moment(text: str, field: str) -> datetime:
    """A date or time; one without a zone is Asia/Shanghai.

    Raises:
        BadInput: it cannot be read.
    """
    said = text.strip()
    found = _iso(said) or _written(said)
    if found is None:
        raise BadInput("TIME_INVALID", field=field, value=text[:40])
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written(text: str) -> datetime | None:
    for form in (*FORMS, *FORMS_ZH):
        try:
            return datetime.strptime(text, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    return None
