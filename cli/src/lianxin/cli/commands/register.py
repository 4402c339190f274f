"""Registering a matter at the counter: four questions, then what the rules propose."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import asking, invocation, output
from lianxin.cli.counter import CounterDraft
from lianxin.cli.drafts import draft_of, tag_of
from lianxin.cli.errors import BadInput
from lianxin.cli.files.importing import Places
from lianxin.cli.meeting import at_sitting, into_sitting
from lianxin.cli.plain import checked_code, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.settling import settle_placement
from lianxin.cli.words import say, word
from lianxin.intake.v1 import case_pb2
from lianxin.intake.v1 import intake_service_pb2 as pb

CONFIRMED = ("procedure", "category", "purpose")
SUGGESTED = ("field", "value", "score", "reason")
DUPLICATES = ("case_no", "score", "reason", "ending")

Respondents = Annotated[list[str] | None, typer.Option("--respondent", help=say("opt.respondent"))]


def register(
    *,
    name: Annotated[str, typer.Option("--name", help=say("opt.name"))] = "",
    anonymous: Annotated[bool, typer.Option("--anonymous", help=say("opt.anonymous"))] = False,
    withheld: Annotated[bool, typer.Option("--withheld", help=say("opt.withheld"))] = False,
    phone: Annotated[str, typer.Option("--phone", help=say("opt.phone"))] = "",
    living_place: Annotated[str, typer.Option("--living-place", help=say("opt.living"))] = "",
    place: Annotated[str, typer.Option("--place", help=say("opt.place"))] = "",
    what: Annotated[str, typer.Option("--what", help=say("opt.narrative"))] = "",
    respondent: Respondents = None,
    request: Annotated[list[str] | None, typer.Option("--request", help=say("opt.request"))] = None,
    channel: Annotated[str, typer.Option("--channel", help=say("opt.channel"))] = "",
    category: Annotated[str, typer.Option("--category", help=say("opt.category"))] = "",
    urgent: Annotated[bool, typer.Option("--urgent", help=say("opt.urgent"))] = False,
    tag: Annotated[list[str] | None, typer.Option("--tag", help=say("opt.tag"))] = None,
    need: Annotated[list[str] | None, typer.Option("--need", help=say("opt.need"))] = None,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.registering_unit"))] = "",
    sitting: Annotated[str, typer.Option("--sitting", help=say("opt.in_sitting"))] = "",
    from_json: Annotated[Path | None, typer.Option(help=say("opt.from_json"))] = None,
) -> None:
    """Register a matter; asks what was not given."""
    said = {
        "channel": channel,
        "identity": _identity(name, anonymous=anonymous, withheld=withheld),
        **_asking(name, phone, living_place),
        "place_text": place,
        "narrative": what,
        "respondent": respondent or [],
        "requests": request or [],
        "category": category,
        "urgent": "true" if urgent else "",
        **_marks(tag or [], need or []),
    }
    if from_json is not None:
        _at_once(_record(from_json), unit, sitting)
    elif what:
        _at_once(said | {"channel": channel or ("" if sitting else "visit")}, unit, sitting)
    else:
        _guided(unit, said, sitting)


def _asking(name: str, phone: str, living_place: str) -> dict[str, str]:
    return {"name": name, "phone": phone, "living_place": living_place}


def _marks(tags: list[str], needs: list[str]) -> dict[str, list[str]]:
    """Occasions and needs as codes. Raises BadInput naming those there are."""
    return {
        "tags": [tag_of(one) for one in tags],
        "needs": [checked_code("need", one, "--need") for one in needs],
    }


def _identity(name: str, *, anonymous: bool, withheld: bool) -> str:
    if anonymous:
        if name.strip():
            raise BadInput("ANONYMOUS_NAMED", field="--name")
        return "anonymous"
    return "withheld" if withheld else "named"


def _record(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        record = json.loads(text)
    except (OSError, UnicodeDecodeError):
        raise BadInput("FILE_UNREADABLE", field="--from-json", file=file.name) from None
    except ValueError:
        raise BadInput("ROW_JSON", field="--from-json") from None
    if not isinstance(record, dict):
        raise BadInput("ROW_JSON", field="--from-json")
    return record


def _at_once(record: dict[str, Any], unit: str, sitting: str) -> None:
    """Everything is given: register without a question."""
    with connected() as session:
        seen = at_sitting(session, sitting, record) if sitting else None
        if not record.get("place_code") and record.get("place_text"):
            record["place_code"] = Places(session).code(str(record["place_text"]))
        counter = CounterDraft.fresh(session.door)
        answer = _send(session, counter, draft_of(record), unit)
        _tell(answer)
        if seen:
            into_sitting(session, seen, answer.stamp)


def _guided(unit: str, told: Mapping[str, Any], sitting: str) -> None:
    """What was told by options is not asked again."""
    if invocation.current().json:
        raise BadInput("PARAMETER_MISSING", field="--what", command="lianxin register")
    with connected() as session:
        given: dict[str, Any] = {name: said for name, said in told.items() if said}
        if not given.get("name") and given["identity"] != "anonymous":
            del given["identity"]  # whoever is named is asked for
        if given.get("place_text"):
            given["place_code"] = Places(session).code(str(given["place_text"]))
        seen = at_sitting(session, sitting, given) if sitting else None
        counter = _begun(session)
        counter.take(**{name: said for name, said in given.items() if said})
        _four_questions(session, counter)
        draft = draft_of(counter.answers)
        _settle_suggestions(session, counter, draft)
        if not asking.agreed("ask.register"):
            output.line("register.kept")
            return
        answer = _send(session, counter, draft_of(counter.answers), unit)
        counter.forget()
        _tell(answer)
        if seen:
            into_sitting(session, seen, answer.stamp)
        settle_placement(session, answer.stamp.case_id)


def _begun(session: Session) -> CounterDraft:
    """The draft that was left behind, if the clerk wants it, else a fresh one."""
    left = CounterDraft.found(session.door)
    if left is None:
        return CounterDraft.fresh(session.door)
    _show_answers(left.answers)
    if asking.agreed("ask.resume"):
        return left
    left.forget()
    return CounterDraft.fresh(session.door)


def _show_answers(answers: Mapping[str, Any]) -> None:
    shown = ("channel", "name", "phone", "place_title", "narrative")
    output.card({name: answers[name] for name in shown if answers.get(name)})


def _four_questions(session: Session, counter: CounterDraft) -> None:
    """Who or anonymous, telephone or none, where, what; what is answered already is not asked."""
    if not counter.has("channel"):
        counter.take(channel=asking.channel())
    if not counter.has("identity"):
        counter.take(**asking.who())
    if not counter.has("phone"):
        counter.take(phone=asking.phone())
    if not counter.has("place_code"):
        counter.take(**asking.place(session))
    if not counter.has("narrative"):
        counter.take(narrative=asking.narrative())


def _settle_suggestions(session: Session, counter: CounterDraft, draft: case_pb2.CaseDraft) -> None:
    """Show what the rules propose and what may be the same matter; a person decides."""
    answer = session.ask(session.intake.SuggestCase(pb.SuggestCaseRequest(draft=draft)))
    suggestions = [plain(one) for one in answer.suggestions]
    rows = [one | {"value": word(one["field"], one["value"])} for one in suggestions]
    output.table(rows, SUGGESTED, title=say("register.suggestions"))
    if answer.duplicates:
        found = [plain(one) for one in answer.duplicates]
        output.table(found, DUPLICATES, title=say("register.duplicates"))
    best: dict[str, str] = {}
    for one in suggestions:
        best.setdefault(one["field"], one["value"])
    for field in CONFIRMED:
        if field in best and not counter.has(field):
            counter.take(**{field: asking.confirmed(field, best[field])})


def _send(
    session: Session, counter: CounterDraft, draft: case_pb2.CaseDraft, unit: str
) -> pb.RegisterCaseResponse:
    request = pb.RegisterCaseRequest(
        request_id=counter.request_id,
        case_id=counter.case_id,
        draft=draft,
        registering_unit=unit,
    )
    answer: pb.RegisterCaseResponse = session.ask(session.intake.RegisterCase(request))
    return answer


def _tell(answer: pb.RegisterCaseResponse) -> None:
    data = plain(answer)

    def people() -> None:
        number, code = answer.stamp.case_no, answer.query_code
        output.line("register.already" if answer.already else "register.done", case_no=number)
        if code:
            output.line("register.code", code=code)
        for party in answer.party_codes[1:]:
            output.line("register.party_code", party=party.party_id, code=party.query_code)
        output.line("register.receipt", case_no=number, code=code)

    output.show(data, people)
