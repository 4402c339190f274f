"""Whom an agreement binds and who helps at a session: by the word of those whom it is about."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from kernel.inviting import Invited, InvitedBarred, InvitedKind
from mediation import commands_casework as todo
from mediation.commands import Seen
from mediation.commands_inviting import InviteToSession
from mediation.domain.consent import Subject
from mediation.domain.parties import Capacity, Participant
from mediation.domain.words import AgreementForm, Side
from mediation.handlers import assigning, inviting
from mediation.testing.table import LI, PARTIES, SUN, WU, ZHOU

QIAN = UUID(int=3)
HELPER = Invited(InvitedKind.LAWYER, account="li", name="李")


async def test_a_term_of_a_group_member_waits_for_the_members_own_hand(quick):
    """The others' hands bring nothing into force that somebody owes who did not sign."""
    member = Participant(QIAN, Side.RESPONDENT, Capacity.GROUP_MEMBER)
    await quick.name_parties(participants=(*PARTIES, member))
    await quick.assign()
    await quick.hold()
    owed = todo.TermDraft(QIAN, date(2026, 12, 3), "赔偿", 500_000)
    await quick.draft(AgreementForm.WRITTEN, terms=(owed,))
    assert await quick.sign_all() == ["agreed"] * 4
    assert await quick.sign(todo.Hand.PARTY, QIAN) == "performing"


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_mediator_whom_a_party_did_not_accept_does_not_come_back_as_a_helper(
    quick, replaced
):
    """Neither on the party's word alone nor after being replaced for it; another one may."""
    await quick.assign(LI, SUN)
    session_id, _ = await quick.schedule()
    await quick.consent(ZHOU, Subject.MEDIATOR, given=False, mediator_id=LI)
    recuse = {"mediator_id": LI, "why": todo.Recusal.INTEREST, "subject": "another matter"}
    if replaced:
        await quick.consent(WU, Subject.MEDIATOR, given=False, mediator_id=LI)
        recuse = {"mediator_id": LI, "why": todo.Recusal.PARTY_ASKED}
    await quick.act(assigning.recuse_mediator, todo.RecuseMediator, sealed=True, **recuse)
    if replaced:
        for party in (ZHOU, WU):
            await quick.consent(party, Subject.MEDIATOR, mediator_id=LI)
    asked = {"session_id": session_id, "invited": HELPER}
    with pytest.raises(InvitedBarred):
        await quick.act(inviting.invite, InviteToSession, sealed=True, **asked)
    other = asked | {"invited": replace(HELPER, account="lawyer.qian")}
    command = InviteToSession(quick.case_id, Seen(1, quick.version), **other)
    assert (await quick.run(inviting.invite, command, office=quick.office)).no == 1
