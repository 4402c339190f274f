"""Every command that a document names is one, with these options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lianxin.cli.group import FLAGS, VALUED, command, hoisted
from lianxin.cli.tree import TREE

ROOT = Path(__file__).parents[2]
OLD = {"CHANGELOG.md"}
"""What was once so."""
DOCUMENTS = [
    file
    for folder in (".", "docs", "deploy")
    for file in sorted((ROOT / folder).glob("*.md"))
    if file.name not in OLD
]
SPAN = re.compile(r"`([^`\n]+)`")
SAID = re.compile(r"(?:^|[\s(/])(?:lianxin|tools)\s+([a-z][^|;&)>]*)")
GLOBAL = FLAGS | VALUED


def code(text: str) -> Iterator[str]:
    """The commands of a document: what stands in backticks, and indented or fenced lines."""
    fenced = False
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        fenced ^= line.lstrip().startswith("```")
        if fenced or line.startswith("    "):
            yield SPAN.sub("", line).partition(" #")[0]
        yield from SPAN.findall(line)


def said(text: str) -> Iterator[list[str]]:
    """The words after `lianxin`, or after `tools`, which stands for it in a container."""
    for line in code(text):
        for words in SAID.findall(line):
            yield shlex.split(re.sub(r"['\[\]]", "", words), comments=True)


def fault(words: list[str]) -> str:
    """What is wrong with a command; empty when it is one, or a group of them."""
    at: Any = TREE
    path, rest = [], [word for word in hoisted(words) if word not in GLOBAL]
    while rest and not isinstance(at, str):
        name, *rest = rest
        if not re.fullmatch("[a-z-]+", name) or name == "--help":
            return ""
        path.append(name)
        if (at := at.get(name)) is None:
            return f"no command {' '.join(path)}"
    params = command(path[-1], at, "").params if isinstance(at, str) else []
    known = {option for param in params for option in (*param.opts, *param.secondary_opts)}
    given = {word.partition("=")[0] for word in rest if word.startswith("--")} - {"--help", "--"}
    return f"{' '.join(path)} has no {', '.join(sorted(given - known))}" if given - known else ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_commands_of_a_document(document):
    """None of them would be refused for its name or its options."""
    found = [fault(words) for words in said(document.read_text("utf-8"))]
    assert [wrong for wrong in found if wrong] == []


def test_a_wrong_command_is_found():
    """In a span, a block, behind a path and over two lines; by its name and by its options."""
    block = "    .venv/bin/lianxin b \\\n  --c\n```\n$ lianxin d  # e\n```\n"
    text = f"`lianxin a`\n\n{block}`tools f`\nlianxin g"
    assert list(said(text)) == [["a"], ["b", "--c"], ["d"], ["f"]]
    assert fault(["case", "shut"]) == "no command case shut"
    assert fault(["case", "show", "NO", "--quick"]) == "case show has no --quick"
