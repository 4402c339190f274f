"""Who may do what on a node's nats-server. Nobody gets in without a key.

A service of the node publishes its own events and side talk, keeps its own durable, and hears those
it lives by: routing hears every service, every service hears routing. A child node shares the
server with its siblings, so it gets exactly the subjects its link needs: publish its own events
upwards and read its own durable downwards. Streams and durables are made by the parent; a child can
neither make, change nor look at any other.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kernel.directory import Directory

CASES_STREAM = "CASE"
UP_STREAM = "UP"
DOWN_STREAM = "DOWN"
UP_DURABLE = "routing_up"
HUB = "routing"
LEAVES = ("intake", "mediation", "hearing")
API = "$JS.API"
NODE_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")


class NodeNameInvalid(ValueError):
    """A node's name must be one subject token: letters, digits, `_` and `-`, at most 40."""


@dataclass(frozen=True, slots=True)
class User:
    """A user of the server by public key. `None` means every subject.

    `answers`: it may answer a question that was put to it, where the one who asked listens.
    """

    public: str
    publish: tuple[str, ...] | None = None
    subscribe: tuple[str, ...] | None = None
    answers: bool = False


def node_token(node: str) -> str:
    """`node` if it can stand as one token of a subject. Raises `NodeNameInvalid`."""
    if not NODE_TOKEN.fullmatch(node):
        raise NodeNameInvalid(f"not one subject token: {len(node)} characters")
    return node


def down_durable(child: str) -> str:
    """The name of the durable that `child` reads its downward link from."""
    return f"node_{node_token(child)}"


def service_inbox(service: str) -> str:
    """Where answers to a service of the node go; no other user may listen there."""
    return f"_INBOX.{node_token(service)}"


def inbox_prefix(child: str) -> str:
    """Where answers to `child` go; no other child may listen there."""
    return f"_INBOX_{node_token(child)}"


def service_user(public: str) -> User:
    """A user with every subject: for a server that a test or a measurement has for itself."""
    return User(public)


def node_users(node: str, public: Mapping[str, str]) -> tuple[User, ...]:
    """The services of a node, each by its public key, or by several with blanks between them."""
    found = [hub_user(node, key) for key in public.get(HUB, "").split()]
    leaves = ((leaf, key) for leaf in LEAVES for key in public.get(leaf, "").split())
    return (*found, *(leaf_user(node, leaf, key) for leaf, key in leaves))


def leaf_user(node: str, service: str, public: str) -> User:
    """A service that lives by routing's word: it reads routing's events and no other's.

    It may make the stream of the node's events where there is none yet, and change none.
    """
    heard = f"case.*.*.*.{HUB}.>"
    return User(
        public,
        publish=(
            *_speaking(node, service, (HUB,)),
            f"{API}.STREAM.INFO.{CASES_STREAM}",
            f"{API}.STREAM.CREATE.{CASES_STREAM}",
            f"{API}.CONSUMER.CREATE.{CASES_STREAM}.{service}.{heard}",
            *_reading(f"{CASES_STREAM}.{service}"),
        ),
        subscribe=_listening(node, service, (HUB,)),
        answers=True,
    )


def hub_user(node: str, public: str) -> User:
    """Routing: it keeps the streams, the links up and down, and hears every service."""
    durables = (f"{CASES_STREAM}.{HUB}", f"{UP_STREAM}.{UP_DURABLE}")
    streams = (CASES_STREAM, UP_STREAM, DOWN_STREAM)
    return User(
        public,
        publish=(
            *_speaking(node, HUB, LEAVES),
            "down.>",
            *(f"{API}.STREAM.{act}.{name}" for name in streams for act in _STREAM_ACTS),
            *(f"{API}.CONSUMER.CREATE.{durable}{end}" for durable in durables for end in _FILTERS),
            *(subject for durable in durables for subject in _reading(durable)),
            f"{API}.CONSUMER.INFO.{DOWN_STREAM}.*",
            f"{API}.CONSUMER.CREATE.{DOWN_STREAM}.>",
        ),
        subscribe=_listening(node, HUB, LEAVES),
        answers=True,
    )


def child_users(node: str, directory: Directory | None) -> tuple[User, ...]:
    """The nodes right below this one that have a key in the directory."""
    if directory is None:
        return ()
    below = [entry for entry in directory.file.delegations if entry.nats_key]
    return tuple(
        child_user(entry.node, entry.nats_key)
        for entry in below
        if directory.parent_node(entry.node) == node
    )


_STREAM_ACTS = ("INFO", "CREATE", "UPDATE")
_FILTERS = ("", ".>")


def _speaking(node: str, service: str, heard: Iterable[str]) -> tuple[str, ...]:
    """Own events and heads; wishes and cursors to those that are heard."""
    to_others = [f"{what}.{node}.{other}" for other in heard for what in ("resend", "cursor")]
    return (f"case.*.*.*.{service}.>", f"head.{node}.{service}", *to_others)


def _reading(durable: str) -> tuple[str, ...]:
    """One durable: look at it, pull from it, acknowledge."""
    return (
        f"{API}.CONSUMER.INFO.{durable}",
        f"{API}.CONSUMER.MSG.NEXT.{durable}",
        f"$JS.ACK.{durable}.>",
    )


def _listening(node: str, service: str, heard: Iterable[str]) -> tuple[str, ...]:
    """Answers to itself, wishes and cursors of those that hear it, heads of those it hears."""
    return (
        f"{service_inbox(service)}.>",
        f"resend.{node}.{service}",
        f"cursor.{node}.{service}",
        *(f"head.{node}.{other}" for other in heard),
    )


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
