"""Division codes: padding, tiers, parents, paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.divisions import Division, DivisionInvalid, Tier

COUNTY, TOWNSHIP = Division.parse("330523"), Division.parse("330523001")
VILLAGE = Division.parse("330523001204")
CODES = st.builds(
    "".join,
    st.tuples(
        st.integers(11, 82).map(str),
        st.integers(1, 99).map("{:02}".format),
        st.integers(1, 99).map("{:02}".format),
        st.integers(1, 999).map("{:03}".format),
        st.integers(1, 999).map("{:03}".format),
    ),
)


def test_a_short_code_is_padded() -> None:
    """Codes of each level have twelve digits and a path of three tokens."""
    assert COUNTY.code == "330523000000"
    assert COUNTY.path == "330523.000.000"
    assert TOWNSHIP.path == "330523.001.000"
    assert VILLAGE.path == "330523.001.204"


def test_tiers_follow_the_code() -> None:
    """Six, nine and twelve significant digits are county, township and village."""
    tiers = [Division.parse(code).tier for code in ("33", "3305", "330523")]
    assert tiers == [Tier.ABOVE, Tier.ABOVE, Tier.COUNTY]
    assert (TOWNSHIP.tier, VILLAGE.tier) == (Tier.TOWNSHIP, Tier.VILLAGE)


def test_parents_lead_to_the_province() -> None:
    """Each step up takes one level away; above a province there is nothing."""
    chain = [VILLAGE]
    while parent := chain[-1].parent:
        chain.append(parent)
    shown = [division.significant for division in chain]
    assert shown == ["330523001204", "330523001", "330523", "3305", "33"]


def test_within_is_the_subtree() -> None:
    """A division lies within itself and those above it, never within its neighbour."""
    assert VILLAGE.is_within(COUNTY)
    assert VILLAGE.is_within(VILLAGE)
    assert not COUNTY.is_within(VILLAGE)
    assert not Division.parse("330523010").is_within(TOWNSHIP)


@pytest.mark.parametrize(
    "text",
    ["", "3", "33052", "3305230012045", "33O523", "330523000204", "330500001", "００", "000000"],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    """Wrong lengths, letters, wide digits and holes in the levels."""
    with pytest.raises(DivisionInvalid):
        Division.parse(text)


@pytest.mark.parametrize("path", ["330523", "330523.1.204", "330523.001.204.1", "330523.000.204"])
def test_what_is_no_path_is_refused(path: str) -> None:
    """A path has three tokens of full length, without a hole."""
    with pytest.raises(DivisionInvalid):
        Division.from_path(path)


@given(CODES)
def test_a_path_leads_back_to_its_division(code: str) -> None:
    """Path and code say the same, and everything lies within each of its parents."""
    division = Division.parse(code)
    assert Division.from_path(division.path) == division
    assert division.parent is not None
    assert division.is_within(division.parent)
