"""A node that ran before there was a hearing service gets it at its next start."""

import json

from lianxin.cli.node.config import NodeConfig
from lianxin.cli.node.ports import FILE, known, port_of, settle
from lianxin.cli.nodes import from_folder

BEFORE = {
    "node": "anji",
    "intake": "127.0.0.1:4101",
    "routing": "127.0.0.1:4102",
    "nats": "nats://127.0.0.1:4103",
    "mediation": "127.0.0.1:4104",
}


def test_a_node_that_ran_before_hearing_keeps_its_doors_and_gets_one_more(tmp_path):
    """Neighbours find it where it was; hearing's port is chosen once and kept."""
    (tmp_path / FILE).write_text(json.dumps(BEFORE))
    before = from_folder(tmp_path)
    assert "hearing" not in before.services
    config = NodeConfig(node="anji", data=tmp_path)
    started = settle(config)
    kept = (started.intake, started.routing, started.mediation)
    assert kept == (BEFORE["intake"], BEFORE["routing"], BEFORE["mediation"])
    assert port_of(started.nats) == port_of(BEFORE["nats"])
    assert port_of(started.hearing) > 0
    assert settle(config) == known(tmp_path) == started
    assert from_folder(tmp_path).services["hearing"] == started.hearing
