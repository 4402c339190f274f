from dataclasses import dataclass
from datetime import date
from time import perf_counter

import msgspec
import pytest

from intake.suggest import Matter, RuleClassifier, Suggestion, shipped_classifier
from intake.suggest.lexicon import LexiconFile, LexiconInvalid, refuse_words_about_persons
from intake.suggest.rulebook import shipped_categories, shipped_rules

WALL = (
    "我家和隔壁是老宅基并排的，上个月他家翻修围墙，墙脚往我这边多砌了十来公分。界石还在，"
    "被水泥盖住了。两家因为这个已经半个月不说话。"
)
NEUTRAL = "今天上午在这里说了一件事。"


@pytest.fixture(scope="module")
def classifier() -> RuleClassifier:
    return shipped_classifier()


@dataclass
class Proposed:
    """Suggestions by field."""

    suggestions: list[Suggestion]

    def one(self, field: str) -> Suggestion:
        """The first of a field."""
        return next(it for it in self.suggestions if it.field == field)

    def values(self, field: str) -> list[str]:
        """All values of a field."""
        return [it.value for it in self.suggestions if it.field == field]


def propose(classifier: RuleClassifier, narrative: str, request: str = "", **facts) -> Proposed:
    requests = (request,) if request else ()
    return Proposed(classifier.suggest(Matter(narrative=narrative, requests=requests, **facts)))


def test_every_field_is_proposed_once_with_a_score(classifier):
    """A neighbour's wall gets the five fields, each with a score between 0 and 1 and a reason."""
    found = propose(classifier, WALL, "请他退回去", channel="visit")
    for field in ("procedure", "category", "purpose", "difficulty", "colour"):
        assert 0 <= found.one(field).score <= 1
        assert found.one(field).reason
    assert found.values("category")[0] == "neighbour"
    assert found.one("procedure").value == "peoples_mediation"
    assert found.one("colour").value == "green"


def test_words_may_speak_against_the_best_value(classifier):
    """A best value with words against it and no rule of its own from some source is proposed."""
    text = "来信人现已回老家，请核实后把结果寄到户籍地。修的水泥路压断了两块板。因为业委会选举，"
    text += "对方在四百人的业主群里连着几天骂我是骗子、贪污，还把我家门牌号贴出来。"
    request = "东边那户新搭的雨棚伸出来一大截，一下雨水全淋在我家山墙上，里面墙皮都起泡了。"
    found = propose(classifier, "隔壁造房子吊车进出。" + text, request, channel="visit")
    assert found.one("procedure").value == "petition"


def test_evidence_is_lexicon_terms_only(classifier):
    """Terms named as evidence all come from the lexicons, never from the narrative alone."""
    known = {word for file in classifier._lexicon.files for _, word, _ in file.entries()}
    found = propose(classifier, WALL + "我叫某某，电话19900001234。", channel="visit")
    terms = {term for it in found.suggestions for term in it.terms}
    assert terms
    assert terms <= known


def test_text_without_a_known_word_is_other(classifier):
    """Nothing is dropped: a matter without a known word is proposed as `other`."""
    found = propose(classifier, "zzz")
    assert found.one("category").value == "other"
    assert found.one("category").reason == "NO_TERMS"


@pytest.mark.parametrize(
    "channel,narrative,procedure",
    [
        ("court", "法院诉前委派：当事人请求增加抚养费。", "court_entrusted"),
        ("call", "市民来电反映路灯不亮，请尽快处理。", "hotline"),
        ("superior", "上级转来信件，请依法查明征地补偿并书面答复。", "petition"),
        ("visit", "老板拖欠工资，工钱三个月没发。", "administrative_mediation"),
        ("visit", "法院调解书到期没付，要申请强制执行，已立案。", "statutory_route"),
        ("discipline", "移送的线索一件，按规定封存登记。", "petition"),
    ],
)
def test_procedure_follows_channel_and_words(classifier, channel, narrative, procedure):
    """The procedure proposed weighs channel, category and words."""
    assert propose(classifier, narrative, channel=channel).one("procedure").value == procedure


@pytest.mark.parametrize(
    "narrative,purpose",
    [
        ("来电咨询：高龄津贴怎么领，要带哪些材料？", "enquiry"),
        ("我建议在村口增设一面反光镜。", "suggestion"),
        ("打电话来谢谢大家，特致感谢。", "thanks"),
        ("反映干部收受回扣、以权谋私。", "accusation"),
        ("丈夫得了白血病，家里困难，申请临时救助。", "help"),
        ("要求退还押金，房东不肯退。", "redress"),
        (NEUTRAL, "redress"),
    ],
)
def test_purpose_is_heard_in_the_words(classifier, narrative, purpose):
    """Each purpose is recognised; redress is what remains."""
    assert propose(classifier, narrative).one("purpose").value == purpose


@pytest.mark.parametrize(
    "narrative,flag",
    [
        ("两个人爬上塔吊平台不肯下来，请马上派人。", "urgent"),
        ("一方持柴刀到门口，扬言要砍人。", "police_duty"),
        ("女生身上新旧伤痕，被继父用皮带抽打。", "minor"),
        ("丈夫喝了酒打我，掐我脖子。", "family_violence"),
        ("灌溉渠垮了，眼看要插秧，等水来了再修一季就没了。", "time_critical"),
        ("不服法院判决，二审也维持，想申请再审。", "litigation_related"),
        ("干部吃拿卡要，收受回扣。", "official_complaint"),
    ],
)
def test_flags_are_raised(classifier, narrative, flag):
    """What a clerk must see at once is flagged."""
    assert flag in propose(classifier, narrative).values("flag")


def test_collective_flag_needs_the_count_of_people(classifier):
    """Five people at the counter make a collective matter, four do not."""
    assert "collective" in propose(classifier, NEUTRAL, headcount=5).values("flag")
    assert "collective" not in propose(classifier, NEUTRAL, headcount=4).values("flag")


@pytest.mark.parametrize(
    "narrative,route",
    [
        ("被厂里辞退，赔偿金没有，要求走仲裁。", "arbitration"),
        ("被骗走三千六，公安已立案。", "litigation"),
        ("不服工伤认定，不予认定工伤决定书收到了。", "administrative_remedy"),
        ("要求查处邻户未批先建的违建。", "duty_to_act"),
    ],
)
def test_statutory_routes_are_candidates(classifier, narrative, route):
    """The branches of 条例 31 a redress matter may belong to are shown."""
    assert route in propose(classifier, narrative).values("route")


def test_routes_are_not_shown_for_a_question(classifier):
    """An enquiry is answered: no branch of 条例 31 is shown for it."""
    found = propose(classifier, "来电咨询：请问劳动仲裁怎么办理，要带哪些材料？")
    assert found.one("purpose").value == "enquiry"
    assert found.values("route") == []


def test_danger_is_red_and_many_small_worries_are_not(classifier):
    """Red needs a grave word; complaints piled up stay yellow."""
    assert propose(classifier, "有人持刀堵门，扬言要砍人。").one("colour").value == "red"
    piled = "拆迁补偿、征地、安置、尾款、拖欠、违建、审批、权属、停工、污染、滑坡、隐患、偷排都有。"
    assert propose(classifier, piled).one("colour").value == "yellow"


def test_a_matter_that_waited_long_is_harder(classifier):
    """A matter received years before it is registered is rated harder, with the reason."""
    fresh = propose(classifier, NEUTRAL).one("difficulty")
    old = propose(
        classifier, NEUTRAL, received_on=date(2013, 5, 1), registered_on=date(2026, 5, 1)
    ).one("difficulty")
    assert fresh.value == "simple"
    assert old.value == "ordinary"
    assert old.reason == "LONG_STANDING"


def test_request_weighs_more_than_narrative(classifier):
    """The same word counts for more where the resident says what is asked."""
    said = propose(classifier, "路灯").one("category").score
    asked = propose(classifier, NEUTRAL, "路灯").one("category").score
    assert asked > said


def test_suggesting_twice_gives_the_same(classifier):
    """Suggestions are a pure function of the matter."""
    matter = Matter(narrative=WALL, requests=("赔偿",), channel="visit", headcount=6)
    assert classifier.suggest(matter) == classifier.suggest(matter)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "😀" * 50, "围墙" * 10_000])
def test_any_text_is_answered(classifier, text):
    """Empty, broken, foreign and very long text gets its five fields like any other."""
    assert len({it.field for it in propose(classifier, text).suggestions}) >= 5


def test_categories_of_the_lexicon_are_those_of_the_forms(classifier):
    """Every category has words and every word list has its category; version names both."""
    assert set(classifier._lexicon.lanes["category"]) == set(shipped_categories())
    assert classifier.version.startswith("rules@1.")


def test_two_hundred_characters_are_quick(classifier):
    """A 200-character matter costs less than summing a range of 1,000 twelve times over."""
    # That sum takes about 10 µs on a quiet machine; measured beside, a busy one slows both.
    matter = Matter(narrative=(WALL * 4)[:200], requests=("请他退回去",), channel="visit")
    floor = _fastest(lambda: sum(range(1000)))
    assert _fastest(lambda: classifier.suggest(matter)) < 12 * floor


def _fastest(action) -> float:
    times = []
    for _ in range(40):
        start = perf_counter()
        for _ in range(50):
            action()
        times.append(perf_counter() - start)
    return min(times)


def test_unknown_weight_is_refused():
    """A lexicon that names a weight it does not define cannot be loaded."""
    file = LexiconFile(version=1, slot="x", weights={"sure": 1}, values={"a": {"shure": "字"}})
    with pytest.raises(LexiconInvalid):
        list(file.entries())


def test_colour_words_about_a_person_are_refused():
    """A colour lexicon may not speak of petitions made, illness, a record or a temper."""
    words = {"risk": {"some": "多次上访的人"}}
    file = LexiconFile(version=1, slot="colour", weights={"some": 1}, values=words)
    with pytest.raises(LexiconInvalid):
        refuse_words_about_persons(file, shipped_rules().colour.forbidden)


@pytest.mark.parametrize(
    "told",
    [
        "他是老上访户，今年来过十二次。",
        "他有精神病，还有前科，刑满释放三年。",
        "他脾气暴躁，情绪激动，大家都怕他。",
        "他得了癌症，又是残疾人，吃低保。",
        "他是外地人，以前吸毒。",
    ],
)
def test_same_matter_other_person_same_colour(classifier, told):
    """Petitions made, illness, record, temper and origin of a person never move the colour."""
    plain = propose(classifier, WALL, "请他退回去", channel="visit").one("colour")
    about_him = propose(classifier, WALL + told, "请他退回去", channel="visit").one("colour")
    assert (about_him.value, about_him.score) == (plain.value, plain.score)


def test_a_matter_says_nothing_of_who_tells_it():
    """A classifier cannot be told a person: the matter has no field for one."""
    fields = {field.name for field in msgspec.structs.fields(Matter)}
    assert fields == {
        "narrative",
        "requests",
        "channel",
        "place_code",
        "respondents",
        "headcount",
        "received_on",
        "registered_on",
    }
