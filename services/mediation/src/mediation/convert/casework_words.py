"""Enum values of the work on a mediation, both ways. UNSPECIFIED is None."""

from enum import Enum
from typing import Any

from kernel.wording import Words
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import mediation_pb2
from mediation import commands_casework as todo
from mediation.domain import agreement, parties, words

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
