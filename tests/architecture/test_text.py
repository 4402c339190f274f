from pathlib import PurePosixPath

import pytest

from . import text_rules as rules
from .source import ROOT, tracked_files
from .text_rules import RULES, Rule

LOCK = PurePosixPath("requirements.lock")


def _is_text(path: PurePosixPath) -> bool:
    return b"\0" not in (ROOT / path).read_bytes()[:4096]


@pytest.mark.parametrize("rule", RULES)
def test_checkout_keeps_the_rule(rule: Rule) -> None:
    """No text file of the checkout names what it may not."""
    files = [path for path in tracked_files() if _is_text(path)]
    found = [hit for path in files for hit in rule(path, (ROOT / path).read_text("utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "rule,text",
    [
        (rules.no_registry_host, "--index" + "-url https:" + "//pypi" + ".org/simple"),
        (rules.no_registry_host, "files." + "pythonhosted" + ".org/packages/x.whl"),
        (rules.no_registry_host, '"resolved": "https:' + "//registry." + 'npmjs.org/x.tgz"'),
        (rules.no_machine_path, 'DATA = "/' + 'home/somebody/lianxin"'),
        (rules.no_machine_path, "cd /" + "root/lianxin"),
        (rules.no_private_key, "-----BEGIN EC PRIVATE" + " KEY-----"),
    ],
)
def test_rule_bites(rule: Rule, text: str) -> None:
    """The rule finds what it forbids."""
    assert len(list(rule(LOCK, text))) == 1


@pytest.mark.parametrize("rule", RULES)
def test_rule_lets_pass(rule: Rule) -> None:
    """Relative paths, system paths and plain package names are fine."""
    text = "docs/home/index.md\n/etc/lianxin/node.yaml\n/tmp\nnats-py==2.16.0 --hash=sha256:00"
    assert list(rule(LOCK, text)) == []


def test_lock_pins_every_package_by_hash() -> None:
    """Each line of the lock is an exact version followed by its hashes."""
    entries = (ROOT / LOCK).read_text("utf-8").replace("\\\n", " ").splitlines()
    packages = [line for line in entries if line and not line.lstrip().startswith("#")]
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


def test_shared_namespace_has_no_init_file() -> None:
    """No lianxin/ folder has an __init__.py: it would hide the other half of the namespace."""
    hiding = [path for path in tracked_files() if path.parts[-2:] == ("lianxin", "__init__.py")]
    assert hiding == []
