"""What to try while the nodes keep running."""

from lianxin.cli.demo.people import FIRST
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import COUNTY, NODES, TOWNSHIP, VILLAGE


def show(stage: Stage) -> None:
    """Addresses, accounts with their passwords, and commands to copy."""
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
    for line in commands(stage):
        screen.plain(f"  {line}")
    screen.say("stay.stop")


def commands(stage: Stage) -> list[str]:
    """Commands that work as they stand."""
    data = {node: stage.world.nodes[node].data for node in NODES}
    desk = next(c.staff_id for c in stage.people.clerks.values() if c.unit == stage.site(COUNTY))
    first = next(iter(stage.ledger.cases.values()))
    return [
        f"lianxin --node-data {data[COUNTY]} login {desk}",
        f"lianxin --node-data {data[COUNTY]} today",
        f"lianxin --node-data {data[COUNTY]} worklist",
        f"lianxin --node-data {data[VILLAGE]} case track {first.case_no} {first.query_code}",
        f"lianxin --node-data {data[TOWNSHIP]} login {FIRST}",
        f"lianxin --node-data {data[TOWNSHIP]} doctor",
        f"lianxin --node-data {data[TOWNSHIP]} audit custody",
    ]
