"""Every model holds within small bounds; `make model` searches the full ones."""

import pytest

from .__main__ import main, search
from .checker import Outcome, Verdict, check
from .searches import SMALL, AnyModel


@pytest.mark.parametrize("model", SMALL, ids=lambda model: f"{model.name}: {model.bounds}")
def test_model_holds(model: AnyModel) -> None:
    """No reachable state breaks the invariant, and from each of them the system can settle."""
    verdict = check(model)
    assert verdict.holds, str(verdict)


def test_table_has_a_line_for_every_search(capsys: pytest.CaptureFixture[str]) -> None:
    """The table names model, bounds, states, seconds and verdict of each search."""
    verdicts = search(SMALL[-1:])
    lines = capsys.readouterr().out.splitlines()
    assert [verdict.outcome for verdict in verdicts] == [Outcome.HOLDS]
    assert len(lines) == 2
    assert lines[1].split()[-1] == "holds"


def test_exit_status_is_one_after_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    """One failed search fails the whole run."""
    verdict = Verdict("any", Outcome.INCOMPLETE, 1, 0.0, "more than 1 states")
    monkeypatch.setattr(f"{main.__module__}.search", lambda _models: [verdict])
    assert main(["--small"]) == 1
