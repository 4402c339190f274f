import json

DAY = "2026-11-02"
HOURS = {"begins": "08:30:00", "ends": "17:30:00"}


def _file(tmp_path, **changed):
    hearing = {
        "id": "h1", "minutes": 60, "earliest": DAY, "latest": DAY, "chairs": ["chair"],
        "panel_size": 1, "parties": ["party"], **changed,
    }  # fmt: skip
    problem = {
        "format": "hearing-plan/1",
        "workdays": [DAY],
        "rooms": [
            {"id": "r", "site": "s", "capacity": 9, "opens": "09:00:00", "closes": "11:00:00"}
        ],
        "people": [
            {"id": "chair", **HOURS},
            {"id": "party", **HOURS},
            {"id": "member", **HOURS, "kinds": ["lawyer"]},
        ],
        "hearings": [hearing],
    }  # fmt: skip
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem), "utf-8")
    return str(path)


def test_hearing_is_planned_from_a_file(run, tmp_path):
    """The plan names day, room, chair and panel, with cost and bound."""
    done = run("--json", "hearing", "plan", _file(tmp_path), "--seconds", "5")
    assert done.status == 0
    assert json.loads(done.out)["state"] == "proposed"
    assert json.loads(done.out)["hearings"][0]["panel"] == ["member"]


def test_what_cannot_be_is_said_in_words(run, tmp_path):
    """The demands that cannot hold together are named, in the language of the caller."""
    done = run("--json", "hearing", "plan", _file(tmp_path, public=20), "--seconds", "5")
    assert done.status == 1
    assert json.loads(done.out)["state"] == "infeasible"
    assert any("坐得下" in text for text in json.loads(done.out)["explanation"])


def test_wrong_field_of_a_problem_is_named(run, tmp_path):
    """A file that cannot be used is refused with the field and why."""
    done = run("--json", "hearing", "plan", _file(tmp_path, panel_size=2))
    assert done.status == 2
    assert list(json.loads(done.out)["error"]["fields"]) == ["hearings[0].panel_size"]
