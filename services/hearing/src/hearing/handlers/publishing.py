"""Publication of a conclusion: consents, a preview, a second person, and down again on its day."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hearing.commands.conclusion import (
    DecidePublication,
    NoteConsent,
    ProposePublication,
    TakeDown,
)
from hearing.domain import facts
from hearing.domain.days import day_of, ends_of
from hearing.domain.publishing import (
    FIELDS,
    Bar,
    Matter,
    bars,
    bars_of_day,
    bars_of_text,
)
from hearing.domain.session_words import PublicationState, TakenDown
from hearing.domain.states import Act
from hearing.errors_session import (
    AnotherPersonNeeded,
    HeldTogether,
    PublicationBarred,
    PublicationMissing,
)
from hearing.handlers.acting import (
    Change,
    Opened,
    Row,
    Stamp,
    case_no_of,
    open_concluded,
    record,
)
from hearing.handlers.protecting import is_protected
from hearing.handlers.serving import to_serve
from hearing.handlers.session_rows import next_no, parties, words_of
from hearing.office import Office
from hearing.storage.tables import hearing, hearing_member
from hearing.storage.tables_session import conclusion, publication, publication_consent
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork

SHOWN = PublicationState.PUBLISHED.value


@dataclass(frozen=True, slots=True)
class Proposed:
    """Where the case stands, and the number of the preview."""

    stamp: Stamp
    publication_no: int


def note_consent(uow: UnitOfWork, command: NoteConsent, *, office: Office) -> Stamp:
    """A party's written word. A consent that is taken back takes down what is published.

    Raises:
        PublicationBarred: no party of the hearing, or a day that has not come.
        HeldTogether: it was heard along; the word counts at the case that leads.
    """
    opened = open_concluded(
        uow, command.case_id, command.seen, Act.PUBLISH, earlier=not command.given
    )
    _expect_own(uow, opened)
    if command.party_id not in parties(uow, opened):
        raise PublicationBarred(FieldViolation("party_id", "HEARING_PARTY_UNKNOWN"))
    if command.on_day > day_of(uow.now):
        raise PublicationBarred(FieldViolation("on_day", "HEARING_DAY_AHEAD"))
    no = next_no(uow, publication_consent, "consent_no", opened)
    row = opened.key | {
        "consent_no": no,
        "party_id": command.party_id,
        "given": command.given,
        "on_day": command.on_day,
        "noted_by": uow.caller.id,
        "at": uow.now,
    }
    said = {"paper": command.paper}
    sealed = words_of(uow, opened.case_id, office).seal(publication_consent, row, said)
    uow.insert(publication_consent, row | {"sealed": sealed.data})
    body = {"party": str(command.party_id), "given": str(command.given).lower()}
    values: dict[str, Any] = {}
    if not command.given and command.party_id in to_consent(uow, opened):
        values = _all_down(uow, opened, TakenDown.CONSENT_WITHDRAWN, body)
    kept = {f"consent:{no}": sealed.commitment}
    return record(uow, opened, Change(facts.PUBLICATION_CONSENT, values, body, kept))


def _all_down(
    uow: UnitOfWork, opened: Opened, why: TakenDown, body: dict[str, str]
) -> dict[str, Any]:
    """Take down what is shown; what is proposed lapses by its consent. Answers the columns."""
    shown = [row for row in uow.find(publication, **opened.key) if row["state"] == SHOWN]
    for row in shown:
        put_down(uow, row, why)
        body["down"] = str(row["publication_no"])
    return {"taken_down_at": uow.now} if shown else {}


def put_down(uow: UnitOfWork, row: Row, why: TakenDown) -> None:
    """Show it no more."""
    key = {name: row[name] for name in ("case_id", "number", "publication_no")}
    down = {"state": PublicationState.DOWN.value, "down_at": uow.now, "down_why": why.value}
    uow.update(publication, key, down | {"take_down_at": None})


def propose_publication(
    uow: UnitOfWork, command: ProposePublication, *, office: Office, named: bool
) -> Proposed:
    """The text as it is to appear; `named`: intake found a party of the matter in it.

    Raises:
        PublicationBarred: with everything that stands against it.
        HeldTogether: it was heard along; the text tells of every case, and is the leader's.
    """
    opened = open_concluded(uow, command.case_id, command.seen, Act.PUBLISH)
    _expect_own(uow, opened)
    most = office.profile_of(opened.row["regulation"]).rules.hearing.published_days_most
    today = day_of(uow.now)
    found = [
        *bars(matter_of(uow, opened)),
        *bars_of_day(command.take_down_on, today, most),
        *bars_of_text(command.text, names_of(uow, opened, office), named=named),
    ]
    _refuse(found)
    no = next_no(uow, publication, "publication_no", opened)
    row = opened.key | {
        "publication_no": no,
        "state": PublicationState.PROPOSED.value,
        "proposed_by": uow.caller.id,
        "proposed_at": uow.now,
        "take_down_on": command.take_down_on,
    }
    sealed = words_of(uow, opened.case_id, office).seal(publication, row, {"text": command.text})
    uow.insert(publication, row | {"sealed": sealed.data})
    body = {"no": str(no), "until": command.take_down_on.isoformat()}
    kept = {f"publication:{no}": sealed.commitment}
    stamp = record(uow, opened, Change(facts.PUBLICATION_PROPOSED, {}, body, kept))
    return Proposed(stamp, no)


def _expect_own(uow: UnitOfWork, opened: Opened) -> None:
    row = uow.get(conclusion, **opened.key)
    if row is None or row["of_hearing"] is None:
        return
    led_by = uow.find(hearing, hearing_id=row["of_hearing"])
    raise HeldTogether(leader=case_no_of(uow, led_by[0]) if led_by else "")


def _refuse(found: list[Bar]) -> None:
    if found:
        raise PublicationBarred(*(FieldViolation(FIELDS[one], one.value) for one in found))


def decide_publication(
    uow: UnitOfWork, command: DecidePublication, *, office: Office, named: bool = False
) -> Stamp:
    """A second person's word; approved, it is shown from now until its day.

    `named`: intake finds a party in the text now, who may have been registered since.

    Raises:
        PublicationMissing: no preview of this number waits.
        AnotherPersonNeeded: the caller proposed it.
        PublicationBarred: something came to stand against it.
    """
    opened = open_concluded(uow, command.case_id, command.seen, Act.PUBLISH)
    row = _expect(uow, opened, command.publication_no, PublicationState.PROPOSED)
    if row["proposed_by"] == uow.caller.id:
        raise AnotherPersonNeeded
    decided: dict[str, Any] = {"decided_by": uow.caller.id, "decided_at": uow.now}
    key = opened.key | {"publication_no": command.publication_no}
    body = {"no": str(command.publication_no)}
    if not command.approved:
        uow.update(publication, key, decided | {"state": PublicationState.REJECTED.value})
        return record(uow, opened, Change(facts.PUBLICATION_REJECTED, {}, body))
    found = _against_now(uow, opened, row, office)
    _refuse([*found, Bar.NAMES] if named else found)
    for other in uow.find(publication, **opened.key):
        if other["state"] == SHOWN:
            put_down(uow, other, TakenDown.BY_PERSON)
    shown = {"state": SHOWN, "take_down_at": ends_of(row["take_down_on"])}
    uow.update(publication, key, decided | shown)
    body["until"] = row["take_down_on"].isoformat()
    values = {"published_at": uow.now, "taken_down_at": None}
    return record(uow, opened, Change(facts.PUBLISHED, values, body))


def _against_now(uow: UnitOfWork, opened: Opened, row: Row, office: Office) -> list[Bar]:
    most = office.profile_of(opened.row["regulation"]).rules.hearing.published_days_most
    today = day_of(uow.now)
    return [*bars(matter_of(uow, opened)), *bars_of_day(row["take_down_on"], today, most)]


def _expect(uow: UnitOfWork, opened: Opened, no: int, state: PublicationState) -> Row:
    row = uow.get(publication, **opened.key, publication_no=no)
    if row is None or row["state"] != state.value:
        raise PublicationMissing
    return row


def take_down(uow: UnitOfWork, command: TakeDown) -> Stamp:
    """It is shown no more. Raises PublicationMissing."""
    opened = open_concluded(uow, command.case_id, command.seen, Act.TAKE_DOWN, earlier=True)
    row = _expect(uow, opened, command.publication_no, PublicationState.PUBLISHED)
    put_down(uow, row, TakenDown.BY_PERSON)
    body = {"no": str(command.publication_no), "why": TakenDown.BY_PERSON.value}
    return record(uow, opened, Change(facts.TAKEN_DOWN, {"taken_down_at": uow.now}, body))


def matter_of(uow: UnitOfWork, opened: Opened) -> Matter:
    """What of the hearing decides whether it may be published, as it is on file now."""
    latest: dict[UUID, Row] = {}
    for row in sorted(
        uow.find(publication_consent, **opened.key), key=lambda one: int(one["consent_no"])
    ):
        latest[row["party_id"]] = row
    return Matter(
        public=opened.hearing["public"],
        protected=is_protected(uow, opened),
        served=opened.hearing["served_at"] is not None,
        parties=to_consent(uow, opened),
        willing=frozenset(one for one, row in latest.items() if row["given"]),
    )


def to_consent(uow: UnitOfWork, opened: Opened) -> frozenset[UUID]:
    """Parties whose written consent is needed: everybody served who is no authority.

    Of cases that were heard along, too: the text tells of their matter.
    """
    rows = parties(uow, opened)
    people = {one for one, row in rows.items() if row["agent_of"] is None and not row["unit_id"]}
    return frozenset(people | {one for one in to_serve(uow, opened) if not rows[one]["unit_id"]})


def names_of(uow: UnitOfWork, opened: Opened, office: Office) -> list[str]:
    """Names of those who sat there; those of parties are intake's, which looks for them itself."""
    words = words_of(uow, opened.case_id, office)
    return [
        str(words.open(hearing_member, row, "sealed_name")["name"])
        for row in uow.find(hearing_member, **opened.key)
        if row["sealed_name"]
    ]
