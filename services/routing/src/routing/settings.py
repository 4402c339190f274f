"""Settings of routing, from the environment with the prefix ROUTING_."""

from dataclasses import dataclass
from pathlib import Path

from kernel.database_settings import DatabaseSettings
from kernel.door_settings import DoorSettings, TlsIncomplete
from kernel.settings import Secret, setting
from kernel.shipped import shipped_or_here
from kernel.tls import ClientTls, ServerTls

PREFIX = "ROUTING_"


@dataclass(frozen=True, kw_only=True)
class Settings(DoorSettings, DatabaseSettings):
    """Where routing runs, with what, and whom it talks to."""

    node: str = setting(doc="code of this node, e.g. anji")
    data: Path = setting(Path("data"), "folder of the default database and of first passwords")
    keys: Path = setting(Path("keys"), "folder of the node's keys; not in database backups")
    incarnation: Path = setting(Path("incarnation"), "folder of the node's incarnation files")
    database: str = setting("", "address of the database; empty = routing.db in the data folder")
    readers: int = setting(4, "threads that read")
    peers_host: str = setting("", "address to listen on for other nodes; empty = host")
    peers_port: int | None = setting(
        None, "port for other nodes, who show certificates; with TLS they are served nowhere else"
    )
    node_certificate: Path | None = setting(
        None, "certificate (PEM) with the URI lianxin:node:<node>; empty = tls_certificate"
    )
    node_key: Path | None = setting(None, "key of the node's certificate; empty = tls_key")
    nodes_ca: Path | None = setting(None, "CA (PEM) of the nodes' certificates; empty = tls_ca")
    revoked: Path | None = setting(
        None, "revocation list (PEM) of that CA: for nodes below and the parent"
    )
    nats_public: str = setting("", "where child nodes reach it; empty = as the services do")
    intake: str = setting("", "host:port of intake of this node")
    mediation: str = setting("", "host:port of mediation of this node; empty = it has none")
    hearing: str = setting("", "host:port of hearing of this node; empty = it has none")
    parent: str = setting("", "host:port of the parent node's routing; empty at the county")
    parent_node: str = setting("", "code of the parent node; empty at the county")
    parent_nats: str = setting("", "the parent's nats-server as this node reaches it")
    parent_seed: Secret = setting(Secret(""), "NKey seed of this node at the parent's nats-server")
    directory: Path | None = setting(None, "directory file for the county's first start")
    regulation: Path = setting(shipped_or_here("regulation"), "folder of regulation profiles")
    restored: bool = setting(False, "start as restored from a backup: freeze until compared")
    profile: str = setting("cn-2022", "regulation profile of cases that are pinned to none")
    notices: Path | None = setting(None, "channels of notices; empty = only written to data")
    sweeps: bool = setting(True, "give warnings and supervision by the clocks")
    retention: Path | None = setting(None, "table of periods of keeping; empty = the shipped one")
    issuer: Path | None = setting(None, "mapping file of an OpenID Connect issuer; empty = none")

    def __post_init__(self) -> None:
        """Refuse what would leave a door open by mistake. Raises SettingsInvalid."""
        super().__post_init__()
        if (self.node_certificate is None) != (self.node_key is None):
            raise TlsIncomplete("node_certificate and node_key belong together: name both or none")
        if self.peers_port is not None and self.peers_tls is None:
            raise TlsIncomplete("peers_port needs a certificate, its key and nodes_ca or tls_ca")

    @property
    def nodes_have_own_door(self) -> bool:
        """Whether other nodes are kept off the first door: with TLS they need a certificate."""
        return self.peers_port is not None or self.server_tls is not None

    @property
    def services(self) -> dict[str, str]:
        """Services of the node that hold case data besides routing, and where they are."""
        given = {"intake": self.intake, "mediation": self.mediation, "hearing": self.hearing}
        return {name: at for name, at in given.items() if at or name == "intake"}

    @property
    def peers_tls(self) -> ServerTls | None:
        """What the door of other nodes listens with; None = there is no certificate for it."""
        own = self.node_tls
        if own is None or own.certificate is None or own.key is None:
            return None
        return ServerTls(own.certificate, own.key, own.ca, self.revoked)

    @property
    def node_tls(self) -> ClientTls | None:
        """What the node shows at its parent; None = plain."""
        ca = self.nodes_ca or self.tls_ca
        if ca is None:
            return None
        if self.node_certificate:
            return ClientTls(ca, self.node_certificate, self.node_key, self.revoked)
        return ClientTls(ca, self.tls_certificate, self.tls_key, self.revoked)

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database or f"sqlite:///{(self.data / 'routing.db').resolve()}"
