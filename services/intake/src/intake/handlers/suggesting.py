"""What the rules propose for a draft, and what it is found by as a possible duplicate."""

from datetime import datetime

from intake.domain import suggestions
from intake.domain.matter import (
    NARRATIVE,
    PARTIES,
    REQUEST_TEXT,
    REQUESTS,
    Draft,
    PartyDraft,
)
from intake.domain.suggestions import Suggestion
from intake.domain.text import text_violations
from intake.domain.words import Identity, PartyRole
from intake.errors import DraftInvalid
from intake.office import Office, as_ours, day_of
from intake.suggest.duplicates import Features, Teller, features
from intake.suggest.matter import Matter
from kernel.errors import FieldViolation

TERMS = 8
"""Terms of a case that a search finds it by."""


def check_so_far(draft: Draft) -> None:
    """See that a draft that is not complete can be looked at. Raises DraftInvalid."""
    wrong = list(draft.problems)
    wrong += text_violations("draft.narrative", draft.narrative, NARRATIVE, ids=True)
    if len(draft.requests) > REQUESTS:
        wrong.append(FieldViolation("draft.requests", "TOO_MANY", REQUESTS))
    if len(draft.parties) > PARTIES:
        wrong.append(FieldViolation("draft.parties", "TOO_MANY", PARTIES))
    for number, text in enumerate(draft.requests[:REQUESTS]):
        wrong += text_violations(f"draft.requests[{number}].text", text, REQUEST_TEXT, ids=True)
    if wrong:
        raise DraftInvalid(*wrong[:100])


def suggest(draft: Draft, office: Office, now: datetime, by: str) -> tuple[Suggestion, ...]:
    """Proposals for a draft; what the clerk has already said counts as confirmed by the clerk."""
    proposed = [as_ours(one) for one in office.classifier.suggest(_matter(draft, now))]
    said = {
        "category": draft.category,
        "purpose": draft.purpose.value if draft.purpose else "",
        "procedure": draft.procedure.value if draft.procedure else "",
    }
    for field, value in said.items():
        if value:
            proposed = suggestions.confirmed(proposed, field, value, by)
    return tuple(proposed)


def _matter(draft: Draft, now: datetime) -> Matter:
    return Matter(
        narrative=draft.narrative,
        requests=draft.requests,
        channel=draft.channel.value if draft.channel else "",
        place_code=draft.place_code,
        respondents=frozenset(map(_respondent, draft.parties)) - {""},
        headcount=draft.headcount,
        received_on=day_of(draft.received_at) if draft.received_at else None,
        registered_on=day_of(now),
    )


def _respondent(party: PartyDraft) -> str:
    if party.role is not PartyRole.RESPONDENT:
        return ""
    return "unit" if party.unit_id else party.kind.value


def features_of(draft: Draft, proposed: tuple[Suggestion, ...], office: Office) -> Features:
    """What the matter is found by as a possible duplicate of another: blind numbers only."""
    asking = [party for party in draft.parties if party.role is PartyRole.APPLICANT]
    answering = [party.name for party in draft.parties if party.role is PartyRole.RESPONDENT]
    anonymous = draft.identity is Identity.ANONYMOUS or not asking
    return features(
        "\n".join((draft.narrative, *draft.requests)),
        draft.place_code,
        office.vault.duplicates_key,
        category=suggestions.best(proposed, suggestions.CATEGORY),
        teller=None if anonymous else Teller(asking[0].name.strip(), asking[0].phone),
        respondent=next((name.strip() for name in answering if name.strip()), ""),
    )


def terms_of(proposed: tuple[Suggestion, ...]) -> tuple[str, ...]:
    """Terms of the lexicon that spoke for the proposals, each once."""
    return tuple(dict.fromkeys(term for one in proposed for term in one.terms))[:TERMS]
