"""Sizes, names and habits (style, "Code to learn from" and the shape rules)."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import TypeGuard

from .source import Source

Rule = Callable[[Source], Iterator[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef

MODULE_LINES = 300
FUNCTION_LINES = 40
EMPTY_NAMES = re.compile(r"(Manager|Helper|Utils?)$")
EMPTY_FILES = re.compile(r"^(utils?|helpers?|manager|misc)$")
CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
EXCEPTION = re.compile(r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\])")
CHECKS = re.compile(r"^_?(assert|expect|check|raises|fail|warns|holds|eventually|until)")


def _functions(source: Source) -> Iterator[Function]:
    return (node for node in source.nodes if isinstance(node, Function))


def module_is_short(source: Source) -> Iterator[str]:
    """A module has at most 300 lines; tests and migrations apart."""
    lines = source.text.count("\n")
    if lines > MODULE_LINES and not source.is_test and not source.is_migration:
        yield f"{source.path}: {lines} lines, at most {MODULE_LINES}"


def function_is_short(source: Source) -> Iterator[str]:
    """A function has at most 40 lines, its docstring not counted; tests and migrations apart."""
    if source.is_test or source.is_migration:
        return
    for function in _functions(source):
        lines = _length(function)
        if lines > FUNCTION_LINES:
            yield f"{source.path}:{function.lineno}: {function.name} has {lines} lines"


def _length(function: Function) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def only_the_kernel_commits(source: Source) -> Iterator[str]:
    """`commit(` is called in the kernel only, and by the bare floors that bench compares with."""
    if source.path.parts[0] in {"kernel", "bench"}:
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and _called(node) == "commit":
            yield f"{source.path}:{node.lineno}: commit() outside the kernel"


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def handlers_are_plain(source: Source) -> Iterator[str]:
    """Handlers, domain and storage have no coroutines: they run in the writer thread."""
    if not source.is_service or source.layer not in {"handlers", "domain", "storage"}:
        return
    for node in source.nodes:
        if isinstance(node, ast.AsyncFunctionDef):
            yield f"{source.path}:{node.lineno}: {node.name} is a coroutine"


def names_say_something(source: Source) -> Iterator[str]:
    """No Manager, Helper or Util: a name says what the thing is for."""
    if EMPTY_FILES.match(source.path.stem):
        yield f"{source.path}: the file's name says nothing"
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name):
            yield f"{source.path}:{node.lineno}: {node.name} says nothing"


def text_is_in_catalogues(source: Source) -> Iterator[str]:
    """What people read is in the catalogues, not in handlers, domain, storage or servicers."""
    if not source.is_service or source.layer not in {"handlers", "domain", "storage", "grpc_api"}:
        return
    docstrings = {id(node.value) for node in source.nodes if isinstance(node, ast.Expr)}
    for node in source.nodes:
        if id(node) not in docstrings and _is_chinese(node):
            yield f"{source.path}:{node.lineno}: text outside the catalogues"


def _is_chinese(node: ast.AST) -> TypeGuard[ast.Constant]:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and bool(CHINESE.search(text))


def exception_has_its_reason(source: Source) -> Iterator[str]:
    """Each noqa or type: ignore says why, behind it or in a comment line above."""
    above = ""
    for number, line in enumerate(source.text.splitlines(), start=1):
        found = EXCEPTION.search(line)
        if found and not line[found.end() :].strip(" #-") and not above.startswith("#"):
            yield f"{source.path}:{number}: {found.group()} without a reason"
        above = line.strip()


def tests_never_sleep(source: Source) -> Iterator[str]:
    """A test never sleeps; giving way to the loop once with sleep(0) is no sleep."""
    if not source.is_test:
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and _called(node) == "sleep" and not _is_zero(node):
            yield f"{source.path}:{node.lineno}: a test sleeps"


def _is_zero(call: ast.Call) -> bool:
    argument = call.args[0] if call.args else None
    return isinstance(argument, ast.Constant) and argument.value == 0


def tests_check_something(source: Source) -> Iterator[str]:
    """A test asserts, expects an exception, or calls something named as a check."""
    if not source.is_test or not source.path.name.startswith("test_"):
        return
    for function in _functions(source):
        if function.name.startswith("test_") and not any(map(_is_check, ast.walk(function))):
            yield f"{source.path}:{function.lineno}: {function.name} checks nothing"


def tests_say_what_holds(source: Source) -> Iterator[str]:
    """Each test has one plain docstring line that says what holds."""
    if not source.is_test or not source.path.name.startswith("test_"):
        return
    for function in _functions(source):
        docstring = ast.get_docstring(function) or ""
        if function.name.startswith("test_") and len(docstring.splitlines()) != 1:
            yield f"{source.path}:{function.lineno}: {function.name} needs one line that says it"


def _is_check(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return bool(CHECKS.match(_called(node)))
    return isinstance(node, ast.Assert)


RULES: tuple[Rule, ...] = (
    module_is_short,
    function_is_short,
    only_the_kernel_commits,
    handlers_are_plain,
    names_say_something,
    text_is_in_catalogues,
    exception_has_its_reason,
    tests_never_sleep,
    tests_check_something,
    tests_say_what_holds,
)
