from itertools import product

from hearing.domain.session_words import Stage
from hearing.domain.stages import EVIDENCE, follows, may_confer, recusal_possible


def test_the_stages_follow_in_the_order_of_the_rules_and_none_is_left_out():
    """Opening, statement, facts and basis, rebuttal, last words: each only after the one before."""
    order = ["opening", "statement", "facts", "rebuttal", "last_words"]
    assert [stage.value for stage in Stage] == order
    for one, other in product(Stage, repeat=2):
        expected = order.index(other.value) == order.index(one.value) + 1
        assert follows(one, other) is expected


def test_the_panel_confers_only_after_the_last_words():
    """In no earlier stage, whatever was said."""
    assert [stage for stage in Stage if may_confer(stage)] == [Stage.LAST_WORDS]


def test_who_should_step_back_is_settled_before_anybody_speaks_to_the_matter():
    """At the opening and not later; evidence comes neither then nor with the last words."""
    assert [stage for stage in Stage if recusal_possible(stage)] == [Stage.OPENING]
    assert set(Stage) - EVIDENCE == {Stage.OPENING, Stage.LAST_WORDS}
