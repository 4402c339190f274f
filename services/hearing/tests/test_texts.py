import importlib
import inspect
import pkgutil

import hearing
from hearing.handlers import case_ending, case_part
from kernel.catalogue import Catalogue, Language
from kernel.errors import Refusal

OF_FIELDS = {
    "NEVER_PUBLIC",
    "PANEL_NOT_ODD",
    "HELD_TOO_LATE",
    "HOLD_BY_BEFORE",
    "HOLD_BY_IN_NOTICE",
    "TRIGGER_UNKNOWN",
    "TOO_MANY_REPRESENTATIVES",
    "TOO_MANY_AGENTS",
}
TEXTS = Catalogue.load("hearing")


def refusals():
    """Reasons of every refusal of the service, in whatever module it stands."""
    names = [one.name for one in pkgutil.iter_modules(hearing.__path__) if "errors" in one.name]
    modules = [importlib.import_module(f"hearing.{name}") for name in names]
    return {
        found.reason
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Refusal) and found.__module__ == module.__name__
    }


def test_whatever_hearing_refuses_has_its_text_in_both_languages():
    """Reasons of errors, of fields, against a hand-over and an ending; and the texts differ."""
    keys = refusals() | OF_FIELDS
    keys |= {case_part.HEARING_NOTICED, case_part.HEARING_JOINED}
    keys |= {case_ending.OPEN, case_ending.UNSERVED}
    for language in Language:
        assert {key for key in keys if not TEXTS.has(key, language)} == set()
    same = [key for key in keys if TEXTS.text(key, Language.ZH_CN) == TEXTS.text(key, Language.EN)]
    assert same == []
