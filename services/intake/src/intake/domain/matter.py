"""What a resident says and asks, as taken down at the counter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from intake.domain.notices import MayNotify
from intake.domain.text import code_violations, phone_violations, text_violations
from intake.domain.words import (
    HELP_FLAGS,
    Channel,
    Identity,
    PartyKind,
    PartyRole,
    Procedure,
    Purpose,
)
from kernel.divisions import Division, DivisionInvalid, Tier
from kernel.errors import FieldViolation

NARRATIVE, REQUEST_TEXT, PLACE_TEXT, NAME, LIVING, CONTACT = 20_000, 500, 200, 100, 200, 200
PARTIES, REQUESTS, ABOUT, CODES, HEADCOUNT = 200, 50, 20, 20, 1_000_000
SKEW = timedelta(minutes=5)
"""How far the clock of another machine may be ahead before its times are refused."""


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """Somebody a matter concerns."""

    role: PartyRole | None
    kind: PartyKind = PartyKind.PERSON
    name: str = ""
    phone: str = ""
    living_place: str = ""
    household_place: str = ""
    safe_contact: str = ""
    unit_id: str = ""
    help_flags: tuple[str, ...] = ()
    party_id: UUID | None = None
    may_notify: MayNotify | None = None

    def violations(self, path: str) -> Iterator[FieldViolation]:
        """What is wrong with it."""
        if self.role is None:
            yield FieldViolation(f"{path}.role", "REQUIRED")
        yield from text_violations(f"{path}.name", self.name, NAME)
        yield from phone_violations(f"{path}.phone", self.phone)
        yield from text_violations(f"{path}.living_place", self.living_place, LIVING)
        yield from text_violations(f"{path}.household_place", self.household_place, LIVING)
        yield from text_violations(f"{path}.safe_contact", self.safe_contact, CONTACT)
        yield from code_violations(f"{path}.unit_id", self.unit_id, 64)
        for number, flag in enumerate(self.help_flags):
            if flag not in HELP_FLAGS:
                yield FieldViolation(f"{path}.help_flags[{number}]", "UNKNOWN_VALUE")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a clerk enters.

    Four questions are compulsory: who or anonymous, phone or none, where, what. Enums are None
    where nothing, or nothing known, was given.
    """

    channel: Channel | None
    identity: Identity | None
    narrative: str
    place_code: str
    parties: tuple[PartyDraft, ...] = ()
    requests: tuple[str, ...] = ()
    place_text: str = ""
    received_at: datetime | None = None
    source_system: str = ""
    source_no: str = ""
    category: str = ""
    purpose: Purpose | None = None
    procedure: Procedure | None = None
    about_units: tuple[str, ...] = ()
    sealed_for: str = ""
    headcount: int = 0
    urgent: bool = False
    litigation_related: bool = False
    backlog: bool = False
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    problems: tuple[FieldViolation, ...] = field(default=())
    """What could not be read at all, found while converting."""

    @property
    def applicants(self) -> int:
        """Number of applicants and representatives named."""
        asking = {PartyRole.APPLICANT, PartyRole.REPRESENTATIVE}
        return sum(party.role in asking for party in self.parties)

    @property
    def is_accusation(self) -> bool:
        """检举控告: kept from everybody but the receiving body."""
        return bool(self.sealed_for) or self.purpose is Purpose.ACCUSATION

    @property
    def people(self) -> int:
        """People concerned (人次): as counted, at least those who are named, at least one."""
        return max(self.headcount, self.applicants, 1)

    @property
    def reachable(self) -> bool:
        """Whether a written notice is owed: name and an address are known (条例 23)."""
        return any(
            party.role is PartyRole.APPLICANT and party.name and party.living_place
            for party in self.parties
        )


def violations(draft: Draft, now: datetime, path: str = "draft") -> list[FieldViolation]:
    """Everything wrong with a draft, at once."""
    found = list(draft.problems)
    found += _who(draft, path)
    found += text_violations(
        f"{path}.narrative", draft.narrative, NARRATIVE, required=True, ids=True
    )
    found += _where(draft, path)
    found += _asked(draft, path)
    found += _source(draft, path)
    found += _when(draft, now, path)
    found += _codes(draft, path)
    return found


def _who(draft: Draft, path: str) -> Iterator[FieldViolation]:
    if draft.channel is None:
        yield FieldViolation(f"{path}.channel", "REQUIRED")
    if draft.identity is None:
        yield FieldViolation(f"{path}.identity", "REQUIRED")
    if len(draft.parties) > PARTIES:
        yield FieldViolation(f"{path}.parties", "TOO_MANY", PARTIES)
        return
    for number, party in enumerate(draft.parties):
        yield from party.violations(f"{path}.parties[{number}]")
    if draft.identity in {Identity.NAMED, Identity.WITHHELD}:
        yield from _named(draft, path)
    elif draft.identity is Identity.ANONYMOUS:
        yield from _nameless(draft, path)


def _named(draft: Draft, path: str) -> Iterator[FieldViolation]:
    applicants = [n for n, p in enumerate(draft.parties) if p.role is PartyRole.APPLICANT]
    if not applicants:
        yield FieldViolation(f"{path}.parties", "APPLICANT_REQUIRED")
    for number in applicants:
        if not draft.parties[number].name.strip():
            yield FieldViolation(f"{path}.parties[{number}].name", "REQUIRED")


def _nameless(draft: Draft, path: str) -> Iterator[FieldViolation]:
    asking = {PartyRole.APPLICANT, PartyRole.REPRESENTATIVE}
    for number, party in enumerate(draft.parties):
        if party.role in asking and party.name.strip():
            yield FieldViolation(f"{path}.parties[{number}].name", "ANONYMOUS_NAMED")


def _where(draft: Draft, path: str) -> Iterator[FieldViolation]:
    yield from place_violations(f"{path}.place_code", draft.place_code)
    yield from text_violations(f"{path}.place_text", draft.place_text, PLACE_TEXT)


def place_violations(path: str, code: str) -> Iterator[FieldViolation]:
    """What is wrong with the division code of a place: it names a county at least."""
    if not code:
        yield FieldViolation(path, "REQUIRED")
        return
    try:
        tier = Division.parse(code[:24]).tier
    except DivisionInvalid:
        yield FieldViolation(path, "MALFORMED")
    else:
        if tier is Tier.ABOVE:
            yield FieldViolation(path, "PLACE_TOO_WIDE")


def _asked(draft: Draft, path: str) -> Iterator[FieldViolation]:
    if len(draft.requests) > REQUESTS:
        yield FieldViolation(f"{path}.requests", "TOO_MANY", REQUESTS)
        return
    for number, text in enumerate(draft.requests):
        yield from request_violations(f"{path}.requests[{number}]", text)


def request_violations(path: str, text: str) -> list[FieldViolation]:
    """What is wrong with one thing asked for."""
    return text_violations(f"{path}.text", text, REQUEST_TEXT, required=True, ids=True)


def _source(draft: Draft, path: str) -> Iterator[FieldViolation]:
    yield from code_violations(f"{path}.source_system", draft.source_system, 64)
    yield from text_violations(f"{path}.source_no", draft.source_no, 100)
    if draft.source_no and not draft.source_system:
        yield FieldViolation(f"{path}.source_system", "REQUIRED")


def _when(draft: Draft, now: datetime, path: str) -> Iterator[FieldViolation]:
    if draft.received_at is not None and draft.received_at > now + SKEW:
        yield FieldViolation(f"{path}.received_at", "IN_FUTURE")
    if draft.backlog and draft.received_at is None:
        yield FieldViolation(f"{path}.received_at", "REQUIRED")


def _codes(draft: Draft, path: str) -> Iterator[FieldViolation]:
    yield from code_violations(f"{path}.category", draft.category, 64)
    yield from code_violations(f"{path}.sealed_for", draft.sealed_for, 64)
    yield from _list(f"{path}.about_units", draft.about_units, ABOUT)
    yield from _list(f"{path}.tags", draft.tags, CODES)
    yield from _list(f"{path}.needs", draft.needs, CODES)
    if not 0 <= draft.headcount <= HEADCOUNT:
        yield FieldViolation(f"{path}.headcount", "TOO_LARGE", HEADCOUNT)
    if draft.purpose is Purpose.ACCUSATION and not draft.sealed_for:
        yield FieldViolation(f"{path}.sealed_for", "RECEIVING_BODY_REQUIRED")
    if draft.sealed_for and draft.sealed_for in draft.about_units:
        yield FieldViolation(f"{path}.sealed_for", "COMPLAINED_OF")


def _list(path: str, codes: Iterable[str], most: int) -> Iterator[FieldViolation]:
    listed = tuple(codes)
    if len(listed) > most:
        yield FieldViolation(path, "TOO_MANY", most)
        return
    for number, code in enumerate(listed):
        yield from code_violations(f"{path}[{number}]", code, 64, required=True)
