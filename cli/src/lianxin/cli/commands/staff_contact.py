"""Where notices to an account go."""

from typing import Annotated

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1 import notice_pb2 as pb


def contact(
    staff: Annotated[str, typer.Argument(metavar="STAFF", help=say("opt.account"))],
    *,
    phone: Annotated[str, typer.Option("--phone", help=say("opt.contact_phone"))] = "",
    mail: Annotated[str, typer.Option("--mail", help=say("opt.contact_mail"))] = "",
    wecom: Annotated[str, typer.Option("--wecom", help=say("opt.contact_wecom"))] = "",
    dingtalk: Annotated[str, typer.Option("--dingtalk", help=say("opt.contact_dingtalk"))] = "",
) -> None:
    """Where notices go; without any option they go nowhere. It takes the place of the former."""
    with connected() as session:
        request = pb.SetContactRequest(
            request_id=new_request_id(),
            staff_id=staff,
            phone=phone,
            mail=mail,
            wecom=wecom,
            dingtalk=dingtalk,
        )
        answer = session.ask(session.staff_notices.SetContact(request))
    key = "staff.contact" if answer.ways else "staff.no_contact"
    output.show(plain(answer), lambda: output.line(key, staff=staff, ways=answer.ways))
