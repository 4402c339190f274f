"""Logging in and out."""

import os
import sys
from typing import Annotated

import typer

from lianxin.cli import nodes, output, tokens
from lianxin.cli.cases import new_request_id
from lianxin.cli.plain import iso
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.routing.v1 import staff_pb2 as pb

PASSWORD_VARIABLE = "LIANXIN_PASSWORD"  # noqa: S105 (the name of a variable)
NEW_VARIABLE = "LIANXIN_NEW_PASSWORD"


def login(
    staff: Annotated[str, typer.Argument(metavar="STAFF", help=say("opt.account"))] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=say("opt.password_stdin"))
    ] = False,
) -> None:
    """Log in; the token is kept (0600) and renewed while it is used."""
    account = staff or str(typer.prompt(say("ask.account")))
    password = secret(say("ask.password"), PASSWORD_VARIABLE, stdin=password_stdin)
    with connected(login=False) as session:
        answer = session.log_in(account, password)
        nodes.remember(session.door)
        must_change = answer.must_change
        if must_change and _can_ask():
            output.line("login.must_change")
            change_password(session, account, password)
            must_change = False
        data = {
            "staff_id": account,
            "node": session.door.name,
            "expires_at": iso(answer.expires_at),
            "must_change": must_change,
        }
    output.done("done.login", data)
    if must_change:
        output.line("login.change_how")


def logout() -> None:
    """Forget the token on this machine."""
    door = nodes.node_door()
    tokens.forget(door)
    output.done("done.logout", {"node": door.name})


def change_password(session: Session, account: str, old: str) -> None:
    """Set a new password, asked for twice, and log in with it."""
    new = secret(say("ask.new_password"), NEW_VARIABLE, confirm=True)
    session.ask(
        session.staff.ChangePassword(
            pb.ChangePasswordRequest(
                request_id=new_request_id(), staff_id=account, old_password=old, new_password=new
            )
        )
    )
    session.log_in(account, new)


def secret(question: str, variable: str, *, stdin: bool = False, confirm: bool = False) -> str:
    """A password from standard input, from a variable, or typed without being shown."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given = os.environ.get(variable)
    if given:
        return given
    again = say("ask.again") if confirm else False
    return str(typer.prompt(question, hide_input=True, confirmation_prompt=again))


def _can_ask() -> bool:
    return bool(os.environ.get(NEW_VARIABLE)) or sys.stdin.isatty()
