"""The names of a link's sending end."""

from dataclasses import dataclass
from datetime import timedelta

from kernel.links.envelope import LinkMessage

KEPT_FOR = timedelta(days=90)
"""How long sent events are kept at least: longer than the oldest backup anyone may restore."""
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """One link of one service: `local`, `up` or `down.<child>`.

    `prefix` stands before each event's own subject on the stream; `receivers` are those that must
    have an event before it may be forgotten. Events rest `calm_s` seconds, so that those of several
    commits share a numbering, a sync and a head, unless one comes that is to go out at once.
    """

    name: str
    node: str
    service: str
    prefix: str = ""
    receivers: frozenset[str] = frozenset()
    kept_for: timedelta = KEPT_FOR
    calm_s: float = 0.0

    @classmethod
    def local(
        cls, node: str, service: str, receivers: frozenset[str], *, calm_s: float = 0.0
    ) -> "LinkEnd":
        """To the other services of the node, on its stream CASE."""
        return cls(LOCAL, node, service, "", receivers, calm_s=calm_s)

    @classmethod
    def up(cls, node: str, service: str, parent: str, *, calm_s: float = 0.0) -> "LinkEnd":
        """To the parent node, on the parent's stream UP."""
        prefix, receivers = f"up.{node}.", frozenset({parent})
        return cls("up", node, service, prefix, receivers, calm_s=calm_s)

    @classmethod
    def down(cls, node: str, service: str, child: str, *, calm_s: float = 0.0) -> "LinkEnd":
        """To a child node, on this node's own stream DOWN."""
        name, receivers = f"down.{child}", frozenset({child})
        return cls(name, node, service, f"{name}.", receivers, calm_s=calm_s)

    @property
    def origin(self) -> str:
        """Who speaks: `<node>/<service>`."""
        return f"{self.node}/{self.service}"

    def subject(self, message: LinkMessage) -> str:
        """The subject an event goes out under."""
        return f"{self.prefix}{message.subject}"
