"""Agreements of a file: every version with its words, terms and hands."""

from typing import Any

from kernel.holding.rows import Words
from kernel.instants import stamp
from lianxin.mediation.v1 import casework_pb2, file_pb2
from mediation.convert import casework_words as words
from mediation.convert.work import term_message
from mediation.domain.agreement import Part
from mediation.domain.words import AgreementForm, Confirmation, MediationKind, Side, Signing
from mediation.storage import tables_agreements as tables
from mediation.storage.file import CaseFile, Row


def agreement_message(row: Row, file: CaseFile, opened: Words) -> file_pb2.AgreementRecord:
    """One version."""
    version = row["version"]
    return file_pb2.AgreementRecord(
        version=version,
        form=words.FORM.number(AgreementForm(row["form"])),
        kind=words.KIND.number(MediationKind(row["kind"])),
        texts=_texts(opened.open(tables.agreement, row)),
        terms=[_term(one, file, opened) for one in file.of(tables.term) if _is(one, version)],
        signatures=[_signature(one) for one in file.of(tables.signature) if _is(one, version)],
        mediator_signed_at=stamp(row["mediator_signed_at"]),
        stamped_at=stamp(row["stamped_at"]),
        recorded_at=stamp(row["recorded_at"]),
        in_force_from=stamp(row["in_force_from"]),
        dropped_at=stamp(row["dropped_at"]),
        confirmation=words.CONFIRMATION.number(Confirmation(row["confirmation"])),
        confirm_by=stamp(row["confirm_by"]),
        confirmation_at=stamp(row["confirmation_at"]),
    )


def _is(row: Row, version: int) -> bool:
    return bool(row["version"] == version)


def _texts(said: dict[str, Any]) -> list[casework_pb2.AgreementText]:
    return [
        casework_pb2.AgreementText(part=words.PART.number(part), text=said[part.value])
        for part in Part
        if said.get(part.value)
    ]


def _term(row: Row, file: CaseFile, opened: Words) -> file_pb2.TermRecord:
    key = (row["version"], row["no"])
    return file_pb2.TermRecord(
        term=term_message(row),
        what=opened.open(tables.term, row).get("what", ""),
        rendered=[
            file_pb2.RenderedRecord(
                on_day=one["on_day"].isoformat(),
                amount_fen=one["amount"] or 0,
                whole=one["whole"],
                actor=one["actor"],
            )
            for one in file.of(tables.rendered)
            if (one["version"], one["term_no"]) == key
        ],
    )


def _signature(row: Row) -> file_pb2.SignatureRecord:
    by: Any = words.SIGNING.number(Signing(row["by"])) if row["by"] else 0
    return file_pb2.SignatureRecord(
        party_id=str(row["party_id"]),
        side=words.SIDE.number(Side(row["side"])),
        group_member=row["group_member"],
        signed_at=stamp(row["signed_at"]),
        by=by,
    )
