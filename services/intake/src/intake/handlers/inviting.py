"""People invited to help at a reception: called, agreed to, there or not."""

from datetime import timedelta

from intake.commands_inviting import InviteToReception
from intake.domain import facts, states
from intake.handlers.acting import Change, Opened, Row, Stamp, open_case, record, target_of
from intake.handlers.notes import vault_of
from intake.office import Office
from intake.storage.tables import cases, party, write_grant
from intake.storage.tables_inviting import inviting
from kernel.errors import FieldViolation
from kernel.inviting import (
    Act,
    Answer,
    Asked,
    InvitationImpossible,
    InvitedBarred,
    OnInvitation,
    RecordPresence,
    RecordWord,
)
from kernel.inviting import keeping as invitations
from kernel.unit_of_work import UnitOfWork

LONGEST, FURTHEST = timedelta(hours=12), timedelta(days=730)
FACTS = {
    **dict.fromkeys(invitations.ANSWERS, facts.INVITATION_ANSWERED),
    Act.WITHDRAW: facts.INVITATION_WITHDRAWN,
    Act.NOTE_CAME: facts.INVITED_PRESENCE,
    Act.NOTE_AWAY: facts.INVITED_PRESENCE,
}
"""What the log says of each act."""


def sealed_name(no: int) -> str:
    """The name under which what is personal of an invitation is sealed."""
    return f"invitation:{no}"


def invite(uow: UnitOfWork, command: InviteToReception, *, office: Office) -> Asked:
    """Invite somebody to a reception.

    Raises:
        InvitedBarred: the person has to do with the matter.
        InvitationImpossible: nobody is named, invited already, or the time is none.
    """
    opened = open_case(uow, command.case_id, command.seen, states.Act.INVITE)
    _expect_time(uow, command)
    _expect_free_of_ties(uow, opened, command, office)
    vault = vault_of(uow, opened, office)
    commitments: dict[str, str] = {}

    def seal(row: Row, said: Row) -> bytes:
        name = sealed_name(row["no"])
        sealed = vault.seal(name, {**said, "place": command.place})
        commitments[name] = sealed.commitment
        return sealed.data

    no = invitations.keep(
        uow,
        inviting,
        command.case_id,
        command.invited,
        custody=opened.grant["epoch"],
        own={"starts_at": command.starts_at, "ends_at": command.ends_at},
        seal=seal,
    )
    said = {"invitation": str(no), "kind": command.invited.kind.value}
    said |= invitations.account_of(command.invited.account)
    return Asked(record(uow, opened, Change(facts.INVITED, {}, said, commitments)), no)


def _expect_time(uow: UnitOfWork, command: InviteToReception) -> None:
    lasts = command.ends_at - command.starts_at
    if not timedelta(0) < lasts <= LONGEST:
        raise InvitationImpossible(FieldViolation("ends_at", "INVITED_TIMES_WRONG"))
    if abs(command.starts_at - uow.now) > FURTHEST:
        raise InvitationImpossible(FieldViolation("starts_at", "DATE_OUT_OF_RANGE"))


def _expect_free_of_ties(
    uow: UnitOfWork, opened: Opened, command: InviteToReception, office: Office
) -> None:
    """回避: nobody of a unit that the matter is about or that is a party; nobody who left it."""
    one, units = command.invited, office.directory().units
    if one.unit and one.unit not in units:
        raise InvitationImpossible(FieldViolation("person.unit_id", "UNKNOWN_VALUE"))
    about = set(opened.row["about_units"].split())
    about |= {row["unit_id"] for row in uow.find(party, case_id=opened.case_id) if row["unit_id"]}
    if one.unit and not about.isdisjoint({one.unit, units[one.unit].site}):
        raise InvitedBarred(FieldViolation("person", "INVITED_ABOUT"))
    if invitations.recused_before(uow, inviting, opened.case_id, one.account):
        raise InvitedBarred(FieldViolation("person", "INVITED_BEFORE"))


def withdraw(uow: UnitOfWork, command: OnInvitation) -> Stamp:
    """Withdraw it: what was seen through it is seen no more."""
    return _moved(uow, _opened(uow, command), command.no, Act.WITHDRAW)


def _opened(uow: UnitOfWork, command: OnInvitation) -> Opened:
    return open_case(uow, command.case_id, command.seen, states.Act.INVITE)


def record_word(uow: UnitOfWork, command: RecordWord) -> Stamp:
    """Take down whether a party puts up with somebody being there; the last word counts."""
    opened = _opened(uow, command)
    parties = {row["party_id"] for row in uow.find(party, case_id=command.case_id)}
    key = (command.case_id, command.no)
    invitations.take_down(uow, inviting, key, command.word, parties)
    given = "yes" if command.word.given else "no"
    said = {"invitation": str(command.no), "party": str(command.word.party_id), "given": given}
    return record(uow, opened, Change(facts.INVITED_WORD, {}, said))


def record_answer(uow: UnitOfWork, command: Answer) -> Stamp:
    """Take down what somebody answered who does not sign in."""
    return _moved(uow, _opened(uow, command), command.no, command.act, command.undertaking)


def answer_own(uow: UnitOfWork, command: Answer) -> Stamp:
    """The invited person answers. Raises InvitationMissing unless it is the caller's own."""
    row, grant = invitations.own_case(uow, inviting, cases, write_grant, command)
    opened = Opened(row, grant, target_of(row, states.Act.INVITE))
    return _moved(uow, opened, command.no, command.act, command.undertaking)


def record_presence(uow: UnitOfWork, command: RecordPresence) -> Stamp:
    """Record whether somebody was there: with that, the reception was held.

    Raises:
        InvitationImpossible: the reception has not begun.
        InvitationNotSo: who did not undertake to keep it to himself was not there.
        InvitedBarred: a party is against it.
    """
    opened = _opened(uow, command)
    row = invitations.of_case(uow, inviting, command.case_id, command.no)
    if row["starts_at"] > uow.now:
        raise InvitationImpossible(FieldViolation("no", "INVITED_NOT_BEGUN"))
    act = invitations.presence(uow, inviting, row, came=command.came)
    return _moved(uow, opened, command.no, act)


def _moved(uow: UnitOfWork, opened: Opened, no: int, act: Act, undertaking: str = "") -> Stamp:
    row = invitations.move(uow, inviting, (opened.case_id, no), act, undertaking)
    said = {"invitation": str(no), "act": act.value} | invitations.told_of(row, act)
    if act is Act.ACCEPT:
        said |= {"undertaking": undertaking}
    return record(uow, opened, Change(FACTS[act], {}, said))
