"""A sealed matter (检举控告) on the registering node: no word of it on disk or in backups."""

import asyncio
from pathlib import Path

import pytest

from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.testing.searching import found_in
from lianxin.cli.backups.sqlite import copy_database
from lianxin.cli.demo import acts
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.routing.v1 import custody_pb2 as custody

from .rpcs import ALL_RPCS

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
BODY = "u-anji-jijian"
SAID = "村里会计褚某某把修渠的补助转进了亲戚的账户。"
PERSONAL = (SAID, "补助转进", "褚某某", "顾小满", "13911112222", "桃溪路十八号")


def rpc(name):
    """An RPC by its name."""
    return next(one for one in ALL_RPCS if one.name.endswith(f"/{name}"))


def everything(folder):
    """Every file below a folder: databases, journals, streams of the broker, logs, keys."""
    return sorted(file for file in folder.rglob("*") if file.is_file())


async def test_no_file_of_the_node_nor_a_backup_holds_a_word_of_it(county, tmp_path):
    """Databases with journals, streams of the broker, logs, files, and copies of databases."""
    draft = CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[
            Party(
                role=words.PARTY_ROLE_APPLICANT,
                name="顾小满",
                phone="13911112222",
                living_place="桃溪路十八号",
            )
        ],
        narrative=SAID,
        place_code="330523002001",
        purpose=words.PURPOSE_ACCUSATION,
        sealed_for=BODY,
        about_units=["s-changshuo"],
    )
    request = intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
    made = await county.call(rpc("RegisterCase"), request, county.owner)
    case_id = made.stamp.case_id
    discipline = frozenset({Role.DISCIPLINE})
    body = Caller(
        Kind.STAFF, "inspector", "s-anji", BODY, "330523.000.000", discipline, frozenset({BODY})
    )
    asked = custody.GetCustodyRequest(case_id=case_id)

    async def known():
        return hasattr(await county.call(rpc("GetCustody"), asked, body), "custody")

    await acts.until(known, "routing never heard of the sealed matter")
    data = Path(county.databases["intake"][0].url.database).parent
    files = everything(data)
    assert {"intake.db", "routing.db", "intake.db-wal"} <= {file.name for file in files}
    assert any("nats" in file.parts for file in files)
    for name in county.databases:
        await asyncio.to_thread(copy_database, data / f"{name}.db", tmp_path / f"{name}.db")
    for file in [*files, *everything(tmp_path)]:
        content = await asyncio.to_thread(file.read_bytes)
        assert (file.name, found_in(content, PERSONAL)) == (file.name, [])


async def test_the_search_would_find_it(county, tmp_path):
    """What is planted in a file of the node's form is found: the search above is no empty one."""
    planted = tmp_path / "planted.db"
    source = Path(county.databases["intake"][0].url.database)
    await asyncio.to_thread(copy_database, source, planted)
    with planted.open("ab") as stream:
        stream.write(SAID.encode())
    assert set(found_in(planted.read_bytes(), PERSONAL)) >= {SAID, "补助转进", "褚某某"}
