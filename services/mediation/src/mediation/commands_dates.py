"""Days that something is counted from, as plain values."""

from dataclasses import dataclass
from datetime import date

from mediation.commands_casework import OnCase
from mediation.domain.clocks import CourtFile


@dataclass(frozen=True, slots=True)
class NoteHarmKnown(OnCase):
    """Since when the harm, and who is liable, is known."""

    known_on: date


@dataclass(frozen=True, slots=True)
class NoteCourtFile(OnCase):
    """On what terms a court sent the file, and when it was signed for."""

    terms: CourtFile
    signed_on: date
