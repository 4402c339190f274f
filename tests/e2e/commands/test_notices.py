"""Every command about notices: who was told, who could not be, told by a person."""


def test_told_where_it_can_be_and_put_to_a_person_where_not(county):
    """A registration is written down here; one without a telephone is told by a person, once."""
    number, _ = county.registered("desk")
    silent, _ = county.registered("desk", phone="无")

    def states(case):
        found = county.ask("desk", "notice", "list", "--case", case)["notices"]
        return [one["state"] for one in found if one["template"] == "registered"]

    county.until(lambda: states(number) == ["kept"], "written down")
    county.until(lambda: states(silent) == ["not_possible"], "not possible")
    waiting = county.ask("desk", "notice", "list", "--open", "--limit", "200")["notices"]
    (one,) = [each for each in waiting if each["case_no"] == silent]
    county.ask("desk", "notice", "retry", one["notice_id"], "--case", silent)
    county.until(lambda: states(silent) == ["not_possible"], "still not possible")
    told = county.ask("desk", "notice", "told", one["notice_id"][-12:], "--case", silent)
    assert told["notice"]["state"] == "told"
    assert county.reason("desk", "notice", "told", "0" * 12, "--case", silent) == "NOTICE_UNKNOWN"
    assert county.reason("desk", "notice", "report", one["notice_id"]) == "DENIED"

    def logged():
        entries = county.ask("desk", "case", "log", silent)["entries"]
        return "intake.told_in_person" in [entry["kind"] for entry in entries]

    county.until(logged, "in the log of the case")
