"""Hearings (听证) by commands, at a county node and across a hand-over."""

WHY = "邻里争议多年，双方都要求公开讲清楚"
ASK = ("--why", WHY, "--trigger", "争议较大")


def accepted(county, who, **options):
    """A petition that somebody's unit has accepted; number and code."""
    number, code = county.registered(who, **options)
    county.ask(who, "case", "accept", number, "--procedure", "信访事项")
    return number, code


def requested(county, who, number, *more):
    """Asked for, once hearing was granted the case and routing knows that it was accepted."""

    def done():
        said = county.type(who, "hearing", "request", number, *ASK, *more, "--json")
        return said.json if said.status == 0 else None

    return county.until(done, f"a hearing of {number} asked for")


def hearing(county, who, number):
    """The current hearing of a case as somebody is shown it."""
    return county.ask(who, "hearing", "show", number)["hearings"][-1]


def logged(county, who, number, kind):
    """Wait until the log of a case has a fact of this kind."""

    def there():
        return [
            one for one in county.ask(who, "case", "log", number)["entries"] if one["kind"] == kind
        ]

    return county.until(there, f"{kind} in the log of {number}")[-1]


def told(county, number, code, words, node):
    """Wait until the resident is told a step in these words."""

    def found():
        steps = county.ask("nobody", "case", "track", number, code, node=node)["steps"]
        return [one["text"] for one in steps if words in one["text"]]

    return county.until(found, f"told: {words}")[-1]


def test_a_hearing_is_asked_for_decided_and_keeps_the_case_open(county):
    """A clerk asks, a leader decides; the resident is told; the case does not end meanwhile."""
    number, code = accepted(county, "desk")
    made = requested(county, "desk", number, "--panel", "5", "--hold-by", county.day(28))
    assert made["number"] == 1
    assert made["decide_by"] > county.day(0)
    assert county.reason("desk", "hearing", "request", number, *ASK) == "HEARING_UNDER_WAY"
    grant = ("hearing", "decide", number, "--grant", "--why", "争议较大，应当听证")
    assert county.type("desk", *grant).status != 0  # a clerk does not decide
    county.ask("second", *grant, "--seats", "20", "--public")
    shown = hearing(county, "desk", number)
    assert (shown["state"], shown["decision"], shown["request"]) == ("granted", "granted", WHY)
    needs = shown["needs"]
    assert (needs["panel_size"], needs["public_seats"], needs["public"]) == (5, 20, True)
    assert needs["hold_by"] == county.day(28)
    assert logged(county, "desk", number, "hearing.decided")
    assert told(county, number, code, "听证申请作出决定", "anji")
    assert county.reason("desk", "case", "close", number, "--ending", "不予支持") != ""
    cancel = ("hearing", "cancel", number, "--reason", "settled", "--why", "双方已经和解")
    county.ask("desk", *cancel)
    assert hearing(county, "desk", number)["state"] == "cancelled"
    lines = county.ask("desk", "hearing", "list", "--state", "已取消")["files"]
    assert number in {one["case_no"] for one in lines}


def test_a_hearing_that_is_only_asked_for_moves_with_its_case(county):
    """Asked for at the township, decided at the county that the case was escalated to."""
    number, _ = accepted(county, "town")
    requested(county, "town", number)
    county.ask("town", "case", "escalate", number, "--reason", "needs_departments")
    county.held_by("desk", number)
    county.ask("desk", "case", "sign", number)
    refuse = (
        "hearing",
        "decide",
        number,
        "--refuse",
        "--ground",
        "clear_facts",
        "--why",
        "事实清楚",
    )

    def decided():
        return county.type("second", *refuse).status == 0

    county.until(decided, "decided at the county")
    shown = hearing(county, "desk", number)
    assert (shown["state"], shown["ground"], shown["request"]) == ("refused", "clear_facts", WHY)
    assert county.reason("town", "hearing", "withdraw", number, "--why", "不听了") != ""


def test_what_falls_due_is_counted_and_listed(county):
    """A request that waits for its decision, within the week, for who decides and who organises."""
    number, _ = accepted(county, "desk")
    before = county.ask("desk", "today")["hearings_due"]
    made = requested(county, "desk", number)
    due = county.ask("desk", "hearing", "list", "--due")["files"]
    assert number in {one["case_no"] for one in due} or made["decide_by"] > county.day(7)
    counted = county.ask("desk", "today")["hearings_due"]
    assert counted - before == int(made["decide_by"] <= county.day(7))
    county.ask("desk", "hearing", "withdraw", number, "--why", "不申请了")
    assert county.ask("desk", "today")["hearings_due"] == before
