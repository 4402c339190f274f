"""Who may do what on a node's nats-server.

A child node shares the server with its siblings, so it gets exactly the subjects its link needs:
publish its own events upwards and read its own durable downwards. Streams and durables are made
by the parent; a child can neither make, change nor look at any other.
"""

import re
from dataclasses import dataclass

UP_STREAM = "UP"
DOWN_STREAM = "DOWN"
NODE_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")


class NodeNameInvalid(ValueError):
    """A node's name must be one subject token: letters, digits, `_` and `-`, at most 40."""


@dataclass(frozen=True, slots=True)
class User:
    """A user of the server by public key. `None` means every subject."""

    public: str
    publish: tuple[str, ...] | None = None
    subscribe: tuple[str, ...] | None = None


def node_token(node: str) -> str:
    """`node` if it can stand as one token of a subject. Raises `NodeNameInvalid`."""
    if not NODE_TOKEN.fullmatch(node):
        raise NodeNameInvalid(f"not one subject token: {len(node)} characters")
    return node


def down_durable(child: str) -> str:
    """The name of the durable that `child` reads its downward link from."""
    return f"node_{node_token(child)}"


def inbox_prefix(child: str) -> str:
    """Where answers to `child` go; no other child may listen there."""
    return f"_INBOX_{node_token(child)}"


def service_user(public: str) -> User:
    """The services of the node itself: every subject."""
    return User(public)


def child_user(child: str, public: str) -> User:
    """The link of one child node: publish `up.<child>.>`, read its durable, nothing else."""
    durable = f"{DOWN_STREAM}.{down_durable(child)}"
    return User(
        public,
        publish=(
            f"up.{child}.>",
            f"$JS.API.CONSUMER.MSG.NEXT.{durable}",
            f"$JS.API.CONSUMER.INFO.{durable}",
            f"$JS.ACK.{durable}.>",
        ),
        subscribe=(f"{inbox_prefix(child)}.>",),
    )
