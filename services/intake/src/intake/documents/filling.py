"""The values of a document: handed in or taken from the case, each checked by its type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from intake.documents import source as facts
from intake.documents.citing import cited, is_known
from intake.documents.errors import ValuesInvalid
from intake.documents.figures import day_text
from intake.documents.kept import Made
from intake.documents.kinds import Field, FieldType, Kind
from intake.documents.settling import SESSION_NO
from intake.documents.source import Source
from intake.domain.text import text_violations
from kernel.catalogue import Language
from kernel.documents import Value
from kernel.errors import FieldViolation

REFERENCES = 10
"""Articles that one document may cite."""
EARLIEST = date(2000, 1, 1)
REPEATED = frozenset({FieldType.LINES, FieldType.ROWS})
"""Types of what stands in a part of the template that repeats."""


@dataclass(slots=True)
class Filling:
    """One document while its fields are filled."""

    kind: Kind
    source: Source
    made: Sequence[Made]
    wrong: list[FieldViolation] = field(default_factory=list)

    def values(self, given: Mapping[str, str]) -> dict[str, Value]:
        """A value for every field of the kind.

        Raises:
            ValuesInvalid: naming each field that is unknown, wrong, or missing though required.
        """
        for name in given:
            known = self.kind.fields.get(name)
            if known is None or not known.given:
                reason = "UNKNOWN_FIELD" if known is None else "TAKEN_FROM_CASE"
                self._note(name, reason)
        found = {
            name: self._value(name, wanted, given.get(name, "").strip())
            for name, wanted in self.kind.fields.items()
        }
        if self.wrong:
            raise ValuesInvalid(*self.wrong[:100], kind=self.kind.id)
        return found

    def _value(self, name: str, wanted: Field, given: str) -> Value:
        before = len(self.wrong)
        if given and wanted.given:
            typed = READ[wanted.type](self, name, wanted, given)
            value: Value = self._with_file(name, wanted, typed)
        else:
            value = facts.fact(self.source, wanted.fact, self.kind) if wanted.fact else ""
            if wanted.type is FieldType.LINES and not isinstance(value, str):
                value = [text for text in value if isinstance(text, str) and text]
            if wanted.type in REPEATED:
                value = value or []
        if wanted.required and not value and len(self.wrong) == before:
            self._note(name, f"NEEDS_{name.upper()}")
        return value

    def _with_file(self, name: str, wanted: Field, typed: str) -> str:
        """What was handed in stands for the file, or adds to it; a decision is not typed anew."""
        if not wanted.adds or not typed:
            return typed
        filed = str(facts.fact(self.source, wanted.fact, self.kind))
        if wanted.type is FieldType.CHOICE:
            return typed if filed in {"", typed} else self._note(name, "TAKEN_FROM_CASE")
        return typed if filed in {"", typed} else f"{filed}\n{typed}"

    def _note(self, name: str, reason: str, limit: int | None = None) -> str:
        self.wrong.append(FieldViolation(f"values.{name[:40]}", reason, limit))
        return ""

    def _text(self, name: str, wanted: Field, given: str) -> str:
        found = text_violations(f"values.{name}", given, wanted.most)
        self.wrong.extend(found)
        return "" if found else given

    def _day(self, name: str, wanted: Field, given: str) -> str:
        try:
            day = date.fromisoformat(given)
        except ValueError:
            return self._note(name, "MALFORMED")
        return day_text(day) if day >= EARLIEST else self._note(name, "DATE_OUT_OF_RANGE")

    def _party(self, name: str, wanted: Field, given: str) -> str:
        for party in self.source.content.parties:
            if str(party["party_id"]) == given:
                return self.source.party_name(party) or self._note(name, "PARTY_NAMELESS")
        return self._note(name, "UNKNOWN_VALUE")

    def _unit(self, name: str, wanted: Field, given: str) -> str:
        directory = self.source.office.directory()
        units, bodies = directory.units, directory.outside
        titles = {key: unit.title for key, unit in units.items()}
        titles |= {key: body.title for key, body in bodies.items()}
        named = [key for key in titles if given in (key, titles[key], directory.title(key))]
        return directory.title(*named) if len(named) == 1 else self._note(name, "NAME_A_UNIT")

    def _basis(self, name: str, wanted: Field, given: str) -> str:
        profile, references = self.source.profile, given.split()
        if len(references) > REFERENCES:
            return self._note(name, "TOO_MANY", REFERENCES)
        if not all(is_known(profile, one) for one in references):
            return self._note(name, "NAME_AN_ARTICLE")
        return cited(profile, references) or self._note(name, "BASIS_NOT_LAW")

    def _document(self, name: str, wanted: Field, given: str) -> str:
        for one in self.made:
            if str(one.document_id) == given:
                title = self.source.texts.text(f"DOCUMENT_TITLE_{one.kind}", Language.ZH_CN)
                return f"{title}（{one.number}）" if one.number else title
        return self._note(name, "UNKNOWN_VALUE")

    def _session(self, name: str, wanted: Field, given: str) -> str:
        held = self.source.mediated.held if self.source.mediated else []
        known = SESSION_NO.fullmatch(given) and 0 < int(given) <= len(held)
        return str(int(given)) if known else self._note(name, "UNKNOWN_VALUE")

    def _choice(self, name: str, wanted: Field, given: str) -> str:
        words = {self.source.word(one) for one in wanted.choices}
        word = self.source.word(given) if given in wanted.choices else given
        return word if word in words else self._note(name, "NAME_A_CHOICE")


READ: Mapping[FieldType, Callable[[Filling, str, Field, str], str]] = {
    FieldType.TEXT: Filling._text,  # noqa: SLF001 (its own table)
    FieldType.DAY: Filling._day,  # noqa: SLF001 (as above)
    FieldType.PARTY: Filling._party,  # noqa: SLF001 (as above)
    FieldType.UNIT: Filling._unit,  # noqa: SLF001 (as above)
    FieldType.BASIS: Filling._basis,  # noqa: SLF001 (as above)
    FieldType.DOCUMENT: Filling._document,  # noqa: SLF001 (as above)
    FieldType.SESSION: Filling._session,  # noqa: SLF001 (as above)
    FieldType.CHOICE: Filling._choice,  # noqa: SLF001 (as above)
}
"""How a value that was handed in is read; other types are taken from the case only."""
