"""A real node is put back from an older backup, as docs/operations.md says."""

import os
import shutil
import subprocess
import sys

import pytest

from lianxin.cli.demo import acts, report
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="session")]
DATABASES = ("intake.db", "mediation.db", "hearing.db", "routing.db")
LIMIT_S = 60


@pytest.mark.parametrize("witness", ["stayed", "put-back-too"])
async def test_put_back_from_an_older_backup(county, units, tmp_path, witness):
    """By its witness or by a neighbour it notices, freezes, compares, goes on: nothing is lost."""
    top, middle, low = units
    kept = await county.register(middle)
    backup = back_up(county, "dipu", tmp_path)
    gone, came, went = await go_on(county, top, middle, low)
    lost = await county.register(middle)
    await county.header_agrees(lost, middle)
    if witness == "stayed":
        county.cut("dipu")  # nobody above to compare with yet: what it does alone shows
        await put_back(county, "dipu", backup)
        await reads_only(county, middle, kept)
        county.mend("dipu")
    else:
        await put_back(county, "dipu", backup, witness_too=True)
    await acts.until(lambda: resumed(county, middle, kept), "it did not go on", limit_s=120)
    for case_id, holder in ((kept, middle), (gone, top), (came, middle), (went, low)):
        await county.held_only_at(holder, case_id)
        await county.write(holder, case_id)
    for case_id in (kept, came):
        assert "custody.restored" in await entries(county, middle, case_id)
    county.registered.remove(lost)  # it was in no backup and had not left the node
    await acts.until(lambda: is_lost(county, lost), "the county does not say that it is lost")
    await county.restart("dipu")  # it has settled this: it stops when told, and is not frozen again
    assert await thawed(county, "dipu")
    await county.check_clean()


async def test_told_to_be_restored(county, units, tmp_path):
    """`lianxin node restored` freezes also when nothing shows that the databases were put back."""
    _, middle, low = units
    kept = await county.register(low)
    backup = back_up(county, "lujia", tmp_path)
    county.cut("lujia")
    await put_back(county, "lujia", backup, way="restored")
    await reads_only(county, low, kept)
    county.mend("lujia")
    await acts.until(lambda: thawed(county, "lujia"), "still frozen", limit_s=90)
    await county.escalate(low, kept)
    await county.held_only_at(middle, kept)
    assert "custody.restored" in await entries(county, middle, kept)
    await county.check_clean()


async def test_no_number_is_given_twice_and_registering_goes_on(county, units, tmp_path):
    """Frozen, it registers at once: marked numbers, and nothing of such a case is lost later."""
    _, _, low = units
    await county.register(low)
    backup = back_up(county, "lujia", tmp_path)
    lost = await county.register(low)
    given = await number(county, low, lost)
    county.registered.remove(lost)
    county.cut("lujia")
    await put_back(county, "lujia", backup, way="restored")
    fresh = await county.register(low)
    assert await frozen(county, "lujia")
    marked = await number(county, low, fresh)
    *series, mark, first = marked.split("-")
    assert (series, mark[0], first) == (given.split("-")[:2], "R", "00001")
    assert mark not in given
    county.mend("lujia")
    await acts.until(lambda: thawed(county, "lujia"), "still frozen", limit_s=90)
    await county.write(low, fresh)
    assert "custody.restored" not in await entries(county, low, fresh)
    assert (await number(county, low, await county.register(low))).endswith("-00002")
    await county.check_clean()


async def number(county, unit, case_id):
    """The registration number of a case."""
    return (await county.custody(unit, case_id)).case_no


async def reads_only(county, unit, case_id):
    """The node says that it is frozen, shows the case, and lets nobody write or hand on."""
    clerk = await county.clerk(unit)
    assert await frozen(county, county.stage.directory.node_of(unit))
    assert (await county.custody(unit, case_id)).holder_unit == unit
    assert await acts.refused_with(county.escalate(unit, case_id)) == "NODE_FROZEN"
    request = intake.AddFindingRequest(
        case_id=case_id, request_no=1, finding="explained", answer="已到现场看过。"
    )
    refused = await acts.refused_with(acts.ask(clerk, clerk.intake.AddFinding, request, tries=1))
    assert refused == "CASE_LOCKED"


async def go_on(county, top, middle, low):
    """What the backup does not know: one handed up, one that came, one that came and went."""
    gone = await county.register(middle)
    came = await county.register(low)
    went = await county.register(top)
    await county.escalate(middle, gone)
    await county.held_only_at(top, gone)
    await county.escalate(low, came)
    await county.held_only_at(middle, came)
    await county.assign(top, middle, went)
    await county.held_only_at(middle, went)
    await county.assign(middle, low, went)
    await county.held_only_at(low, went)
    return gone, came, went


def back_up(county, node, folder):
    """`lianxin backup` while the node runs, and the files that no backup should have with it."""
    command = [sys.executable, "-m", "lianxin.cli", "--node-data", str(county.data(node))]
    run = subprocess.run(
        [*command, "backup", str(folder)],
        check=False,
        capture_output=True,
        timeout=LIMIT_S,
        env={**os.environ, "LIANXIN_HOME": str(folder / "home")},
    )
    assert run.returncode == 0, run.stderr.decode()
    (made,) = (entry for entry in folder.iterdir() if (entry / DATABASES[0]).exists())
    shutil.copytree(county.data(node) / "incarnation", made / "incarnation")
    return made


async def put_back(county, node, backup, *, way="up", witness_too=False):
    """Stop, put the databases back, leave keys and (as one should) incarnation, start."""
    await county.stop(node)
    data = county.data(node)
    for name in DATABASES:
        for leftover in data.glob(f"{name}*"):
            leftover.unlink()
        shutil.copy(backup / name, data / name)
    if witness_too:
        shutil.copytree(backup / "incarnation", data / "incarnation", dirs_exist_ok=True)
    await county.start(node, way=way)


async def frozen(county, node):
    """Whether the node reads only."""
    return (await county.links(node)).frozen


async def resumed(county, unit, case_id):
    """Whether the node has compared with all its neighbours and goes on with the case."""
    return "custody.restored" in await entries(county, unit, case_id)


async def is_lost(county, case_id):
    """Whether the county says of a case that it went with the databases of its node."""
    told = await acts.custody_of(await report.inspector(county.stage, "anji"), case_id)
    return told.ending == common.ENDING_KIND_LOST_IN_RESTORE


async def thawed(county, node):
    """Whether the node has compared with all its neighbours."""
    return not await frozen(county, node)


async def entries(county, unit, case_id):
    """The kinds of the entries in a case's log."""
    clerk = await county.clerk(unit)
    answer = await acts.call(clerk.custody.GetLog(custody.GetLogRequest(case_id=case_id)))
    return [entry.kind for entry in answer.entries]
