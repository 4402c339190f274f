"""Codes of mediation in plain words: reasons, gaps, warnings; refusals without a code in them."""

from functools import cache

from kernel.catalogue import Catalogue
from lianxin.cli.errors import Remote
from lianxin.cli.session import language
from lianxin.cli.words import word

GROUPS = {
    "state": "mediation_state",
    "kind": "mediation_kind",
    "procedure": "procedure",
    "before": "confirmation",
    "result": "confirmation",
    "standing": "invitation_standing",
}
"""Ids that a refusal of mediation quotes, and the words they are shown by."""


@cache
def _texts() -> Catalogue:
    return Catalogue.load("mediation")


def text_of(key: str) -> str:
    """The sentence for a code such as CLOSING_REQUEST_OPEN; the code where there is none."""
    return _texts().text(key, language())


def in_words(error: Remote) -> Remote:
    """The same refusal, with words for the codes it quotes."""
    coded = {name: str(value) for name, value in error.ids.items() if name in GROUPS}
    if coded and _texts().has(error.reason, language()):
        shown = {name: word(GROUPS[name], value) for name, value in coded.items()}
        rest = {name: str(value) for name, value in error.ids.items()}
        error.message = _texts().text(error.reason, language(), **{**rest, **shown})
    return error
