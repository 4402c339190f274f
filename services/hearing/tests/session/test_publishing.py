from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from hearing.domain.publishing import Bar, Matter, bars, bars_of_day, bars_of_text, missing

ZHOU, WU = UUID(int=1), UUID(int=2)
TODAY = date(2026, 11, 23)


def test_only_a_public_served_unprotected_matter_with_every_consent_is_free():
    """Of all combinations one is free, and each thing that is wrong is named."""
    for public, protected, served, zhou, wu in product((True, False), repeat=5):
        willing = frozenset(one for one, said in ((ZHOU, zhou), (WU, wu)) if said)
        found = set(bars(Matter(public, protected, served, frozenset({ZHOU, WU}), willing)))
        wrong = {Bar.NOT_PUBLIC: not public, Bar.PROTECTED: protected, Bar.UNSERVED: not served}
        assert found == {bar for bar, so in wrong.items() if so} | (
            set() if zhou and wu else {Bar.CONSENT}
        )


def test_a_matter_with_nobody_to_consent_is_not_published():
    """No party on file is no consent."""
    nobody = frozenset()
    assert set(bars(Matter(True, False, True, nobody, nobody))) == {Bar.CONSENT}
    assert missing({ZHOU, WU}, {WU}) == (ZHOU,)


@pytest.mark.parametrize(
    ("days", "bar"),
    [(-1, Bar.DAY_PAST), (0, Bar.DAY_PAST), (1, None), (90, None), (91, Bar.DAY_TOO_FAR)],
)
def test_it_comes_down_on_a_day_that_is_ahead_and_not_too_far(days, bar):
    """From tomorrow to as many days as the profile says."""
    assert list(bars_of_day(TODAY + timedelta(days), TODAY, 90)) == ([bar] if bar else [])


@pytest.mark.parametrize(
    ("text", "bar"),
    [
        ("申请人主张合理，部分支持。", None),
        ("周 阿福的主张合理。", Bar.NAMES),
        ("联系电话 13800001234。", Bar.NUMBERS),
        ("电话0572-5123456。", Bar.NUMBERS),
        ("身份证号33052319800101123X。", Bar.NUMBERS),
        ("鹤鹿溪村18号楼", Bar.NUMBERS),
        ("2026年11月23日听证，赔偿12000元，条例第31条。", None),
    ],
)
def test_a_text_that_says_who_somebody_is_is_found(text, bar):
    """Names on file, telephones, ids and doors; days, sums and articles pass."""
    assert list(bars_of_text(text, ["周阿福", "吴"])) == ([bar] if bar else [])
