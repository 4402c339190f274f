"""Searching what a run has written for what people said, however it was written down."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import ahocorasick

SURE = 6
"""Bytes of a form from which on chance does not make it up in a file of ciphertext."""


def found_in(content: bytes, personal: Iterable[str]) -> list[str]:
    """The personal values that can be read in some bytes, in their order. One pass for all."""
    values = tuple(personal)
    found = {value for _, value in _searching(values).iter(content.decode("latin-1"))}
    return [value for value in values if value in found]


@lru_cache(maxsize=8)
def _searching(values: tuple[str, ...]) -> Any:
    automaton = ahocorasick.Automaton()
    for value in values:
        for form in _forms(value):
            automaton.add_word(form.decode("latin-1"), value)
    automaton.make_automaton()
    return automaton


def _forms(value: str) -> Iterator[bytes]:
    """A text in a database or log, in JSON, a gRPC status or a traceback, in other encodings."""
    plain = value.encode()
    yield plain
    if value.isascii():
        return
    yield json.dumps(value)[1:-1].encode()
    yield quote(value).encode()
    yield repr(plain)[2:-1].encode()
    for other in (value.encode("gb18030"), value.encode("utf-16-le")):
        if len(other) >= SURE:
            yield other
