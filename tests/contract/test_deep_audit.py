"""The deep audit sees through both services: real databases, altered as a fault would."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from intake.storage.tables import cases as intake_cases
from intake.storage.tables import write_grant
from kernel.identity import Caller, Kind, Role
from lianxin.routing.v1 import custody_pb2
from routing.storage.tables import log_entry

pytestmark = pytest.mark.asyncio(loop_scope="session")
AUDITOR = Caller(
    Kind.STAFF, "auditor", "s-anji", "s-anji", "330523.000.000", frozenset({Role.ADMINISTRATOR})
)


async def audited(county, all_rpcs):
    """The findings of a deep audit, as rule and case."""
    rpc = next(rpc for rpc in all_rpcs if rpc.name.endswith("/AuditCustody"))
    request = custody_pb2.AuditCustodyRequest(deep=True)
    answer = await county.call(rpc, request, AUDITOR, limit=60.0)
    return {(finding.rule, finding.case_id) for finding in answer.findings}


def altered(county, database, table, case_id, **values):
    """Change rows of a case behind the service's back; answers what they were."""
    engine, _ = county.databases[database]
    with engine.begin() as connection:
        here = table.c.case_id == case_id
        names = [table.c[name] for name in values]
        before = connection.execute(select(*names).where(here)).mappings().first()
        connection.execute(update(table).where(here).values(**values))
    return dict(before)


@pytest.mark.parametrize(
    ("rule", "database", "table", "values"),
    [
        ("GRANT_EPOCH", "intake", write_grant, {"epoch": 7}),
        ("GRANT_LOCKED", "intake", write_grant, {"state": "locked"}),
        ("GRANT_ENDED", "intake", write_grant, {"state": "ended"}),
        ("GRANT_UNIT", "intake", write_grant, {"unit": "s-lingfeng"}),
        ("FACTS_DIFFER", "intake", intake_cases, {"fact_no": 9}),
        ("", "routing", log_entry, {"unit": "s-lingfeng"}),
    ],
)
async def test_a_case_that_routing_and_intake_see_differently_is_named(
    county, case_id, all_rpcs, rule, database, table, values
):
    """Each fault is found at that very case, and nothing is found before and after it."""
    assert await audited(county, all_rpcs) == set()
    before = altered(county, database, table, UUID(case_id), **values)
    found = await audited(county, all_rpcs)
    altered(county, database, table, UUID(case_id), **before)
    assert {case for _, case in found} == {case_id}
    assert not rule or {name for name, _ in found} == {rule}
    assert await audited(county, all_rpcs) == set()
