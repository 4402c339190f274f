import json

import pytest
from sqlalchemy import select, update

from kernel.group_commit import Work
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.routing.v1 import custody_pb2 as pb
from lianxin.routing.v1.custody_pb2_grpc import CustodyServiceStub
from routing.storage.metadata import metadata
from routing.storage.tables import case_row, log_entry


def _talk(office, unit="s-anji", *roles, name="li"):
    caller = office.staff(unit, *(roles or (Role.HANDLER,)), name=name)
    return office.talk(CustodyServiceStub, caller)


async def _change(office, statement):
    """Damage the database, as a fault or somebody with access to the file would."""
    await office.ground.writer.perform(Work(lambda uow, given: uow.execute(given), statement))


async def test_holder_sees_clocks_with_their_explanation(office):
    """The holder gets every clock with its article and how it came about."""
    case_id = await office.register("s-anji", procedure="petition")
    async with _talk(office) as calls:
        custody = (await calls.GetCustody(pb.GetCustodyRequest(case_id=str(case_id)))).custody
    assert (custody.holder_unit, custody.state, custody.epoch) == ("s-anji", "held", 1)
    route = next(due for due in custody.dues if due.clock == "route")
    assert route.due_on
    assert "15" in route.explanation


async def test_holder_and_its_services_see_that_a_matter_is_before_a_court(office):
    """Hearing asks it: such a matter is not heard; above the holder it is not told."""
    case_id = await office.register("s-dipu", litigation=True)
    asked = pb.GetCustodyRequest(case_id=str(case_id))
    async with _talk(office, "s-dipu") as calls:
        assert (await calls.GetCustody(asked)).custody.litigation
    async with _talk(office, "s-anji", Role.SUPERVISOR) as calls:
        assert not (await calls.GetCustody(asked)).custody.litigation


async def test_case_is_found_by_its_number(office):
    """The registration number serves as well as the id."""
    case_id = await office.register("s-anji")
    number = (await office.row(case_id))["case_no"]
    async with _talk(office) as calls:
        custody = (await calls.GetCustody(pb.GetCustodyRequest(case_no=number))).custody
    assert custody.case_id == str(case_id)


async def test_supervisor_above_sees_the_header_alone(office):
    """From above: holder, state and dates; not who handles it, no hand-overs, no log."""
    case_id = await office.register("s-dipu")
    async with _talk(office, "s-anji", Role.SUPERVISOR) as calls:
        custody = (await calls.GetCustody(pb.GetCustodyRequest(case_id=str(case_id)))).custody
        asked = calls.GetLog(pb.GetLogRequest(case_id=str(case_id)))
        assert await office.reason(asked) == "CASE_UNKNOWN"
    assert custody.holder_unit == "s-dipu"
    assert [list(custody.dues), list(custody.placements), custody.handler] == [[], [], ""]


@pytest.mark.parametrize("unit", ["s-meixi", "s-dipu-lujia"])
async def test_case_of_others_is_as_if_it_did_not_exist(office, unit):
    """Whoever has nothing to do with a case gets the answer of a case that is not there."""
    case_id = await office.register("s-dipu")
    async with _talk(office, unit) as calls:
        for which in (case_id, new_id()):
            asked = calls.GetCustody(pb.GetCustodyRequest(case_id=str(which)))
            assert await office.reason(asked) == "CASE_UNKNOWN"


async def test_log_reads_in_plain_words_in_pages(office):
    """Each entry has a sentence in the caller's language; pages join into the whole log."""
    case_id = await office.register("s-anji", procedure="petition")
    kinds = await office.kinds(case_id)
    seen, token = [], ""
    async with _talk(office) as calls:
        while True:
            asked = pb.GetLogRequest(case_id=str(case_id), page_size=1, page_token=token)
            page = await calls.GetLog(asked)
            seen += page.entries
            token = page.next_page_token
            if not token:
                break
    assert [entry.kind for entry in seen] == kinds
    assert seen[0].text == "县矛调中心登记了此件"
    assert json.loads(seen[0].body_json) == {}


async def test_reads_of_an_inspector_are_on_record(office):
    """An inspector from above reads content below his site, and each read is kept."""
    case_id = await office.register("s-dipu")
    async with _talk(office, "s-anji", Role.UPPER_INSPECTOR, name="xu") as calls:
        await calls.GetCustody(pb.GetCustodyRequest(case_id=str(case_id)))
    rows = await office._rows(select(metadata.tables["read_audit"]))
    assert [(row["caller"], row["case_id"], row["fields"]) for row in rows] == [
        ("xu", case_id, "content")
    ]


async def test_audit_is_clean_after_ordinary_work(office):
    """Registered cases break no rule, and their chains are whole."""
    for unit in ("s-anji", "s-dipu", "s-dipu-lujia"):
        await office.register(unit, procedure="petition")
    async with _talk(office) as calls:
        custody = await calls.AuditCustody(pb.AuditCustodyRequest(deep=True))
        log = await calls.AuditLog(pb.AuditLogRequest())
    assert (custody.cases, custody.held, list(custody.findings)) == (3, 3, [])
    assert log.entries >= 3
    assert list(log.findings) == []


@pytest.mark.parametrize(
    "values,rule",
    [
        ({"custody": "out"}, "OUT_TO_NOBODY"),
        ({"custody": "releasing"}, "RELEASING_WITHOUT_ROW"),
        ({"custody": "received"}, "RECEIVED_WITHOUT_ROW"),
        ({"told_epoch": 1}, "HELD_TWICE"),
        ({"log_hash": "0" * 64}, "LOG_BEHIND"),
        ({"holder_unit": "no-such"}, "HOLDER_UNKNOWN"),
    ],
)
async def test_audit_names_each_case_that_breaks_a_rule(office, values, rule):
    """Custody that nobody can have is found, with the case and the rule."""
    case_id = await office.register("s-anji")
    await office.register("s-anji")
    await _change(office, update(case_row).where(case_row.c.case_id == case_id).values(**values))
    async with _talk(office) as calls:
        findings = (await calls.AuditCustody(pb.AuditCustodyRequest())).findings
    assert (str(case_id), rule) in {(it.case_id, it.rule) for it in findings}
    assert {it.case_id for it in findings} == {str(case_id)}


async def test_audit_finds_an_altered_entry(office):
    """One changed word in an entry breaks its chain, and the case is named."""
    case_id = await office.register("s-anji")
    altered = update(log_entry).where(log_entry.c.case_id == case_id).values(actor="somebody")
    await _change(office, altered)
    async with _talk(office) as calls:
        findings = (await calls.AuditLog(pb.AuditLogRequest(case_id=str(case_id)))).findings
    assert [(it.case_id, it.rule) for it in findings] == [(str(case_id), "HASH_WRONG")]


async def test_nothing_is_parked_on_a_healthy_node(office):
    """The list of parked events is empty, and trying again applies nothing."""
    async with _talk(office) as calls:
        assert not (await calls.ListParked(pb.ListParkedRequest())).parked
        tried = await calls.RetryParked(pb.RetryParkedRequest(request_id=str(new_id())))
    assert (tried.applied, tried.left) == (0, 0)
