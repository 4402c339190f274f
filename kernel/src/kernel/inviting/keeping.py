"""What becomes of an invitation. Handlers' parts: the service opens the case and tells the log."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.holding import expect_version, expect_writable
from kernel.inviting.commands import OnInvitation, Word
from kernel.inviting.errors import (
    InvitationImpossible,
    InvitationMissing,
    InvitationNotSo,
    InvitedBarred,
)
from kernel.inviting.tables import Tables
from kernel.inviting.undertaking import shipped_undertakings
from kernel.inviting.words import Act, InvitedKind, Standing, after
from kernel.unit_of_work import UnitOfWork

Row = Mapping[Any, Any]
ANSWERS = frozenset({Act.ACCEPT, Act.DECLINE, Act.RECUSE})


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited: by account or by name. `unit` of the directory, where there is one."""

    kind: InvitedKind
    account: str = ""
    name: str = ""
    of: str = ""
    unit: str = ""


def keep(
    uow: UnitOfWork,
    tables: Tables,
    case_id: UUID,
    invited: Invited,
    *,
    custody: int,
    own: Row,
    seal: Callable[[Row, Row], bytes],
) -> int:
    """Keep an invitation that may be made; answers its number in the case.

    `seal` seals what is personal for a row; `own` are the service's own columns.

    Raises:
        InvitationImpossible: nobody is named, or the account is invited to the same already.
    """
    before = uow.find(tables.invitation, case_id=case_id)
    _expect_somebody(invited)
    _expect_once(invited, before, own)
    row = {
        "case_id": case_id,
        "no": 1 + len(before),
        "kind": invited.kind.value,
        "account": invited.account,
        "unit": invited.unit,
        "standing": Standing.INVITED.value,
        "custody": custody,
        "invited_at": uow.now,
        "invited_by": uow.caller.id,
        **own,
    }
    sealed = seal(row, {"name": invited.name, "of": invited.of})
    uow.insert(tables.invitation, {**row, "sealed": sealed})
    return 1 + len(before)


def _expect_somebody(invited: Invited) -> None:
    if not (invited.account or invited.name):
        raise InvitationImpossible(FieldViolation("name", "INVITED_NAMELESS"))


def _expect_once(invited: Invited, before: Iterable[Row], own: Row) -> None:
    """Nobody is invited twice to the same at once."""
    for row in before:
        same = all(row[name] == value for name, value in own.items())
        going_on = Standing(row["standing"]) in {Standing.INVITED, Standing.ACCEPTED}
        if invited.account and row["account"] == invited.account and same and going_on:
            raise InvitationImpossible(FieldViolation("account", "INVITED_ALREADY"))


def recused_before(uow: UnitOfWork, tables: Tables, case_id: UUID, account: str) -> bool:
    """Whether this account stepped back from the case, or a party was against it: never again."""
    for row in uow.find(tables.invitation, case_id=case_id):
        if not account or row["account"] != account:
            continue
        if row["standing"] == Standing.RECUSED.value or False in said(uow, tables, row).values():
            return True
    return False


def said(uow: UnitOfWork, tables: Tables, row: Row) -> dict[UUID, bool]:
    """What each party said last of an invitation."""
    return last_words(uow.find(tables.invited_word, case_id=row["case_id"], no=row["no"]))


def last_words(rows: Iterable[Row]) -> dict[UUID, bool]:
    """What each party said last, from the rows of one invitation."""
    return {row["party_id"]: row["given"] for row in sorted(rows, key=lambda one: int(one["n"]))}


def move(
    uow: UnitOfWork, tables: Tables, key: tuple[UUID, int], act: Act, undertaking: str = ""
) -> Row:
    """Do an act on an invitation; answers the row as it was.

    Raises:
        InvitationMissing: there is none.
        InvitationNotSo: it stands where this cannot be done.
        InvitationImpossible: what is undertaken is no text there ever was.
    """
    row = of_case(uow, tables, *key)
    target = after(Standing(row["standing"]), act)
    if target is None:
        raise InvitationNotSo(standing=row["standing"])
    values: dict[str, Any] = {"standing": target.value}
    if act in ANSWERS:
        values |= {"answered_at": uow.now, "answered_by": uow.caller.id}
    else:
        values |= {"noted_at": uow.now, "noted_by": uow.caller.id}
    if act is Act.ACCEPT:
        values |= {"undertaking": _known(undertaking)}
    uow.update(tables.invitation, {"case_id": key[0], "no": key[1]}, values)
    return row


def presence(uow: UnitOfWork, tables: Tables, row: Row, *, came: bool) -> Act:
    """The act that notes whether somebody was there.

    Raises:
        InvitedBarred: a party is against it, so that nobody can have been let in.
    """
    if came and False in said(uow, tables, row).values():
        raise InvitedBarred(FieldViolation("no", "INVITED_NOT_AGREED"))
    return Act.NOTE_CAME if came else Act.NOTE_AWAY


def account_of(account: str) -> dict[str, str]:
    """Whom an entry of the log is about, by account, so that its node can tell that person."""
    return {"account": account} if account else {}


def told_of(row: Row, act: Act) -> dict[str, str]:
    """The same for an act on an invitation: only being uninvited is news to the person."""
    return account_of(row["account"]) if act is Act.WITHDRAW else {}


def of_case(uow: UnitOfWork, tables: Tables, case_id: UUID, no: int) -> Row:
    """The invitation of this number. Raises InvitationMissing."""
    row = uow.get(tables.invitation, case_id=case_id, no=no)
    if row is None:
        raise InvitationMissing
    return row


def own_case(
    uow: UnitOfWork, tables: Tables, case: Table, write_grant: Table, command: OnInvitation
) -> tuple[Row, Row]:
    """The row of the case and the grant, for the person who is invited at this very custody.

    Raises:
        InvitationMissing: there is no such invitation of the caller's own.
        CustodyMoved, CaseLocked, WritingEnded, StaleVersion: as for every write.
    """
    case_id = command.case_id
    grant, row = uow.get(write_grant, case_id=case_id), uow.get(case, case_id=case_id)
    own = uow.get(tables.invitation, case_id=case_id, no=command.no)
    if grant is None or row is None or own is None:
        raise InvitationMissing
    if own["account"] != uow.caller.id or own["custody"] != grant["epoch"]:
        raise InvitationMissing
    expect_writable(grant, row, command.seen.epoch)
    expect_version(row, command.seen)
    return row, grant


def _known(version: str) -> str:
    if version not in shipped_undertakings().versions:
        raise InvitationImpossible(FieldViolation("undertaking_version", "UNDERTAKING_UNKNOWN"))
    return version


def take_down(
    uow: UnitOfWork, tables: Tables, key: tuple[UUID, int], word: Word, parties: Iterable[UUID]
) -> None:
    """Take down what a party said; an earlier word stays on file.

    Raises:
        InvitationMissing: there is no such invitation.
        InvitationImpossible: it is no party of the case, or the day is still to come.
    """
    of_case(uow, tables, *key)
    if word.party_id not in parties:
        raise InvitationImpossible(FieldViolation("party_id", "INVITED_NO_PARTY"))
    if word.on_day > uow.now.astimezone(SHANGHAI).date():
        raise InvitationImpossible(FieldViolation("on_day", "IN_FUTURE"))
    case_id, no = key
    row = {
        "case_id": case_id,
        "no": no,
        "n": 1 + len(uow.find(tables.invited_word, case_id=case_id, no=no)),
        "party_id": word.party_id,
        "given": word.given,
        "on_day": word.on_day,
        "actor": uow.caller.id,
        "at": uow.now,
    }
    uow.insert(tables.invited_word, row)
