"""群体事项: few speak for many (条例 20); each member may ask with a code of his own."""

from dataclasses import dataclass

from intake.commands import LinkGroup
from intake.domain.facts import GROUPED
from intake.domain.states import Act
from intake.domain.words import LinkKind, PartyRole
from intake.errors import CaseMissing, MergeWithItself, TooManyRepresentatives
from intake.handlers.acting import Change, Stamp, open_case, record
from intake.handlers.amending import add_parties
from intake.handlers.linking import keep_link
from intake.handlers.notes import vault_of
from intake.handlers.sealing import PartyRow
from intake.office import Office
from intake.storage.tables import cases, party
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Grouped:
    """The case after it, and the codes of those added."""

    stamp: Stamp
    added: tuple[PartyRow, ...]


def link_group(uow: UnitOfWork, command: LinkGroup, *, office: Office) -> Grouped:
    """Make the matter a collective one.

    Raises:
        TooManyRepresentatives: more than the profile allows for a group of this size.
        CaseMissing: a member's case is not here.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.GROUP)
    speaking = [
        row
        for row in uow.find(party, case_id=command.case_id)
        if row["role"] == PartyRole.REPRESENTATIVE.value
    ]
    named = len(speaking) + len(command.representatives)
    people = max(command.headcount, named + len(command.members), opened.row["headcount"])
    most = office.profile_of(opened.row["regulation"]).rules.representatives.most_for(people)
    if named > most:
        raise TooManyRepresentatives(most=most)
    commitments: dict[str, str] = {}
    everybody = (*command.representatives, *command.members)
    vault = vault_of(uow, opened, office)
    added = add_parties(uow, command.case_id, everybody, vault, commitments)
    _link_members(uow, command)
    values = {
        "headcount": people,
        "mandate": command.mandate.value if command.mandate else opened.row["mandate"],
    }
    body = {"headcount": str(people), "representatives": str(named)}
    return Grouped(record(uow, opened, Change(GROUPED, values, body, commitments)), added)


def _link_members(uow: UnitOfWork, command: LinkGroup) -> None:
    lead = uow.get(cases, case_id=command.case_id, lock=False)
    for case_id in command.case_ids:
        if case_id == command.case_id:
            raise MergeWithItself
        member = uow.get(cases, case_id=case_id, lock=False)
        if member is None or lead is None or member["sealed_for"]:
            raise CaseMissing
        keep_link(uow, command.case_id, member, LinkKind.GROUP_MEMBER)
        keep_link(uow, case_id, lead, LinkKind.GROUP_LEAD)
