import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import routing
from kernel.catalogue import Catalogue, Language
from kernel.directory import Directory, read_directory
from kernel.errors import Refusal
from kernel.regulation import Level
from routing.convert.custody import Speaker, entry_key
from routing.domain.words import Kind
from routing.handlers import closing

SOURCE = Path(routing.__file__).parent
AREAS = (
    "assignment|case|clock|closing|cohandling|conference|custody|handover|lead|note|objection"
    "|placement|referral|report|supervision"
)
LITERAL = re.compile(rf'"((?:{AREAS})\.[a-z_]+)"')
COMPOSED = {f"handover.{kind.value}" for kind in Kind} | {
    "objection.upheld",
    "objection.overruled",
    "cohandling.reported",
    "cohandling.completed",
    "referral.received",
    "referral.answered",
    "referral.declined",
}


@pytest.fixture(scope="module")
def texts():
    return Catalogue.load("routing")


def _modules():
    for module in walk_packages(routing.__path__, "routing."):
        if not module.name.endswith("__main__"):
            yield import_module(module.name)


def _kinds():
    written = {
        kind
        for folder in ("handlers", "sweeps")
        for file in (SOURCE / folder).rglob("*.py")
        for kind in LITERAL.findall(file.read_text(encoding="utf-8"))
    }
    return sorted(written | COMPOSED)


@pytest.mark.parametrize("language", list(Language))
def test_every_refusal_has_a_text(texts, language):
    """Each class of refusal this service can raise has words in both languages."""
    list(_modules())
    classes = [Refusal]
    for known in classes:
        classes.extend(known.__subclasses__())
    ours = [it for it in classes if it.__module__.startswith("routing.")]
    assert len(ours) > 40
    assert [it.reason for it in ours if not texts.has(it.reason, language)] == []


@pytest.mark.parametrize("language", list(Language))
def test_every_kind_of_entry_has_a_sentence(texts, language):
    """Each kind of log entry that a handler appends has a sentence in both languages."""
    kinds = _kinds()
    assert len(kinds) > 50
    assert [kind for kind in kinds if not texts.has(entry_key(kind), language)] == []


def test_both_languages_have_the_same_keys(texts):
    """No text exists in one language only."""
    assert texts.keys(Language.ZH_CN) == texts.keys(Language.EN)


@pytest.mark.parametrize("language", list(Language))
def test_every_word_that_an_entry_quotes_has_words(texts, language):
    """Levels of supervision and endings show as words, not as codes."""
    words = [level.value for level in Level] + sorted(closing.ROUTE_TOLD)
    assert [word for word in words if not texts.has(f"WORD_{word.upper()}", language)] == []


@pytest.mark.parametrize("language", list(Language))
def test_what_a_service_said_against_a_hand_over_is_told_in_words(texts, language):
    """The log says why the case stays, without a code; a reason without words stays as it is."""
    sample = Path(__file__).resolve().parents[3] / "deploy/samples/anji/directory.yaml"
    speaker = Speaker(Directory(read_directory(sample.read_bytes()).file), texts, language)
    for reason in ("hearing:HEARING_NOTICED", "hearing:HEARING_JOINED"):
        said = speaker.sentence("handover.given_up", "s-anji", {"reason": reason})
        assert reason.partition(":")[2] not in said
    said = speaker.sentence("handover.given_up", "s-anji", {"reason": "newer:UNHEARD_OF"})
    assert "newer:UNHEARD_OF" in said
