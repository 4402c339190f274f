import inspect

from kernel.catalogue import Catalogue, Language
from kernel.errors import Refusal
from mediation import errors, errors_assessing, errors_casework, errors_consent
from mediation.domain import (
    agreement,
    assignment,
    case_endings,
    confirmation,
    consent,
    guards,
    opinion,
    parties,
    registration,
    sessions,
)
from mediation.handlers import closing

ENUMS = (
    agreement.Gap,
    assignment.Bar,
    assignment.Ground,
    consent.Fault,
    consent.Gap,
    guards.Gap,
    opinion.Gap,
    parties.Fault,
    registration.Difference,
    sessions.Fault,
)
DIFFERS = [
    guards.Lack(guards.Gap.ENDING_DIFFERS, closed_as=ending) for ending in case_endings.STANDS_FOR
]
OF_FIELDS = {"IN_FUTURE", "HAND_OF_OTHER_FORM", "SESSION_NOT_BEGUN"}


def test_whatever_mediation_refuses_or_warns_of_has_its_text_in_both_languages():
    """Reasons of errors, gaps, faults, bars, grounds and warnings; and the texts differ."""
    classes = [
        found
        for module in (errors, errors_assessing, errors_casework, errors_consent)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Refusal) and found.__module__ == module.__name__
    ]
    keys = {found.reason for found in classes} | OF_FIELDS
    keys |= {one.value for enum in ENUMS for one in enum} | set(confirmation.WARNINGS.values())
    keys |= {closing.violation(one).reason for one in DIFFERS}
    texts = Catalogue.load("mediation")
    for language in Language:
        assert {key for key in keys if not texts.has(key, language)} == set()
    assert all(texts.text(key, Language.ZH_CN) != texts.text(key, Language.EN) for key in keys)
