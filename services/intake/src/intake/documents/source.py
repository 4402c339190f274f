"""What a document may say of a case: each fact by name, taken from the case as it stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.documents.citing import cited, of_procedure, of_rules
from intake.documents.figures import day_text
from intake.documents.heard import Heard
from intake.documents.hearing import HEARD
from intake.documents.kinds import Kind
from intake.documents.mediated import Mediated
from intake.documents.reviewed import Reviewed
from intake.documents.settling import MEDIATED
from intake.domain.facts import (
    COMPLETION_ASKED,
    DOCUMENT_MADE,
    REFUSAL_PROPOSED,
    WITHDRAWAL_ASKED,
)
from intake.domain.refusals import RefusalKind
from intake.domain.showing import Reader
from intake.domain.states import State
from intake.domain.words import Identity, PartyRole
from intake.office import Office, day_of
from intake.storage.reading import Content
from intake.vault import CaseVault
from kernel.catalogue import Catalogue, Language
from kernel.documents import Value
from kernel.identity import Caller
from kernel.regulation import Profile, applies, conditions, due

Row = Mapping[Any, Any]
HANDLING, REVIEW, REREVIEW = "handling", "review_request", "rereview_request"
MEDIATION, CONFIRMATION = "mediation", "confirmation"


@dataclass(frozen=True, slots=True)
class Said:
    """One note of the history, opened."""

    row: Row
    said: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The kind of its fact."""
        kind: str = self.row["kind"]
        return kind


@dataclass(frozen=True, slots=True)
class Source:
    """A case, opened for somebody who may read its content, and what a document draws on."""

    row: Row
    content: Content
    notes: Sequence[Said]
    vault: CaseVault
    office: Office
    texts: Catalogue
    caller: Caller
    now: datetime
    mediated: Mediated | None = None
    reviewed: Reviewed | None = None
    heard: Heard | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    """What was handed in, for facts that depend on it."""

    def text(self, key: str, **values: str) -> str:
        """A text of the catalogue as it stands on paper. Documents are Chinese whoever asks."""
        return self.texts.text(key, Language.ZH_CN, **values)

    def word(self, value: str | None) -> str:
        """A word of the case as it stands on paper."""
        return self.text(f"DOCUMENT_WORD_{value}") if value else ""

    def title(self, unit: str) -> str:
        """What a unit is called on paper: a desk by the whole title of its site."""
        directory = self.office.directory()
        known = directory.units.get(unit)
        if known is not None and known.id == known.site:
            return directory.sites[known.site].title
        return directory.title(unit)

    def party_name(self, party: Row) -> str:
        """The name of a party; for who asked not to be named, what the case calls the person."""
        reader = Reader(
            self.caller.unit, self.row["holder_unit"], self.row["registering_unit"], asked=True
        )
        said = self.vault.open(f"party:{party['party_id']}", party["sealed"])
        name: str = said.get("name", "")
        role, identity = PartyRole(party["role"]), Identity(self.row["identity"])
        if name and not reader.sees_person(identity, role):
            return self.text("DOCUMENT_WORD_withheld", case_no=self.row["case_no"])
        return name

    @property
    def profile(self) -> Profile:
        """The regulation profile of the case."""
        return self.office.profile_of(self.row["regulation"])

    def last_said(self, *kinds: str) -> Mapping[str, Any]:
        """What was said last with an act of these kinds."""
        found = [note.said for note in self.notes if note.kind in kinds]
        return found[-1] if found else {}


def fact(source: Source, name: str, kind: Kind) -> Value:
    """A fact by the name that the table of kinds uses; empty where the case has none."""
    if name == "basis":
        profile = source.profile
        named = of_procedure(profile, kind.basis, source.row["procedure"] or "")
        return cited(profile, of_rules(profile, named))
    return (FACTS.get(name) or MEDIATED.get(name) or HEARD[name])(source)


def _review_body(source: Source) -> Value:
    """Who reviews what the unit decides that has the case; not whom the matter is about."""
    directory = source.office.directory()
    body = directory.review_body(source.row["holder_unit"] or "")
    concerned = body in source.row["about_units"].split()
    return "" if concerned or not body else directory.title(body)


def _instant(column: str) -> Callable[[Source], Value]:
    def read(source: Source) -> Value:
        at = source.row[column]
        return day_text(day_of(at)) if at else ""

    return read


def _title(column: str) -> Callable[[Source], Value]:
    return lambda source: source.office.directory().title(source.row[column])


def _names(*roles: PartyRole) -> Callable[[Source], Value]:
    wanted = {role.value for role in roles}

    def read(source: Source) -> Value:
        found = [one for one in source.content.parties if one["role"] in wanted]
        return "、".join(filter(None, map(source.party_name, found)))

    return read


def _said(field: str, *kinds: str) -> Callable[[Source], Value]:
    return lambda source: str(source.last_said(*kinds).get(field, ""))


def _unit(source: Source) -> Value:
    return source.title(source.caller.unit or source.row["holder_unit"])


def _phone(source: Source) -> Value:
    directory, row = source.office.directory(), source.row
    return directory.phone(row["holder_unit"]) or directory.phone(row["registering_unit"])


def _requests(source: Source) -> Value:
    """The things asked for; the narrative stands for the one request without a text."""
    vault, row = source.vault, source.row
    texts = [
        vault.open(f"request:{one['no']}", one["sealed"]).get("text", "")
        for one in source.content.requests
    ]
    narrative = vault.open("content", row["sealed_content"]).get("narrative", "")
    return [text or narrative for text in texts]


def _due_on(source: Source) -> Value:
    """The end of the clock that acceptance began; before it, what routing told."""
    row, profile = source.row, source.profile
    procedure = row["procedure"] or ""
    holding = conditions(
        procedure=procedure, purpose=row["purpose"] or "", litigation=row["litigation_related"]
    )
    for clock in filter(None, map(profile.clocks.get, (HANDLING, MEDIATION))):
        if row["accepted_at"] and applies(clock, procedure, holding):
            end = due(profile, clock.id, row["accepted_at"], calendar=source.office.calendar)
            return day_text(end.due)
    return day_text(row["next_due_on"]) if row["next_due_on"] else ""


def _days(clock_id: str) -> Callable[[Source], Value]:
    def read(source: Source) -> Value:
        clock = source.profile.clocks.get(clock_id)
        return str(clock.limit) if clock is not None and clock.limit else ""

    return read


def _articles(*rules: str) -> Callable[[Source], Value]:
    def read(source: Source) -> Value:
        return cited(source.profile, of_rules(source.profile, rules))

    return read


def _of_last(kind: str, name: str) -> Callable[[Source], Value]:
    """A value of the last document of a kind that was made in the case, as it stands there."""

    def read(source: Source) -> Value:
        made = [note.said for note in source.notes if note.kind == DOCUMENT_MADE]
        values = [one["values"].get(name, "") for one in made if one["kind"] == kind]
        return str(values[-1]) if values else ""

    return read


def _review(read: Callable[[Source, Reviewed], Value]) -> Callable[[Source], Value]:
    """A fact of the review that the document tells of; empty where there is none."""
    return lambda source: read(source, source.reviewed) if source.reviewed else ""


def _reviewed_unit(source: Source) -> Value:
    """Whose answer is reviewed; the unit that has the case where no review is on file."""
    if source.reviewed is None:
        return source.office.directory().title(source.row["holder_unit"])
    return source.title(source.reviewed.reviewed_unit)


def _found_anew(kind: str) -> Callable[[Source], Value]:
    """What mediation established since; else what the opinion under review rests on."""

    def read(source: Source) -> Value:
        established = source.mediated.facts if source.mediated else ""
        return established or _of_last(kind, "facts")(source)

    return read


def _no_mediation_ground(source: Source) -> Value:
    """What was said when intake refused to mediate; else the ground that mediation noted."""
    decided = (source.row["state"], source.row["refusal"])
    if decided == (State.REFUSED.value, RefusalKind.NOT_MEDIATED.value):
        return _said("grounds", REFUSAL_PROPOSED)(source)
    return MEDIATED["mediation_ground"](source)


def _narrative(source: Source) -> Value:
    said = source.vault.open("content", source.row["sealed_content"])
    return str(said.get("narrative", ""))


def _representatives_most(source: Source) -> Value:
    rules = source.profile.rules.representatives
    return str(rules.most_for(source.row["headcount"]))


_APPLICANT = _names(PartyRole.APPLICANT)
_GROUNDS = (REFUSAL_PROPOSED, COMPLETION_ASKED)

FACTS: Mapping[str, Callable[[Source], Value]] = {
    "today": lambda source: day_text(day_of(source.now)),
    "unit": _unit,
    "case_no": lambda source: str(source.row["case_no"]),
    "applicant": _APPLICANT,
    "agent": _names(PartyRole.AGENT),
    "representatives": _names(PartyRole.REPRESENTATIVE),
    "received_on": _instant("received_at"),
    "accepted_on": _instant("accepted_at"),
    "holder": _title("holder_unit"),
    "phone": _phone,
    "requests": _requests,
    "due_on": _due_on,
    "procedure": lambda source: source.word(source.row["procedure"]),
    "mandate": lambda source: source.word(source.row["mandate"]),
    "headcount": lambda source: str(source.row["headcount"]),
    "ground": _said("grounds", *_GROUNDS),
    "route": _said("route", *_GROUNDS),
    "wish": _said("why", WITHDRAWAL_ASKED),
    "respondent": _names(PartyRole.RESPONDENT),
    "narrative": _narrative,
    "no_mediation_ground": _no_mediation_ground,
    "review_days": _days(REVIEW),
    "review_basis": _articles(f"clock:{REVIEW}"),
    "rereview_days": _days(REREVIEW),
    "rereview_basis": _articles(f"clock:{REREVIEW}"),
    "confirm_days": _days(CONFIRMATION),
    "confirm_basis": _articles(f"clock:{CONFIRMATION}"),
    "review_body": _review_body,
    "opinion_number": _of_last("opinion", "number"),
    "opinion_on": _of_last("opinion", "date"),
    "opinion_body": _of_last("opinion", "review_body"),
    "review_number": _of_last("review_opinion", "number"),
    "review_on": _of_last("review_opinion", "date"),
    "review_by": _of_last("review_opinion", "unit"),
    "review_next": _of_last("review_opinion", "review_body"),
    "representatives_most": _representatives_most,
    "asked_for_review_on": _review(lambda _, one: day_text(one.asked_on)),
    "reviewed_unit": _reviewed_unit,
    "review_outcome": _review(lambda source, one: source.word(one.result)),
    "review_said": _review(lambda _, one: one.opinion),
    "reviewed_facts": _found_anew("opinion"),
    "rereviewed_facts": _found_anew("review_opinion"),
}
"""Every fact there is, but for the basis, which depends on the kind."""
