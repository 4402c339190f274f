"""What broke at peers in lists and with accounts, by their numbers, at a real node's doors."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, event

from kernel.group_commit import Work
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.routing.v1 import staff_pb2, worklist_pb2
from lianxin.routing.v1.staff_pb2_grpc import StaffServiceStub
from lianxin.routing.v1.worklist_pb2_grpc import WorklistServiceStub
from routing.commands.supervision import AssignHandler
from routing.errors import StaffDisabled
from routing.handlers import leading

PASSWORD = "Xiangxi-2031-liang"


@pytest.fixture
def statements():
    """Every SQL statement that is sent, whoever sends it."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def asked(office, statements, unit, page_size):
    """How many statements a page of somebody's work list took."""
    handler = office.staff(unit, Role.HANDLER)
    request = worklist_pb2.ListWorkRequest(page_size=page_size)
    async with office.talk(WorklistServiceStub, handler) as calls:
        await calls.ListWork(request)  # the caller's token is proven once
        statements.clear()
        page = await calls.ListWork(request)
    return len(page.lines), len(statements)


async def test_sormas_2889_a_page_takes_as_many_statements_for_sixty_cases_as_for_three(
    office, statements
):
    """Open Zaak #1057, 1,400 queries for a regular user, is the same: none goes by the row."""
    for _ in range(3):
        await office.register("s-dipu")
    few = await asked(office, statements, "s-dipu", 60)
    for _ in range(57):
        office.clock.advance(timedelta(seconds=1))
        await office.register("s-dipu")
    many = await asked(office, statements, "s-dipu", 60)
    above = await asked(office, statements, "s-anji", 60)
    assert (few[0], many[0]) == (3, 60)
    assert many[1] == few[1]
    assert above[1] <= few[1]
    assert few[1] <= 8


async def test_zammad_3029_the_cases_of_somebody_who_lost_access_are_seen_and_given_on(office):
    """Disabled without a successor: the cases are named and wait for the unit, for all to see."""
    admin = office.staff("s-anji", Role.ADMINISTRATOR, name="admin")
    case_id = await office.register("s-anji")
    async with office.talk(StaffServiceStub, admin) as calls:
        for name in ("wang", "zhao"):
            await calls.AddStaff(account(name))
        await name_handler(office, case_id, "wang")
        disabled = await calls.DisableStaff(
            staff_pb2.DisableStaffRequest(request_id=str(new_id()), staff_id="wang")
        )
    assert list(disabled.case_ids) == [str(case_id)]
    assert (await office.row(case_id))["handler"] == ""
    assert "case.handler_removed" in await office.kinds(case_id)
    colleague = office.staff("s-anji", Role.HANDLER, name="zhao")
    async with office.talk(WorklistServiceStub, colleague) as calls:
        of_wang = await calls.ListWork(work(handler="wang"))
        of_unit = await calls.ListWork(work(unit_id="s-anji"))
    assert not of_wang.lines
    assert [line.case_id for line in of_unit.lines] == [str(case_id)]
    with pytest.raises(StaffDisabled):
        await name_handler(office, case_id, "wang")
    await name_handler(office, case_id, "zhao")
    async with office.talk(WorklistServiceStub, colleague) as calls:
        assert len((await calls.ListWork(work(handler="zhao"))).lines) == 1


def account(staff_id):
    """A new account of the county's desk."""
    return staff_pb2.AddStaffRequest(
        request_id=str(new_id()),
        staff_id=staff_id,
        name="某某",
        unit_id="s-anji",
        roles=["handler"],
        password=PASSWORD,
    )


def work(**given):
    """A page of a filtered work list."""
    return worklist_pb2.ListWorkRequest(filter=worklist_pb2.WorkFilter(**given))


async def name_handler(office, case_id, staff_id):
    """Somebody at the desk puts a case into somebody's hands."""
    row = await office.row(case_id)
    command = AssignHandler(case_id, row["epoch"], row["version"], staff_id)
    assign = partial(leading.assign_handler, node=office.ground.node)
    command_work = Work(assign, command, caller=office.staff("s-anji", Role.TRIAGE, name="zhao"))
    await office.ground.writer.perform(command_work)
