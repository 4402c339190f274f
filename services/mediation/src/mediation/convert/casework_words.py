"""Enum values of the work on a mediation, both ways. UNSPECIFIED is None."""

from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import mediation_pb2
from mediation import commands_casework as todo
from mediation.domain import agreement, parties, words

Word = TypeVar("Word", bound=Enum)


class Wire(Protocol):
    """A generated enum."""

    def items(self) -> list[tuple[str, Any]]:
        """All names with their numbers."""
        ...


class Words(Generic[Word]):
    """One enum of the protocol beside one of the domain; names agree but for the prefix.

    Making it fails when a value of either side has no partner.
    """

    def __init__(self, wire: Wire, prefix: str, domain: type[Word]) -> None:
        named = {f"{prefix}_{word.name}": word for word in domain}
        numbers = dict(wire.items())
        if set(numbers) - {f"{prefix}_UNSPECIFIED"} != set(named):
            raise ValueError(f"{domain.__name__} and {prefix} do not agree")
        self._words = {numbers[name]: word for name, word in named.items()}
        self._numbers = {word: number for number, word in self._words.items()}

    def word(self, number: int) -> Word | None:
        """The domain's word; None for UNSPECIFIED and for a number this version does not know."""
        return self._words.get(number)

    def number(self, word: Word) -> Any:  # a ValueType of the enum at hand
        """The number on the wire."""
        return self._numbers[word]


KIND = Words(mediation_pb2.MediationKind, "MEDIATION_KIND", words.MediationKind)
SESSION_KIND = Words(pb.SessionKind, "SESSION_KIND", words.SessionKind)
JOINING = Words(pb.Joining, "JOINING", words.Joining)
ATTENDANCE = Words(pb.Attendance, "ATTENDANCE", words.Attendance)
OUTCOME = Words(pb.SessionOutcome, "SESSION_OUTCOME", words.SessionOutcome)
FORM = Words(pb.AgreementForm, "AGREEMENT_FORM", words.AgreementForm)
PART = Words(pb.AgreementPart, "AGREEMENT_PART", agreement.Part)
HAND = Words(pb.Hand, "HAND", todo.Hand)
SIGNING = Words(pb.Signing, "SIGNING", words.Signing)
SIDE = Words(pb.Side, "SIDE", words.Side)
CAPACITY = Words(pb.Capacity, "CAPACITY", parties.Capacity)
RECUSAL = Words(pb.Recusal, "RECUSAL", todo.Recusal)
ROUTE = Words(pb.Route, "ROUTE", words.Route)
DUTY = Words(pb.Duty, "DUTY", words.Duty)
ASKED = Words(pb.Asked, "ASKED", words.Asked)
FINDING = Words(pb.Finding, "FINDING", words.Finding)
DISPOSITION = Words(pb.Disposition, "DISPOSITION", words.Disposition)
REFERRAL_KIND = Words(pb.ReferralKind, "REFERRAL_KIND", words.ReferralKind)
REFERRAL_OUTCOME = Words(pb.ReferralOutcome, "REFERRAL_OUTCOME", words.ReferralOutcome)
CONFIRMATION = Words(pb.Confirmation, "CONFIRMATION", words.Confirmation)
GROUND = Words(pb.RefusalGround, "REFUSAL_GROUND", words.RefusalGround)
ENDING = Words(pb.MediationEnding, "MEDIATION_ENDING", words.Ending)
EVERY: tuple[tuple[Words[Any], type[Enum]], ...] = (
    (KIND, words.MediationKind),
    (SESSION_KIND, words.SessionKind),
    (JOINING, words.Joining),
    (ATTENDANCE, words.Attendance),
    (OUTCOME, words.SessionOutcome),
    (FORM, words.AgreementForm),
    (PART, agreement.Part),
    (HAND, todo.Hand),
    (SIGNING, words.Signing),
    (SIDE, words.Side),
    (CAPACITY, parties.Capacity),
    (RECUSAL, todo.Recusal),
    (ROUTE, words.Route),
    (DUTY, words.Duty),
    (ASKED, words.Asked),
    (FINDING, words.Finding),
    (DISPOSITION, words.Disposition),
    (REFERRAL_KIND, words.ReferralKind),
    (REFERRAL_OUTCOME, words.ReferralOutcome),
    (CONFIRMATION, words.Confirmation),
    (GROUND, words.RefusalGround),
    (ENDING, words.Ending),
)
"""Each pair, to be walked both ways."""
