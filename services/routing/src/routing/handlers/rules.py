"""Regulation profiles and holiday notices: loaded at the county, taken over everywhere."""

import hashlib
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.directory import Adopted, LoadNotice, LoadProfile
from routing.domain.words import EITHER_WAY
from routing.errors import OnlyAtCounty, RegulationTaken
from routing.handlers import clocks, publishing
from routing.handlers.clocks import RecomputeDues
from routing.node import Node
from routing.storage import knowledge as stored
from routing.storage.knowledge import holiday_notice, regulation_version
from routing.storage.tables import case_row


def load_profile(uow: UnitOfWork, command: LoadProfile, *, node: Node) -> int:
    """Keep a version of a profile and publish it; open cases stay with theirs. Answers its number.

    Raises:
        OnlyAtCounty: children get it from the county.
        RegulationTaken: this version is in use with another content.
    """
    _at_county(uow, node)
    number, new = _keep_profile(uow, command)
    if new:
        publishing.publish_again(uow, node)
    return number


def load_notice(uow: UnitOfWork, command: LoadNotice, *, node: Node) -> int:
    """Keep a holiday notice and publish it. Answers the number of days it settles.

    Raises OnlyAtCounty: children get it from the county.
    """
    _at_county(uow, node)
    if _keep_notice(uow, command):
        publishing.publish_again(uow, node)
    return command.days


def adopt(uow: UnitOfWork, command: Adopted, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """Keep what is new among profiles and notices that came from above or with the files here."""
    for profile in command.profiles:
        known = _known(uow, profile)
        if known is None:
            _keep_profile(uow, profile)
    for notice in command.notices:
        _keep_notice(uow, notice)


def recompute_here(uow: UnitOfWork, command: RecomputeDues, *, node: Node) -> int:
    """Compute a case's open dues again while it is held here. Answers how many changed."""
    row = uow.get(case_row, case_id=command.case_id)
    if row is None or row["custody"] not in EITHER_WAY:
        return 0
    return clocks.recompute(uow, command, node=node)


def note_moved(uow: UnitOfWork, command: tuple[UUID, int, bool], *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """Count the open due dates that a notice has moved so far; the last one says it is done."""
    notice_id, moved, done = command
    stored.note_moved(uow, notice_id, moved, done=done)


def _at_county(uow: UnitOfWork, node: Node) -> None:
    current = publishing.in_force(uow)
    if current is not None and current.file.node != node.code:
        raise OnlyAtCounty(node=node.code, county=current.file.node)


def _known(uow: UnitOfWork, command: LoadProfile) -> stored.Values | None:
    profile = command.profile
    return uow.get(regulation_version, name=profile.id, version=profile.version)


def _keep_profile(uow: UnitOfWork, command: LoadProfile) -> tuple[int, bool]:
    profile, known = command.profile, _known(uow, command)
    if known is not None:
        if known["digest"] != profile.digest:
            raise RegulationTaken(profile=profile.id, version=profile.version)
        return known["number"], False
    number = stored.next_number(uow, profile.id)
    row = {
        "name": profile.id,
        "version": profile.version,
        "number": number,
        "digest": profile.digest,
        "content": command.content,
        "at": uow.now,
        "by": uow.caller.id,
    }
    uow.insert(regulation_version, row)
    return number, True


def _keep_notice(uow: UnitOfWork, command: LoadNotice) -> bool:
    digest = digest_of(command.content)
    if stored.same_notice(uow, digest) is not None:
        return False
    row = {
        "notice_id": uow.new_id(),
        "year": command.notice.year,
        "digest": digest,
        "content": command.content,
        "days": command.days,
        "changed": [day.isoformat() for day in command.changed],
        "recomputed": command.days == 0,
        "at": uow.now,
        "by": uow.caller.id,
    }
    uow.insert(holiday_notice, row)
    return True


def digest_of(content: bytes) -> str:
    """By which a notice is known: the same bytes are the same notice."""
    return hashlib.sha256(content).hexdigest()
