"""The day of a hearing (听证会) by commands, to a conclusion on which the mediation builds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hearing.storage.tables import hearing, hearing_file, hearing_member
from kernel.clock import SHANGHAI
from kernel.database import Database

from .test_hearing import accepted, logged, requested

PARTS = {1: "chair", 2: "recorder", 8: "representative"} | dict.fromkeys(range(3, 8), "panelist")


def called_for_today(county, case_id):
    """Set and told: notice of ten working days is not waited for by a test."""
    now, case = datetime.now(UTC), {"case_id": UUID(case_id)}
    database = Database.open(f"sqlite:///{county.world.nodes['anji'].data / 'hearing.db'}")
    with database.writer.begin() as connection:
        for table in (hearing_file, hearing):
            mine = table.update().where(table.c.case_id == case["case_id"])
            connection.execute(mine.values(state="noticed"))
        day = {"day": now.astimezone(SHANGHAI).date(), "begins": now}
        mine = hearing.update().where(hearing.c.case_id == case["case_id"])
        connection.execute(mine.values(**day, ends=now + timedelta(hours=2), room_id=uuid4()))
        for no, part in PARTS.items():
            member = {"member_no": no, "person_id": uuid4(), "part": part}
            row = case | member | {"number": 1, "state": "named", "since": now}
            connection.execute(hearing_member.insert().values(row))
    database.close()


def test_a_hearing_is_held_concluded_and_served_by_commands(county):
    """Roll, stages, minutes, opinions, conclusion with its dissent, service; each a short line."""
    number, _ = accepted(county, "desk", respondent="吴桂芳")
    made = requested(county, "desk", number)
    county.ask("second", "hearing", "decide", number, "--grant", "--why", "应当听证")
    called_for_today(county, made["stamp"]["case_id"])
    assert county.reason("desk", "hearing", "open", number, "--recusal-asked") == "FIELDS_INVALID"
    county.ask("desk", "hearing", "open", number, "--everybody-came", "--recusal-asked")
    assert county.reason("desk", "hearing", "stage", number, "最后陈述") == (
        "HEARING_STAGE_OUT_OF_ORDER"
    )
    county.ask("desk", "hearing", "stage", number, "陈述")
    said = ("--who", "申请人", "--text", "水沟被堵三年。")
    county.ask("desk", "hearing", "statement", number, *said)
    county.ask("desk", "hearing", "stage", number, "facts")
    shown = ("--who", "8", "--title", "勘验笔录", "--shows", "现状", "--kind", "inspection")
    county.ask("desk", "hearing", "evidence", number, *shown, "--original")
    for stage in ("rebuttal", "last_words"):
        county.ask("desk", "hearing", "stage", number, stage)
    county.ask("desk", "hearing", "minutes", number, "--text", "双方各自陈述。")
    county.ask("desk", "hearing", "sign", number, "--who", "1", "--refused", "--why", "不全")
    county.ask("desk", "hearing", "sign", number, "--everybody")
    county.ask("desk", "hearing", "confer", number)
    for no in range(3, 8):
        held = ("--says", "支持" if no == 3 else "部分支持", "--reasons", "有据")
        county.ask("desk", "hearing", "opinion", number, "--member", str(no), *held)
    texts = ("--found", "属实", "--reasons", "相邻关系", "--text", "部分支持。")
    done = county.ask("desk", "hearing", "conclude", number, *texts)
    assert (done["finding"], done["stamp"]["state"]) == ("partly", "concluded")
    proof = ("--by", "李", "--receipt", "SD-1")
    served = county.ask("desk", "hearing", "serve", number, "--party", "申请人", *proof)
    assert len(served["unserved"]) == 1
    served = county.ask("desk", "hearing", "serve", number, "--party", "被申请人", *proof)
    assert served["unserved"] == []
    file = county.ask("desk", "hearing", "conclusion", number)
    assert (file["dissent"], file["missing"]) == ([3], [])
    assert len(county.ask("desk", "hearing", "day", number)["minutes"][0]["hands"]) == 10
    for words in (("conclusion", number), ("day", number), ("published",)):
        assert county.type("desk", "hearing", *words).status == 0
    refused = ("hearing", "publish", number, "--until", county.day(30), "--text", "部分支持。")
    assert county.reason("desk", *refused) == "HEARING_PUBLICATION_BARRED"
    assert logged(county, "desk", number, "hearing.concluded")
    county.ask("desk", "mediation", "open", number, "--kind", "行政调解")
    unknown = ("mediation", "facts", number, "听证查明属实", "--hearing", "7")
    assert county.reason("desk", *unknown) == "FIELDS_INVALID"
    county.ask("desk", "mediation", "facts", number, "听证查明属实", "--hearing", "1")
    closing = county.ask("desk", "mediation", "show", number)["closing"]
    assert (closing["hearing_number"], closing["hearing_finding"]) == (1, "partly")
