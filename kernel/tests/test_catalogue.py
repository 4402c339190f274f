import string

import pytest

from kernel import errors
from kernel.catalogue import Catalogue, Language
from kernel.errors import Refusal

TEXTS = Catalogue.load("kernel")


def _refusals(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    below = [deeper for child in kind.__subclasses__() for deeper in _refusals(child)]
    return [kind, *below]


def test_every_kernel_refusal_has_both_texts() -> None:
    """Each refusal of the kernel has a text in Chinese and in English."""
    ours = [kind for kind in _refusals() if kind.__module__ == errors.__name__]
    assert len(ours) > 20
    for kind in ours:
        assert all(TEXTS.has(kind.reason, language) for language in Language), kind


def test_languages_have_the_same_keys_and_ids() -> None:
    """Both languages have the same keys, and each text quotes the same ids."""
    assert TEXTS.keys(Language.ZH_CN) == TEXTS.keys(Language.EN)
    for key in TEXTS.keys(Language.EN):
        quoted = [
            {name for _, name, _, _ in string.Formatter().parse(TEXTS.text(key, language)) if name}
            for language in Language
        ]
        assert quoted[0] == quoted[1], key


def test_ids_are_filled_in() -> None:
    """Ids stand where the text names them; one that was not given shows as a dash."""
    text = TEXTS.text("STALE_VERSION", Language.EN, current="7")
    assert "version 7" in text
    assert "—" in TEXTS.text("STALE_VERSION", Language.EN)


def test_missing_text_shows_the_reason() -> None:
    """A reason without a text is shown as it is; a text never fails."""
    assert TEXTS.text("NO_SUCH_THING", Language.ZH_CN) == "NO_SUCH_THING"


@pytest.mark.parametrize(
    "accept,language",
    [
        ("", Language.ZH_CN),
        ("en", Language.EN),
        ("en-GB,en;q=0.8,zh;q=0.5", Language.EN),
        ("zh-Hans-CN", Language.ZH_CN),
        ("fr;q=0.9, en;q=0.4", Language.EN),
        ("en;q=0.2,zh-CN;q=0.9", Language.ZH_CN),
        ("en;q=0", Language.ZH_CN),
        ("en;q=x, ;;;", Language.ZH_CN),
        ("*", Language.ZH_CN),
    ],
)
def test_language_is_negotiated(accept: str, language: Language) -> None:
    """The language the caller prefers among ours is taken; Chinese where none is."""
    assert Language.preferred(accept) is language


def test_refusal_text_holds_no_ids() -> None:
    """The text of an exception is its reason alone, so that it may be logged anywhere."""
    refusal = errors.CustodyMoved(holder="330523001", epoch=3)
    assert str(refusal) == "CUSTODY_MOVED"
    assert refusal.ids == {"holder": "330523001", "epoch": "3"}
