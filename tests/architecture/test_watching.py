"""Dashboard and alarm rules ask for what the services really tell, under the name it arrives by."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from routing.watched import LEVELS

from .source import ROOT

WATCHED = ROOT / "deploy" / "observability"
SOURCES = (ROOT / "kernel" / "src", *(ROOT / "services").glob("*/src"))
UNITS = {"ms": "_milliseconds", "s": "_seconds"}
OURS = re.compile(r"\b(?:lianxin|rpc)_[a-z_]+\b(?!\s*[,)]\s*\()")
LABELS = {"lianxin_node", "rpc_method"}


def _instruments(source: str) -> Iterator[tuple[str, str, str]]:
    """Kind, name and unit of each instrument that a module makes by a literal name."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        kind, name = node.func.attr, node.args[0] if node.args else None
        if kind.startswith("create_") and isinstance(name, ast.Constant):
            units = [it.value for it in node.keywords if it.arg == "unit"]
            unit = units[0].value if units and isinstance(units[0], ast.Constant) else ""
            yield kind.removeprefix("create_"), str(name.value), str(unit)


def _arriving(kind: str, name: str, unit: str) -> set[str]:
    """Names of an instrument's series after the collector: dots, unit and kind as suffixes."""
    base = name.replace(".", "_") + UNITS.get(unit, "")
    if kind == "counter":
        return {f"{base}_total"}
    if kind == "histogram":
        return {f"{base}_{end}" for end in ("bucket", "count", "sum")}
    return {base}


@cache
def _told() -> frozenset[str]:
    levels = [("gauge", f"lianxin.{name}", unit) for name, (unit, _) in LEVELS.items()]
    literal = [
        found
        for folder in SOURCES
        for file in folder.rglob("*.py")
        for found in _instruments(file.read_text("utf-8"))
    ]
    return frozenset().union(*(_arriving(*it) for it in [*levels, *literal]))


def _asked(expression: str) -> set[str]:
    return set(OURS.findall(expression)) - LABELS


def _alarms() -> list[dict[str, object]]:
    content = yaml.safe_load((WATCHED / "alarms.yaml").read_text("utf-8"))
    return [rule for group in content["groups"] for rule in group["rules"]]


def _panels() -> list[dict[str, object]]:
    file = WATCHED / "grafana" / "dashboards" / "lianxin.json"
    return list(json.loads(file.read_text("utf-8"))["panels"])


@pytest.mark.parametrize("rule", _alarms(), ids=lambda rule: rule["alert"])
def test_an_alarm_asks_for_a_metric_that_is_told(rule):
    """Every series of a rule is one that a service makes."""
    asked = _asked(rule["expr"])
    assert asked
    assert asked <= _told()


@pytest.mark.parametrize("panel", _panels(), ids=lambda panel: str(panel["id"]))
def test_a_panel_asks_for_metrics_that_are_told(panel):
    """Every series of a panel is one that a service makes."""
    asked = set().union(*(_asked(target["expr"]) for target in panel["targets"]))
    assert asked
    assert asked <= _told()


def test_every_alarm_tells_in_both_languages_what_to_do():
    """Chinese first, English beside it, and where the operator reads on."""
    lacking = [
        rule["alert"]
        for rule in _alarms()
        if not {"summary", "summary_en", "do"} <= rule["annotations"].keys()
    ]
    assert lacking == []


def test_an_unknown_metric_is_noticed():
    """The check bites: a name that no service makes is not among those told."""
    assert _asked('max(lianxin_no_such_thing{state="x"})') - _told() == {"lianxin_no_such_thing"}


def test_every_file_that_the_profile_mounts_exists():
    """A container with a missing file would start with an empty folder in its place."""
    text = (WATCHED / "compose.yaml").read_text("utf-8")
    named = re.findall(r"\{LIANXIN_OBSERVABILITY:-\.\./observability\}/([\w./]+):", text)
    assert len(named) == 4
    assert [name for name in named if not Path(WATCHED / name).exists()] == []
