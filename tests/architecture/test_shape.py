from pathlib import PurePosixPath

import pytest

from . import shape_rules as rules
from .shape_rules import RULES, Rule
from .source import Source, python_sources

INTAKE = "services/intake/src/intake"
TESTS = "services/intake/tests"
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 40
SHORT_FUNCTION = "def f():\n" + "    x = 1\n" * 39
LONG_DOCSTRING = 'def f():\n    """Say it.\n' + "    More.\n" * 40 + '    """\n    return 1\n'
TWO_LINES = '"""This.\n\n    And that.\n    """'
IGNORE = "# type" + ": ignore[misc]"


def _violations(rule: Rule, path: str, text: str) -> list[str]:
    return list(rule(Source(PurePosixPath(path), text)))


@pytest.mark.parametrize("rule", RULES)
def test_checkout_keeps_the_rule(rule: Rule) -> None:
    """No file of the checkout breaks the rule."""
    found = [hit for source in python_sources() for hit in rule(source)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "rule,path,text",
    [
        (rules.module_is_short, f"{INTAKE}/storage.py", "x = 1\n" * 301),
        (rules.function_is_short, f"{INTAKE}/storage.py", LONG_FUNCTION),
        (rules.only_the_kernel_commits, f"{INTAKE}/handlers.py", "uow.commit()"),
        (rules.only_the_kernel_commits, f"{TESTS}/test_x.py", "connection.commit()"),
        (rules.handlers_are_plain, f"{INTAKE}/handlers/close.py", "async def close(): pass"),
        (rules.names_say_something, f"{INTAKE}/app.py", "class CaseManager: pass"),
        (rules.names_say_something, f"{INTAKE}/utils.py", ""),
        (rules.text_is_in_catalogues, f"{INTAKE}/handlers.py", 'x = "已登记"'),
        (rules.exception_has_its_reason, f"{INTAKE}/app.py", "x = 1  # noqa" + ": S101"),
        (rules.exception_has_its_reason, f"{INTAKE}/app.py", f"x = 1\ny = 2  {IGNORE}"),
        (rules.tests_never_sleep, f"{TESTS}/test_x.py", "time.sleep(0.1)"),
        (rules.tests_never_sleep, f"{TESTS}/conftest.py", "await asyncio.sleep(1)"),
        (rules.tests_check_something, f"{TESTS}/test_x.py", "def test_x():\n    run()"),
        (rules.tests_say_what_holds, f"{TESTS}/test_x.py", "def test_x():\n    assert True"),
        (rules.tests_say_what_holds, f"{TESTS}/test_x.py", f"def test_x():\n    {TWO_LINES}"),
    ],
)
def test_rule_bites(rule: Rule, path: str, text: str) -> None:
    """The rule finds what it forbids."""
    assert len(_violations(rule, path, text)) == 1


@pytest.mark.parametrize(
    "rule,path,text",
    [
        (rules.module_is_short, f"{INTAKE}/storage.py", "x = 1\n" * 300),
        (rules.module_is_short, f"{TESTS}/test_x.py", "x = 1\n" * 301),
        (rules.function_is_short, f"{INTAKE}/storage.py", SHORT_FUNCTION),
        (rules.function_is_short, f"{INTAKE}/storage.py", LONG_DOCSTRING),
        (rules.only_the_kernel_commits, "kernel/src/kernel/database.py", "connection.commit()"),
        (rules.only_the_kernel_commits, "bench/floor.py", "connection.commit()"),
        (rules.handlers_are_plain, f"{INTAKE}/grpc_api.py", "async def close(): pass"),
        (rules.text_is_in_catalogues, f"{INTAKE}/domain.py", '"""登记编号."""\nx = "no"  # 编号'),
        (rules.text_is_in_catalogues, f"{INTAKE}/domain.py", 'x = re.compile("[#转 ]")'),
        (rules.exception_has_its_reason, f"{INTAKE}/app.py", f"# stubs lack it\nx = 1  {IGNORE}"),
        (rules.exception_has_its_reason, f"{INTAKE}/app.py", f"x = 1  {IGNORE}  # stubs lack it"),
        (rules.tests_never_sleep, f"{TESTS}/test_x.py", "await asyncio.sleep(0)"),
        (rules.tests_check_something, f"{TESTS}/test_x.py", "def test_x():\n    assert run()"),
        (rules.tests_check_something, f"{TESTS}/test_x.py", "def test_x():\n    expect_one(x)"),
        (rules.tests_say_what_holds, f"{TESTS}/test_x.py", 'def test_x():\n    """It holds."""'),
    ],
)
def test_rule_lets_pass(rule: Rule, path: str, text: str) -> None:
    """The rule says nothing about what is as it should be."""
    assert _violations(rule, path, text) == []
