"""The case log says in words what other services add to it."""

import pytest

from hearing.domain import facts as hearing
from kernel.catalogue import Catalogue, Language
from mediation.domain import facts as mediation
from routing.convert.custody import entry_key


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kinds", [hearing.KINDS, mediation.KINDS], ids=["hearing", "mediation"])
def test_every_fact_of_a_service_has_its_sentence_in_the_log(kinds, language):
    """No entry is shown by its code."""
    texts = Catalogue.load("routing")
    assert [kind for kind in sorted(kinds) if not texts.has(entry_key(kind), language)] == []
