"""Everything of a registration that needs no database: rules, keys, ciphertext, suggestions.

It runs before the command is handed to the writer, so that a wrong draft costs no transaction and
a command that runs again seals nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.commands import RecordRead
from intake.domain import numbering, suggestions
from intake.domain.matter import Draft, PartyDraft, violations
from intake.domain.suggestions import Suggestion
from intake.domain.text import without_id_numbers
from intake.domain.words import Channel, Identity, PartyRole
from intake.errors import DraftInvalid, SealingKeyMissing
from intake.handlers.sealing import PartyRow, matter_of, party_row, personal, request_row
from intake.handlers.suggesting import features_of, suggest, terms_of
from intake.office import Office, day_of
from intake.storage.suggestions import to_text
from intake.suggest.duplicates import Features
from intake.vault import CaseVault
from kernel.errors import FieldViolation
from kernel.identity import Caller
from kernel.ids import new_id

ASKING = frozenset({PartyRole.APPLICANT.value, PartyRole.REPRESENTATIVE.value})
"""Roles of those who raise a matter."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration ready to be kept."""

    case_id: UUID
    chosen_id: bool
    unit: str
    path: str
    site: str
    series: str
    year: int
    case_no: str
    row: Mapping[str, Any]
    key_row: Mapping[str, Any]
    parties: tuple[PartyRow, ...]
    requests: tuple[Mapping[str, Any], ...]
    terms: tuple[str, ...]
    features: Features
    commitments: Mapping[str, str]
    suggestions: tuple[Suggestion, ...]
    source: tuple[str, str] | None
    draft: Draft
    regulation: str
    matter: str = ""  # keyed digest of what came under the source number
    shown: RecordRead | None = None  # the possible duplicates that are shown with the answer

    @property
    def applicant(self) -> PartyRow:
        """The party whose code is on the receipt: the first applicant."""
        return next(party for party in self.parties if party.row["role"] in ASKING)

    @property
    def others(self) -> tuple[PartyRow, ...]:
        """Everybody else who gets a code."""
        first = self.applicant
        return tuple(party for party in self.parties if party is not first)


@dataclass(frozen=True, slots=True)
class Asked:
    """A draft to be registered, by whom and when; `import_ref` names the row of a file."""

    draft: Draft
    caller: Caller
    now: datetime
    unit: str = ""
    case_id: UUID | None = None
    import_ref: tuple[str, str] | None = None


@dataclass(slots=True)
class _Made:
    """What the steps have made of a draft so far; `wrong` is why it goes no further."""

    asked: Asked
    wrong: Exception | None = None
    kept: Draft = field(init=False)
    unit: str = ""
    path: str = ""
    proposed: tuple[Suggestion, ...] = ()
    shut: "_Shut" = field(init=False)
    vault: CaseVault = field(init=False)
    features: Features = field(default_factory=Features)
    row: Mapping[str, Any] = field(init=False)


def prepare(asked: Sequence[Asked], office: Office) -> list[Registration | Exception]:
    """Check drafts and make of each what its registration writes, or the reason why not.

    Step by step for all of them: doing the same thing many times takes the interpreter two thirds
    of the time. The reasons:

    - DraftInvalid, naming every field that is wrong;
    - UnitUnknown, UnitElsewhere, NotYourUnit: the registering unit cannot be;
    - SealingKeyMissing: a sealed matter, and the receiving body has no key.
    """
    made = [_Made(one) for one in asked]
    for step in (_check_it, _place_it, _suggest_for_it, _seal_it, _find_its_features, _write_it):
        for one in made:
            if one.wrong is None:
                try:
                    step(one, office)
                except Exception as error:  # noqa: BLE001  # of this draft; the others go on
                    one.wrong = error
    return [one.wrong or _registration(one, office) for one in made]


def _check_it(made: _Made, office: Office) -> None:
    _check(made.asked.draft, office, made.asked.now)
    made.kept = _without_id_numbers(made.asked.draft)


def _place_it(made: _Made, office: Office) -> None:
    asked = made.asked
    made.unit, made.path = office.registering_unit(asked.unit, asked.caller, asked.now)


def _suggest_for_it(made: _Made, office: Office) -> None:
    if not made.kept.sealed_for:
        made.proposed = suggest(made.kept, office, made.asked.now, made.asked.caller.id)


def _seal_it(made: _Made, office: Office) -> None:
    made.vault = vault = office.vault.new_case(made.asked.case_id or new_id())
    sealed = made.kept.sealed_for
    made.shut = _sealed_to_body(made.kept, office, vault) if sealed else _sealed(made.kept, vault)


def _find_its_features(made: _Made, office: Office) -> None:
    if not made.kept.sealed_for:
        made.features = features_of(made.kept, made.proposed, office)


def _write_it(made: _Made, _office: Office) -> None:
    made.row = _row(made.shut.draft, made.shut.content, made.vault, made.proposed)


def _registration(made: _Made, office: Office) -> Registration:
    asked, shut, directory = made.asked, made.shut, office.directory()
    year, body = day_of(asked.now).year, asked.draft.sealed_for
    source = _source(asked.draft, asked.import_ref)
    number = ""
    if body:
        body_path = directory.path_of_unit(body)
        number = numbering.sealed_case_no(body_path, year, made.vault.random())
    return Registration(
        case_id=made.vault.case_id,
        chosen_id=asked.case_id is not None,
        unit=made.unit,
        path=made.path,
        site=directory.site_of(made.unit).id,
        series="" if body else numbering.series(made.path, year),
        year=year,
        case_no=number,
        row=made.row,
        key_row=made.vault.row,
        parties=shut.parties,
        requests=shut.requests,
        terms=terms_of(made.proposed),
        features=made.features,
        commitments=shut.commitments,
        suggestions=made.proposed,
        source=source,
        draft=shut.draft,
        regulation=office.regulation,
        matter=office.vault.matter_digest(source, matter_of(asked.draft)) if source else "",
    )


def _check(draft: Draft, office: Office, now: datetime) -> None:
    wrong = violations(draft, now)
    if draft.category and draft.category not in office.categories:
        wrong.append(FieldViolation("draft.category", "UNKNOWN_VALUE"))
    if wrong:
        raise DraftInvalid(*wrong[:100])
    if draft.sealed_for and not office.sealing_key(draft.sealed_for):
        raise SealingKeyMissing(unit=draft.sealed_for)


def _without_id_numbers(draft: Draft) -> Draft:
    narrative, found = without_id_numbers(draft.narrative)
    requests = tuple(without_id_numbers(text)[0] for text in draft.requests)
    if not found and requests == draft.requests:
        return draft
    return replace(draft, narrative=narrative, requests=requests)


def _source(draft: Draft, import_ref: tuple[str, str] | None) -> tuple[str, str] | None:
    if draft.source_no:
        return draft.source_system, draft.source_no
    return import_ref


@dataclass(frozen=True, slots=True)
class _Shut:
    """A draft with everything personal in ciphertext; `draft` is what may stay in clear."""

    draft: Draft
    content: bytes
    parties: tuple[PartyRow, ...]
    requests: tuple[Mapping[str, Any], ...]
    commitments: Mapping[str, str]


def _sealed(draft: Draft, vault: CaseVault) -> _Shut:
    content = vault.seal("content", {"narrative": draft.narrative, "place_text": draft.place_text})
    commitments = {"content": content.commitment}
    parties, requests = [], []
    for no, party in enumerate(_parties(draft), start=1):
        made, sealed = party_row(party, no, vault)
        parties.append(made)
        commitments[f"party:{made.row['party_id']}"] = sealed.commitment
    for no, text in enumerate(draft.requests or ("",), start=1):
        row, commitment = request_row(text, no, vault)
        requests.append(row)
        if commitment:
            commitments[f"request:{no}"] = commitment
    return _Shut(draft, content.data, tuple(parties), tuple(requests), commitments)


def _parties(draft: Draft) -> tuple[PartyDraft, ...]:
    """The parties; an anonymous matter has an applicant of whom nothing is known but a code."""
    if draft.applicants:
        return draft.parties
    return (PartyDraft(PartyRole.APPLICANT), *draft.parties)


def _sealed_to_body(draft: Draft, office: Office, vault: CaseVault) -> _Shut:
    """检举控告: all that was said goes to the receiving body's key; number and date stay."""
    content = {
        "channel": draft.channel.value if draft.channel else "",
        "identity": draft.identity.value if draft.identity else "",
        "narrative": draft.narrative,
        "place_code": draft.place_code,
        "place_text": draft.place_text,
        "requests": list(draft.requests),
        "about_units": list(draft.about_units),
        "parties": [
            personal(party)
            | {"role": party.role.value if party.role else "", "unit_id": party.unit_id}
            for party in draft.parties
        ],
    }
    sealed = office.vault.seal_to(office.sealing_key(draft.sealed_for), content)
    applicant, _ = party_row(PartyDraft(PartyRole.APPLICANT), 1, vault)
    open_part = Draft(
        channel=Channel.LETTER if draft.channel is None else draft.channel,
        identity=Identity.WITHHELD,
        narrative="",
        place_code="",
        sealed_for=draft.sealed_for,
        received_at=draft.received_at,
        source_system=draft.source_system,
        source_no=draft.source_no,
        backlog=draft.backlog,
    )
    return _Shut(open_part, sealed, (applicant,), ({"case_id": vault.case_id, "no": 1},), {})


def _row(
    draft: Draft, content: bytes, vault: CaseVault, proposed: tuple[Suggestion, ...]
) -> dict[str, Any]:
    decided = {name: suggestions.best(proposed, name) or None for name in suggestions.WORDS}
    return {
        "case_id": vault.case_id,
        "sealed_for": draft.sealed_for or None,
        "channel": (draft.channel or Channel.VISIT).value,
        "identity": (draft.identity or Identity.ANONYMOUS).value,
        "place_code": draft.place_code,
        "source_system": draft.source_system or None,
        "source_no": draft.source_no or None,
        "category": suggestions.best(proposed, suggestions.CATEGORY),
        **decided,
        "headcount": draft.people,
        "urgent": draft.urgent,
        "litigation_related": draft.litigation_related,
        "backlog": draft.backlog,
        "reachable": draft.reachable,
        "about_units": " ".join(draft.about_units),
        "tags": " ".join(draft.tags),
        "needs": " ".join(draft.needs),
        "suggestions": to_text(proposed),
        "sealed_content": content,
        "sealed_code_key": vault.sealed_code_key,
    }
