"""Every command that moves a case between units, as a clerk types it."""


def test_up_by_escalation_and_the_signature(county):
    """提级: the village hands up, the township signs; a second signature is refused in words."""
    number, code = county.registered("village")
    county.ask("village", "case", "note", number, "村里去过两次。")
    county.ask("village", "case", "escalate", number, "--reason", "beyond_competence")
    county.held_by("town", number)
    texts = [one["text"] for one in county.ask("town", "case", "show", number)["writings"]]
    assert texts == ["村里去过两次。"]
    assert county.ask("town", "case", "sign", number)["stamp"]["epoch"] == 2
    assert county.custody("town", number)["signed"] is True
    again = county.ask("town", "case", "sign", number)  # a repeat changes nothing
    assert again["stamp"]["version"] == county.custody("town", number)["version"]
    told = county.ask("nobody", "case", "track", number, code, node="lujia")
    assert told["holder_title"] == "递铺街道分中心"


def test_called_back_by_the_village_about_what_the_township_did(county):
    """回访 where it was registered; the township's log hears of it, and has the ticket again."""
    number, code = county.registered("village")
    county.ask("village", "case", "accept", number, "--procedure", "12345诉求")
    county.ask("village", "case", "escalate", number, "--reason", "beyond_competence")
    county.held_by("town", number)
    county.ask(
        "town", "case", "answer", number, "沟已疏通。", "--request", "1", "--finding", "settled"
    )
    county.ask("town", "case", "close", number, "--ending", "化解并履行")

    def due():
        lines = county.ask("village", "callback", "list")["callbacks"]
        return [one for one in lines if one["case_no"] == number]

    (line,) = county.until(due, "due at the village")
    assert (line["unit_id"], line["handler_unit"]) == ("s-dipu-lujia", "s-dipu")
    grades = ("--office", "满意", "--unit", "不满意")
    answer = county.ask("nobody", "evaluate", number, code, *grades, node="lujia")
    assert answer["consequence"] == "done_again"
    again = line["seen"]["epoch"] + 1

    def reopened():
        found = county.custody("town", number)
        return (found["epoch"], found["state"]) == (again, "held")

    county.until(reopened, "done again by the township")
    kinds = [entry["kind"] for entry in county.ask("town", "case", "log", number)["entries"]]
    assert {"intake.evaluated", "intake.redo_wanted", "custody.reopened"} <= set(kinds)


def test_down_by_assignment_and_the_objection(county):
    """交办 with a due date; an upheld 异议 brings it back, an overruled one changes nothing."""
    for verdict in ("--uphold", "--overrule"):
        number, _ = county.registered("desk")
        county.ask("desk", "case", "assign", number, "--to", "s-dipu", "--due", county.day(39))
        county.held_by("town", number)
        said = ("--grounds", "not_competent", "--note", "属县里")
        county.ask("town", "case", "object", number, *said)
        _objected(county, number)
        county.ask("desk", "case", "decide", number, verdict)
        county.held_by("desk" if verdict == "--uphold" else "town", number)
    county.until(lambda: _last(county, "town", number)["objection"] == "overruled", "overruled")


def _last(county, who, number):
    return county.custody(who, number)["handovers"][-1]


def _objected(county, number):
    county.until(lambda: _last(county, "desk", number)["objection"] == "open", "objection known")


def test_sideways_and_taken_back(county):
    """转送 to a department, which signs; what nobody has claimed yet is 收回 by the sender."""
    number, _ = county.registered("desk")
    county.ask("desk", "case", "forward", number, "--to", "u-anji-shuili")
    county.held_by("water", number)
    county.ask("water", "case", "sign", number)
    assert county.reason("desk", "case", "recall", number) in {
        "HANDOVER_CLOSED",
        "NO_HANDOVER_FITS",
    }
    down, _ = county.registered("desk")
    with county.away("dipu"):
        county.ask("desk", "case", "assign", down, "--to", "s-dipu", "--due", county.day(39))
        county.until(lambda: county.custody("desk", down)["custody"] == "out", "handed out")
        county.ask("desk", "case", "recall", down)
        county.held_by("desk", down)
    entries = county.ask("desk", "case", "log", down)["entries"]
    assert "handover.recalled" in [entry["kind"] for entry in entries]


def test_placement_is_decided_by_a_person(county):
    """分流: staying is a decision too, and so is a department below the first proposal."""
    number, _ = county.registered("desk")
    assert county.custody("desk", number)["placements"]
    county.ask("desk", "case", "place", number, "s-anji")
    assert county.custody("desk", number)["placements"] == []
    other, _ = county.registered("desk")
    assert county.ask("desk", "case", "place", other, "u-anji-nongye")["handoff_id"]
    county.held_by("farm", other)


def test_what_the_township_escalated_goes_back_to_it_by_designation(county):
    """退回: the county's desk is told at once how; by designation it arrives, with its day."""
    number, _ = county.registered("town")
    county.ask("town", "case", "escalate", number, "--reason", "beyond_competence")
    county.held_by("desk", number)
    county.ask("desk", "case", "sign", number)
    back = ("case", "assign", number, "--to", "s-dipu", "--due", county.day(39))
    refused = county.ask("desk", *back, status=1)["error"]
    assert refused["reason"] == "NEEDS_DESIGNATION"
    assert "lianxin case designate" in refused["next"]
    assert county.custody("desk", number)["frozen"] is False
    county.ask("desk", "case", "note", number, "先请司法所一起上门，再看。")
    due = ("--due", county.day(39), "--grounds", "local_matter")
    county.ask("office", "case", "designate", number, "--unit", "s-dipu", *due)
    held = county.held_by("town", number)
    assert held["handovers"][-1]["due_on"] == county.day(39)
    texts = [one["text"] for one in county.ask("town", "case", "show", number)["writings"]]
    assert texts == ["先请司法所一起上门，再看。"]


def test_circling_is_frozen_and_designated(county):
    """防空转: the third department freezes it; the joint office designates, alone."""
    number, _ = county.registered("desk")
    for sender, receiver, unit in (("desk", "water", "shuili"), ("water", "farm", "nongye")):
        county.ask(sender, "case", "forward", number, "--to", f"u-anji-{unit}")
        county.held_by(receiver, number)
    back = ("case", "forward", number, "--to", "u-anji-shuili")
    frozen = county.ask("farm", *back, status=1)["error"]
    assert (frozen["reason"], frozen["ids"]["question_to"]) == ("PASSING_ON_FROZEN", "s-anji")
    listed = county.ask("desk", "case", "list", "--frozen")["lines"]
    assert number in [line["case_no"] for line in listed]
    words = ("case", "designate", number, "--unit", "u-anji-nongye", "--cohandler", "u-anji-shuili")
    county.ask("office", *words, "--grounds", "competent_by_directory")
    county.until(lambda: not county.custody("farm", number)["frozen"], "thawed")
    asked = county.custody("farm", number)["cohandlings"]
    assert [one["unit_id"] for one in asked] == ["u-anji-shuili"]


def test_a_conference_decides_in_one_sitting(county, tmp_path):
    """联席会议: called on two cases, recorded with minutes, and listed."""
    first, _ = county.registered("desk")
    second, _ = county.registered("desk")
    minutes = tmp_path / "minutes.txt"
    minutes.write_text("会议明确由水利局牵头。", "utf-8")
    called = ("conference", "open", "--site", "s-anji", "--case", first, "--case", second)
    opened = county.ask(
        "office", *called, "--unit", "u-anji-shuili", "--at", f"{county.day(9)} 09:00"
    )
    meeting = opened["conference_id"]
    decided = f"{first} unit_id=u-anji-shuili due_on={county.day(39)} cohandler=u-anji-nongye"
    recorded = ("conference", "record", meeting, "--attended", "u-anji-shuili")
    county.ask("office", *recorded, "--decision", decided, "--minutes", str(minutes))
    county.held_by("water", first)
    listed = county.ask("office", "conference", "list")["conferences"]
    assert [one["state"] for one in listed if one["conference_id"] == meeting] == ["held"]
    bad = ("conference", "record", meeting, "--decision", f"{second} holder=x")
    assert county.reason("office", *bad) == "DECISION_INVALID"


def test_joint_handling_supervision_and_time(county):
    """协办, 包案, 分色, 督办, 延期, 挂起: each with its answer."""
    number, _ = county.registered("desk")
    county.ask("desk", "case", "accept", number, "--procedure", "信访事项")
    county.until(lambda: "handling" in _clocks(county, number), "the clock runs")
    opened = ("case", "cohandle", number, "--unit", "u-anji-shuili", "--task", "现场测量")
    county.ask("desk", *opened, "--due", county.day(9))
    county.until(lambda: county.custody("water", number).get("cohandlings"), "the helper was asked")
    county.ask("water", "case", "complete", number, "已测量，沟底被填高四十公分。")
    county.ask("desk", "case", "handler", number, "desk")
    county.ask("office", "case", "lead", number, "leader", "--grounds", "disputed")
    county.ask("desk", "case", "colour", number, "黄", "--class", "B", "--difficulty", "complex")
    shown = county.custody("desk", number)
    assert (shown["handler"], shown["lead_officer"]) == ("desk", "leader")
    assert (shown["colour"], shown["difficulty"]) == ("yellow", "complex")
    assert [one["state"] for one in shown["cohandlings"]] == ["completed"]
    county.ask("watch", "case", "supervise", number, "--level", "催办", "--due", county.day(10))
    county.ask("desk", "case", "answer-supervision", number, "十二月一日前答复群众。")
    county.ask("watch", "case", "close-supervision", number, "--accept")
    asked = county.ask("desk", "case", "extend", number, "--days", "30", "--grounds", "complex")
    extension = asked["extension_id"]
    before = _clocks(county, number)["handling"]["due_on"]
    decided = ("case", "decide-extension", number, extension, "--approve", "--resident-told")
    county.ask("office", *decided)
    assert _clocks(county, number)["handling"]["due_on"] > before
    pause = ("case", "suspend", number, "--clock", "complex", "--look-again", county.day(18))
    county.ask("desk", *pause, "--approved-by", "leader")
    assert _clocks(county, number)["complex"]["state"] == "suspended"
    county.ask("desk", "case", "resume", number, "--clock", "complex")
    assert _clocks(county, number)["complex"]["state"] == "running"


def _clocks(county, number):
    return {due["clock"]: due for due in county.custody("desk", number)["dues"]}


def test_a_unit_of_another_node_assists_and_reads_what_it_needs(county):
    """协办 across nodes: the township sees header and matter, answers, and then no more."""
    number, _ = county.registered("desk", "县里登记的水沟纠纷，请街道测量。")
    county.ask("desk", "case", "cohandle", number, "--unit", "s-dipu", "--task", "现场测量")
    asked = county.until(lambda: county.custody("town", number), "the township knows the case")
    assert (asked["holder_title"], asked["header_only"]) == ("县矛调中心", True)
    told = county.ask("town", "case", "show", number)["writings"]
    assert "请街道测量" in told[0]["text"]
    county.ask("town", "case", "complete", number, "沟底被填高四十公分。")
    county.until(lambda: _assisting(county, number) == ["completed"], "the report came")
    texts = [one["text"] for one in county.ask("desk", "case", "show", number)["writings"]]
    assert "沟底被填高四十公分。" in texts
    assert county.reason("town", "case", "show", number) == "CASE_NOT_FOUND"


def test_up_by_report_out_by_letter_in_from_above(county):
    """情况上报, 移送外单位, 上级交办: custody stays where it is."""
    number, _ = county.registered("village")
    county.ask("village", "case", "report-up", number, "水还在涨，已转移三户。", "--kind", "紧急")
    told = lambda: [one for one in _reports(county, number) if one["open"]]  # noqa: E731 (asked until it is there)
    report = county.until(told, "the township was told")[0]
    assert report["text"] == "水还在涨，已转移三户。"
    county.ask("town", "case", "acknowledge", number, report["about"])
    assert [one["open"] for one in _reports(county, number)] == [False]
    mine, _ = county.registered("desk")
    out = ("case", "refer-out", mine, "--body", "o-anji-arbitration", "--letter-no", "2026-7")
    county.ask("desk", *out, "--due", county.day(28))
    county.ask("desk", "case", "referral", mine, "received")
    county.ask("desk", "case", "referral", mine, "已答复", "--answer", "已立案")
    assert county.custody("desk", mine)["referrals"][0]["state"] == "answered"
    above = ("case", "from-outside", mine, "--body", "o-huzhou-fucha", "--their-no", "湖信2026-9")
    county.ask("desk", *above, "--due", county.day(33), "--report-owed")
    assert county.custody("desk", mine)["holder_unit"] == "s-anji"


def _reports(county, number):
    """What the township was written about the case."""
    said = county.type("town", "case", "show", number, "--json")
    return said.json["writings"] if said.status == 0 else []


def _assisting(county, number):
    """How far each co-handler is, as the holder knows."""
    return [one["state"] for one in county.custody("desk", number)["cohandlings"]]
