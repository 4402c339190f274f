import pytest

from intake.domain.naming import names_somebody


@pytest.mark.parametrize(
    "text",
    [
        "周小满反映的排水沟问题部分成立。",
        "周 小 满反映的问题。",
        "周·小满反映的问题。",
        "周\n小满反映的问题。",
        "申请人（周小满，女）。",
    ],
)
def test_a_name_is_found_however_it_is_spaced_or_pointed(text):
    """Whoever reads it reads the name."""
    assert names_somebody(text, ["李某", "周小满"])


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("阿卜杜·热合曼", "阿卜杜热合曼的请求", True),
        ("Ann Lee", "the claim of ANN  LEE is heard", True),
        ("Ann Lee", "the claim of Ａｎｎ Lee is heard", True),
        ("An", "the county of Anji", False),
        ("An", "An asked for it", True),
        ("周", "周边环境", False),
        ("", "任何文字", False),
        ("周小满", "周某反映的问题", False),
        ("（）", "（）", False),
    ],
)
def test_a_name_is_a_word_of_its_own_or_at_least_two_characters(name, text, found):
    """A surname alone is nobody's name, and a short Latin name is not found within a word."""
    assert names_somebody(text, [name]) is found
