"""A small certificate authority for a county that has none of its own. It needs no node."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from kernel.pki import (
    Authority,
    AuthorityExists,
    AuthorityMissing,
    Issued,
    NameInvalid,
    Request,
    RequestInvalid,
    Subject,
    key_in,
    request_for,
)
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
Node = Annotated[str, typer.Option("--node", help=say("opt.pki_node"))]
ReachedAt = Annotated[
    list[str] | None, typer.Option("--reached-at", help=say("opt.pki_reached_at"))
]
Asked = Annotated[Path | None, typer.Option("--request", help=say("opt.pki_request"))]
CA, OUT = Path("ca"), Path("certificates")
OF_EVERY_NODE = frozenset({"localhost", "127.0.0.1", "::1", "broker", "routing"})
"""Names that a node calls itself by, so several may have them."""


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


def request(
    name: Name,
    *,
    node: Annotated[str, typer.Option("--node", help=say("opt.pki_request_node"))] = "",
    reached_at: ReachedAt = None,
    out: Out = OUT,
) -> None:
    """Ask for a certificate where it will be used: the key is made here and stays here."""
    subject = _subject(name, node or name, reached_at)
    key_file, asked = out / f"{name}.key", out / f"{name}.csr"
    try:
        key = key_in(key_file)
    except KeyFileExposed as exposed:
        raise CommandFailed("KEY_EXPOSED", problem=str(exposed)) from None
    except RequestInvalid as wrong:
        raise BadInput(str(wrong), field="--out", file=key_file) from None
    write(asked, request_for(subject, key))
    made = Request.read(asked.read_bytes())
    data = {
        "bearer": name,
        "request_file": str(asked),
        "key_file": str(key_file),
        "fingerprint": made.fingerprint,
    }
    output.done("done.pki_requested", data)


def issue(
    name: Name,
    *,
    node: Node = "",
    reached_at: ReachedAt = None,
    request: Asked = None,
    authority: Folder = CA,
    out: Out = OUT,
    days: Days = LIFE.days,
) -> None:
    """Make a key and a certificate for a node or a server, or the certificate alone by request."""
    if request is None:
        _hand_out(_authority(authority), _subject(name, node, reached_at), out, days)
        return
    if reached_at:
        raise BadInput("REQUEST_HAS_NAMES", field="--reached-at")
    kept, asked = _authority(authority), _asked(request)
    if asked.subject.name != name or asked.subject.node not in {"", node or name}:
        raise _names_another(asked, name)
    _refuse_taken(kept, asked)
    _certify(kept, asked, out, days)


def renew(
    name: Name,
    request: Asked = None,
    authority: Folder = CA,
    out: Out = OUT,
    days: Days = LIFE.days,
) -> None:
    """A new certificate under the same names; the former one is good until it ends."""
    kept = _authority(authority)
    subject = _of(kept, name)[-1].subject
    if request is None:
        _hand_out(kept, subject, out, days)
        return
    asked = _asked(request)
    if asked.subject != subject:
        raise _names_another(asked, name)
    _certify(kept, asked, out, days)


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


def _subject(name: str, node: str, reached_at: list[str] | None) -> Subject:
    try:
        return Subject.of(name, node=node, reached_at=tuple(reached_at or ()))
    except NameInvalid as wrong:
        raise BadInput("CERTIFICATE_NAME_INVALID", field="NAME", name=str(wrong)) from None


def _asked(file: Path) -> Request:
    try:
        return Request.read(file.read_bytes())
    except OSError as error:
        raise BadInput("FILE_UNREADABLE", field="--request", file=file) from error
    except RequestInvalid as wrong:
        raise BadInput(str(wrong), field="--request", file=file) from None
    except NameInvalid as wrong:
        raise BadInput("CERTIFICATE_NAME_INVALID", field="--request", name=str(wrong)) from None


def _names_another(asked: Request, name: str) -> BadInput:
    names = (asked.subject.name, asked.subject.node, _reached(asked.subject))
    shown = ", ".join(each for each in names if each)
    return BadInput("REQUEST_NAMES_ANOTHER", field="--request", name=name, asked=shown)


def _refuse_taken(authority: Authority, asked: Request) -> None:
    """Nobody is given the host of another: whoever dials it would believe either."""
    reached = {*asked.subject.hosts, *asked.subject.addresses} - OF_EVERY_NODE
    for one in authority.issued():
        taken = reached & {*one.subject.hosts, *one.subject.addresses}
        if taken and one.revoked_at is None and one.subject.name != asked.subject.name:
            raise BadInput(
                "REQUEST_TAKES_NAME", field="--request", host=min(taken), bearer=one.subject.name
            )


def _hand_out(authority: Authority, subject: Subject, out: Path, days: int) -> None:
    """The key first: whoever reads meanwhile sees the former pair, or a key that fits nothing."""
    issued = authority.issue(subject, now=_now(), life=timedelta(days=days))
    key = out / f"{subject.name}.key"
    write(key, issued.key, secret=True)
    data = _written(authority, issued, out) | {"key_file": str(key)}
    output.done("done.pki_issued", data)


def _certify(authority: Authority, asked: Request, out: Path, days: int) -> None:
    """The certificate alone, with what else may travel openly."""
    life = timedelta(days=days)
    issued = authority.certify(asked.subject, asked.public_key, now=_now(), life=life)
    data = _written(authority, issued, out) | {"fingerprint": asked.fingerprint}
    output.done("done.pki_certified", data)


def _written(authority: Authority, issued: Issued, out: Path) -> dict[str, str]:
    """Put certificate, CA and revocation list into the folder."""
    certificate, ca = out / f"{issued.subject.name}.pem", out / "ca.pem"
    write(certificate, issued.certificate)
    write(ca, authority.ca.read_bytes())
    write(out / "crl.pem", authority.revocations.read_bytes())
    return {
        "bearer": issued.subject.name,
        "node": issued.subject.node,
        "reached_at": _reached(issued.subject),
        "certificate": str(certificate),
        "ca": str(ca),
        "good_until": issued.ends.date().isoformat(),
    }


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
        "reached_at": _reached(subject),
        "certificate_state": _state(issued, now),
        "good_until": issued.ends.date().isoformat(),
        "serial": f"{issued.serial:x}",
    }


def _reached(subject: Subject) -> str:
    return " ".join((*subject.hosts, *subject.addresses))


def _state(issued: Issued, now: datetime) -> str:
    if issued.revoked_at is not None:
        return "revoked"
    if issued.ends <= now:
        return "expired"
    return "ends_soon" if issued.ends - now < RENEW_WITHIN else "good"


def _now() -> datetime:
    return datetime.now(UTC)
