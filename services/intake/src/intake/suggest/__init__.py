"""Suggestions at registration: proposed with score and reason, decided by a person (design 7)."""

from intake.suggest.matter import Classifier, Matter, Suggestion
from intake.suggest.rules import RuleClassifier, shipped_classifier

__all__ = ["Classifier", "Matter", "RuleClassifier", "Suggestion", "shipped_classifier"]
