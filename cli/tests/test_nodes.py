"""The doors a command goes through when they are named by address."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from lianxin.cli import invocation
from lianxin.cli.commands import directory, draining
from lianxin.cli.errors import BadInput
from lianxin.cli.nodes import NodeDoor, node_door, remember
from lianxin.cli.plain import plain
from lianxin.routing.v1 import node_pb2 as pb
from lianxin.routing.v1.directory_pb2 import DelegateSiteResponse

AT = {"intake": "county.example:7310", "routing": "county.example:7311"}
ALL = {**AT, "mediation": "county.example:7313", "hearing": "county.example:7314"}


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Nothing is remembered of other tests."""
    monkeypatch.setenv("LIANXIN_HOME", str(tmp_path))
    yield
    invocation.begin()


def test_all_four_services_are_reached_by_address():
    """Of a node in containers every door is named, each by an option or a variable of its own."""
    invocation.begin(**ALL)
    assert node_door().services == ALL


def test_what_is_not_said_again_is_as_at_the_login():
    """Who logged in with four addresses and names two is still let through to the others."""
    remember(NodeDoor("anji", **ALL))
    invocation.begin(**AT)
    assert node_door().services == ALL
    invocation.begin(**AT | {"intake": "other.example:7310"})
    assert set(node_door().services) == set(AT)


def test_an_address_without_a_port_is_refused_by_its_option():
    """The option is named, also one that may be left out."""
    invocation.begin(**AT, hearing="county.example")
    with pytest.raises(BadInput) as refused:
        node_door()
    assert refused.value.reason == "ADDRESS_INVALID"
    assert refused.value.ids == {"field": "--hearing-address"}


def test_a_drain_calls_the_node_by_its_code():
    """Who is logged in by addresses is told `node undrain dipu`, not an address to type again."""
    answer = pb.GetDrainResponse(drain=pb.Drain(held=2))
    door = NodeDoor("routing:7311", *AT.values())
    session = SimpleNamespace(door=door, ask=lambda _: answer, node=SimpleNamespace(GetDrain=repr))
    told = draining._standing(session, "dipu")
    assert (told["node"], told["held"]) == ("dipu", 2)


def test_the_end_of_a_drain_is_one_sentence(capsys, monkeypatch):
    """What is held goes on being held: nothing of it is left over, so none of it is counted."""
    monkeypatch.setenv("LIANXIN_LANG", "zh")
    answer = pb.GetDrainResponse(drain=pb.Drain(held=2, sites=["s-dipu"]))
    session = SimpleNamespace(
        ask=lambda _: answer, node=SimpleNamespace(UndrainNode=repr, GetDrain=repr)
    )
    monkeypatch.setattr(draining, "connected", lambda: nullcontext(session))
    draining.undrain("dipu")
    assert capsys.readouterr().out.strip() == "dipu 已恢复。"


def test_a_drain_is_told_by_the_clock_on_the_wall(capsys, monkeypatch):
    """Minutes in Asia/Shanghai, as everywhere."""
    monkeypatch.setenv("LIANXIN_LANG", "zh")
    since = Timestamp(seconds=1795397318, nanos=919768000)
    draining._people({"node": "dipu", **plain(pb.Drain(draining=True, since=since))})
    assert "dipu 自 2026-11-23 09:28 起" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("node", "answer", "sentence"),
    [
        ("dipu", {}, "done.delegate"),
        ("", {"nodes_leaving": ["dipu"]}, "done.take_back"),
        ("", {"nodes_forgotten": ["dipu"]}, "done.forgotten"),
        ("", {}, "done.nothing_delegated"),
    ],
)
def test_a_site_given_or_taken_back_is_told_as_what_it_is(node, answer, sentence):
    """Taking back, forgetting, and finding nothing to take back are said in words of their own."""
    told = plain(DelegateSiteResponse(**answer))
    assert directory._done(node, told["nodes_leaving"], told["nodes_forgotten"]) == sentence
