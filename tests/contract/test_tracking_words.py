"""Intake has words for every step of a mediation or hearing that a resident is told of."""

from hearing.domain import facts as of_hearing
from intake.domain.sides import STAGES
from kernel.catalogue import Catalogue, Language
from mediation.domain import facts
from mediation.domain.words import SessionKind


def test_each_told_step_of_a_mediation_and_each_kind_of_session_has_plain_words():
    """In both languages; and the other side is told of no step that mediation does not know."""
    texts = Catalogue.load("intake")
    wanted = {f"STEP_{kind}" for kind in facts.TOLD}
    wanted |= {f"SESSION_{kind.value}" for kind in SessionKind}
    for language in Language:
        assert {key for key in wanted if not texts.has(key, language)} == set()
    told = {kind for kind in STAGES if kind.startswith("mediation.")}
    assert told <= facts.TOLD


def test_each_told_step_of_a_hearing_has_plain_words():
    """Those who asked hear of each; the other side of no step that hearing does not tell."""
    texts = Catalogue.load("intake")
    for language in Language:
        assert {k for k in of_hearing.TOLD if not texts.has(f"STEP_{k}", language)} == set()
    told = {kind for kind in STAGES if kind.startswith("hearing.")}
    assert told <= of_hearing.TOLD
    assert of_hearing.REQUESTED in of_hearing.TOLD - told
