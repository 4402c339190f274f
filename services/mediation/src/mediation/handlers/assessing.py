"""第三方评查: drawn by risk, taken by somebody outside, rated; a defect is mended and answered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.errors import StaleVersion
from kernel.holding import (
    ENDED,
    OPEN,
    end_person_reading,
    expect_writable,
    let_person_read,
)
from kernel.unit_of_work import UnitOfWork
from mediation.commands_assessing import (
    AnswerAssessment,
    DrawSample,
    OnAssessment,
    RecordAssessment,
)
from mediation.domain import facts, sampling
from mediation.errors_assessing import AssessmentElsewhere, AssessmentMissing, NotOutside
from mediation.handlers.acting import Change, tell
from mediation.handlers.awaiting import refit
from mediation.handlers.casework import casework_of, words_of
from mediation.office import Office
from mediation.storage import assessing
from mediation.storage.tables import case_access, mediation, write_grant
from mediation.storage.tables_assessing import assessment
from mediation.storage.tables_people import assignment, participant

Row = Mapping[str, Any]
DRAWN, TAKEN, PASSED, TO_MEND, MENDED = "drawn", "taken", "passed", "to_mend", "mended"
WHY = "assessment"


def draw_sample(
    uow: UnitOfWork, command: DrawSample, *, office: Office
) -> tuple[int, tuple[UUID, ...]]:
    """Draw; answers how many could be drawn, and which were. The same seed draws the same.

    A file that is about the caller's unit, or in which it is a party, is not among them (回避).
    """
    belongs_to, unit = office.directory().belongs_to, uow.caller.unit
    every = assessing.candidates(uow, command)
    found = [one for one in every if not belongs_to(unit, one.concerned)]
    drawn = sampling.sampled(found, command.seed, least=command.least_percent)
    units = {one.case_id: one.unit for one in found}
    for case_id in drawn:
        row = {
            "case_id": case_id,
            "sample": command.sample,
            "version": 1,
            "state": DRAWN,
            "unit": units[case_id],
            "assessor_unit": uow.caller.unit,
            "drawn_by": uow.caller.id,
            "drawn_at": uow.now,
        }
        uow.insert(assessment, row)
    return len(found), drawn


def take_assessment(uow: UnitOfWork, command: OnAssessment, *, office: Office) -> OnAssessment:
    """The caller takes a file, and may read it until the result is recorded.

    Raises:
        AssessmentMissing: it was not drawn by the caller's unit.
        NotOutside: the caller had a hand in the case, or the caller's unit has to do with it.
        AssessmentElsewhere: somebody has it already.
    """
    row = _of(uow, command, "assessor_unit")
    mediators = {one["staff"] for one in uow.find(assignment, case_id=command.case_id)}
    concerned = office.directory().belongs_to(uow.caller.unit, _concerned(uow, command.case_id))
    if row["unit"] == uow.caller.unit or uow.caller.id in mediators or concerned:
        raise NotOutside
    _expect(row, DRAWN)
    _set(uow, row, state=TAKEN, assessor=uow.caller.id)
    let_person_read(uow, case_access, (command.case_id, uow.caller.id, WHY))
    return command


def _concerned(uow: UnitOfWork, case_id: UUID) -> frozenset[str]:
    """Units that are parties by now, or that the matter is about."""
    parties = {row["unit_id"] for row in uow.find(participant, case_id=case_id)}
    about = casework_of(uow, case_id)["about_units"].split()
    return frozenset({*parties, *about} - {""})


def _of(uow: UnitOfWork, command: OnAssessment, side: str) -> Row:
    row = uow.get(assessment, case_id=command.case_id, sample=command.sample)
    if row is None or row[side] != uow.caller.unit:
        raise AssessmentMissing
    return row


def _expect(row: Row, *states: str) -> None:
    if row["state"] not in states:
        raise AssessmentElsewhere(state=row["state"])


def _set(uow: UnitOfWork, row: Row, **values: Any) -> None:
    key = {"case_id": row["case_id"], "sample": row["sample"]}
    changed = {"version": row["version"] + 1, **values}
    uow.update(assessment, key, changed, expect={"version": row["version"]})


def record_assessment(
    uow: UnitOfWork, command: RecordAssessment, *, office: Office
) -> OnAssessment:
    """Points and finding; the reading ends with it. A defect is told to the handling unit.

    Raises:
        AssessmentMissing, AssessmentElsewhere: not the caller's, or not now.
        StaleVersion: it was changed meanwhile.
    """
    row = _of(uow, command, "assessor_unit")
    _expect(row, TAKEN)
    if row["assessor"] != uow.caller.id:
        raise AssessmentElsewhere(state=row["state"])
    _expect_seen(row, command.version)
    said = {"finding": command.finding}
    sealed = words_of(uow, command.case_id, office).seal(assessment, row, said)
    defect = command.mend_by is not None
    values = {
        **command.points,
        "state": TO_MEND if defect else PASSED,
        "defect": defect,
        "mend_by": command.mend_by,
        "recorded_at": uow.now,
        "sealed": sealed.data,
    }
    _set(uow, row, **values)
    end_person_reading(uow, case_access, (command.case_id, uow.caller.id, WHY))
    if command.mend_by is not None:
        by = {"sample": command.sample, "due_on": command.mend_by.isoformat()}
        _tell(
            uow, command.case_id, Change(facts.TO_MEND, {}, by, _kept(command, sealed.commitment))
        )
    return command


def _expect_seen(row: Row, version: int) -> None:
    if row["version"] != version:
        raise StaleVersion(current=row["version"])


def _kept(command: OnAssessment, commitment: str) -> dict[str, str]:
    return {f"assessment:{command.sample}": commitment}


def answer_assessment(
    uow: UnitOfWork, command: AnswerAssessment, *, office: Office
) -> OnAssessment:
    """The handling unit mended the defect. Raises as `record_assessment`."""
    row = _of(uow, command, "unit")
    _expect(row, TO_MEND)
    _expect_seen(row, command.version)
    words = words_of(uow, command.case_id, office)
    sealed = words.seal(assessment, row, {"answer": command.answer}, "sealed_answer")
    done = {"state": MENDED, "answered_by": uow.caller.id, "answered_at": uow.now}
    _set(uow, row, **done, sealed_answer=sealed.data)
    said = {"sample": command.sample}
    _tell(uow, command.case_id, Change(facts.MENDED, {}, said, _kept(command, sealed.commitment)))
    return command


def _tell(uow: UnitOfWork, case_id: UUID, change: Change) -> None:
    """A fact on a closed file, whose case may have ended: told in the epoch in which it did."""
    grant = uow.get(write_grant, case_id=case_id)
    row = uow.get(mediation, case_id=case_id)
    if grant is None or row is None:
        raise AssessmentMissing
    ended = grant["state"] == ENDED
    expect_writable({**grant, "state": OPEN} if ended else grant, row, grant["epoch"])
    numbered = {"fact_no": row["fact_no"] + 1}
    uow.update(mediation, {"case_id": case_id}, numbered)
    tell(uow, {**row, **numbered}, grant, change)
    refit(uow, row)
