"""A hearing asked for at the door: number and code say who asks; hearing takes it, or does not."""

from dataclasses import replace

import grpc
import pytest

from intake.errors_hearing import SAID_BY_HEARING, HearingAway, NotYoursToHear
from kernel.catalogue import Catalogue, Language
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import hearing_service_pb2 as hearing
from lianxin.hearing.v1 import hearing_service_pb2_grpc as hearing_rpc
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import hearing_door_pb2 as pb
from lianxin.intake.v1.hearing_door_pb2_grpc import HearingDoorServiceStub

WHY = "村里几十户都受影响，请求公开听证"
TEXTS = Catalogue.load("intake")


class HearingThatTakes(hearing_rpc.HearingServiceServicer):
    """A hearing service that takes what it is asked."""

    def __init__(self):
        self.taken = []

    async def AskHearing(self, request, _):
        """Kept; the answer is the same for every case."""
        self.taken.append(request)
        return hearing.AskHearingResponse(case_no="1", number=1, decide_by="2026-11-09")

    async def TakeBackHearing(self, request, _):
        """Kept likewise."""
        self.taken.append(request)
        return hearing.TakeBackHearingResponse(case_no="1")


@pytest.fixture
async def heard(settings, clock, start):
    """An intake beside a hearing service."""
    server, known = grpc.aio.server(), HearingThatTakes()
    hearing_rpc.add_HearingServiceServicer_to_server(known, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with start(replace(settings, hearing=f"127.0.0.1:{port}"), clock) as front:
        yield front, known
    await server.stop(0)


def asked(made, code=None, reason=WHY):
    """A resident's request."""
    return pb.AskForHearingRequest(
        request_id=str(new_id()),
        case_no=made.stamp.case_no,
        query_code=made.query_code if code is None else code,
        reason=reason,
    )


def door(front):
    """The door, as anybody knocks."""
    return HearingDoorServiceStub(front.line())


async def test_a_resident_asks_with_number_and_code_and_is_told_the_last_day(heard):
    """Hearing gets the case and the words; the resident learns by when it is decided."""
    front, known = heard
    made = await front.register()
    told = await door(front).AskForHearing(asked(made))
    assert (told.case_no, told.decide_by) == (made.stamp.case_no, "2026-11-09")
    assert "2026-11-09" in told.told
    (taken,) = known.taken
    assert (taken.case_id, taken.reason) == (made.stamp.case_id, WHY)


def back(made, code):
    """A resident's own request, taken back."""
    return pb.TakeBackRequestRequest(
        request_id=str(new_id()), case_no=made.stamp.case_no, query_code=code, reason=WHY
    )


async def test_a_resident_takes_the_own_request_back_with_number_and_code(heard):
    """Hearing gets the case and the words; a wrong code and the other side get nowhere."""
    front, known = heard
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺", phone="13511112222")
    made = await front.register(parties=[*front.draft().parties, respondent])
    wrong = await front.refused(door(front).TakeBackRequest(back(made, "22222-22222")))
    assert wrong.reason == "TRACKING_REFUSED"
    (code,) = made.party_codes
    other = await front.refused(door(front).TakeBackRequest(back(made, code.query_code)))
    assert other.reason == NotYoursToHear.reason
    assert known.taken == []
    told = await door(front).TakeBackRequest(back(made, made.query_code))
    assert (told.case_no, bool(told.told)) == (made.stamp.case_no, True)
    (taken,) = known.taken
    assert (taken.case_id, taken.reason) == (made.stamp.case_id, WHY)


async def test_neither_a_wrong_code_nor_the_other_side_gets_in(heard):
    """As in tracking nothing is told; a hearing is asked for by whoever brought the matter."""
    front, known = heard
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺", phone="13511112222")
    made = await front.register(parties=[*front.draft().parties, respondent])
    wrong = await front.refused(door(front).AskForHearing(asked(made, "22222-22222")))
    assert wrong.reason == "TRACKING_REFUSED"
    (code,) = made.party_codes
    other = await front.refused(door(front).AskForHearing(asked(made, code.query_code)))
    assert other.reason == NotYoursToHear.reason
    assert known.taken == []


async def test_without_hearing_nothing_is_taken_and_the_resident_is_told(front):
    """No request is lost in a drawer: it is refused so that it is made again."""
    made = await front.register()
    away = await front.refused(door(front).AskForHearing(asked(made)))
    assert away.reason == HearingAway.reason
    empty = await front.refused(door(front).AskForHearing(asked(made, reason=" ")))
    assert empty.reason == "MISSING_FIELD"


@pytest.mark.parametrize("language", list(Language))
def test_every_refusal_of_hearing_has_words_for_a_resident(language):
    """What staff is told by a code, a resident is told in words."""
    kinds = [*SAID_BY_HEARING.values(), NotYoursToHear, HearingAway]
    wanted = [*(kind.reason for kind in kinds), "ASKED_hearing", "TAKEN_BACK_hearing"]
    assert [key for key in wanted if not TEXTS.has(key, language)] == []
