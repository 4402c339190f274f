from pathlib import PurePosixPath

import pytest

from . import import_rules as rules
from .import_rules import RULES, Rule
from .source import Source, python_sources

INTAKE = "services/intake/src/intake"
ROUTING = "services/routing/src/routing"


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
        (rules.services_stand_alone, f"{INTAKE}/app.py", "import routing"),
        (rules.services_stand_alone, f"{INTAKE}/app.py", "from routing.domain import Case"),
        (rules.services_stand_alone, f"{ROUTING}/handlers/x.py", "def f():\n    import intake"),
        (rules.services_stand_alone, f"{ROUTING}/app.py", "import lianxin.cli"),
        (rules.kernel_knows_no_service, "kernel/src/kernel/outbox.py", "import intake.app"),
        (
            rules.kernel_knows_no_service,
            "kernel/src/kernel/consumer.py",
            "from lianxin.routing.v1 import case_pb2",
        ),
        (
            rules.kernel_knows_no_service,
            "kernel/src/kernel/doors/accounts.py",
            "from lianxin.intake.v1 import case_pb2",
        ),
        (rules.domain_is_pure, f"{INTAKE}/domain.py", "import sqlalchemy"),
        (rules.domain_is_pure, f"{INTAKE}/domain/case.py", "from kernel.database import engine"),
        (rules.domain_is_pure, f"{INTAKE}/domain/case.py", "from ..storage import cases"),
        (rules.domain_is_pure, f"{INTAKE}/domain.py", "import asyncio"),
        (
            rules.protocol_stays_at_the_doors,
            f"{INTAKE}/handlers.py",
            "from lianxin.intake.v1 import case_pb2",
        ),
        (
            rules.protocol_stays_at_the_doors,
            f"{INTAKE}/storage.py",
            "from google.protobuf.timestamp_pb2 import Timestamp",
        ),
        (rules.queries_live_in_storage, f"{ROUTING}/handlers/sign.py", "import sqlalchemy as sa"),
        (rules.handlers_cannot_wait, f"{ROUTING}/handlers/sign.py", "import grpc"),
        (rules.handlers_cannot_wait, f"{ROUTING}/storage/cases.py", "from nats.js import api"),
    ],
)
def test_rule_bites(rule: Rule, path: str, text: str) -> None:
    """The rule finds an import that it forbids."""
    assert len(_violations(rule, path, text)) == 1


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "path,text",
    [
        (f"{INTAKE}/domain/case.py", "import enum\nfrom kernel.ids import CaseId"),
        (f"{INTAKE}/domain/case.py", "from .party import Party\nfrom intake.errors import Closed"),
        (f"{INTAKE}/storage/cases.py", "import sqlalchemy as sa\nfrom intake.domain import Case"),
        (f"{INTAKE}/convert.py", "from lianxin.intake.v1 import case_pb2"),
        (f"{INTAKE}/subscriptions.py", "import nats\nfrom lianxin.routing.v1 import events_pb2"),
        ("kernel/src/kernel/outbox.py", "import nats\nimport sqlalchemy"),
        ("kernel/src/kernel/doors/accounts.py", "from lianxin.routing.v1 import staff_pb2"),
        ("cli/src/lianxin/cli/node.py", "import intake.app\nimport routing.app"),
    ],
)
def test_rule_lets_pass(rule: Rule, path: str, text: str) -> None:
    """The rule says nothing about imports that the layout intends."""
    assert _violations(rule, path, text) == []
