"""Codes of hearing in plain words: refusals without a code in them."""

from functools import cache

from kernel.catalogue import Catalogue
from lianxin.cli.errors import Remote
from lianxin.cli.session import language
from lianxin.cli.words import word

GROUPS = {
    "state": "hearing_state",
    "act": "hearing_act",
    "trigger": "hearing_trigger",
    "barred": "hearing_barred",
    "procedure": "hearing_barred",
    "part": "hearing_part",
    "stage": "stage",
}
"""Ids that a refusal of hearing quotes, and the words they are shown by."""


@cache
def _texts() -> Catalogue:
    return Catalogue.load("hearing")


def text_of(key: str, **ids: str) -> str:
    """The sentence for a code of hearing; the code where there is none."""
    return _texts().text(key, language(), **ids)


def in_words(error: Remote) -> Remote:
    """The same refusal, with words for the codes it quotes."""
    coded = {name: str(value) for name, value in error.ids.items() if name in GROUPS}
    if coded and _texts().has(error.reason, language()):
        shown = {name: word(GROUPS[name], value) for name, value in coded.items()}
        rest = {name: str(value) for name, value in error.ids.items()}
        error.message = _texts().text(error.reason, language(), **{**rest, **shown})
    return error
