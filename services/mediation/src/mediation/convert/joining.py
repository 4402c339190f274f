"""Requests about bodies that join a mediation, as commands."""

from typing import Any

from lianxin.mediation.v1 import joining_pb2 as pb
from mediation.commands_casework import JoinKind, LeaveKind
from mediation.convert import casework_words as words
from mediation.convert.casework import Read
from mediation.convert.fields import CODE, CaseFields
from mediation.domain.words import MediationKind


def join_kind(request: pb.JoinKindRequest) -> Read:
    """Which body joins."""
    return _read(request, JoinKind)


def leave_kind(request: pb.LeaveKindRequest) -> Read:
    """Which body goes."""
    return _read(request, LeaveKind)


def _read(request: Any, command: type[JoinKind] | type[LeaveKind]) -> Read:
    fields = CaseFields()
    request_id, case_id, seen = fields.on_case(request)
    kind = fields.word("kind", words.KIND, request.kind) or MediationKind.PEOPLES
    unit = fields.needed("unit_id", fields.code("unit_id", request.unit_id), CODE)
    fields.check()
    return request_id, command(case_id, seen, kind, unit)
