"""Notices to staff: who of a unit is told what, where, and what never leaves the database."""

import json
from datetime import timedelta

import pytest

from kernel.catalogue import Catalogue, Language
from kernel.errors import InvalidInput
from kernel.identity import Role
from kernel.ids import new_id
from kernel.notifying.settings import Ways
from lianxin.routing.v1 import notice_pb2 as pb
from routing.commands.ending import CloseCase
from routing.commands.handover import BeginHandover, Object
from routing.commands.staff import AddStaff
from routing.commands.supervision import Supervise
from routing.convert.notices import contact_from
from routing.domain.staff_notices import OBJECTED, OF_STEPS, told_by
from routing.domain.words import Kind
from routing.errors import NotYourSite, StaffUnknown
from routing.handlers import accounts, closing, supervision
from routing.handlers.contacts import SetContact, contacts_of, set_contact
from routing.handlers.handover import begin, signing
from routing.notices import dispatcher
from routing.storage.notices import notice
from routing.storage.staff import staff

TOWN, COUNTY = "s-dipu", "s-anji"
PHONE = "13800001234"


@pytest.fixture
def people(desk, who):
    """Makes accounts of a unit, each with a telephone unless it has none."""

    async def make(*named, unit=TOWN, roles=("handler",), phone=PHONE):
        admin = who(COUNTY, "admin", Role.ADMINISTRATOR)
        for name in named:
            command = AddStaff(name, "某某", unit, roles, "hash", must_change=False)
            await desk.do(accounts.add_staff, command, admin)
            if phone:
                await desk.do(set_contact, SetContact(name, {"phone": phone}), admin)

    return make


def told(desk, case_id):
    """Who is told what of a case."""
    rows = desk.rows(notice, case_id=case_id)
    return sorted((row["template"], row["recipient"]) for row in rows)


async def supervised(desk, who):
    """A case that the county supervises."""
    case_id = await desk.register(TOWN)
    command = Supervise(case_id, "supervise", "slow", "2026-03-10")
    await desk.do(supervision.supervise, command, who(COUNTY))
    return case_id


def test_every_text_to_staff_is_there_in_both_languages():
    """Number of the case, and nothing else of it."""
    texts = Catalogue.load("routing")
    for language in Language:
        for one in (*OF_STEPS.values(), OBJECTED):
            key = f"TELL_{one.template}"
            assert key in texts.keys(language)
            assert "—" not in texts.text(key, language, number="1")


def test_a_site_that_moves_to_another_node_is_news_to_nobody():
    """The same unit goes on."""
    assert told_by("handover.received", {"kind": "relocate"}) is None
    assert told_by("handover.received", {"kind": "assign"}) == OF_STEPS["handover.received"]


async def test_who_may_answer_a_supervision_and_can_be_reached_is_told_of_it(desk, who, people):
    """Not a colleague without a contact, not one whose role cannot answer, not another unit."""
    await people("reached")
    await people("silent", phone="")
    await people("patrol", roles=("grid_worker",))
    await people("elsewhere", unit=COUNTY)
    case_id = await supervised(desk, who)
    assert told(desk, case_id) == [("supervised", "reached")]


async def test_a_disabled_account_is_told_nothing_any_more(desk, who, people):
    """Whoever has left gets no news."""
    await people("left")
    admin = who(COUNTY, "admin", Role.ADMINISTRATOR)
    await desk.do(accounts.disable_staff, accounts.DisableStaff("left", ""), admin)
    assert told(desk, await supervised(desk, who)) == []


async def test_a_case_that_arrives_is_told_to_the_unit_that_has_to_sign_for_it(desk, who, people):
    """And the unit that sent it hears of the objection that it has to decide."""
    await people("town")
    await people("above", unit=COUNTY)
    case_id = await desk.register(COUNTY)
    order = BeginHandover(
        **desk.seen(case_id), kind=Kind.ASSIGN, to_unit=TOWN, reason="x", due_on="2026-03-20"
    )
    await desk.do(begin.begin_handover, order, who(COUNTY))
    await desk.settle()
    assert told(desk, case_id) == [("arrived", "town")]
    objection = Object(**desk.seen(case_id), grounds="beyond_competence")
    await desk.do(signing.object_to, objection, who(TOWN))
    assert told(desk, case_id) == [("arrived", "town"), ("objected", "above")]


async def test_a_clock_that_warns_is_told_once_and_again_when_it_is_overdue(desk, at, people):
    """Looked at twice, told once for each milestone."""
    await people("town")
    case_id = await desk.register(TOWN)
    for day in (at("2026-03-12", 8, 30), at("2026-03-12", 18), at("2026-03-20")):
        await desk.sweep(day)
    templates = [template for template, _ in told(desk, case_id)]
    assert templates.count("clock_warning") == 2  # route and notice, each once
    assert templates.count("clock_overdue") == 2


async def test_a_paper_that_was_not_served_in_time_is_told_also_after_the_end(desk, who, people):
    """Intake says so once; who may act for the unit that has the case is told."""
    await people("town")
    case_id = await desk.register(TOWN)
    body = {"document": "d", "document_kind": "opinion", "due_on": "2026-03-06"}
    await desk.record(case_id, "intake.service_overdue", body=body)
    ended = {"ending": "settled", "grounds": "done", "review_route_told": True}
    await desk.do(closing.close_case, CloseCase(**desk.seen(case_id), **ended), who(TOWN))
    await desk.record(case_id, "intake.service_overdue", body=body)
    assert told(desk, case_id) == [("unserved", "town")] * 2


@pytest.mark.parametrize("asked_by", ["intake", "mediation"])
async def test_who_is_invited_to_help_is_told_and_told_when_it_is_withdrawn(desk, people, asked_by):
    """The account that the entry names, if it may attend and can be reached; nobody of the unit."""
    await people("town")
    await people("lawyer", unit=COUNTY, roles=("invited",))
    await people("silent", unit=COUNTY, roles=("invited",), phone="")
    case_id = await desk.register(TOWN)
    for account in ("lawyer", "silent", "town", "nobody"):
        body = {"invitation": "1", "kind": "lawyer", "account": account}
        await desk.record(case_id, f"{asked_by}.invited", body=body)
    await desk.record(case_id, f"{asked_by}.invited", body={"invitation": "2", "kind": "veteran"})
    assert told(desk, case_id) == [("invited", "lawyer")]
    body = {"invitation": "1", "act": "withdraw", "account": "lawyer"}
    await desk.record(case_id, f"{asked_by}.invitation_withdrawn", body=body)
    assert told(desk, case_id) == [("invited", "lawyer"), ("uninvited", "lawyer")]


async def test_a_sealed_matter_is_told_nobody(desk, people):
    """Not even that there is one."""
    await people("town")
    case_id = await desk.register(TOWN, sealed_for="u-anji-jijian")
    await desk.sweep(desk.clock.now() + timedelta(days=40))
    assert told(desk, case_id) == []


async def test_staff_are_told_the_number_and_where_they_are_reached_stays_sealed(
    desk, who, people, tmp_path
):
    """The row names an account; the contact is opened to send and is in clear nowhere."""
    await people("town")
    case_id = await supervised(desk, who)
    ways = Ways("staff", tmp_path / "sink")
    await dispatcher(desk.ground, ways, Catalogue.load("routing")).round()
    (row,) = desk.rows(notice, case_id=case_id)
    assert row["state"] == "kept"
    (file,) = ways.sink.rglob("*.json")
    said = json.loads(file.read_text(encoding="utf-8"))
    assert said["to"] == {"phone": "138****1234"}
    assert desk.case(case_id)["case_no"] in said["text"]
    (account,) = desk.rows(staff, staff_id="town")
    assert PHONE.encode() not in account["sealed_contact"]
    assert contacts_of(desk.node, account["sealed_contact"]) == {"phone": PHONE}


async def test_an_account_gives_its_own_contact_and_nobody_else_of_its_kind(desk, who, people):
    """Its own, or by who manages it; all empty means nowhere."""
    await people("town", phone="")
    own = SetContact("town", {"phone": PHONE, "mail": "a@example.org", "wecom": ""})
    assert await desk.do(set_contact, own, who(TOWN, "town")) == 2
    with pytest.raises(NotYourSite):
        await desk.do(set_contact, own, who("s-meixi", "other"))
    with pytest.raises(StaffUnknown):
        await desk.do(set_contact, SetContact("nobody", {}), who(COUNTY, "admin"))
    await desk.do(set_contact, SetContact("town", {}), who(TOWN, "town"))
    assert desk.rows(staff, staff_id="town")[0]["sealed_contact"] is None


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "12345"}, {"mail": "nobody"}, {"wecom": "x" * 65}, {"dingtalk": "a\x00b"}],
)
def test_a_contact_that_cannot_be_one_is_refused_by_the_name_of_its_field(wrong):
    """No message would ever arrive there."""
    request = pb.SetContactRequest(request_id=str(new_id()), staff_id="town", **wrong)
    with pytest.raises(InvalidInput) as refused:
        contact_from(request)
    assert [one.field for one in refused.value.fields] == list(wrong)
