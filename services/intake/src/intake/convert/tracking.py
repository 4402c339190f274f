"""Tracking in plain words."""

from intake.domain.sides import Invitation
from intake.domain.tracking import Step
from intake.tracking import Tracked
from kernel.catalogue import Catalogue, Language
from kernel.directory import Directory
from kernel.instants import stamp
from lianxin.intake.v1 import intake_service_pb2 as service


def tracked_message(
    tracked: Tracked, directory: Directory, texts: Catalogue, language: Language
) -> service.TrackCaseResponse:
    """What the resident reads. A step there are no words for is left out."""
    told = _Telling(directory, texts, language, other_side=tracked.other_side)
    said = [
        service.TrackStep(
            at=stamp(step.at),
            text=told.step(step),
            unit=directory.title(step.unit),
        )
        for step in tracked.steps
        if texts.has(f"STEP_{step.kind}", language)
    ]
    return service.TrackCaseResponse(
        case_no=tracked.case_no,
        state_text=told.text("STATE", tracked.state),
        holder_title=directory.title(tracked.holder_unit),
        holder_phone=directory.phone(tracked.holder_unit),
        until=tracked.until.isoformat() if tracked.until else "",
        steps=said,
        as_of=stamp(tracked.as_of),
        ended=tracked.ended,
        sessions=map(told.session, tracked.sessions),
        notices=[texts.text(f"NOTICE_{kind}", language) for kind in tracked.notices],
    )


class _Telling:
    """Words for whoever asks; the other side has some of its own."""

    def __init__(
        self, directory: Directory, texts: Catalogue, language: Language, *, other_side: bool
    ) -> None:
        self._directory = directory
        self._texts = texts
        self._language = language
        self._own = ("OTHER_",) if other_side else ()

    def text(self, about: str, kind: str, **said: str) -> str:
        """The words for a kind of step or a state."""
        for own in self._own:
            if self._texts.has(f"{about}_{own}{kind}", self._language):
                return self._texts.text(f"{about}_{own}{kind}", self._language, **said)
        return self._texts.text(f"{about}_{kind}", self._language, **said)

    def step(self, step: Step) -> str:
        """One step."""
        said = {"unit": self._directory.title(step.unit), "until": step.until}
        said["right"] = self._right(step.clock)
        said["to"] = self._directory.title(step.to) if step.to else said["unit"]
        return self.text("STEP", step.kind, **said)

    def _right(self, clock: str) -> str:
        """What is limited, as the law calls it; its general name for a clock of another profile."""
        named = f"RIGHT_{clock}" if clock else "RIGHT"
        key = named if self._texts.has(named, self._language) else "RIGHT"
        return self._texts.text(key, self._language)

    def session(self, one: Invitation) -> service.TrackSession:
        """One session."""
        unit = self._directory.title(one.unit)
        return service.TrackSession(
            starts_at=stamp(one.starts_at),
            ends_at=stamp(one.ends_at),
            text=self.text("SESSION", one.kind, unit=unit),
        )
