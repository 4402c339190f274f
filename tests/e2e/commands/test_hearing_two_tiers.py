"""A township's case is heard in the county's hall, and the township goes on from its conclusion."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hearing.storage.tables import hearing
from kernel.clock import SHANGHAI
from kernel.database import Database

from .test_hearing import accepted, requested, told

SAMPLES = Path(__file__).resolve().parents[3] / "deploy/samples/anji"
OWN = """人员编号,姓名,单位,人员类型,代表单位,顺位
DP-P01,计小红,县矛调中心,单位代表,递铺街道分中心,0
"""
PANEL = [word for no in ("01", "06", "10", "15", "20") for word in ("--panel", f"AJ-P{no}")]
PEOPLE = ("--chair", "AJ-P27", "--recorder", "AJ-P31", *PANEL)
SENT = ("--sends", "县水利局窗口=AJ-P38", "--sends", "递铺街道分中心=DP-P01")
DESPITE = [word for one in ("CLOCK_OF_UNIT", "CLOCK_TIGHT") for word in ("--despite", one)]


def registered_people(county, folder):
    """The county's rooms and pool, with somebody who speaks for the township."""
    own = folder / "township.csv"
    own.write_text(OWN, "utf-8")
    county.ask("desk", "room", "import", str(SAMPLES / "hearing-rooms.csv"))
    for file in (SAMPLES / "hearing-pool.csv", own):
        assert county.ask("desk", "panel", "import", str(file))["refused"] == 0


def set_on_the_first_day(county, number):
    """By hand, on the first day against which nothing stands."""
    for ahead in range(14, 29):
        when = ("--day", county.day(ahead), "--at", "09:00", "--room", "县中心第二听证室")
        words = ("hearing", "set", number, *when, *PEOPLE, *SENT, *DESPITE)
        if county.type("desk", *words).status == 0:
            return
    pytest.fail("no day of the month is fit")


def brought_forward(county, case_id):
    """Its day is today: notice of ten working days is not waited for by a test."""
    now = datetime.now(UTC)
    day = {"day": now.astimezone(SHANGHAI).date(), "begins": now, "ends": now + timedelta(hours=2)}
    database = Database.open(f"sqlite:///{county.world.nodes['anji'].data / 'hearing.db'}")
    with database.writer.begin() as connection:
        mine = hearing.update().where(hearing.c.case_id == UUID(case_id))
        connection.execute(mine.values(**day))
    database.close()


def held(county, number):
    """From the opening to the conclusion."""
    county.ask("desk", "hearing", "open", number, "--everybody-came", "--recusal-asked")
    for stage in ("statement", "facts", "rebuttal", "last_words"):
        county.ask("desk", "hearing", "stage", number, stage)
    county.ask("desk", "hearing", "minutes", number, "--text", "双方各自陈述。")
    county.ask("desk", "hearing", "sign", number, "--everybody")
    county.ask("desk", "hearing", "confer", number)
    for no in range(3, 8):
        given = ("--says", "部分支持", "--reasons", "有据")
        county.ask("desk", "hearing", "opinion", number, "--member", str(no), *given)
    texts = ("--found", "管网失修", "--reasons", "共用设施", "--text", "街道先修管网。")
    county.ask("desk", "hearing", "conclude", number, *texts)


@pytest.mark.timeout(120)
def test_a_townships_case_is_heard_in_the_countys_hall(county, tmp_path):
    """Asked for below, set and held above with people of both tiers, concluded, served below."""
    registered_people(county, tmp_path)
    number, code = accepted(county, "town", respondent="吴桂芳")
    units = ("--department", "县水利局窗口", "--department", "递铺街道分中心")
    made = requested(county, "town", number, *units, "--host", "县矛调中心")
    grant = ("hearing", "decide", number, "--grant", "--why", "应当听证", "--public")
    county.ask("town-head", *grant)
    assert county.reason("town", "hearing", "propose", number) == "HALL_ELSEWHERE"
    county.ask("town", "case", "escalate", number, "--reason", "needs_departments")
    county.held_by("desk", number)
    county.ask("desk", "case", "sign", number)
    set_on_the_first_day(county, number)
    county.ask("desk", "hearing", "confirm", number)
    shown = county.ask("desk", "hearing", "show", number)["hearings"][-1]
    assert shown["site_id"] == "s-anji"
    sent = {one["department"] for one in shown["members"] if one["part"] == "representative"}
    assert sent == {"u-anji-shuili", "s-dipu"}
    told(county, number, code, "县矛调中心已确定听证的时间和地点", "dipu")
    brought_forward(county, made["stamp"]["case_id"])
    held(county, number)
    county.ask("desk", "case", "assign", number, "--to", "s-dipu", "--due", county.day(20))
    county.held_by("town", number)
    county.ask("town", "case", "sign", number)
    for party in ("申请人", "被申请人"):
        proof = ("--party", party, "--by", "计", "--receipt", "SD-1")
        served = county.ask("town", "hearing", "serve", number, *proof)
    assert served["unserved"] == []
    file = county.ask("town", "hearing", "conclusion", number)
    assert (file["finding"], file["given"], file["missing"]) == ("partly", [3, 4, 5, 6, 7], [])
    told(county, number, code, "听证结论已送达", "dipu")
