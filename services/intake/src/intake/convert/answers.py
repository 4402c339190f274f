"""Small answers: stamps, suggestions, codes."""

from collections.abc import Iterable, Sequence

from intake.convert.words import ENDING
from intake.domain import numbering
from intake.domain.suggestions import Suggestion
from intake.domain.words import Ending
from intake.handlers.acting import Stamp
from intake.handlers.preparation import Registration
from intake.handlers.registration import Registered
from intake.handlers.sealing import PartyRow
from intake.storage.duplicates import Alike
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as service


def stamp_message(stamp: Stamp) -> common.CaseStamp:
    """Where a case stands."""
    return common.CaseStamp(
        case_id=str(stamp.case_id),
        case_no=stamp.case_no,
        epoch=stamp.epoch,
        version=stamp.version,
        state=stamp.state,
    )


def suggestion_message(suggestion: Suggestion) -> case.Suggestion:
    """One proposal."""
    return case.Suggestion(
        field=suggestion.field,
        value=suggestion.value,
        score=suggestion.score,
        reason=suggestion.reason,
        terms=suggestion.terms,
        confirmed=suggestion.confirmed,
        confirmed_by=suggestion.confirmed_by,
    )


def duplicate_message(found: Alike) -> case.Duplicate:
    """A case that may be the same matter."""
    return case.Duplicate(
        case_id=str(found.row["case_id"]),
        case_no=found.row["case_no"],
        score=found.likeness.score,
        reason=found.likeness.reason,
        ending=ENDING.number(_ended(found.row["ending"])),
    )


def _ended(ending: str | None) -> Ending | None:
    return Ending(ending) if ending else None


def party_codes(parties: Iterable[PartyRow]) -> list[service.PartyCode]:
    """Codes of parties, as they are shown once."""
    return [
        service.PartyCode(
            party_id=str(party.row["party_id"]), query_code=numbering.shown_code(party.code)
        )
        for party in parties
    ]


def registered_message(
    outcome: Registered, registration: Registration, alike: Sequence[Alike]
) -> service.RegisterCaseResponse:
    """The registered matter; without codes and proposals where it had been registered before."""
    if outcome.already:
        return service.RegisterCaseResponse(stamp=stamp_message(outcome.stamp), already=True)
    first, others = registration.applicant, registration.others
    return service.RegisterCaseResponse(
        stamp=stamp_message(outcome.stamp),
        query_code=numbering.shown_code(first.code),
        suggestions=[suggestion_message(one) for one in registration.suggestions],
        duplicates=map(duplicate_message, alike),
        party_codes=party_codes(others),
    )
