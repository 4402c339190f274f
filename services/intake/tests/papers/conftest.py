"""Mediation as intake asks it: its one answer, and a file that it may give."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import grpc
import pytest

from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.mediation.v1 import casework_pb2 as cw
from lianxin.mediation.v1 import file_pb2 as pb
from lianxin.mediation.v1 import file_pb2_grpc, mediation_pb2

BOTH = [
    case.Party(role=common.PARTY_ROLE_APPLICANT, name="周小满", phone="13800001234"),
    case.Party(
        role=common.PARTY_ROLE_RESPONDENT,
        name="沈大年",
        phone="13900005678",
        living_place="安吉县递铺街道鹤鹿溪村19号",
    ),
]
BEGAN = datetime(2026, 11, 10, 6, 30, tzinfo=UTC)
PARTS = {
    cw.AGREEMENT_PART_PARTIES: "双方为前后院邻居。",
    cw.AGREEMENT_PART_FACTS: "乙方新砌的院墙占用排水沟约0.4米，雨天积水倒灌进甲方院内。",
    cw.AGREEMENT_PART_DISPUTE: "院墙是否后退、积水造成的损失由谁承担。",
    cw.AGREEMENT_PART_RESPONSIBILITY: "乙方砌墙时没有留足排水沟宽度，承担主要责任。",
    cw.AGREEMENT_PART_CONTENT: "乙方将院墙后退0.4米，恢复排水沟，并赔偿甲方墙面修缮费用。",
    cw.AGREEMENT_PART_MANNER: "乙方自行施工；赔偿款以转账方式支付。",
    cw.AGREEMENT_PART_PLACE: "鹤鹿溪村18号院墙处。",
    cw.AGREEMENT_PART_PERIOD: "自本协议生效之日起三十日内履行完毕。",
}


class MediationThatKnows(file_pb2_grpc.MediationFileServiceServicer):
    """Mediation's one answer that intake asks for: what is kept of a case."""

    parts = PARTS

    def __init__(self):
        self.address = ""
        self.file = None
        self.whys = []

    async def GetFile(self, request, context):
        """The same for each case; NOT_FOUND when there is none."""
        self.whys.append(request.why)
        if self.file is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "none")
        answer = pb.GetFileResponse(file=self.file)
        answer.file.mediation.case_id = request.case_id
        return answer


@pytest.fixture
async def mediation():
    """A server that answers as mediation does."""
    server, known = grpc.aio.server(), MediationThatKnows()
    file_pb2_grpc.add_MediationFileServiceServicer_to_server(known, server)
    known.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    yield known
    await server.stop(0)


@pytest.fixture
def settings(settings, mediation, tmp_path):
    """An intake that has a mediation to ask, and templates of its own."""
    templates = shutil.copytree(settings.documents, tmp_path / "templates")
    return replace(settings, mediation=mediation.address, documents=templates)


@pytest.fixture
def mediated(mediation):
    """An accepted case with two sides, of which mediation has a file."""

    async def make(front, **more):
        made = await front.register(parties=BOTH)
        request = service.AcceptCaseRequest(
            request_id=str(new_id()),
            case_id=made.stamp.case_id,
            seen=common.Seen(epoch=made.stamp.epoch, version=made.stamp.version),
            procedure=common.PROCEDURE_PEOPLES_MEDIATION,
        )
        stamp = (await front.intake(front.clerk).AcceptCase(request)).stamp
        shown = (await front.get(stamp.case_id)).content.parties
        mediation.file = file_of(shown[0].party_id, shown[1].party_id, **more)
        return stamp

    return make


def stamp(field, at):
    """Put a time in a field."""
    field.FromDatetime(at)


def file_of(applicant, respondent, **more):
    """A file with two sides, one session on record, a written agreement in force."""
    file = pb.MediationFile(
        mediation=mediation_pb2.Mediation(
            state="performing", kind=mediation_pb2.MEDIATION_KIND_PEOPLES
        ),
        participants=[
            cw.Participant(party_id=applicant, side=cw.SIDE_APPLICANT, capacity=cw.CAPACITY_PARTY),
            cw.Participant(
                party_id=respondent, side=cw.SIDE_RESPONDENT, capacity=cw.CAPACITY_PARTY
            ),
        ],
        sessions=[session(applicant, respondent)],
        agreements=[agreement(applicant, respondent, **more)],
    )
    stamp(file.closing.facts_at, BEGAN)
    file.closing.facts = "实地测量，院墙占沟0.4米。"
    return file


def session(applicant, respondent):
    """A session at the counter that was held."""
    made = pb.SessionRecord(
        session_id=str(new_id()),
        kind=cw.SESSION_KIND_COUNTER,
        joining=cw.JOINING_JOINT,
        state="held",
        place="昌硕街道调解室",
        outcome=cw.SESSION_OUTCOME_AGREED,
        record="调解员先听双方陈述，再到现场看过，双方同意后退院墙。",
        parties=[
            cw.CameToSession(party_id=applicant, attendance=cw.ATTENDANCE_ATTENDED),
            cw.CameToSession(party_id=respondent, attendance=cw.ATTENDANCE_ATTENDED),
        ],
    )
    stamp(made.starts_at, BEGAN)
    stamp(made.held_at, BEGAN + timedelta(hours=2))
    return made


def agreement(applicant, respondent, form=cw.AGREEMENT_FORM_WRITTEN, *, in_force=True):
    """An agreement with one thing to do and one to pay."""
    made = pb.AgreementRecord(
        version=1,
        form=form,
        kind=mediation_pb2.MEDIATION_KIND_PEOPLES,
        texts=[cw.AgreementText(part=part, text=text) for part, text in PARTS.items()],
        terms=[
            term(1, respondent, "后退院墙，恢复排水沟"),
            term(2, respondent, "支付墙面修缮费用", 120_050),
        ],
        signatures=[
            pb.SignatureRecord(party_id=applicant, side=cw.SIDE_APPLICANT),
            pb.SignatureRecord(party_id=respondent, side=cw.SIDE_RESPONDENT),
        ],
    )
    if in_force:
        stamp(made.in_force_from, BEGAN + timedelta(days=1))
        stamp(made.confirm_by, BEGAN + timedelta(days=31))
    if form == cw.AGREEMENT_FORM_ORAL:
        stamp(made.recorded_at, BEGAN + timedelta(days=1))
    return made


def term(no, performer, what, fen=0):
    """Something owed, not performed yet."""
    standing = cw.TermStanding(
        no=no, performer_id=performer, due_on="2026-12-11", amount_fen=fen, standing="due"
    )
    return pb.TermRecord(term=standing, what=what)
