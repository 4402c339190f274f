"""Custody and grant, pair by pair: which go together, and what the audit says of the others."""

from uuid import UUID

import pytest

from routing.domain.grant_rules import Granted, Known, difference
from routing.domain.words import Custody

CASE = UUID(int=7)


def known(custody, epoch=2, *, ended=False, facts=3, owed=False, taking=0):
    """What routing has."""
    return Known(CASE, "n", custody, epoch, ended, "u", facts, owed, taking)


def grant(state, epoch=2, *, unit="u", facts=3):
    """What the service has."""
    return Granted(CASE, epoch, state, unit, facts)


@pytest.mark.parametrize(
    ("custody", "granted"),
    [
        (known(Custody.HELD), grant("open")),
        (known(Custody.HELD, owed=True), grant("locked")),
        (known(Custody.HELD, ended=True), grant("ended")),
        (known(Custody.HELD, ended=True, owed=True), grant("open")),
        (known(Custody.RELEASING), grant("open")),
        (known(Custody.RELEASING), grant("locked")),
        (known(Custody.OUT), grant("locked")),
        (known(Custody.OUT, taking=3), grant("open", 3)),
        (known(Custody.RECEIVED), grant("open")),
        (known(Custody.RECEIVED), grant("locked", 1)),
        (known(Custody.NONE), None),
        (known(Custody.NONE), grant("locked")),
        (None, grant("ended")),
    ],
)
def test_what_goes_together_is_no_finding(custody, granted):
    """One writer where the case is held, none anywhere else, also in the middle of a hand-over."""
    assert difference(custody, granted) == ""


@pytest.mark.parametrize(
    ("custody", "granted", "rule"),
    [
        (known(Custody.HELD), None, "GRANT_MISSING"),
        (known(Custody.HELD), grant("open", 1), "GRANT_EPOCH"),
        (known(Custody.HELD), grant("open", 3), "GRANT_EPOCH"),
        (known(Custody.HELD), grant("locked"), "GRANT_LOCKED"),
        (known(Custody.HELD), grant("ended"), "GRANT_ENDED"),
        (known(Custody.HELD), grant("open", unit="other"), "GRANT_UNIT"),
        (known(Custody.HELD), grant("open", facts=4), "FACTS_DIFFER"),
        (known(Custody.HELD, epoch=9), grant("open", 9, facts=2), "FACTS_DIFFER"),
        (known(Custody.HELD, ended=True), grant("open"), "GRANT_OPEN"),
        (known(Custody.RELEASING), grant("ended"), "GRANT_ENDED"),
        (known(Custody.OUT), grant("open"), "GRANT_OPEN"),
        (known(Custody.OUT, taking=3), grant("open"), "GRANT_OPEN"),
        (known(Custody.RECEIVED), grant("open", 1), "GRANT_OPEN"),
        (known(Custody.NONE), grant("open"), "GRANT_OPEN"),
        (None, grant("open"), "GRANT_WITHOUT_CASE"),
    ],
)
def test_what_contradicts_itself_is_named(custody, granted, rule):
    """Each way in which two could write, or nobody can, has a rule of its own."""
    assert difference(custody, granted) == rule
