from datetime import date
from pathlib import Path

import pytest

from kernel.directory import read_directory
from kernel.directory.readings import MOST, readings
from kernel.directory.search import Gazetteer, Place, find_places, places_of

ANJI = Path(__file__).parents[2] / "deploy/samples/anji/directory.yaml"

PLACES = [
    Place(code="330523000000", title="安吉县", aliases=("安吉",)),
    Place(code="330523001000", title="递铺街道", aliases=("递铺", "递铺街道办事处")),
    Place(code="330523001211", title="鲁家村", aliases=("鲁家", "鲁家村委会")),
    Place(code="330523001205", title="康山村", aliases=("康山",)),
    Place(code="330523108000", title="天荒坪镇", aliases=("天荒坪",)),
    Place(code="330523108204", title="余村村", aliases=("余村",)),
    Place(code="330523105000", title="孝丰镇", aliases=("孝丰",)),
    Place(code="330523105214", title="新村村", aliases=("新村",)),
    Place(code="330523106299", title="新村", aliases=()),
    Place(code="330523106000", title="报福镇", aliases=("报福",)),
    Place(code="330522000000", title="长兴县", aliases=("长兴",)),
    Place(code="330523106301", title="垌里村", aliases=()),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(PLACES)


@pytest.mark.parametrize(
    "said,code",
    [
        ("鲁家村", "330523001211"),
        ("鲁家", "330523001211"),
        (" 鲁家 村 ", "330523001211"),
        ("lujia", "330523001211"),
        ("LuJiaCun", "330523001211"),
        ("录家村", "330523001211"),
        ("递铺街道鲁家村", "330523001211"),
        ("330523001211", "330523001211"),
        ("天荒", "330523108000"),
        ("余村", "330523108204"),
        ("安吉", "330523000000"),
        ("康三村", "330523001205"),
        ("changxing", "330522000000"),
        ("zhangxing", "330522000000"),
        ("墥里村", "330523106301"),
        ("tongli", "330523106301"),
    ],
)
def test_place_is_found_by_what_people_say(gazetteer, said, code):
    """Title, alias, pinyin, a like-sounding word, a longer address or the code find the place."""
    assert gazetteer.find(said)[0].code == code


def test_a_character_with_several_readings_gives_all_of_them():
    """The usual reading first; what is no Chinese character stands for itself; few are kept."""
    assert readings("长兴2组")[0] in {"changxing2zu", "zhangxing2zu"}
    assert {"changxing", "zhangxing"} <= set(readings("长兴"))
    assert readings("Lu-jia") == ("lu-jia",)
    assert len(readings("和着差行" * 3)) == MOST


def test_namesakes_show_their_township(gazetteer):
    """Two villages of one name both come, each with its township."""
    found = {it.township for it in gazetteer.find("新村") if it.score >= 0.95}
    assert found == {"孝丰镇", "报福镇"}


def test_short_code_gives_the_place_and_what_lies_under_it(gazetteer):
    """A township's nine digits find it first, then its villages."""
    codes = [it.code for it in gazetteer.find("330523001")]
    assert codes == ["330523001000", "330523001211", "330523001205"]


@pytest.mark.parametrize("said", ["", "   ", "北京市朝阳区", "999999", "?!"])
def test_nothing_near_finds_nothing(gazetteer, said):
    """What is nobody's name finds nothing rather than a guess."""
    assert gazetteer.find(said) == []


def test_a_single_look_up_needs_no_gazetteer():
    """The free function finds the same."""
    assert find_places("康山", PLACES)[0].title == "康山村"


def test_places_of_a_directory_are_found_by_code_and_alias():
    """Each valid site's codes become places; its place name, titles and aliases find them."""
    book = read_directory(ANJI.read_bytes())
    places = Gazetteer(places_of(book, date(2026, 11, 1)))
    assert places.find("递铺街道办事处")[0].code == "330523001000"
    assert places.find("330523001000")[0].title == "递铺街道"
