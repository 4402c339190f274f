"""The register of mediators of the demonstration, and when each of them is taken."""

from itertools import pairwise

import pytest

from kernel.clock import SystemClock
from kernel.directory import read_directory
from lianxin.cli.demo import mediators, report_settled, samples
from lianxin.cli.demo.mediators import Register
from lianxin.cli.demo.scenes import mediating
from lianxin.cli.node.config import shipped


@pytest.fixture(scope="module")
def entries():
    """The sample file."""
    return mediators.load()


@pytest.mark.parametrize(
    "channel, ending, counted",
    [
        ("meeting_day", "answered", True),
        ("meeting_day", "explained", False),
        ("visit", "answered", False),
    ],
)
def test_a_matter_counts_as_of_a_sitting_when_told_and_answered_in_one(channel, ending, counted):
    """By the case log: where it was told, and how it ended."""
    entries = [
        (1, "intake.registered", {"channel": channel}),
        (1, "custody.ended", {"ending": ending}),
    ]
    assert report_settled.WAYS["sitting"](entries) is counted


def test_every_mediator_belongs_to_a_unit_and_has_an_id_of_its_own(entries):
    """A node refuses an entry of an unknown unit."""
    sample = shipped("samples") / "anji" / "directory.yaml"
    directory = read_directory(sample.read_bytes()).file
    known = {one.id for one in (*directory.units, *directory.sites)}
    assert {one.unit_id for one in entries} <= known
    assert len({one.mediator_id for one in entries}) == len(entries)
    assert len({one.staff for one in entries}) == len(entries)


def test_no_mediator_sits_at_two_tables_at_once():
    """Whoever is called together: the sessions of each of them lie apart."""
    register = Register([])
    taken = [(one, register.sitting(one)) for one in ("ab", "a", "b", "bc", "c", "ab", "abc")]
    for who in "abc":
        spans = sorted(span for named, span in taken if who in named)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_disputes_go_every_way_and_most_are_agreed_on():
    """Oral, written, owed and failed ones are all there; orally only where that will do."""
    rows = [row for row in samples.load(SystemClock().now()) if row.procedure in mediating.KINDS]
    courses = [mediating.course_of(row) for row in rows]
    ways = (mediating.ORAL, mediating.WRITTEN, mediating.OWED, mediating.FAILED)
    assert set(courses) == set(ways)
    assert courses.count(mediating.FAILED) < len(courses) / 4
    assert all(
        row.category != "labour"
        for row, way in zip(rows, courses, strict=True)
        if way is mediating.ORAL
    )
