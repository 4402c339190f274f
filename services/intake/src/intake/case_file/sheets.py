"""The pages that are written for a file: what each says, or None when there is nothing to say."""

from collections.abc import Callable, Mapping
from datetime import date

from intake.case_file.folder import Folder, Row
from intake.documents.figures import day_text, sum_text, time_text
from intake.documents.mediated import Done, Term
from intake.documents.settling import name_of, party_blocks
from intake.documents.source import FACTS
from intake.domain.words import PartyRole
from intake.office import day_of
from intake.suggest.rulebook import shipped_categories
from kernel.documents import Value

Values = dict[str, Value]
Sheet = Callable[[Folder], Values | None]


def _fact(folder: Folder, name: str) -> Value:
    return FACTS[name](folder.source)


def category_of(folder: Folder) -> str:
    """The category of the matter in Chinese; empty where there is none."""
    known = shipped_categories().get(folder.source.row["category"])
    return known.zh if known else ""


def hides_places(folder: Folder) -> bool:
    """After family violence no place is on paper that tells where somebody lives."""
    mediated = folder.source.mediated
    return mediated is not None and mediated.family_violence


def _registration(folder: Folder) -> Values:
    source, row = folder.source, folder.source.row
    said = source.vault.open("content", row["sealed_content"])
    names = ("received_on", "accepted_on", "applicant", "respondent", "narrative", "requests")
    return {name: _fact(folder, name) for name in (*names, "case_no", "procedure", "holder")} | {
        "registered_on": day_text(day_of(row["registered_at"])),
        "registering_unit": source.title(row["registering_unit"]),
        "channel": source.word(f"channel_{row['channel']}"),
        "category": category_of(folder),
        "place": "" if hides_places(folder) else str(said.get("place_text", "")),
        "headcount": str(row["headcount"]),
    }


def _parties(folder: Folder) -> Values | None:
    """Names and roles; telephones and addresses stay in the register."""
    source = folder.source
    rows = [
        {
            "role": source.word(f"party_{PartyRole(one['role']).value}"),
            "name": source.party_name(one),
            "kind": source.word(f"kind_{one['kind']}"),
        }
        for one in source.content.parties
    ]
    blocks = party_blocks(source, source.mediated) if source.mediated else []
    return {"parties": rows, "sides": blocks, "case_no": _fact(folder, "case_no")} if rows else None


def _findings(folder: Folder) -> Values | None:
    source, mediated = folder.source, folder.source.mediated
    texts = _fact(folder, "requests")
    rows = [
        {
            "no": str(one["no"]),
            "text": str(text),
            "finding": source.word(f"found_{one['finding']}"),
            "answer": _answer(folder, one),
        }
        for one, text in zip(source.content.requests, texts, strict=True)
        if one["finding"]
    ]
    facts = mediated.facts if mediated else ""
    if not rows and not facts:
        return None
    on = day_text(day_of(mediated.facts_at)) if mediated and mediated.facts_at else ""
    case_no = _fact(folder, "case_no")
    return {"facts": facts, "facts_on": on, "findings": rows, "case_no": case_no}


def _answer(folder: Folder, request: Row) -> str:
    said = folder.source.vault.open(f"answer:{request['no']}", request["sealed_answer"])
    return str(said.get("text", ""))


def _evidence(folder: Folder) -> Values | None:
    rows = [
        {
            "no": str(number),
            "name": one.name,
            "kind": one.media_type,
            "size": f"{one.size:,}",
            "sha256": one.sha256,
        }
        for number, one in enumerate(folder.attachments, start=1)
    ]
    return {"files": rows, "case_no": _fact(folder, "case_no")} if rows else None


def _performance(folder: Folder) -> Values | None:
    mediated = folder.source.mediated
    terms = mediated.agreement.terms if mediated and mediated.agreement else ()
    if not terms:
        return None
    rows = [_term(folder, term) for term in terms]
    return {"terms": rows, "case_no": _fact(folder, "case_no")}


def _term(folder: Folder, term: Term) -> dict[str, str]:
    return {
        "no": str(term.no),
        "performer": name_of(folder.source, term.performer),
        "what": term.what,
        "due": day_text(term.due_on),
        "standing": folder.source.word(f"term_{term.standing}"),
        "done": "；".join(map(_done, term.done)),
    }


def _done(done: Done) -> str:
    return f"{day_text(done.on)} {sum_text(done.fen)}".strip()


def _callbacks(folder: Folder) -> Values | None:
    source = folder.source
    rows = [
        {
            "at": time_text(call.at),
            "unit": source.title(call.unit),
            "result": source.word(f"call_{call.result}"),
            "performance": source.word(
                f"performance_{call.performance}" if call.performance else ""
            ),
            "note": call.note,
        }
        for call in folder.calls
    ]
    return {"calls": rows, "case_no": _fact(folder, "case_no")} if rows else None


def _confirmation(folder: Folder) -> Values | None:
    mediated = folder.source.mediated
    agreement = mediated.agreement if mediated else None
    if agreement is None or agreement.confirmation in {"", "none"}:
        return None
    at, by = agreement.confirmation_at, agreement.confirm_by
    return {
        "case_no": _fact(folder, "case_no"),
        "standing": folder.source.word(f"confirmation_{agreement.confirmation}"),
        "at": day_text(day_of(at)) if at else "",
        "confirm_by": day_text(day_of(by)) if by else "",
    }


def _services(folder: Folder) -> Values | None:
    source = folder.source
    names = {str(one["party_id"]): source.party_name(one) for one in source.content.parties}
    rows = []
    for one in folder.kept.standing():
        made = folder.kept.document(one.document_id) if one.document_id else None
        title = source.text(f"DOCUMENT_TITLE_{made.kind}") if made else source.word(one.visit)
        to = names.get(str(one.party_id), "") if one.party_id else source.title(one.unit_id)
        rows.append(
            {
                "title": title,
                "to": to,
                "method": source.word(f"service_{one.method}"),
                "on": day_text(date.fromisoformat(one.served_on)),
                "by": one.served_by,
                "receipt": one.receipt_no,
            }
        )
    return {"services": rows, "case_no": _fact(folder, "case_no")} if rows else None


def _log(folder: Folder) -> Values | None:
    rows = [{"at": time_text(line.at), "text": line.text} for line in folder.log]
    return {"log": rows, "case_no": _fact(folder, "case_no")} if rows else None


SHEETS: Mapping[str, Sheet] = {
    "registration": _registration,
    "parties": _parties,
    "findings": _findings,
    "evidence": _evidence,
    "performance": _performance,
    "callbacks": _callbacks,
    "confirmation": _confirmation,
    "services": _services,
    "log": _log,
}
"""Every page that is written for a file, besides cover, contents and remarks."""


def cover(folder: Folder, pages: str) -> Values:
    """卷宗封面. `pages` is empty where they are not known."""
    row, source = folder.source.row, folder.source
    return {
        "file_no": folder.file_no,
        "case_no": row["case_no"],
        "procedure": _fact(folder, "procedure"),
        "category": category_of(folder),
        "applicant": _fact(folder, "applicant"),
        "respondent": _fact(folder, "respondent"),
        "unit": source.title(row["holder_unit"]),
        "accepted_on": _fact(folder, "accepted_on"),
        "ended_on": day_text(day_of(row["ended_at"])) if row["ended_at"] else "",
        "ending": source.word(f"ending_{row['ending']}") if row["ending"] else "",
        "pages": pages,
    }


def remarks(folder: Folder, papers: int, pages: str) -> Values:
    """卷内备考表."""
    return {
        "file_no": folder.file_no,
        "case_no": folder.source.row["case_no"],
        "papers": str(papers),
        "pages": pages,
        "files": str(len(folder.attachments)),
        "remarks": list(folder.remarks),
    }
