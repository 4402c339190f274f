"""What a node needs before its containers start: keys, passwords, certificates, addresses.

Each container gets a volume of its own with nothing in it but its own secrets. What is there stays;
certificates are renewed before they end. Nothing of it is ever in an image.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import yaml
from cryptography import x509

from kernel import logs
from kernel.nats_server.keys import NatsKey
from kernel.nats_server.rotation import PUBLIC, let_in, services_in
from kernel.pki import Authority, Request, Subject, key_in, request_for
from kernel.pki.files import write
from kernel.sealing import NodeKey
from kernel.settings import setting
from kernel.tls import read_pair
from lianxin.cli.node.identity import UPLINK, identity_of, service_key_file, uplink_key

PREFIX = "PREPARE_"
SERVICES = ("intake", "routing", "mediation", "hearing")
READ_AT = Path("/run/lianxin")
"""Where a container finds the volume that is filled here."""
KEPT_AT = Path("/var/lib/lianxin/data")
"""Where `keeper` finds data and, in a folder of it, the incarnation of the node."""
DATABASE_CA = "database-ca.pem"
"""The authority of a PostgreSQL that is not the node's own, when that is another one."""
KEYS_IN = Path("/var/lib/lianxin")
"""Where `tools` finds the folder of keys."""
STORE_USER, STORE_BUCKET = "intake", "files"
HERE = ("localhost", "127.0.0.1")
INSIDE = ("broker", "routing")
"""Names by which the containers of a node reach those that answer other nodes."""
RENEWED_BEFORE = timedelta(days=60)
PASSWORD_BYTES = 32
GIVEN = {"certificate": "node.pem", "key": "node.key", "ca": "nodes-ca.pem", "revoked": "crl.pem"}
REQUEST = "request.csr"
"""What a node below the county asks it to sign; the key of it never leaves this host."""
_log = logs.get_logger()


class CertificateAwaited(FileNotFoundError):
    """A node below the county has no certificate of the county's CA yet."""


@dataclass(frozen=True)
class Settings:
    """Where the volumes are mounted, and what the node is called."""

    node: str = setting(doc="code of this node, e.g. anji")
    hosts: tuple[str, ...] = setting((), "names and addresses by which others reach this node")
    folder: Path = setting(Path("/prepared"), "where the volumes of the containers are mounted")
    keys: Path = setting(Path("/var/lib/lianxin/keys"), "folder of the node's keys")
    pki: Path = setting(Path("/var/lib/lianxin/pki"), "folder of the node's own authority")
    given: Path = setting(Path("/given"), "folder of certificates that were brought from outside")
    parent: str = setting("", "host:port of the parent; empty at the county")
    parent_node: str = setting("", "code of the parent; empty at the county")
    parent_nats: str = setting("", "address of the parent's nats-server; empty at the county")
    database: str = setting("postgres:5432", "host:port of PostgreSQL")
    store: str = setting("store:7317", "host:port of the object store")


def prepare(settings: Settings, *, now: datetime | None = None) -> None:
    """Fill the volumes.

    Raises:
        CertificateAwaited: the county has to sign the node's request first.
        FilesDoNotFit: the certificate that was brought is for another key.
    """
    moment = now or datetime.now(UTC)
    identity = identity_of(settings.keys)
    NodeKey.load(settings.keys)
    inner = authority_of(settings.pki, settings.node, moment)
    write(settings.folder / "doors" / "identity.json", msgspec.json.encode(asdict(identity)))
    nodes = _nodes_files(settings, inner, moment)
    trusted = _once_each(inner.ca.read_bytes(), nodes["ca"])
    for service in SERVICES:
        _service(settings, service, inner, trusted, moment)
    _nodes_door(settings, nodes)
    _broker(settings, nodes, trusted)
    _postgres(settings, inner, trusted, moment)
    _store(settings, inner, moment)
    _outside(settings)
    write(settings.folder / "doors" / "ca.pem", trusted)
    _node_file(settings)
    _log.info("node_prepared", node=settings.node)


def authority_of(folder: Path, node: str, now: datetime) -> Authority:
    """The authority of a node, begun where there is none."""
    if not (folder / "ca.key").exists():
        Authority.create(folder, f"lianxin {node}", now=now)
    return Authority.open(folder)


def _service(
    settings: Settings, service: str, inner: Authority, trusted: bytes, now: datetime
) -> None:
    folder = settings.folder / service
    _certificate(folder, inner, _subject(service, (service,), settings), now)
    write(folder / "ca.pem", trusted)
    write(folder / "node", settings.node.encode())
    _keep(folder / "nats.nk", _nats_key(settings, service).seed)
    word = _password(settings.folder / "admin" / f"{service}.password")
    _keep(folder / "database.url", _address(settings, service, word, service))


def _nodes_door(settings: Settings, nodes: dict[str, bytes]) -> None:
    """What routing shows to other nodes, and its key at the parent's nats-server."""
    folder = settings.folder / "routing"
    _write_nodes(folder, nodes)
    _keep(folder / UPLINK, uplink_key(settings.keys).seed)


def _broker(settings: Settings, nodes: dict[str, bytes], trusted: bytes) -> None:
    """The nats-server answers children and services, so it shows the node's certificate."""
    folder = settings.folder / "broker"
    _write_nodes(folder, nodes)
    write(folder / "ca.pem", trusted)
    write(folder / "node", settings.node.encode())
    _password(folder / "cluster.password")
    for service in SERVICES:
        key = _nats_key(settings, service)
        known = let_in(service_key_file(settings.keys, service).with_suffix(PUBLIC))
        shown = known if key.public in known else [key.public]
        write(services_in(folder) / f"{service}{PUBLIC}", "\n".join(shown).encode())


def _postgres(settings: Settings, inner: Authority, trusted: bytes, now: datetime) -> None:
    folder, admin = settings.folder / "postgres", settings.folder / "admin"
    host = settings.database.partition(":")[0]
    _certificate(folder, inner, Subject.of("postgres", reached_at=(host, "localhost")), now)
    password = _password(admin / "postgres.password")
    _keep(folder / "postgres.password", password)
    write(admin / "ca.pem", trusted)
    _keep(admin / "admin.url", _address(settings, "postgres", password, "postgres"))
    owned = {}
    for service in SERVICES:
        owner = _password(admin / f"{service}_owner.password")
        owned[service] = _address(settings, f"{service}_owner", owner, service)
        _keep(admin / f"{service}.url", owned[service])
    node = {"node": settings.node, "data": str(KEPT_AT), "databases": owned}
    _keep(admin / "node.yaml", yaml.safe_dump(node))


def _outside(settings: Settings) -> None:
    """What trusts a PostgreSQL of somebody else, for everybody who dials it."""
    given = settings.given / DATABASE_CA
    for reader in (*SERVICES, "admin") if given.exists() else ():
        write(settings.folder / reader / DATABASE_CA, given.read_bytes())


def _node_file(settings: Settings) -> None:
    """What `lianxin keys` has to know of the node: where its keys are, and what is above it."""
    above = {"node": settings.parent_node, "routing": settings.parent, "nats": settings.parent_nats}
    said = {"node": settings.node, "data": str(KEYS_IN)} | (
        {"parent": above} if settings.parent else {}
    )
    write(settings.folder / "doors" / "node.yaml", yaml.safe_dump(said).encode())


def _store(settings: Settings, inner: Authority, now: datetime) -> None:
    """The object store lets in who has the word of intake, and nobody else has it."""
    folder, host = settings.folder / "store", settings.store.partition(":")[0]
    _certificate(folder, inner, Subject.of("store", reached_at=(host, *HERE)), now)
    write(folder / "ca.pem", inner.ca.read_bytes())
    word = _password(folder / "password")
    address = f"s3://{STORE_USER}:{word}@{STORE_BUCKET}?endpoint=https://{settings.store}"
    _keep(settings.folder / "intake" / "files.url", f"{address}&ca={READ_AT / 'ca.pem'}")


def _nodes_files(settings: Settings, inner: Authority, now: datetime) -> dict[str, bytes]:
    """Certificate, key, CA and revocation list by which nodes know each other.

    They were brought from the county, the key at most by those who let the county make it; at the
    county itself its own authority makes them.
    """
    if not (settings.parent or _has_brought(settings, "certificate", "key", "ca")):
        return _of_the_county(settings, inner, now)
    if not _has_brought(settings, "key"):
        own = _ask(settings)
        if _has_brought(settings, "certificate"):
            read_pair(settings.given / GIVEN["certificate"], own)
    if not _has_brought(settings, "certificate", "ca"):
        raise CertificateAwaited(
            f"{settings.given} needs {GIVEN['certificate']} and {GIVEN['ca']}: the county signs "
            f"{REQUEST} in {READ_AT} of `tools` (lianxin pki issue NODE --request FILE)"
        )
    files = {what: settings.given / name for what, name in GIVEN.items()}
    if not files["key"].exists():
        files["key"] = _own_key(settings)
    return {what: file.read_bytes() for what, file in files.items() if file.exists()}


def _has_brought(settings: Settings, *what: str) -> bool:
    return all((settings.given / GIVEN[each]).exists() for each in what)


def _own_key(settings: Settings) -> Path:
    return settings.pki / "node" / "tls.key"


def _ask(settings: Settings) -> Path:
    """Write the request for this node's certificate; where its key is."""
    subject = _subject(settings.node, INSIDE, settings, node=settings.node)
    asked = request_for(subject, key_in(_own_key(settings)))
    file = settings.folder / "doors" / REQUEST
    if not file.exists() or Request.read(file.read_bytes()) != Request.read(asked):
        write(file, asked)
        _log.info("certificate_requested", node=settings.node)
    return _own_key(settings)


def _of_the_county(settings: Settings, inner: Authority, now: datetime) -> dict[str, bytes]:
    folder = settings.pki / "node"
    name = f"node-{settings.node}"
    subject = _subject(name, INSIDE, settings, node=settings.node)
    _certificate(folder, inner, subject, now)
    return {
        "certificate": (folder / "tls.crt").read_bytes(),
        "key": (folder / "tls.key").read_bytes(),
        "ca": inner.ca.read_bytes(),
        "revoked": inner.revocations.read_bytes(),
    }


def _write_nodes(folder: Path, nodes: dict[str, bytes]) -> None:
    for what, content in nodes.items():
        write(folder / GIVEN[what], content, secret=what == "key")


def _certificate(folder: Path, authority: Authority, subject: Subject, now: datetime) -> None:
    """A certificate for a server of this node, unless the one that is there is good for long."""
    shown = folder / "tls.crt"
    if shown.exists() and _is_good(shown.read_bytes(), subject, now):
        return
    issued = authority.issue(subject, now=now)
    write(folder / "tls.key", issued.key, secret=True)
    write(shown, issued.certificate)
    _log.info("certificate_issued", target=subject.name)


def _subject(name: str, inside: tuple[str, ...], settings: Settings, *, node: str = "") -> Subject:
    """The bearer of a certificate, reached inside the node, on its host, and from outside."""
    reached = (*inside, *HERE, *settings.hosts)
    return Subject.of(name, node=node, reached_at=tuple(dict.fromkeys(reached)))


def _is_good(pem: bytes, subject: Subject, now: datetime) -> bool:
    certificate = x509.load_pem_x509_certificate(pem)
    ends = certificate.not_valid_after_utc
    return ends - now > RENEWED_BEFORE and Subject.read(certificate) == subject


def _nats_key(settings: Settings, service: str) -> NatsKey:
    return NatsKey.load_or_make(service_key_file(settings.keys, service))


def _address(settings: Settings, role: str, password: str, database: str) -> str:
    trusted = DATABASE_CA if (settings.given / DATABASE_CA).exists() else "ca.pem"
    locked = f"sslmode=verify-full&sslrootcert={READ_AT / trusted}"
    return f"postgresql://{role}:{password}@{settings.database}/{database}?{locked}"


def _password(file: Path) -> str:
    if not file.exists():
        write(file, secrets.token_urlsafe(PASSWORD_BYTES).encode(), secret=True)
    return file.read_text(encoding="ascii")


def _keep(file: Path, content: str) -> None:
    write(file, content.encode(), secret=True)


def _once_each(*bundles: bytes) -> bytes:
    """The bundles one after the other, one that comes twice only once."""
    return b"".join(dict.fromkeys(bundles))
