"""Logging in and out."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from lianxin.cli import nodes, output, tokens
from lianxin.cli.cases import new_request_id
from lianxin.cli.issuer_token import TokenSource
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
    token_file: Annotated[str, typer.Option("--token-file", help=say("opt.token_file"))] = "",
    token_command: Annotated[
        str, typer.Option("--token-command", help=say("opt.token_command"))
    ] = "",
) -> None:
    """Log in; the token is kept (0600) and renewed while it is used."""
    source = TokenSource(token_file and str(Path(token_file).absolute()), token_command)
    if source:
        _at_issuer(source)
        return
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


def _at_issuer(source: TokenSource) -> None:
    """Log in with a token of the identity provider."""
    with connected(login=False) as session:
        answer = session.log_in_at_issuer(source)
        nodes.remember(session.door)
        data = {
            "staff_id": answer.staff_id,
            "node": session.door.name,
            "expires_at": iso(answer.expires_at),
            "must_change": False,
        }
    output.done("done.login", data)


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
