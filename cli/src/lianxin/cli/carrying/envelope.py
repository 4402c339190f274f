"""The two files: who can open them, and how it shows that one was altered."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from kernel.ids import new_id
from kernel.sealing import Unopenable, new_private_key, open_with, public_key_of, seal_to
from lianxin.cli.carrying.recording import Act

OUT, BACK = b"LXOUT1\n", b"LXBACK1\n"
ID_BYTES = 16


class CarriedForeign(Exception):
    """The file is none of this kind, or not of a journey that began here."""


class CarriedAltered(Exception):
    """The file was altered, is incomplete, or was sealed to another key."""


class Worklist(msgspec.Struct, frozen=True):
    """What goes out. `cases` are as the commands of the node show them, with what was seen."""

    journey: UUID
    node: str
    unit: str
    staff: str
    at: str
    return_key: str
    proof: bytes
    cases: list[dict[str, Any]]


class Journey(msgspec.Struct, frozen=True):
    """What stays behind: the key that opens the return, and the proof it must bear."""

    journey: UUID
    node: str
    unit: str
    private_key: bytes
    proof: bytes
    seen: dict[str, dict[str, tuple[int, int]]]
    """Per case and service the epoch and version that travelled."""
    applied: list[str] = []
    """SHA-256 of returns that were applied whole."""
    staff: str = ""
    """The account that exported it, in whose name the acts are done."""
    numbers: dict[str, str] = {}
    """The registration number of each case by its id."""


class Returned(msgspec.Struct, frozen=True):
    """What comes back."""

    journey: UUID
    acts: list[Act]
    proof: bytes


def pack_worklist(
    where: tuple[str, str, str], at: str, cases: list[dict[str, Any]], public_key: str
) -> tuple[bytes, Journey]:
    """The file, and what stays here. `where` are node, unit and account.

    Raises:
        ValueError: no such public key.
    """
    private, proof, journey = new_private_key(), os.urandom(32), new_id()
    node, unit, staff = where
    content = Worklist(journey, node, unit, staff, at, public_key_of(private), proof, cases)
    seen = {case["case_id"]: case["seen"] for case in cases}
    numbers = {case["case_id"]: case["case_no"] for case in cases}
    sealed = OUT + seal_to(public_key, msgspec.msgpack.encode(content))
    stays = Journey(journey, node, unit, private, proof, seen, staff=staff, numbers=numbers)
    return sealed, stays


def open_worklist(data: bytes, private_key: bytes) -> Worklist:
    """What went out. Raises CarriedForeign, CarriedAltered."""
    if not data.startswith(OUT):
        raise CarriedForeign
    found: Worklist = _opened(data[len(OUT) :], private_key, Worklist)
    return found


def pack_return(worklist: Worklist, acts: Sequence[Act]) -> bytes:
    """The file that goes back."""
    content = Returned(worklist.journey, list(acts), _proof(worklist.proof, acts))
    sealed = seal_to(worklist.return_key, msgspec.msgpack.encode(content))
    return BACK + worklist.journey.bytes + sealed


def journey_of(data: bytes) -> UUID:
    """Of which journey a return is. Raises CarriedForeign."""
    if not data.startswith(BACK) or len(data) < len(BACK) + ID_BYTES:
        raise CarriedForeign
    return UUID(bytes=data[len(BACK) : len(BACK) + ID_BYTES])


def open_return(data: bytes, journey: Journey) -> Returned:
    """What came back. Raises CarriedForeign, CarriedAltered."""
    if journey_of(data) != journey.journey:
        raise CarriedForeign
    found: Returned = _opened(data[len(BACK) + ID_BYTES :], journey.private_key, Returned)
    proven = hmac.compare_digest(found.proof, _proof(journey.proof, found.acts))
    if not proven or found.journey != journey.journey:
        raise CarriedAltered
    return found


def _proof(secret: bytes, acts: Sequence[Act]) -> bytes:
    return hmac.digest(secret, msgspec.msgpack.encode(list(acts)), hashlib.sha256)


def _opened(sealed: bytes, private_key: bytes, kind: Any) -> Any:
    try:
        return msgspec.msgpack.decode(open_with(private_key, sealed), type=kind)
    except (Unopenable, ValueError, msgspec.DecodeError):
        raise CarriedAltered from None


def pack_acts(acts: Sequence[Act], private_key: bytes) -> bytes:
    """Acts as they lie on the machine where they are recorded, sealed to its own key."""
    return seal_to(public_key_of(private_key), msgspec.msgpack.encode(list(acts)))


def read_acts(data: bytes, private_key: bytes) -> list[Act]:
    """What `pack_acts` sealed. Raises CarriedAltered."""
    found: list[Act] = _opened(data, private_key, list[Act])
    return found
