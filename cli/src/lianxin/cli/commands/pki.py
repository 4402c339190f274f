"""A small certificate authority for a county that has none of its own. It needs no node."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from kernel.pki import Authority, AuthorityExists, AuthorityMissing, Issued, NameInvalid, Subject
from kernel.pki.authority import LIFE
from kernel.pki.files import write
from kernel.tokens import KeyFileExposed
from lianxin.cli import output
from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.words import say

COLUMNS = ("bearer", "node", "reached_at", "certificate_state", "good_until", "serial")
RENEW_WITHIN = timedelta(days=30)
NODES_MOST_DAYS = 1096

Folder = Annotated[Path, typer.Option("--authority", help=say("opt.authority"))]
Out = Annotated[Path, typer.Option("--out", help=say("opt.pki_out"))]
Days = Annotated[int, typer.Option("--days", min=1, max=NODES_MOST_DAYS, help=say("opt.pki_days"))]
Name = Annotated[str, typer.Argument(metavar="NAME", help=say("opt.pki_name"))]
CA, OUT = Path("ca"), Path("certificates")


def init(
    name: Annotated[str, typer.Option("--name", help=say("opt.pki_county"))],
    authority: Folder = CA,
) -> None:
    """Begin an authority; its key never leaves the folder."""
    try:
        made = Authority.create(authority, name, now=_now())
    except AuthorityExists:
        raise BadInput("AUTHORITY_EXISTS", field="--authority", folder=authority) from None
    data = {"ca": str(made.ca), "revocations": str(made.revocations), "folder": str(authority)}
    output.done("done.pki_init", data)


def issue(
    name: Name,
    *,
    node: Annotated[str, typer.Option("--node", help=say("opt.pki_node"))] = "",
    reached_at: Annotated[
        list[str] | None, typer.Option("--reached-at", help=say("opt.pki_reached_at"))
    ] = None,
    authority: Folder = CA,
    out: Out = OUT,
    days: Days = LIFE.days,
) -> None:
    """Make a key and a certificate for a node or a server."""
    try:
        subject = Subject.of(name, node=node, reached_at=tuple(reached_at or ()))
    except NameInvalid as wrong:
        raise BadInput("CERTIFICATE_NAME_INVALID", field="NAME", name=str(wrong)) from None
    _hand_out(_authority(authority), subject, out, days)


def renew(
    name: Name,
    authority: Folder = CA,
    out: Out = OUT,
    days: Days = LIFE.days,
) -> None:
    """A new key and certificate under the same names; the former one is good until it ends."""
    kept = _authority(authority)
    _hand_out(kept, _of(kept, name)[-1].subject, out, days)


def revoke(name: Name, authority: Folder = CA) -> None:
    """Put every certificate of this name on the revocation list."""
    kept = _authority(authority)
    serials = {one.serial for one in _of(kept, name)}
    kept.revoke(serials, now=_now())
    data = {"bearer": name, "count": len(serials), "revocations": str(kept.revocations)}
    output.done("done.pki_revoked", data)


def list_certificates(authority: Folder = CA) -> None:
    """Every certificate, and how long it is good."""
    now = _now()
    rows = [_row(one, now) for one in _authority(authority).issued()]
    output.show({"certificates": rows}, lambda: output.table(rows, COLUMNS))


def _hand_out(authority: Authority, subject: Subject, out: Path, days: int) -> None:
    """The key first: whoever reads meanwhile sees the former pair, or a key that fits nothing."""
    issued = authority.issue(subject, now=_now(), life=timedelta(days=days))
    certificate, key, ca = (
        out / f"{subject.name}.pem",
        out / f"{subject.name}.key",
        out / "ca.pem",
    )
    write(key, issued.key, secret=True)
    write(certificate, issued.certificate)
    write(ca, authority.ca.read_bytes())
    data = {
        "bearer": subject.name,
        "certificate": str(certificate),
        "key_file": str(key),
        "ca": str(ca),
        "good_until": issued.ends.date().isoformat(),
    }
    output.done("done.pki_issued", data)


def _of(authority: Authority, name: str) -> list[Issued]:
    """The certificates of a name that count, the newest last."""
    found = [one for one in authority.issued() if one.subject.name == name and not one.revoked_at]
    if not found:
        raise BadInput("CERTIFICATE_UNKNOWN", field="NAME", name=name)
    return found


def _authority(folder: Path) -> Authority:
    try:
        return Authority.open(folder)
    except AuthorityMissing:
        raise BadInput("AUTHORITY_MISSING", field="--authority", folder=folder) from None
    except KeyFileExposed as exposed:
        raise CommandFailed("KEY_EXPOSED", problem=str(exposed)) from None


def _row(issued: Issued, now: datetime) -> dict[str, Any]:
    subject = issued.subject
    return {
        "bearer": subject.name,
        "node": subject.node,
        "reached_at": " ".join((*subject.hosts, *subject.addresses)),
        "certificate_state": _state(issued, now),
        "good_until": issued.ends.date().isoformat(),
        "serial": f"{issued.serial:x}",
    }


def _state(issued: Issued, now: datetime) -> str:
    if issued.revoked_at is not None:
        return "revoked"
    if issued.ends <= now:
        return "expired"
    return "ends_soon" if issued.ends - now < RENEW_WITHIN else "good"


def _now() -> datetime:
    return datetime.now(UTC)
