"""What is kept of a hearing's day, as it is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from hearing.convert import session_words as words
from hearing.domain import attendees
from hearing.domain.session_words import Came, EvidenceKind, Signing, Stage
from hearing.storage.session_file import Row, SessionFile
from hearing.storage.tables import hearing_member
from hearing.storage.tables_session import (
    attendance,
    evidence,
    minutes,
    minutes_hand,
    recusal,
    sitting,
    statement,
)
from kernel.holding import Words
from kernel.instants import stamp
from lianxin.hearing.v1 import session_pb2 as pb


def session_message(file: SessionFile, said: Words) -> pb.Session:
    """The whole day."""
    stage = file.row["stage"]
    return pb.Session(
        case_id=str(file.row["case_id"]),
        number=file.row["number"],
        stage=words.STAGE.number(Stage(stage)) if stage else pb.STAGE_UNSPECIFIED,
        sittings=_sittings(file, said),
        recusals=[_recusal(row, said) for row in file.of(recusal)],
        evidence=[_evidence(row, said) for row in file.of(evidence)],
        statements=[_statement(row, said) for row in file.of(statement)],
        minutes=[_minutes(row, file, said) for row in file.of(minutes)],
    )


def _sittings(file: SessionFile, said: Words) -> list[pb.Sitting]:
    names = dict(_names(file.of(hearing_member), said))
    return [_sitting(row, file, names, said) for row in file.of(sitting)]


def _names(members: Iterable[Row], said: Words) -> Iterable[tuple[str, str]]:
    for row in members:
        if row["sealed_name"]:
            name = said.open(hearing_member, row, "sealed_name")["name"]
            yield attendees.member(row["member_no"]), name


def _sitting(row: Row, file: SessionFile, names: Mapping[str, str], said: Words) -> pb.Sitting:
    came = [one for one in file.of(attendance) if one["sitting_no"] == row["sitting_no"]]
    return pb.Sitting(
        sitting_no=row["sitting_no"],
        opened_at=stamp(row["opened_at"]),
        ended_at=stamp(row["ended_at"]),
        ended_how=row["ended_how"],
        reason=said.open(sitting, row)["reason"] if row["sealed"] else "",
        attendances=[_attendance(one, names) for one in came],
    )


def _attendance(row: Row, names: Mapping[str, str]) -> pb.Attendance:
    return pb.Attendance(
        attendee=row["attendee"],
        name=names.get(row["attendee"], ""),
        part=row["part"],
        came=words.CAME.number(Came(row["came"])),
        waived=row["waived"],
    )


def _recusal(row: Row, said: Words) -> pb.Recusal:
    return pb.Recusal(
        member_no=row["member_no"],
        attendee=row["attendee"],
        upheld=row["upheld"],
        replaced_by=row["replaced_by"] or 0,
        reasons=said.open(recusal, row)["reasons"],
    )


def _evidence(row: Row, said: Words) -> pb.Evidence:
    text: Mapping[str, Any] = said.open(evidence, row)
    return pb.Evidence(
        evidence_no=row["evidence_no"],
        attendee=row["attendee"],
        kind=words.EVIDENCE_KIND.number(EvidenceKind(row["kind"])),
        original=row["original"],
        title=text["title"],
        shows=text["shows"],
        answered=text["answered"],
    )


def _statement(row: Row, said: Words) -> pb.Statement:
    return pb.Statement(
        statement_no=row["statement_no"],
        sitting_no=row["sitting_no"],
        stage=words.STAGE.number(Stage(row["stage"])),
        attendee=row["attendee"],
        text=said.open(statement, row)["text"],
    )


def _minutes(row: Row, file: SessionFile, said: Words) -> pb.Minutes:
    hands = [one for one in file.of(minutes_hand) if one["version_no"] == row["version_no"]]
    return pb.Minutes(
        version_no=row["version_no"],
        sitting_no=row["sitting_no"],
        text=said.open(minutes, row)["text"],
        made_by=row["made_by"],
        at=stamp(row["at"]),
        hands=[_hand(one, said) for one in hands],
    )


def _hand(row: Row, said: Words) -> pb.MinutesHand:
    return pb.MinutesHand(
        attendee=row["attendee"],
        signing=words.SIGNING.number(Signing(row["signing"])),
        reason=said.open(minutes_hand, row)["reason"] if row["sealed"] else "",
    )
