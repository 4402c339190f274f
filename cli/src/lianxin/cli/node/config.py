"""`node.yaml`: what an operator decides about a node."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from kernel import shipped as kernel_shipped
from kernel.door_settings import check_door
from kernel.settings import SettingsInvalid
from kernel.yaml_text import read_yaml


class NodeConfigInvalid(ValueError):
    """The file cannot be used; the message names file and field."""


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses of the node. Port 0 is chosen at the first start and kept."""

    host: str = "127.0.0.1"
    intake: int = 0
    routing: int = 0
    mediation: int = 0
    hearing: int = 0
    nats: int = 0
    peers: int = 0  # for other nodes, where there is TLS


class Parent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the node above is reached from here."""

    node: str
    routing: str
    nats: str


class Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """PEM files that lock the node's doors; the first three are enough for a small node.

    What the node shows to other nodes, and by which CA it knows them, may be other files.
    """

    certificate: Path
    key: Path
    ca: Path
    node_certificate: Path | None = None
    node_key: Path | None = None
    nodes_ca: Path | None = None
    revoked: Path | None = None


class Databases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses of PostgreSQL databases; empty ones are SQLite files in the data folder."""

    intake: str = ""
    routing: str = ""
    mediation: str = ""
    hearing: str = ""

    @property
    def outside(self) -> tuple[str, ...]:
        """The services whose database is named here."""
        return tuple(name for name, address in msgspec.structs.asdict(self).items() if address)


class NodeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A node. Relative paths are taken from the folder the file is in."""

    node: str
    data: Path = Path("data")
    directory: Path | None = None
    regulation: Path = Path()  # empty: the profiles shipped with this command
    profile: str = "cn-2022"
    documents: Path = Path()  # empty: the docx templates shipped with this command
    notices: Path | None = None  # channels of notices; none: they are written to the data folder
    listen: Listen = msgspec.field(default_factory=Listen)
    parent: Parent | None = None
    databases: Databases = msgspec.field(default_factory=Databases)
    sweeps: bool = True
    tls: Tls | None = None  # none: plain, for this machine only
    plain_inside: bool = False  # plain beyond this machine: a trusted network, or a proxy ends TLS
    retention: Path | None = None  # table of periods of keeping; none: the shipped one
    issuer: Path | None = None  # mapping file of an identity provider; none: accounts of the node

    @property
    def keys(self) -> Path:
        """Keys of the node: never in a database backup."""
        return self.data / "keys"

    @property
    def incarnation(self) -> Path:
        """Incarnation and witness files: never in a database backup."""
        return self.data / "incarnation"


def load_config(file: Path) -> NodeConfig:
    """Read a node file.

    Raises:
        NodeConfigInvalid: missing, malformed, or with an unknown field.
    """
    try:
        raw = read_yaml(file.read_text(encoding="utf-8"))
        config = msgspec.convert(raw, NodeConfig, strict=False, dec_hook=_decoded)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise NodeConfigInvalid(f"{file}: {error}") from None
    config = anchored(config, file.resolve().parent)
    _check_doors(file, config)
    return config


def _check_doors(file: Path, config: NodeConfig) -> None:
    files = (config.tls.certificate, config.tls.key, config.tls.ca) if config.tls else ()
    try:
        check_door(config.listen.host, files, plain_inside=config.plain_inside)
    except SettingsInvalid as error:
        raise NodeConfigInvalid(f"{file}: {error}") from None


def _decoded(kind: type[Any], value: Any) -> Any:
    """The kinds of fields that YAML has no word for."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind.__name__)  # what msgspec asks of a hook for other kinds


def anchored(config: NodeConfig, folder: Path) -> NodeConfig:
    """The same with absolute paths; profiles and templates default to the shipped ones."""
    return msgspec.structs.replace(
        config,
        data=folder / config.data,
        directory=folder / config.directory if config.directory else None,
        regulation=_folder(folder, config.regulation, "regulation"),
        documents=_folder(folder, config.documents, "documents"),
        notices=folder / config.notices if config.notices else None,
        tls=_anchored_tls(folder, config.tls) if config.tls else None,
        retention=folder / config.retention if config.retention else None,
        issuer=folder / config.issuer if config.issuer else None,
    )


def _anchored_tls(folder: Path, tls: Tls) -> Tls:
    given = msgspec.structs.asdict(tls)
    return Tls(**{name: folder / file for name, file in given.items() if file is not None})


def _folder(anchor: Path, named: Path, name: str) -> Path:
    return shipped(name) if named == Path() else anchor / named


def shipped(name: str) -> Path:
    """A folder that came with this command. Raises NodeConfigInvalid when it did not."""
    found = kernel_shipped.shipped(name)
    if found is None:
        raise NodeConfigInvalid(f"deploy/{name} not found: name it in node.yaml")
    return found
