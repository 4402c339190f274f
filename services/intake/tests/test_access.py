import pytest

from intake.grpc_api.access import INTAKE_ACCESS, PART_ACCESS
from intake.storage.tables import metadata
from kernel.identity import Caller, Kind
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import intake_service_pb2 as pb

SERVICES = (
    pb.DESCRIPTOR.services_by_name["IntakeService"],
    part.DESCRIPTOR.services_by_name["CasePartService"],
)
METHODS = [(service, method) for service in SERVICES for method in service.methods]
PUBLIC = {"TrackCase"}
ANSWER_ANYTHING = {
    *("ListCases", "CountCases", "ListOwedResults", "SuggestCase"),
    *("ListNumbering", "ListGrants"),
}
"""An empty request is in order for these."""


def call(front, caller, service, method):
    """The RPC with an empty request, whatever its kind."""
    line = front.line(caller)
    name = f"/{service.full_name}/{method.name}"
    kinds = {
        (False, False): line.unary_unary,
        (False, True): line.unary_stream,
        (True, False): line.stream_unary,
        (True, True): line.stream_stream,
    }
    made = kinds[method.client_streaming, method.server_streaming](
        name, request_serializer=lambda data: data, response_deserializer=lambda data: data
    )
    return made(iter([b""]) if method.client_streaming else b"")


async def outcome(front, caller, service, method):
    """The refusal of that call."""
    made = call(front, caller, service, method)

    async def awaited():
        if method.server_streaming:
            return [one async for one in made]
        return await made

    return await front.refused(awaited())


def test_every_rpc_has_its_doors():
    """The access tables name exactly the RPCs of the two services."""
    served = {f"/{service.full_name}/{method.name}" for service, method in METHODS}
    assert served == set(INTAKE_ACCESS) | set(PART_ACCESS)


async def test_nobody_gets_anything_without_credentials_but_tracking(front):
    """Each RPC but TrackCase answers UNAUTHENTICATED to a stranger, and nothing is written."""
    before = {table.name: len(front.rows(table)) for table in metadata.sorted_tables}
    for service, method in METHODS:
        refusal = await outcome(front, None, service, method)
        expected = "TRACKING_REFUSED" if method.name in PUBLIC else "UNAUTHENTICATED"
        assert refusal.reason == expected, method.name
    assert {table.name: len(front.rows(table)) for table in metadata.sorted_tables} == before


@pytest.mark.parametrize("kind", [Kind.NODE, Kind.RESIDENT])
async def test_foreign_kinds_of_callers_are_let_in_nowhere(front, kind):
    """A neighbouring node and a resident's token open no door of intake."""
    for service, method in METHODS:
        if method.name in PUBLIC:
            continue
        refusal = await outcome(front, Caller(kind, "anji"), service, method)
        assert refusal.reason in {"DENIED", "TOKEN_INVALID"}, method.name


async def test_a_system_administrator_sees_no_case(front):
    """系统管理员 reaches no RPC that shows or changes a case."""
    made = await front.register()
    for service, method in METHODS:
        if method.name in {*PUBLIC, "ListReads"}:
            continue
        refusal = await outcome(front, front.admin, service, method)
        assert refusal.reason == "DENIED", method.name
    assert (await front.refused(front.get(made.stamp.case_id, front.admin))).reason == "DENIED"


async def test_empty_requests_are_typed_refusals(front):
    """No RPC answers an empty request of a permitted caller with INTERNAL."""
    for service, method in METHODS:
        caller = front.routing if service is SERVICES[1] else front.clerk
        if method.name == "ListReads":
            caller = front.admin
        if method.name in ANSWER_ANYTHING:
            continue
        if method.name == "ImportCases":
            (answer,) = [one async for one in call(front, caller, service, method)]
            assert pb.ImportCasesResponse.FromString(answer).outcome == "refused"
            continue
        if method.name == "MarkReported":
            continue
        refusal = await outcome(front, caller, service, method)
        assert refusal.reason not in {"INTERNAL", "UNEXPECTED_ANSWER"}, method.name
