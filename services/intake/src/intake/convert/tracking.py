"""Tracking in plain words."""

from intake.convert.instants import stamp
from intake.domain.tracking import Step
from intake.tracking import Tracked
from kernel.catalogue import Catalogue, Language
from kernel.directory import Directory
from lianxin.intake.v1 import intake_service_pb2 as service


def tracked_message(
    tracked: Tracked, directory: Directory, texts: Catalogue, language: Language
) -> service.TrackCaseResponse:
    """What the resident reads. A step there are no words for is left out."""
    said = [
        service.TrackStep(
            at=stamp(step.at),
            text=_text(step, directory, texts, language),
            unit=directory.title(step.unit),
        )
        for step in tracked.steps
        if texts.has(f"STEP_{step.kind}", language)
    ]
    return service.TrackCaseResponse(
        case_no=tracked.case_no,
        state_text=texts.text(f"STATE_{tracked.state}", language),
        holder_title=directory.title(tracked.holder_unit),
        holder_phone=directory.phone(tracked.holder_unit),
        until=tracked.until.isoformat() if tracked.until else "",
        steps=said,
        as_of=stamp(tracked.as_of),
        ended=tracked.ended,
        notices=[texts.text(f"NOTICE_{kind}", language) for kind in tracked.notices],
    )


def _text(step: Step, directory: Directory, texts: Catalogue, language: Language) -> str:
    said = {"unit": directory.title(step.unit), "until": step.until}
    if step.to:
        said["to"] = directory.title(step.to)
    return texts.text(f"STEP_{step.kind}", language, **({"to": said["unit"]} | said))
