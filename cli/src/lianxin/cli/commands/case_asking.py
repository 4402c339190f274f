"""What is still missing before a case may end: asked of every service, changing nothing."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import case_id
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_code, enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import custody_pb2 as pb

COLUMNS = ("asked_service", "lacking", "text")
ASKED = ("settled", "agreed", "supported", "explained", "not_supported", "terminated")
"""Endings that are asked about when none is named."""


def ending(
    case: Case,
    wanted: Annotated[str, typer.Option("--ending", help=say("opt.ending_asked"))] = "",
) -> None:
    """What is missing before the case may end like this, by each service of the node."""
    kinds = common.EndingKind.DESCRIPTOR
    codes = [enum_code(kinds, enum_number(kinds, wanted, "--ending"))] if wanted else list(ASKED)
    with connected() as session:
        asked = case_id(session, case)
        found = [_asked(session, asked, code) for code in codes]
    output.show({"case_no": case, "endings": found}, lambda: _people(case, found))


def _asked(session: Session, asked: str, code: str) -> dict[str, Any]:
    number = enum_number(common.EndingKind.DESCRIPTOR, code, "--ending")
    request = pb.AskEndingRequest(case_id=asked, ending=number)
    answer = session.ask(session.custody.AskEnding(request))
    return {
        "ending": code,
        "possible": not answer.lacks,
        "lacks": [_lack(plain(one)) for one in answer.lacks],
    }


def _lack(one: dict[str, Any]) -> dict[str, Any]:
    """A lack with its service apart from what it is about."""
    service, _, about = one["field"].partition(".")
    return one | {"service": service, "about": about}


def _people(case: str, found: list[dict[str, Any]]) -> None:
    for one in found:
        named = word("ending", one["ending"])
        if one["possible"]:
            output.line("ending.possible", case_no=case, ending=named)
            continue
        rows = [_row(lack) for lack in one["lacks"]]
        output.table(rows, COLUMNS, title=say("ending.lacks", ending=named))


def _row(lack: dict[str, Any]) -> dict[str, Any]:
    return lack | {"asked_service": word("service", lack["service"]), "lacking": lack["about"]}
