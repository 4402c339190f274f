import ast
import re
from pathlib import Path
from string import Formatter

import yaml

from lianxin.cli.tree import TREE
from lianxin.cli.words import AREAS, LANGUAGES, texts

SOURCE = Path(__file__).resolve().parents[1] / "src" / "lianxin" / "cli"
SAYERS = {"say", "line", "done", "ask", "agreed"}
REASONS = {"BadInput", "CommandFailed", "Misused", "NodeAway"}


def _sources():
    for file in SOURCE.rglob("*.py"):
        if not {"demo", "node"} & set(file.relative_to(SOURCE).parts[:1]):
            yield ast.parse(file.read_text("utf-8"))


def _used():
    for tree in _sources():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and call.args:
                name = getattr(call.func, "id", getattr(call.func, "attr", ""))
                first = call.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield name, first.value


def _commands(tree, path=""):
    for name, entry in tree.items():
        yield f"help.{path}{name}"
        if not isinstance(entry, str):
            yield from _commands(entry, f"{path}{name}.")


def _names(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_the_same_blanks():
    """Chinese and English have the same keys, and each pair the same names in braces."""
    chinese, english = (texts(language) for language in LANGUAGES)
    assert list(chinese) == list(english)
    assert all(_names(chinese[key]) == _names(english[key]) for key in chinese)


def test_no_key_is_written_twice():
    """A key stands once in the files of a language."""
    for language in LANGUAGES:
        files = (SOURCE / "locale" / f"{area}{language}.yaml" for area in AREAS)
        content = "\n".join(file.read_text("utf-8") for file in files)
        keys = re.findall(r'^"?([A-Za-z][^:"]*)"?:', content, re.MULTILINE)
        assert sorted(keys) == sorted(set(keys))
        assert len(keys) == len(yaml.safe_load(content))


def test_each_command_has_a_help_text():
    """Every command and group of the tree is described."""
    missing = [key for key in _commands(TREE) if key not in texts("zh-CN")]
    assert not missing


def test_every_text_that_is_used_exists():
    """What the code says, and why it fails, is in the catalogue."""
    missing = set()
    for name, key in _used():
        if name in SAYERS and re.fullmatch(r"[a-z_.]+[A-Za-z_.]*", key):
            missing |= {key} - texts("zh-CN").keys()
        if name in REASONS:
            missing |= {f"error.{key}"} - texts("zh-CN").keys()
        if name == "Finding":
            missing |= {f"doctor.{key}", f"next.{key}"} - texts("zh-CN").keys()
    assert not missing


def test_each_shared_action_has_its_outcome_text():
    """`act("sign", …)` finds `done.sign`, as does `mediate`."""
    verbs = {key for name, key in _used() if name in {"act", "mediate", "told"}}
    assert len(verbs) > 30
    assert not {f"done.{verb}" for verb in verbs} - texts("zh-CN").keys()
