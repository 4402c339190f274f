"""What to try while the nodes keep running."""

from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import FIRST
from lianxin.cli.demo.scenes.plain import MIDDLE
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import COUNTY, NODES, TOWNSHIP, VILLAGE


def show(stage: Stage, settled: Registered) -> None:
    """Addresses, accounts with their passwords, and commands to copy; one case was `settled`."""
    screen = stage.screen
    screen.scene("scene.stay")
    for node in NODES:
        doors = stage.world.nodes[node]
        screen.plain(f"  {node:6} intake {doors.intake}  routing {doors.routing}  {doors.data}")
    screen.plain()
    sites = {stage.site(node) for node in NODES}
    known = [clerk for clerk in stage.people.clerks.values() if clerk.unit in sites]
    for clerk in [*known, *stage.people.admins.values()]:
        if clerk.staff_id:
            screen.plain(f"  {clerk.doors.node:6} {clerk.staff_id:24} {clerk.password}")
    screen.plain()
    for line in commands(stage, settled):
        screen.plain(f"  {line}")
    screen.say("stay.stop")


def commands(stage: Stage, settled: Registered) -> list[str]:
    """Commands that work as they stand."""
    data = {node: stage.world.nodes[node].data for node in NODES}
    desk, town = (_desk(stage, node) for node in (COUNTY, TOWNSHIP))
    first = next(iter(stage.ledger.cases.values()))
    return [
        f"lianxin --node-data {data[COUNTY]} login {desk}",
        f"lianxin --node-data {data[COUNTY]} today",
        f"lianxin --node-data {data[COUNTY]} worklist",
        f"lianxin --node-data {data[VILLAGE]} case track {first.case_no} {first.query_code}",
        f"lianxin --node-data {data[TOWNSHIP]} login {town}",
        f"lianxin --node-data {data[TOWNSHIP]} mediation show {settled.case_no}",
        f"lianxin --node-data {data[TOWNSHIP]} document file {settled.case_no}",
        f"lianxin --node-data {data[TOWNSHIP]} login {FIRST}",
        f"lianxin --node-data {data[TOWNSHIP]} doctor",
        f"lianxin --node-data {data[TOWNSHIP]} audit custody",
    ]


def _desk(stage: Stage, node: str) -> str:
    """The account of whoever keeps the files at the site of a node."""
    people = stage.people.clerks.values()
    mine = [clerk.staff_id for clerk in people if clerk.unit == stage.site(node)]
    return next(staff_id for staff_id in mine if staff_id.startswith(MIDDLE[0]))
