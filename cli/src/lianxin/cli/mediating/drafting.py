"""An agreement as it is drafted: parts and terms typed or in a file, the rest from the case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from kernel.clock import SHANGHAI
from kernel.yaml_text import read_yaml
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.mediating.acts import MediationSeen
from lianxin.cli.mediating.people import Registered
from lianxin.cli.mediating.reading import file_of, text_from
from lianxin.cli.plain import checked_code, enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import casework_pb2 as pb

FEN = 100
TERM = ("by", "until", "amount", "what")


def today() -> date:
    """The day in Asia/Shanghai."""
    return datetime.now(UTC).astimezone(SHANGHAI).date()


@dataclass
class Draft:
    """A version that is to be drafted; `filled` names the parts that were taken from the file."""

    form: Any
    parts: dict[str, str]
    terms: list[dict[str, str]]
    filled: list[str] = field(default_factory=list)

    def given(self, session: Session, seen: MediationSeen) -> dict[str, Any]:
        """Parts and terms of the request, with the ids of the parties."""
        registered = Registered(session, seen.case_id, named=True)
        parts = dict(self.parts)
        known = self._known(session, seen, registered)
        added = {part: text for part, text in known.items() if text and part not in parts}
        self.filled = [word("agreement_part", part) for part in added]
        parts |= added
        return {
            "form": self.form,
            "texts": [
                pb.AgreementText(part=_part(part), text=text) for part, text in parts.items()
            ],
            "terms": [_term(one, registered) for one in self.terms],
        }

    def _known(
        self, session: Session, seen: MediationSeen, registered: Registered
    ) -> dict[str, str]:
        """What need not be typed: of an oral agreement the content, which its terms say."""
        if self.form == pb.AGREEMENT_FORM_WRITTEN:
            return self._on_file(session, seen, registered)
        return {"content": "；".join(one["what"] for one in self.terms)}

    def _on_file(
        self, session: Session, seen: MediationSeen, registered: Registered
    ) -> dict[str, str]:
        """What is known already: who, what happened, what is asked for, until when."""
        file = file_of(session, seen.case_id)
        names = [registered.label(one.party_id) for one in file.participants]
        asked = [one.text for one in registered.content.requests if one.text]
        last = max((one["until"] for one in self.terms), default="")
        return {
            "parties": "；".join(names),
            "facts": file.closing.facts,
            "dispute": "；".join(asked) or registered.content.narrative,
            "period": say("agreement.until", day=last) if last else say("agreement.at_once"),
        }


def draft_from(form: str, parts: Iterable[str], terms: Iterable[str], file: Path | None) -> Draft:
    """What was typed, over what stands in a file.

    Raises:
        BadInput: a part or a term cannot be read.
    """
    written = _file(file) if file else {}
    texts = {
        checked_code("agreement_part", str(name), "--file"): str(text)
        for name, text in _mapping(written.get("parts")).items()
    }
    texts |= dict(_pair(one) for one in parts)
    owed = [
        _checked({key: str(value) for key, value in _mapping(one).items()}, "--file")
        for one in written.get("terms") or []
    ]
    owed += [_checked(_pairs(one), "--term") for one in terms]
    return Draft(enum_number(pb.AgreementForm.DESCRIPTOR, form, "--form"), texts, owed)


def _file(file: Path) -> dict[str, Any]:
    try:
        written = read_yaml(text_from("", file, "--file"))
    except yaml.YAMLError:
        raise BadInput("FILE_UNREADABLE", field="--file", file=file.name) from None
    return dict(_mapping(written))


def _mapping(value: Any) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadInput("AGREEMENT_FILE", field="--file")
    return value


def _pair(text: str) -> tuple[str, str]:
    """`content=WORDS`."""
    name, equals, words = text.partition("=")
    if not equals:
        raise BadInput("PART_INVALID", field="--part", value=text[:40])
    return checked_code("agreement_part", name, "--part"), words


def _pairs(text: str) -> dict[str, str]:
    """`by=PARTY until=DAY amount=300 what=WORDS`; what is owed comes last, with its blanks."""
    head, _, what = text.partition("what=")
    pairs = dict(one.partition("=")[::2] for one in head.split())
    return pairs | {"what": what.strip()}


def _checked(said: dict[str, str], named: str) -> dict[str, str]:
    if said.keys() - set(TERM) or not (said.get("by") and said.get("until") and said.get("what")):
        raise BadInput("TERM_INVALID", field=named)
    return said | {"until": iso_day(said["until"], named), "amount": said.get("amount", "")}


def _part(code: str) -> Any:
    return enum_number(pb.AgreementPart.DESCRIPTOR, code, "--part")


def _term(said: Mapping[str, str], registered: Registered) -> pb.TermDraft:
    return pb.TermDraft(
        performer_id=registered.party(said["by"], "--term"),
        due_on=said["until"],
        what=said["what"],
        amount_fen=_fen(said["amount"]),
    )


def _fen(said: str) -> int:
    """Yuan as people write them, in fen. Raises BadInput."""
    text = said.strip().removesuffix(say("agreement.yuan")).replace(",", "")
    try:
        return round(float(text) * FEN) if text else 0
    except (ValueError, OverflowError):
        raise BadInput("AMOUNT_INVALID", field="--term", value=said[:20]) from None
