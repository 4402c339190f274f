"""Accounts of a node."""

import os
from typing import Annotated

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.commands.login import PASSWORD_VARIABLE, change_password, secret
from lianxin.cli.errors import CommandFailed
from lianxin.cli.paging import listed
from lianxin.cli.params import Limit
from lianxin.cli.plain import checked_code, plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1 import staff_pb2 as pb

COLUMNS = ("staff_id", "name", "unit_id", "role", "state", "cases", "last_login_at")
Account = Annotated[str, typer.Argument(metavar="STAFF", help=say("opt.account"))]
Roles = Annotated[list[str], typer.Option("--role", help=say("opt.role"))]
Unit = Annotated[str, typer.Option("--unit", help=say("opt.staff_unit"))]
System = Annotated[str, typer.Argument(metavar="SYSTEM", help=say("opt.system"))]


def add(
    staff: Account,
    unit: Unit,
    role: Roles,
    name: Annotated[str, typer.Option("--name", help=say("opt.staff_name"))] = "",
) -> None:
    """Add an account; its one-time password is shown once."""
    with connected() as session:
        request = pb.AddStaffRequest(
            request_id=new_request_id(),
            staff_id=staff,
            name=name or staff,
            unit_id=unit,
            roles=[checked_code("role", one, "--role") for one in role],
            password=os.environ.get(PASSWORD_VARIABLE, ""),
        )
        answer = session.ask(session.staff.AddStaff(request))
    given = not answer.one_time_password
    output.done("done.staff_added" if given else "done.staff_add", plain(answer))


def disable(
    staff: Account,
    successor: Annotated[str, typer.Option("--successor", help=say("opt.successor"))] = "",
) -> None:
    """Disable an account; its cases are listed and re-assigned."""
    with connected() as session:
        request = pb.DisableStaffRequest(
            request_id=new_request_id(), staff_id=staff, successor=successor
        )
        answer = session.ask(session.staff.DisableStaff(request))
    output.done("done.staff_disable", plain(answer), staff=staff, count=len(answer.case_ids))


def handover(
    staff: Account,
    to: Annotated[str, typer.Option("--to", help=say("opt.successor"))],
) -> None:
    """Re-assign somebody's cases to a colleague."""
    with connected() as session:
        request = pb.HandOverStaffRequest(
            request_id=new_request_id(), from_staff=staff, to_staff=to
        )
        answer = session.ask(session.staff.HandOverStaff(request))
    output.done(
        "done.staff_handover", plain(answer), staff=staff, to=to, count=len(answer.case_ids)
    )


def reset(staff: Account) -> None:
    """Set a one-time password; it is shown once."""
    with connected() as session:
        request = pb.ResetPasswordRequest(request_id=new_request_id(), staff_id=staff)
        answer = session.ask(session.staff.ResetPassword(request))
    output.done("done.staff_reset", plain(answer), staff=staff)


def list_staff(
    site: Annotated[str, typer.Option("--site", help=say("opt.staff_site"))] = "",
    limit: Limit = 200,
) -> None:
    """Accounts of a site."""
    wanted = pb.ListStaffRequest(site_id=site)
    with connected() as session:
        lines, more = listed(session, session.staff.ListStaff, wanted, limit, "staff")
    found = [plain(one) for one in lines]
    data = {"staff": found, "more": more}
    output.show(
        data, lambda: output.table([one | {"role": one["roles"]} for one in found], COLUMNS)
    )


def password(staff: Annotated[str, typer.Option("--staff", help=say("opt.account"))] = "") -> None:
    """Change your own password."""
    with connected(login=False) as session:
        account = staff or session.staff_id
        if not account:
            raise CommandFailed("NOT_LOGGED_IN", node=session.door.name)
        old = secret(say("ask.old_password"), PASSWORD_VARIABLE)
        session.log_in(account, old)
        change_password(session, account, old)
    output.done("done.staff_password", {"staff_id": account})


def add_system(system: System, unit: Unit, role: Roles) -> None:
    """Add a calling system; its key is shown once."""
    with connected() as session:
        request = pb.AddSystemRequest(
            request_id=new_request_id(),
            system_id=system,
            unit_id=unit,
            roles=[checked_code("role", one, "--role") for one in role],
        )
        answer = session.ask(session.staff.AddSystem(request))
    output.done("done.system_add", plain(answer), system=system)


def disable_system(system: System) -> None:
    """Disable a calling system."""
    with connected() as session:
        request = pb.DisableSystemRequest(request_id=new_request_id(), system_id=system)
        answer = session.ask(session.staff.DisableSystem(request))
    output.done("done.system_disable", plain(answer), system=system)
