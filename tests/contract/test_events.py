"""Events, enum values and refusals: what one side says the other side understands."""

import importlib
import pkgutil

import pytest

import intake
import routing
from hearing import subscriptions as heard_by_hearing
from hearing.domain.facts import KINDS as HEARING_KINDS
from intake import subscriptions as heard_by_intake
from intake.convert import words as intake_words
from intake.domain.facts import KINDS, REGISTERED
from kernel.catalogue import Catalogue, Language
from kernel.doors.routing import ACCOUNTS_CHANGED, DIRECTORY_PUBLISHED
from kernel.errors import Refusal
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import events_pb2
from mediation import subscriptions as heard_by_mediation
from mediation.domain.facts import KINDS as MEDIATION_KINDS
from routing import subscriptions
from routing.convert import events, words
from routing.domain.events import DirectoryPublished

COMMON_ENUMS = sorted(common.DESCRIPTOR.enum_types_by_name)


def test_routing_knows_every_fact_of_intake():
    """What intake emits and what routing handles are the same set."""
    handled = {f"intake.{kind}" for kind in subscriptions.INTAKE_FACTS} | {subscriptions.REGISTERED}
    assert handled == set(KINDS)
    assert subscriptions.REGISTERED == REGISTERED


def test_routing_knows_every_fact_of_mediation():
    """Whatever mediation may emit, routing puts into the log."""
    handled = {f"mediation.{kind}" for kind in subscriptions.MEDIATION_FACTS}
    assert handled >= set(MEDIATION_KINDS)


def test_routing_knows_every_fact_of_hearing():
    """Whatever hearing may emit, routing puts into the log."""
    assert {f"hearing.{kind}" for kind in subscriptions.HEARING_FACTS} == set(HEARING_KINDS)


def test_services_hear_only_what_routing_says():
    """Each type a service subscribes to has a message of routing; none is misspelt."""
    said = {f"routing.{snake(name)}" for name in events_pb2.DESCRIPTOR.message_types_by_name}
    said = {name.replace("case_stepped", "stepped") for name in said}
    for service in (heard_by_intake, heard_by_mediation, heard_by_hearing):
        heard = {DIRECTORY_PUBLISHED, ACCOUNTS_CHANGED, *service.HANDLERS}
        assert heard <= said, heard - said


def snake(name):
    """CamelCase as it stands in an event's type."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def test_a_published_directory_has_the_type_that_services_hear():
    """The one event that no case belongs to."""
    encoded = events.encode(DirectoryPublished(1, "330523.000.000"))
    assert encoded.type == DIRECTORY_PUBLISHED
    assert encoded.case_id is None


@pytest.mark.parametrize("name", sorted(set(COMMON_ENUMS) & set(words.PREFIX)))
def test_enum_values_convert_both_ways_in_routing(name):
    """Each value has a word, and the word leads back to it."""
    enum = getattr(common, name)
    for number in enum.values():
        assert words.value(enum, words.word(enum, number)) == number


def test_enum_values_convert_both_ways_in_intake():
    """Each table of intake covers its enum (making it fails otherwise) and is one to one."""
    tables = [t for t in vars(intake_words).values() if isinstance(t, intake_words.Words)]
    assert len(tables) >= len({"Channel", "Procedure", "Purpose", "Difficulty", "Colour"})
    for table in tables:
        for number, word in table._words.items():
            assert table.number(word) == number


@pytest.mark.parametrize("name", sorted(set(COMMON_ENUMS) & set(words.PREFIX)))
def test_both_services_use_the_same_words(name):
    """A value stored by intake and by routing reads the same in both databases."""
    enum = getattr(common, name)
    prefix = words.PREFIX[name]
    for table in vars(intake_words).values():
        if isinstance(table, intake_words.Words) and same_enum(enum, prefix, table._words):
            for number, word in table._words.items():
                assert words.word(enum, number) == word.value


def same_enum(enum, prefix, table):
    """Whether a table of intake is about this enum of the protocol."""
    known = set(enum.values())
    return all(n in known and enum.Name(n) == f"{prefix}{w.name}" for n, w in table.items())


def refusals(package):
    """Every refusal of a service, and those of the kernel it answers with."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    return [kind for kind in all_below(Refusal) if kind.__module__.startswith(package.__name__)]


def all_below(kind):
    """Subclasses, to any depth."""
    return [found for below in kind.__subclasses__() for found in (below, *all_below(below))]


@pytest.mark.parametrize("package", [intake, routing])
def test_every_refusal_has_a_text_in_both_languages(package):
    """A reason without a text would be shown as a code."""
    texts = Catalogue.load(package.__name__)
    found = [kind for kind in refusals(package) if getattr(kind, "reason", "")]
    assert found
    for kind in found:
        for language in (Language.ZH_CN, Language.EN):
            assert texts.text(kind.reason, language) != kind.reason, kind
