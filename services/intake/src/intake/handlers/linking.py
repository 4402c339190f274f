"""Cases that belong together: links, and a case that goes on in another (并案)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intake.commands import LinkCases, MergeCases
from intake.domain.facts import LINKED, MERGED, MERGED_INTO
from intake.domain.states import Act
from intake.domain.words import Ending, LinkKind
from intake.errors import CaseMissing, HeldApart, MergeWithItself
from intake.handlers.acting import Change, Stamp, open_case, record
from intake.storage.tables import case_link, cases
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """The ended case and the one that goes on."""

    merged: Stamp
    into: Stamp


def merge_cases(uow: UnitOfWork, command: MergeCases) -> Merged:
    """End one case in another; both must be held by the same unit here.

    Two people merging A into B and B into A at once: whoever comes second finds the case that
    should go on merged already, and is refused. Rows are locked in the order of their ids.

    Raises:
        MergeWithItself: both are the same.
        HeldApart: held by two units.
    """
    if command.from_id == command.into_id:
        raise MergeWithItself
    wanted = {
        command.from_id: (command.from_seen, Act.MERGE_FROM),
        command.into_id: (command.into_seen, Act.MERGE_INTO),
    }
    opened = {case_id: open_case(uow, case_id, *wanted[case_id]) for case_id in sorted(wanted)}
    ended, going_on = opened[command.from_id], opened[command.into_id]
    if ended.grant["unit"] != going_on.grant["unit"]:
        raise HeldApart
    keep_link(uow, command.into_id, ended.row, LinkKind.MERGED_FROM)
    merged = Change(
        MERGED,
        {"merged_into": command.into_id},
        {"into": str(command.into_id)},
        ending=Ending.MERGED,
    )
    into = Change(MERGED_INTO, {}, {"from": str(command.from_id)})
    return Merged(record(uow, ended, merged), record(uow, going_on, into))


def link_cases(uow: UnitOfWork, command: LinkCases) -> Stamp:
    """Tie a case to another that this node knows.

    Raises:
        MergeWithItself: both are the same.
        CaseMissing: the other is not here.
    """
    if command.case_id == command.other_id:
        raise MergeWithItself
    opened = open_case(uow, command.case_id, command.seen, Act.LINK)
    other = uow.get(cases, case_id=command.other_id, lock=False)
    if other is None or other["sealed_for"]:
        raise CaseMissing
    keep_link(uow, command.case_id, other, command.kind)
    body = {"other": str(command.other_id), "kind": command.kind.value}
    return record(uow, opened, Change(LINKED, {}, body))


def keep_link(uow: UnitOfWork, case_id: UUID, other: Row, kind: LinkKind) -> None:
    """Keep a link, once."""
    key = {"case_id": case_id, "other_id": other["case_id"], "kind": kind.value}
    if uow.get(case_link, **key) is None:
        uow.insert(case_link, {**key, "other_no": other["case_no"], "at": uow.now})
