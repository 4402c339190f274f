"""Lists of a node, page by page, up to as many lines as are wanted."""

from collections.abc import Iterator
from typing import Any

from lianxin.cli.session import Session

PAGE = 200


def pages(session: Session, rpc: Any, wanted: Any, limit: int, of: str) -> Iterator[Any]:
    """Answers of a list until they have `limit` lines in the field `of`, or none is left.

    `wanted` is the request for the first page; it stands at the next one afterwards.
    """
    found = 0
    while found < limit:
        wanted.page_size = min(PAGE, limit - found)
        page = session.ask(rpc(wanted))
        yield page
        found += len(getattr(page, of))
        wanted.page_token = page.next_page_token
        if not page.next_page_token:
            return


def listed(session: Session, rpc: Any, wanted: Any, limit: int, of: str) -> tuple[list[Any], bool]:
    """The lines of such a list, at most `limit`, and whether there are more."""
    lines = [one for page in pages(session, rpc, wanted, limit, of) for one in getattr(page, of)]
    return lines, bool(wanted.page_token)
