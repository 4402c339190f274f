"""Enum values of the hearing day and of the conclusion, both ways."""

from enum import Enum
from typing import Any

from hearing.domain import session_words as words
from kernel.wording import Words
from lianxin.hearing.v1 import conclusion_pb2, session_pb2

CAME = Words(session_pb2.Came, "CAME", words.Came)
STAGE = Words(session_pb2.Stage, "STAGE", words.Stage)
EVIDENCE_KIND = Words(session_pb2.EvidenceKind, "EVIDENCE_KIND", words.EvidenceKind)
SIGNING = Words(session_pb2.Signing, "SIGNING", words.Signing)
FINDING = Words(conclusion_pb2.Finding, "FINDING", words.Finding)
OPINION = Words(conclusion_pb2.Opinion, "OPINION", words.Opinion)
READ_OUT = Words(conclusion_pb2.ReadOut, "READ_OUT", words.ReadOut)
METHOD = Words(conclusion_pb2.ServiceMethod, "SERVICE_METHOD", words.ServiceMethod)
PUBLICATION = Words(conclusion_pb2.PublicationState, "PUBLICATION_STATE", words.PublicationState)
EVERY: tuple[tuple[Words[Any], type[Enum]], ...] = (
    (CAME, words.Came),
    (STAGE, words.Stage),
    (EVIDENCE_KIND, words.EvidenceKind),
    (SIGNING, words.Signing),
    (FINDING, words.Finding),
    (OPINION, words.Opinion),
    (READ_OUT, words.ReadOut),
    (METHOD, words.ServiceMethod),
    (PUBLICATION, words.PublicationState),
)
"""Each pair, to be walked both ways."""
