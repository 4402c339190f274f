"""Where a service of a node listens, how its door is locked, and how it reaches the others."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from kernel.settings import Secret, SettingsInvalid, setting
from kernel.tls import ClientTls, ServerTls


class DoorUnlocked(SettingsInvalid):
    """A service is told to listen beyond this machine without TLS, and nobody vouches for it."""

    reason = "DOOR_UNLOCKED"


class TlsIncomplete(SettingsInvalid):
    """Of certificate, key and CA some are named and some are not."""

    reason = "TLS_INCOMPLETE"


class NoReplicas(SettingsInvalid):
    """A service of which there is no process."""

    reason = "NO_REPLICAS"


@dataclass(frozen=True, kw_only=True)
class LockSettings:
    """Where a process listens and how that is locked. Raises `SettingsInvalid` when made unsafe.

    Without the three files nothing is encrypted; then only this machine may reach the service,
    unless the operator vouches for the network with `plain_inside`.
    """

    host: str = setting("127.0.0.1", "address to listen on")
    port: int = setting(0, "port to listen on; 0 takes a free one")
    tls_certificate: Path | None = setting(None, "certificate (PEM, with its chain); empty = plain")
    tls_key: Path | None = setting(None, "key of the certificate (PEM, owner only)")
    tls_ca: Path | None = setting(None, "CA (PEM) of the node's services and nats-server")
    plain_inside: bool = setting(
        False, "listen beyond this machine without TLS: the network is trusted or a proxy ends TLS"
    )

    def __post_init__(self) -> None:
        """Refuse what would leave a door open by mistake."""
        check_door(
            self.host,
            (self.tls_certificate, self.tls_key, self.tls_ca),
            plain_inside=self.plain_inside,
        )

    @property
    def server_tls(self) -> ServerTls | None:
        """What the service listens with; None = plain."""
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return ServerTls(self.tls_certificate, self.tls_key)

    @property
    def client_tls(self) -> ClientTls | None:
        """What the service dials the other services of its node with; None = plain."""
        return None if self.tls_ca is None else ClientTls(self.tls_ca)


@dataclass(frozen=True, kw_only=True)
class DoorSettings(LockSettings):
    """Settings that every service of a node has."""

    nats: str = setting(
        "", "nats-servers of this node, with commas; tls:// is checked by tls_ca; empty = none"
    )
    nats_seed: Secret = setting(Secret(""), "NKey seed of this service at the nats-server")
    nats_key: Path | None = setting(
        None, "file with that seed, read at each connection; before nats_seed"
    )
    nats_replicas: int = setting(1, "copies of each stream: 3 where three nats-servers are joined")
    replicas: int = setting(1, "processes of this service; they share the limits of calls")

    def __post_init__(self) -> None:
        """Refuse a number that is none. Raises as for any door."""
        super().__post_init__()
        if self.replicas < 1:
            raise NoReplicas("replicas counts the processes of this service: 1 or more")


def check_door(host: str, files: tuple[Path | None, ...], *, plain_inside: bool) -> None:
    """Refuse a door that others can reach and that nothing locks.

    Raises:
        DoorUnlocked, TlsIncomplete: as they say.
    """
    locked = bool(files) and all(files)
    if any(files) != locked:
        raise TlsIncomplete("certificate, key and CA belong together: name all three or none")
    if not locked and not plain_inside and not is_this_machine(host):
        raise DoorUnlocked(
            f"{host} can be reached from other machines: name certificate, key and CA, or set "
            "plain_inside where the network is trusted or a proxy ends TLS"
        )


def is_this_machine(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
