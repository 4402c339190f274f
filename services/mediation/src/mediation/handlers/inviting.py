"""People invited to help at a session (人民调解法 20): called, agreed to, there or not."""

from uuid import UUID

from kernel.errors import FieldViolation
from kernel.inviting import (
    Act,
    Answer,
    Asked,
    InvitationImpossible,
    Invited,
    InvitedBarred,
    OnInvitation,
    RecordPresence,
    RecordWord,
)
from kernel.inviting import keeping as invitations
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import Recusal
from mediation.commands_inviting import InviteToSession
from mediation.domain import facts, states
from mediation.domain.assignment import Matter, Mediator, bar_of
from mediation.domain.consent import TAKING_PART
from mediation.domain.words import SessionState
from mediation.errors_casework import SessionImpossible, SessionMissing
from mediation.handlers.acting import Change, Opened, Row, Stamp, open_case, record, target_of
from mediation.handlers.assigning import known_mediator, matter_of
from mediation.handlers.casework import assigned_to, participants_of, words_of
from mediation.office import Office
from mediation.storage.tables import mediation, write_grant
from mediation.storage.tables_inviting import inviting
from mediation.storage.tables_people import assignment, mediator
from mediation.storage.tables_sessions import session

NOBODY = UUID(int=0)
"""Stands for a person who is no mediator while ties are looked at."""


FACTS = {
    **dict.fromkeys(invitations.ANSWERS, facts.INVITATION_ANSWERED),
    Act.WITHDRAW: facts.INVITATION_WITHDRAWN,
    Act.NOTE_CAME: facts.INVITED_PRESENCE,
    Act.NOTE_AWAY: facts.INVITED_PRESENCE,
}
"""What the log says of each act."""


def invite(uow: UnitOfWork, command: InviteToSession, *, office: Office) -> Asked:
    """Invite somebody to a session that is scheduled; it counts on nobody's load.

    Raises:
        SessionMissing: the session is not scheduled.
        InvitedBarred: the person has to do with the matter, as it would bar a mediator.
        InvitationImpossible: nobody is named, invited already, or the unit is not known.
    """
    opened = open_case(uow, command.case_id, command.seen, states.Act.INVITE)
    row = _session(uow, command.case_id, command.session_id)
    if row["state"] != SessionState.SCHEDULED.value:
        raise SessionMissing
    _expect_free_of_ties(uow, opened, command.invited, office)
    words = words_of(uow, command.case_id, office)
    commitments: dict[str, str] = {}

    def seal(row: Row, said: Row) -> bytes:
        sealed = words.seal(inviting.invitation, row, said)
        commitments[f"invitation:{row['no']}"] = sealed.commitment
        return sealed.data

    no = invitations.keep(
        uow,
        inviting,
        command.case_id,
        command.invited,
        custody=opened.grant["epoch"],
        own={"session_id": command.session_id},
        seal=seal,
    )
    said = _told(no, command.session_id) | {"kind": command.invited.kind.value}
    said |= invitations.account_of(command.invited.account)
    return Asked(record(uow, opened, Change(facts.INVITED, {}, said, commitments)), no)


def _told(no: int, session_id: UUID) -> dict[str, str]:
    return {"invitation": str(no), "session": str(session_id)}


def _session(uow: UnitOfWork, case_id: UUID, session_id: UUID) -> Row:
    row = uow.get(session, case_id=case_id, session_id=session_id)
    if row is None:
        raise SessionMissing
    return row


def _expect_free_of_ties(uow: UnitOfWork, opened: Opened, one: Invited, office: Office) -> None:
    """回避: what bars a mediator bars whoever sits beside one."""
    units = office.directory().units
    if one.unit and one.unit not in units:
        raise InvitationImpossible(FieldViolation("unit_id", "UNKNOWN_VALUE"))
    site = units[one.unit].site if one.unit else ""
    if one.account and one.account in {row["staff"] for row in assigned_to(uow, opened.case_id)}:
        raise InvitedBarred(FieldViolation("account", "INVITED_HANDLES"))
    matter = matter_of(uow, opened)
    again = invitations.recused_before(uow, inviting, opened.case_id, one.account)
    again = again or _not_accepted(uow, opened.case_id, one.account, matter)
    person = Mediator(
        NOBODY,
        unit=one.unit,
        site=site,
        path=matter.path,
        fields=frozenset(),
        kinds=frozenset({matter.kind}),
        interests=_interests(uow, one.account),
        staff=one.account,
    )
    bar = bar_of(person, matter, frozenset({NOBODY}) if again else frozenset())
    if bar is not None:
        raise InvitedBarred(FieldViolation("person", bar.value))


def _not_accepted(uow: UnitOfWork, case_id: UUID, account: str, matter: Matter) -> bool:
    """Whether a party had this account replaced as mediator, or is on record against it."""
    rows = uow.find(assignment, case_id=case_id, staff=account) if account else []
    known = uow.find(mediator, staff=account) if account else []
    against = frozenset[UUID]().union(*matter.objected.values())
    replaced = any(row["why"] == Recusal.PARTY_ASKED.value for row in rows)
    return replaced or any(row["mediator_id"] in against for row in known)


def _interests(uow: UnitOfWork, account: str) -> frozenset[str]:
    """What somebody declared who is on the register of mediators, too."""
    known = uow.find(mediator, staff=account) if account else []
    return frozenset[str]().union(*(known_mediator(uow, row).interests for row in known))


def withdraw(uow: UnitOfWork, command: OnInvitation) -> Stamp:
    """Withdraw it: what was seen through it is seen no more."""
    opened = open_case(uow, command.case_id, command.seen, states.Act.INVITE)
    return _moved(uow, opened, command.no, Act.WITHDRAW)


def record_word(uow: UnitOfWork, command: RecordWord) -> Stamp:
    """Take down whether a party puts up with somebody being there; the last word counts."""
    opened = open_case(uow, command.case_id, command.seen, states.Act.INVITE)
    people = participants_of(uow, command.case_id)
    parties = {one.party_id for one in people if one.capacity in TAKING_PART}
    key = (command.case_id, command.no)
    invitations.take_down(uow, inviting, key, command.word, parties)
    given = "yes" if command.word.given else "no"
    said = {"invitation": str(command.no), "party": str(command.word.party_id), "given": given}
    return record(uow, opened, Change(facts.INVITED_WORD, {}, said))


def record_answer(uow: UnitOfWork, command: Answer) -> Stamp:
    """Take down what somebody answered who does not sign in."""
    opened = open_case(uow, command.case_id, command.seen, states.Act.INVITE)
    return _answered(uow, opened, command)


def answer_own(uow: UnitOfWork, command: Answer) -> Stamp:
    """The invited person answers. Raises InvitationMissing unless it is the caller's own."""
    row, grant = invitations.own_case(uow, inviting, mediation, write_grant, command)
    return _answered(uow, Opened(row, grant, target_of(row, states.Act.INVITE)), command)


def _answered(uow: UnitOfWork, opened: Opened, command: Answer) -> Stamp:
    return _moved(uow, opened, command.no, command.act, command.undertaking)


def record_presence(uow: UnitOfWork, command: RecordPresence) -> Stamp:
    """Record whether somebody was there.

    Raises:
        SessionImpossible: the session has not begun, or was called off.
        InvitationNotSo: who did not undertake to keep it to himself was not there.
        InvitedBarred: a party is against it.
    """
    opened = open_case(uow, command.case_id, command.seen, states.Act.INVITE)
    row = invitations.of_case(uow, inviting, command.case_id, command.no)
    met = _session(uow, command.case_id, row["session_id"])
    if met["starts_at"] > uow.now:
        raise SessionImpossible(FieldViolation("no", "SESSION_NOT_BEGUN"))
    if met["state"] == SessionState.CANCELLED.value:
        raise SessionMissing
    act = invitations.presence(uow, inviting, row, came=command.came)
    return _moved(uow, opened, command.no, act)


def _moved(uow: UnitOfWork, opened: Opened, no: int, act: Act, undertaking: str = "") -> Stamp:
    row = invitations.move(uow, inviting, (opened.case_id, no), act, undertaking)
    said = _told(no, row["session_id"]) | {"act": act.value} | invitations.told_of(row, act)
    if act is Act.ACCEPT:
        said |= {"undertaking": undertaking}
    return record(uow, opened, Change(FACTS[act], {}, said))
