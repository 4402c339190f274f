"""The threat table: each row names a test, and each test it names exists."""

import ast
import re
from functools import cache

import pytest

from .source import ROOT

NAMED = re.compile(r"`([\w./-]+\.py)::(test_\w+)`")
ROW = re.compile(r"^\|(?!---| who \| what )(.+)\|$", re.MULTILINE)
TEXT = (ROOT / "docs/security.md").read_text("utf-8")
FEWEST = 35


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the tests in a file; none where there is no such file."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    found = ast.walk(ast.parse(file.read_text("utf-8")))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in found if isinstance(node, kinds))


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(TEXT))))
def test_a_test_that_the_table_names_exists(path: str, name: str) -> None:
    """A test that is renamed or removed takes its row with it."""
    assert name in names_in(path)


def test_each_row_says_who_what_why_and_by_which_test() -> None:
    """No threat stands there without an answer, and no answer without a test."""
    rows = [row.split(" | ") for row in ROW.findall(TEXT)]
    assert len(rows) >= FEWEST
    short = [row[0] for row in rows if len(row) != 4 or not NAMED.search(row[-1])]
    assert short == []
