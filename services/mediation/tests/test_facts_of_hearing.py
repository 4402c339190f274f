from dataclasses import replace

import grpc
import pytest

from kernel.ids import new_id
from kernel.testing.clock import FakeClock
from lianxin.hearing.v1 import conclusion_pb2, conclusion_pb2_grpc
from lianxin.mediation.v1 import casework_pb2, file_pb2, file_pb2_grpc
from mediation.storage.tables import fact

from .conftest import running


class HearingThatConcluded(conclusion_pb2_grpc.HearingConclusionServiceServicer):
    """Hearing's one answer that mediation asks for: the second hearing came to something."""

    async def ListOutcomes(self, _request, _):
        """The same for each case."""
        found = conclusion_pb2.Outcome(number=2, finding=conclusion_pb2.FINDING_PARTLY)
        return conclusion_pb2.ListOutcomesResponse(outcomes=[found])


@pytest.fixture
async def hearing():
    """The address of a server that answers as hearing does."""
    server = grpc.aio.server()
    conclusion_pb2_grpc.add_HearingConclusionServiceServicer_to_server(
        HearingThatConcluded(), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(0)


def facts(bench, stamp, number):
    """The facts are established, resting on this hearing."""
    return bench.mediation().EstablishFacts(
        casework_pb2.EstablishFactsRequest(
            request_id=str(new_id()),
            case_id=bench.case_id,
            epoch=stamp.epoch,
            version=stamp.version,
            facts="听证查明：水沟被堵。",
            hearing_number=number,
        )
    )


async def test_facts_rest_on_a_hearing_that_was_concluded(settings, routing, hearing):
    """The file shows its number and finding, the log has both; no other number is taken."""
    known = replace(settings, hearing=hearing)
    async with running(known, FakeClock(), routing[0]) as bench:
        await bench.grant()
        stamp = (await bench.open()).stamp
        wrong = await bench.refused(facts(bench, stamp, 1))
        assert set(wrong.fields) == {"hearing_number"}
        await facts(bench, stamp, 2)
        files = file_pb2_grpc.MediationFileServiceStub(bench.line(bench.mediator))
        asked = file_pb2.GetFileRequest(case_id=bench.case_id, why="查阅")
        closing = (await files.GetFile(asked)).file.closing
        assert (closing.hearing_number, closing.hearing_finding) == (2, "partly")
        told = [row["body"] for row in bench.rows(fact) if "facts" in row["kind"]]
        assert told == ['{"hearing":"2","finding":"partly"}']


async def test_without_an_answer_of_hearing_nothing_rests_on_it(bench):
    """Facts of mediation's own are established while hearing is away."""
    stamp = (await bench.open()).stamp
    away = await bench.refused(facts(bench, stamp, 2))
    assert away.reason == "HEARING_AWAY"
    assert (await facts(bench, stamp, 0)).stamp.version > stamp.version
