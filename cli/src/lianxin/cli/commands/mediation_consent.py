"""What parties consent to before they sit down, and duties to report."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from kernel.clock import SHANGHAI
from lianxin.cli import output
from lianxin.cli.dates import iso_day
from lianxin.cli.mediating.acts import MediationSeen, done, mediate, seen_of
from lianxin.cli.mediating.people import Registered, mediator_ids, register_of
from lianxin.cli.mediating.texts import text_of
from lianxin.cli.params import Approve, Case
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import casework_pb2
from lianxin.mediation.v1 import consent_pb2 as pb

SUBJECT = pb.ConsentSubject.DESCRIPTOR
BOTH = ("mediation", "personal_data")
CONSENTS = (
    "consent_no",
    "party",
    "consent_subject",
    "mediator",
    "consent_answer",
    "consent_method",
    "consent_day",
)
DUTIES = ("duty", "grounds", "noted_at", "reported_to", "reported_at", "waiver_by", "waived_at")
Duty = Annotated[str, typer.Argument(metavar="DUTY", help=say("opt.duty"))]


def record(
    case: Case,
    *,
    party: Annotated[list[str], typer.Option("--party", help=say("opt.consent_party"))],
    about: Annotated[list[str] | None, typer.Option(help=say("opt.consent_subject"))] = None,
    refused: Annotated[bool, typer.Option("--refused", help=say("opt.consent_refused"))] = False,
    mediator: Annotated[str, typer.Option("--mediator", help=say("opt.mediator"))] = "",
    how: Annotated[str, typer.Option("--how", help=say("opt.consent_method"))] = "signed",
    by: Annotated[str, typer.Option("--by", help=say("opt.consent_by"))] = "self",
    on: Annotated[str, typer.Option("--on", help=say("opt.consent_day"))] = "",
    text: Annotated[str, typer.Option("--text", help=say("opt.consent_text"))] = "",
) -> None:
    """Take down what parties say: they want to be mediated, or not, or not any more."""
    subjects = about or (["mediator"] if mediator else BOTH)
    said = {
        "subjects": [enum_number(SUBJECT, one, "--about") for one in subjects],
        "given": not refused,
        "method": enum_number(pb.ConsentMethod.DESCRIPTOR, how, "--how"),
        "by": enum_number(casework_pb2.Signing.DESCRIPTOR, by, "--by"),
        "on_day": iso_day(on, "--on") or datetime.now(SHANGHAI).date().isoformat(),
    }
    with connected() as session:
        said["text_version"] = text or _newest(session)
        if mediator:
            said["mediator_id"] = mediator_ids(session, [mediator], "--mediator")[0]
        answers = [_one(session, case, one, said) for one in party]
    seen, answer = answers[-1]
    shown = plain(answer)
    output.show(shown, lambda: output.line("done.consent", case_no=seen.case_no, count=len(party)))


def _newest(session: Session) -> str:
    """The version that is read out today."""
    asked = pb.GetConsentTextsRequest()
    version: str = session.ask(session.mediation_consent.GetConsentTexts(asked)).version
    return version


def _one(
    session: Session, case: str, who: str, said: Mapping[str, Any]
) -> tuple[MediationSeen, Any]:
    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"party_id": Registered(session, seen.case_id).party(who, "--party")}

    return done(session, case, pb.RecordConsentRequest, given, **said)


def show(case: Case) -> None:
    """What each party said, and what is missing for sitting down together."""
    with connected() as session:
        seen = seen_of(session, case)
        asked = pb.ListConsentsRequest(case_id=seen.case_id)
        data = plain(session.ask(session.mediation_consent.ListConsents(asked)))
        registered = Registered(session, seen.case_id)
        names = {one.party_id: registered.label(one.party_id) for one in registered.parties}
        called = {line.entry.mediator_id: line.entry.staff for line in register_of(session)}
    for lack in data["lacks"]:
        lack["text"] = text_of(lack["reason"])
        lack["who"] = _who(lack["field"], names, called)
    rows = [_entry(one, names, called) for one in data["consents"]]
    output.show(data | {"names": names}, lambda: _people(data, rows))


def _who(field: str, names: Mapping[str, str], called: Mapping[str, str]) -> str:
    """Whom a lack is about: a side, a party or a mediator."""
    whose = field.partition(".")[2]
    return names.get(whose) or called.get(whose) or word("side", field)


def _entry(
    one: Mapping[str, Any], names: Mapping[str, str], called: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "consent_no": one["no"],
        "party": names.get(one["party_id"], one["party_id"]),
        "consent_subject": word("consent_subject", one["subject"]),
        "mediator": called.get(one["mediator_id"], one["mediator_id"]),
        "consent_answer": say("consent.yes" if one["given"] else "consent.no")
        if one["counts"]
        else say("consent.before"),
        "consent_method": word("consent_method", one["method"]),
        "consent_day": one["on_day"],
    }


def _people(data: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> None:
    output.table(rows, CONSENTS)
    for lack in data["lacks"]:
        output.line("consent.lack", who=lack["who"], text=lack["text"])
    for subject in data["sensitive"]:
        output.line("consent.sensitive", subject=word("consent_subject", subject))
    if not data["lacks"]:
        output.line("consent.ready")


def text(
    version: Annotated[str, typer.Argument(metavar="VERSION", help=say("opt.consent_text"))] = "",
) -> None:
    """The texts that are read out or handed over before a party consents."""
    with connected() as session:
        asked = pb.GetConsentTextsRequest(version=version)
        data = plain(session.ask(session.mediation_consent.GetConsentTexts(asked)))

    def people() -> None:
        output.line("consent.version", version=data["version"])
        for one in data["texts"]:
            subject = word("consent_subject", one["subject"])
            output.line("consent.text", subject=subject, text=one["text"])

    output.show(data, people)


def duties(case: Case) -> None:
    """Duties to report: what suggests each, and whether it was met or does not apply."""
    with connected() as session:
        seen = seen_of(session, case)
        asked = pb.ListDutiesRequest(case_id=seen.case_id)
        data = plain(session.ask(session.mediation_consent.ListDuties(asked)))
    rows = [one | {"duty": word("duty", one["duty"])} for one in data["duties"]]

    def people() -> None:
        output.table(rows, DUTIES)
        for flag in ("apart", "green_channel"):
            if data[flag]:
                output.line(f"duties.{flag}")

    output.show(data, people)


def waive_duty(
    case: Case,
    duty: Duty,
    reason: Annotated[str, typer.Option("--reason", help=say("opt.waiver_reason"))],
) -> None:
    """Say why a duty to report does not apply; a second person decides."""
    number = enum_number(casework_pb2.Duty.DESCRIPTOR, duty, "DUTY")
    mediate("mediation_waive_duty", case, pb.WaiveDutyRequest, duty=number, reason=reason)


def decide_waiver(case: Case, duty: Duty, approve: Approve) -> None:
    """Decide whether a duty to report does not apply, as the second person."""
    number = enum_number(casework_pb2.Duty.DESCRIPTOR, duty, "DUTY")
    mediate("mediation_decide_waiver", case, pb.DecideWaiverRequest, duty=number, approved=approve)
