"""Opinions, conclusion, services and publications, as they are shown."""

from collections.abc import Mapping
from typing import Any

from hearing.convert import session_words as words
from hearing.domain import attendees
from hearing.domain.presence import PANELIST
from hearing.domain.serving import Entry, unserved
from hearing.domain.session_words import (
    Came,
    Finding,
    Opinion,
    PublicationState,
    ServiceMethod,
)
from hearing.storage.session_file import Row, SessionFile
from hearing.storage.tables import hearing_party
from hearing.storage.tables_session import (
    attendance,
    conclusion,
    conclusion_service,
    opinion,
    publication,
    publication_consent,
    sitting,
)
from kernel.holding import Words
from lianxin.hearing.v1 import conclusion_pb2 as pb


def conclusion_message(file: SessionFile, said: Words) -> pb.Conclusion:
    """Everything after the last words; what members hold only once all have said it."""
    given = {row["member_no"]: row for row in file.of(opinion) if _newest(file, row)}
    missing = [no for no in _panel(file) if no not in given]
    opinions = [] if missing else [_opinion(row, said) for row in given.values()]
    message = pb.Conclusion(
        case_id=str(file.row["case_id"]),
        number=file.row["number"],
        given=sorted(given),
        missing=missing,
        opinions=opinions,
        serve_by=_day(file.row["serve_by"]),
        services=[_service(row, said) for row in file.of(conclusion_service)],
        consents=[_consent(row, said) for row in file.of(publication_consent)],
        publications=[_publication(row, said) for row in file.of(publication)],
    )
    if file.row["outcome"]:
        _concluded(message, file, said)
    return message


def _newest(file: SessionFile, row: Row) -> bool:
    numbers = [one["sitting_no"] for one in file.of(sitting)]
    return bool(numbers) and row["sitting_no"] == max(numbers)


def _panel(file: SessionFile) -> list[int]:
    """Members who sat to the end of the last sitting; none before anybody sat."""
    rows = [row for row in file.of(attendance) if _newest(file, row) and row["part"] == PANELIST]
    there = (attendees.member_no(row["attendee"]) for row in rows if Came(row["came"]).takes_part)
    return sorted(no for no in there if no is not None)


def _concluded(message: pb.Conclusion, file: SessionFile, said: Words) -> None:
    message.finding = words.FINDING.number(Finding(file.row["outcome"]))
    message.on_the_spot = file.row["on_the_spot"]
    message.concluded_on = _day(file.row["concluded_on"])
    services = file.of(conclusion_service)
    entries = [Entry(one["service_no"], one["party_id"], one["corrects"]) for one in services]
    own = {one["party_id"] for one in file.of(hearing_party) if one["agent_of"] is None}
    message.unserved.extend(map(str, unserved(own - file.lent, entries)))
    for row in file.of(conclusion):
        text: Mapping[str, Any] = said.open(conclusion, row)
        message.found, message.reasons = text["found"], text["reasons"]
        message.text = text["text"]
        message.of_hearing = str(row["of_hearing"] or "")
        message.dissent.extend(map(int, row["dissent"].split()))
        for finding in Finding:
            message.votes.add(finding=words.FINDING.number(finding), count=row[finding.value])


def _opinion(row: Row, said: Words) -> pb.MemberOpinion:
    text = said.open(opinion, row)
    held = words.OPINION.number(Opinion(text["opinion"]))
    return pb.MemberOpinion(member_no=row["member_no"], opinion=held, reasons=text["reasons"])


def _service(row: Row, said: Words) -> pb.ConclusionService:
    text = said.open(conclusion_service, row)
    return pb.ConclusionService(
        service_no=row["service_no"],
        party_id=str(row["party_id"]),
        through_id=str(row["through_id"] or ""),
        method=words.METHOD.number(ServiceMethod(row["method"])),
        served_on=_day(row["served_on"]),
        receipt_no=row["receipt_no"],
        corrects=row["corrects"] or 0,
        served_by=text["served_by"],
        note=text["note"],
    )


def _consent(row: Row, said: Words) -> pb.PublicationConsent:
    return pb.PublicationConsent(
        party_id=str(row["party_id"]),
        given=row["given"],
        on_day=_day(row["on_day"]),
        paper=said.open(publication_consent, row)["paper"],
    )


def _publication(row: Row, said: Words) -> pb.Publication:
    return pb.Publication(
        publication_no=row["publication_no"],
        state=words.PUBLICATION.number(PublicationState(row["state"])),
        proposed_by=row["proposed_by"],
        decided_by=row["decided_by"],
        take_down_on=_day(row["take_down_on"]),
        down_why=row["down_why"],
        text=said.open(publication, row)["text"],
    )


def published_message(row: Row, said: Words) -> pb.Published:
    """A conclusion as everybody may read it."""
    return pb.Published(
        hearing_id=str(row["hearing_id"]),
        finding=words.FINDING.number(Finding(row["outcome"])),
        text=said.open(publication, row)["text"],
        take_down_on=_day(row["take_down_on"]),
    )


def outcome_message(row: Row) -> pb.Outcome:
    """What a hearing came to, without words of anybody."""
    return pb.Outcome(
        number=row["number"],
        hearing_id=str(row["hearing_id"]),
        finding=words.FINDING.number(Finding(row["outcome"])),
        concluded_on=_day(row["concluded_on"]),
        served=row["served_at"] is not None,
    )


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
