"""The directory, profiles and notices as they come in and go out."""

import asyncio
from datetime import date

from kernel.calendar import Calendar, NoticeInvalid
from kernel.directory import Directory, DirectoryInvalid, read_directory
from kernel.directory.search import PlaceFound
from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.regulation import Finding, ProfileInvalid
from lianxin.routing.v1 import directory_pb2 as pb
from routing.commands.directory import LoadNotice, LoadProfile
from routing.errors import DirectoryRefused
from routing.handlers.publishing import Published
from routing.library import load_notice_of, load_profile_of

LARGEST = 3 * 1024 * 1024
LONGEST_CODE = 64


async def directory_in(content: bytes) -> Directory:
    """A directory file. Raises DirectoryInvalid with every finding, or MissingField."""
    _there(content)
    return await asyncio.to_thread(read_directory, content)


def refused(invalid: DirectoryInvalid) -> DirectoryRefused:
    """The refusal for a file that contradicts itself."""
    return DirectoryRefused(
        FieldViolation("content", "DIRECTORY_INVALID"), finding="; ".join(invalid.findings)[:300]
    )


async def profile_in(content: bytes) -> LoadProfile:
    """A regulation profile. Raises InvalidInput naming the field of the file."""
    _there(content)
    try:
        return await asyncio.to_thread(load_profile_of, content)
    except ProfileInvalid as invalid:
        raise InvalidInput(
            FieldViolation("content", "PROFILE_INVALID"), finding=str(invalid)[:300]
        ) from None


def notice_in(content: bytes, calendar: Calendar) -> LoadNotice:
    """A holiday notice. Raises InvalidInput naming the field of the file."""
    _there(content)
    try:
        return load_notice_of(content, calendar)
    except NoticeInvalid as invalid:
        raise InvalidInput(
            FieldViolation("content", "HOLIDAY_NOTICE_INVALID"), finding=str(invalid)[:300]
        ) from None


def _there(content: bytes) -> None:
    if not content:
        raise MissingField.of("content")
    if len(content) > LARGEST:
        raise InvalidInput(FieldViolation("content", "TOO_LONG", LARGEST))


def day_in(text: str, field: str) -> date:
    """An ISO date. Raises MissingField or InvalidInput."""
    if not text:
        raise MissingField.of(field)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(FieldViolation(field, "MALFORMED")) from None


def code_in(text: str, field: str) -> str:
    """A code such as a unit or node: short, no control characters. Raises InvalidInput."""
    if len(text) > LONGEST_CODE:
        raise InvalidInput(FieldViolation(field, "TOO_LONG", LONGEST_CODE))
    if not text.isprintable():
        raise InvalidInput(FieldViolation(field, "NOT_TEXT"))
    return text


def loaded(published: Published) -> pb.LoadDirectoryResponse:
    """What is in force after loading."""
    directory = published.directory
    return pb.LoadDirectoryResponse(
        version=directory.version,
        sites=len(directory.sites),
        units=len(directory.units),
        findings=published.findings,
    )


def delegated(published: Published) -> pb.DelegateSiteResponse:
    """The version that carries the delegation."""
    return pb.DelegateSiteResponse(
        version=published.directory.version,
        cases_to_move=published.cases,
        nodes_leaving=published.leaving,
        nodes_forgotten=published.forgotten,
    )


def closed(published: Published) -> pb.CloseUnitResponse:
    """The version in which the unit ends."""
    return pb.CloseUnitResponse(version=published.directory.version, cases_held=published.cases)


def place(found: PlaceFound, directory: Directory, day: date) -> pb.PlaceFound:
    """A place, with the site that serves it."""
    site = directory.site_by_code(found.code, day)
    return pb.PlaceFound(
        site_id=site.id if site else "",
        division_code=found.code,
        title=found.title,
        township=found.township,
        score=found.score,
    )


def finding(found: Finding) -> str:
    """What the checker says of a profile, as `kind field here national` words."""
    return " ".join(filter(None, (found.kind.value, found.field, found.here, found.national)))
