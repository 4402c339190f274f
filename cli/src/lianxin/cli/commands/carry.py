"""A unit's worklist as an encrypted file, and acts that come back as one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from kernel.ids import new_id
from lianxin.cli import carrying, output
from lianxin.cli.carrying import Act, Journey, Worklist, envelope
from lianxin.cli.carrying.gathering import gathered
from lianxin.cli.errors import BadInput, CommandFailed, Findings, Remote, Unanswered
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say

T = TypeVar("T")
File = Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.carried"))]
Key = Annotated[Path, typer.Option("--key", help=say("opt.carry_key"))]
COLUMNS = ("case_no", "state", "category", "acts")
ANSWERED = ("no", "kind", "case_no", "outcome", "said")
ACTS = ".acts"


def key(file: File) -> None:
    """Make the key of this machine; give the public half to who exports."""
    try:
        public = carrying.make_key(file)
    except OSError as error:
        raise CommandFailed("CARRY_KEY_EXISTS", problem=error) from None
    output.done("done.carry_key", {"file": str(file), "public_key": public})


def out(
    file: File,
    to: Annotated[str, typer.Option("--to", help=say("opt.carry_to"))],
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    why: Annotated[str, typer.Option("--why", help=say("opt.carry_why"))] = "",
) -> None:
    """The unit's open cases as you may read them, sealed to the key of another machine."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with connected() as session:
        own = unit or session.unit
        cases = gathered(session, own, why)
        where = (session.door.name, own, session.staff_id)
    try:
        sealed, journey = carrying.pack_worklist(where, now, cases, to)
    except ValueError:
        raise BadInput("CARRY_TO_INVALID", field="--to") from None
    carrying.keep(journey)
    file.write_bytes(sealed)
    file.chmod(0o600)
    data = {"file": str(file), "journey": str(journey.journey), "cases": len(cases)}
    output.done("done.carry_out", data)


def show(
    file: File,
    own: Key,
    case: Annotated[str, typer.Option("--case", help=say("opt.case"))] = "",
) -> None:
    """What a file holds, read in memory; with --case everything of one."""
    worklist = _worklist(file, own)
    if case:
        data = _case(worklist, case)
        output.show(data, lambda: print(json.dumps(data, ensure_ascii=False, indent=1)))
        return
    acts = _recorded(file, own)
    lines = [
        {**each["line"], "acts": sum(act.case_id == each["case_id"] for act in acts)}
        for each in worklist.cases
    ]
    answer = {"node": worklist.node, "unit": worklist.unit, "at": worklist.at, "cases": lines}
    output.show(answer, lambda: output.table(lines, COLUMNS))


def act(
    file: File,
    kind: Annotated[str, typer.Argument(help=say("opt.carry_kind"))],
    case: Annotated[str, typer.Argument(metavar="CASE", help=say("opt.case"))],
    own: Key,
    fields: Annotated[str, typer.Option("--fields", help=say("opt.carry_fields"))] = "{}",
) -> None:
    """Record an act on a case beside the file; it is done when it has come back."""
    found = _case(_worklist(file, own), case)
    ids = (new_id(), datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        recorded = carrying.made(kind, found["case_id"], _object(fields), ids)
    except carrying.ActInvalid as error:
        known = " ".join(carrying.kinds())
        raise BadInput("CARRY_ACT_INVALID", field="--fields", problem=error, known=known) from None
    acts = [*_recorded(file, own), recorded]
    _keep_recorded(file, own, acts)
    data = {"kind": kind, "case_no": found["case_no"], "acts": len(acts)}
    output.done("done.carry_act", data)


def back(
    file: File,
    target: Annotated[Path, typer.Argument(metavar="RETURN", help=say("opt.carried_back"))],
    own: Key,
) -> None:
    """Seal what was recorded for the node it came from."""
    worklist, acts = _worklist(file, own), _recorded(file, own)
    if not acts:
        raise BadInput("CARRY_NOTHING", field="FILE")
    target.write_bytes(carrying.pack_return(worklist, acts))
    target.chmod(0o600)
    output.done("done.carry_back", {"file": str(target), "acts": len(acts)})


def take_in(file: File) -> None:
    """Do what was recorded, one act after the other, each answered; a repeat is refused."""
    data = _bytes(file)
    journey = carrying.kept(_checked(lambda: envelope.journey_of(data)))
    if journey is None:
        raise CommandFailed("CARRY_FOREIGN")
    if carrying.was_applied(journey, data):
        raise CommandFailed("CARRY_REPEATED")
    acts = _checked(lambda: carrying.open_return(data, journey)).acts
    with connected() as session:
        if session.door.name != journey.node:
            raise CommandFailed("CARRY_OTHER_NODE", node=journey.node)
        if session.staff_id != journey.staff:
            raise CommandFailed("CARRY_OTHER_ACCOUNT", staff=journey.staff)
        lines = _applied(session, journey, acts)
    refused = sum(line["outcome"] != "done" for line in lines)
    if refused < len(lines):  # where nothing was done it may be taken in again
        carrying.note_applied(journey, data)
    answer = {"acts": lines, "done": len(lines) - refused, "refused": refused}
    output.show(answer, lambda: output.table(lines, ANSWERED))
    if refused:
        raise Findings("CARRY_REFUSED")


def _applied(session: Session, journey: Journey, acts: list[Act]) -> list[dict[str, Any]]:
    """Each by what was seen when it went out, or by what an act before it led to.

    Raises:
        Unanswered: the node went away; taken in again, what was done is answered as before.
    """
    seen = {(case, name): at for case, told in journey.seen.items() for name, at in told.items()}
    lines = []
    for number, one in enumerate(acts, start=1):
        case_no = journey.numbers.get(one.case_id, one.case_id)
        line = {"no": number, "kind": one.kind, "case_no": case_no, "outcome": "done"}
        key = (one.case_id, one.service)
        try:
            rpc = getattr(getattr(session, one.stub), one.rpc)
            answer = session.ask(rpc(one.request(seen.get(key))))
            if "stamp" in answer.DESCRIPTOR.fields_by_name:
                seen[key] = (answer.stamp.epoch, answer.stamp.version)
        except Unanswered:
            raise
        except Remote as refused:
            line |= {"outcome": "refused", "reason": refused.reason, "said": refused.message}
        lines.append({"reason": "", "said": "", **line})
    return lines


def _worklist(file: Path, own: Path) -> Worklist:
    return _checked(lambda: carrying.open_worklist(_bytes(file), carrying.read_key(own)))


def _recorded(file: Path, own: Path) -> list[Act]:
    """Acts recorded so far; they lie beside the file, sealed to this machine's own key."""
    beside = file.with_name(file.name + ACTS)
    if not beside.exists():
        return []
    return _checked(lambda: carrying.read_acts(beside.read_bytes(), carrying.read_key(own)))


def _keep_recorded(file: Path, own: Path, acts: list[Act]) -> None:
    beside = file.with_name(file.name + ACTS)
    fresh = beside.with_name(beside.name + ".new")
    fresh.write_bytes(carrying.pack_acts(acts, carrying.read_key(own)))
    fresh.chmod(0o600)
    fresh.replace(beside)


def _case(worklist: Worklist, named: str) -> dict[str, Any]:
    found = [c for c in worklist.cases if named == c["case_id"] or c["case_no"].endswith(named)]
    if len(found) != 1:
        raise BadInput("CARRY_CASE_UNKNOWN", field="CASE")
    return found[0]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadInput("CARRY_FIELDS_INVALID", field="--fields")
    return found


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise BadInput("FILE_UNREADABLE", field="FILE", file=file) from None


def _checked(work: Callable[[], T]) -> T:
    try:
        return work()
    except carrying.KeyUnusable:
        raise BadInput("CARRY_KEY_UNUSABLE", field="--key") from None
    except carrying.CarriedForeign:
        raise CommandFailed("CARRY_FOREIGN") from None
    except carrying.CarriedAltered:
        raise CommandFailed("CARRY_ALTERED") from None
