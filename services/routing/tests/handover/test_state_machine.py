"""Random commands, lost answers, cuts and late steps: the invariant holds after each of them."""

import asyncio
import json
import os
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text

from kernel import migrate
from kernel.database import Database
from kernel.directory import read_directory
from kernel.errors import Refusal
from kernel.regulation import find_profile
from kernel.testing.clock import FakeClock
from routing.commands.handover import (
    BeginHandover,
    DecideObjection,
    Designate,
    Object,
    Recall,
    SignFor,
)
from routing.commands.notes import AddNote
from routing.domain.chain import broken_at
from routing.domain.words import Kind
from routing.handlers import branches, designation, notes
from routing.handlers.handover import begin, recalling, signing
from routing.storage import log
from routing.storage.metadata import metadata
from routing.storage.tables import case_row, handoff, letter
from routing.testing.comparing import back_up, put_back
from routing.testing.world import World, delegated

ROOT = Path(__file__).resolve().parents[4]
COUNTY, TOWN, VILLAGE, OTHER = "s-anji", "s-dipu", "s-dipu-lujia", "s-meixi"
POLICE = "u-dipu-paichusuo"
UNITS = [COUNTY, TOWN, VILLAGE, OTHER, POLICE]
CODES = ["anji", "dipu", "lujia", "meixi"]
CHILDREN = CODES[1:]


@cache
def template():
    """An empty database of routing, made once."""
    folder = Path(tempfile.mkdtemp(prefix="routing-template-"))
    migrate.upgrade(f"sqlite:///{folder / 'empty.db'}", "routing")
    return folder / "empty.db"


@cache
def county():
    """The sample directory with three delegated sites, and the national profile."""
    file = ROOT / "deploy/samples/anji/directory.yaml"
    nodes = {TOWN: "dipu", VILLAGE: "lujia", OTHER: "meixi"}
    directory = delegated(read_directory(file.read_bytes()), nodes)
    return directory, find_profile("cn-2022", ROOT / "deploy/regulation")


class Handovers(RuleBasedStateMachine):
    """One case in a county of four nodes."""

    @initialize(start=st.sampled_from(UNITS), restorable=st.booleans())
    def open(self, start, restorable):
        """A case is registered somewhere."""
        self.folder = Path(tempfile.mkdtemp(prefix="routing-state-"))
        urls = self.empty_databases()
        self.loop = asyncio.new_event_loop()
        self.world = self.run(World.open(self.folder, *county(), FakeClock(), urls))
        self.case_id = self.run(self.world.register(start))
        self.backups, self.restores, self.held = {}, 0, set()
        if restorable:
            code = self.world.at(start).code
            self.backups[code] = back_up(self.world.peers[code])

    def empty_databases(self):
        """An empty database for each node, by its code."""
        for code in CODES:
            shutil.copy(template(), self.folder / f"{code}.db")
        return {code: f"sqlite:///{self.folder / code}.db" for code in CODES}

    def run(self, work):
        """Run to the end on this machine's loop."""
        return self.loop.run_until_complete(work)

    def holder(self):
        """The node and row that hold the case now, if any does."""
        for peer in self.world.peers.values():
            if self.run(peer.frozen()):
                continue
            row = self.run(peer.case(self.case_id))
            if row and row["custody"] == "held":
                return peer, row
        return None, None

    def attempt(self, peer, handler, command, unit):
        """A command of a person; a refusal is an answer like any other. Frozen, it reads only."""
        if self.run(peer.frozen()):
            return None
        try:
            return self.run(peer.do(handler, command, self.world.staff(unit)))
        except Refusal:
            return None

    @rule(
        to=st.sampled_from(UNITS), kind=st.sampled_from([Kind.ESCALATE, Kind.ASSIGN, Kind.FORWARD])
    )
    def hand_on(self, to, kind):
        """The holder hands on, in any direction it may."""
        peer, row = self.holder()
        if peer is not None:
            command = BeginHandover(
                self.case_id, row["epoch"], row["version"], kind, to, "other", due_on="2026-12-01"
            )
            self.attempt(peer, begin.begin_handover, command, row["holder_unit"])

    @rule()
    def work_on_it(self):
        """The holder's service writes a fact of substance."""
        peer, row = self.holder()
        if peer is not None and peer.part.may_write(self.case_id) == row["epoch"]:
            self.run(self.world.fact(self.case_id, peer))

    @rule()
    def sign(self):
        """The holder signs."""
        peer, row = self.holder()
        if peer is not None:
            command = SignFor(self.case_id, row["epoch"], row["version"])
            self.attempt(peer, signing.sign_for, command, row["holder_unit"])

    @rule()
    def object_to_it(self):
        """The holder objects."""
        peer, row = self.holder()
        if peer is not None:
            command = Object(self.case_id, row["epoch"], row["version"], "not_competent")
            self.attempt(peer, signing.object_to, command, row["holder_unit"])

    @rule(code=st.sampled_from(CODES), upheld=st.booleans())
    def decide(self, code, upheld):
        """A sender decides what was objected to."""
        peer = self.world.peers[code]
        for row in self.run(peer.rows(select(handoff).where(handoff.c.objection == "open"))):
            command = DecideObjection(self.case_id, row["handoff_id"], upheld, "checked")
            unit = row["origin_unit"] or row["from_unit"]
            self.attempt(peer, signing.decide_objection, command, unit)

    @rule(code=st.sampled_from(CODES))
    def recall(self, code):
        """A sender wants its newest hand-over back."""
        peer = self.world.peers[code]
        sent = handoff.c.side != "receiver"
        rows = self.run(peer.rows(select(handoff).where(sent).order_by(handoff.c.epoch.desc())))
        for row in rows[:1]:
            command = Recall(self.case_id, row["handoff_id"])
            self.attempt(peer, recalling.recall, command, row["from_unit"])

    @rule(unit=st.sampled_from([TOWN, VILLAGE, OTHER]))
    def designate(self, unit):
        """The county designates a holder."""
        command = Designate(self.case_id, unit, "conference")
        self.attempt(self.world.peers["anji"], designation.designate, command, COUNTY)

    @rule(code=st.sampled_from(CODES))
    def note(self, code):
        """Anybody adds a note where the case is known."""
        peer = self.world.peers[code]
        row = self.run(peer.case(self.case_id))
        if row:
            self.attempt(peer, notes.add_note, AddNote(self.case_id, "x"), row["holder_unit"])

    @rule(code=st.sampled_from(CODES), busy=st.booleans())
    def service_is_busy(self, code, busy):
        """A service does not let the case go for a while."""
        part = self.world.peers[code].part
        (part.busy.add if busy else part.busy.discard)(self.case_id)

    @rule(child=st.sampled_from(CHILDREN), cut=st.booleans())
    def link(self, child, cut):
        """A link goes down or comes back."""
        (self.world.cut.add if cut else self.world.cut.discard)(child)

    @rule(child=st.sampled_from(CHILDREN), lose=st.booleans())
    def answers(self, child, lose):
        """Answers get lost: the work was done, the child does not know."""
        (self.world.lose_answers.add if lose else self.world.lose_answers.discard)(child)

    @rule(code=st.sampled_from(CODES))
    def one_round(self, code):
        """One node does what it owes, once."""
        self.run(self.world.round(self.world.peers[code]))

    @rule(code=st.sampled_from(CODES))
    def back_up(self, code):
        """A node is backed up; the first backup is the one somebody may put back."""
        self.backups.setdefault(code, back_up(self.world.peers[code]))

    @precondition(lambda self: self.backups and self.restores < RESTORES)
    @rule(data=st.data())
    def put_back(self, data):
        """A node is restored from its backup: a new incarnation, frozen until compared with."""
        code = data.draw(st.sampled_from(sorted(self.backups)))
        self.restores += 1
        self.run(put_back(self.world.peers[code], self.backups[code]))
        left = self.run(self.world.peers[code].case(self.case_id)).get("epoch", 0)
        self.held = {(node, n) for node, n in self.held if node != code or n < left}

    @invariant()
    def never_two(self):
        """At any moment at most one node accepts a write, and at most one says it holds."""
        if hasattr(self, "world"):
            assert len(self.run(self.world.writers(self.case_id))) <= 1
            assert len(self.run(self.world.holders(self.case_id))) <= 1
            assert len(self.world.grants(self.case_id)) <= 1
            peer, row = self.holder()
            self.held |= {(peer.code, row["epoch"])} if peer else set()

    def teardown(self):
        """Once links are back: one holder that can write, whole chains, rows that agree."""
        if not hasattr(self, "world"):
            return
        try:
            self.heal()
            self.check_quiet()
        finally:
            self.run(self.world.close())
            self.loop.close()
            shutil.rmtree(self.folder)

    def heal(self):
        """Everything is up again, and time passes until every order was tried once more."""
        self.world.cut.clear()
        self.world.lose_answers.clear()
        for peer in self.world.peers.values():
            peer.part.busy.clear()
        for _ in range(6):
            self.run(self.world.settle())
            for peer in self.world.peers.values():
                peer.ground.clock.advance(TRY_AGAIN)

    def check_quiet(self):
        """What must hold when nothing is owed any more."""
        nodes = self.run(self.world.writers(self.case_id))
        assert len(nodes) == 1, self.run(self.world.holders(self.case_id))
        states = {}
        for peer in self.world.peers.values():
            entries = self.run(
                peer.ground.readers.run(lambda connection: log.read(connection, self.case_id))
            )
            assert broken_at(entries) is None
            for row in self.run(peer.rows(select(handoff))):
                states.setdefault(row["handoff_id"], {})[row["side"]] = row["state"]
            waiting = select(letter).where(letter.c.state.in_(["arrived", "to_send"]))
            assert self.run(peer.rows(waiting)) == []
        for sides in states.values():
            ends = (sides.get("sender"), sides.get("receiver"))
            agreed = AGREE | (AFTER_RESTORE if self.restores else set())
            assert ends in agreed or "both" in sides
        self.epochs_are_consecutive(self.world.peers[nodes[0]])
        self.late_words_are_kept()

    def late_words_are_kept(self):
        """What a node tells late of an epoch it held is refused by nobody on its way up."""
        directory = county()[0]
        for code, epoch in self.held:
            upper, child = directory.parent_node(code), code
            while upper is not None:
                late = (self.case_id, child, epoch)
                self.run(self.world.peers[upper].do(judge, late, self.world.staff(COUNTY)))
                upper, child = directory.parent_node(upper), upper

    def epochs_are_consecutive(self, peer):
        """The holder's log names every epoch from 1 on, or what consumed it."""
        entries = self.run(
            peer.ground.readers.run(lambda connection: log.read(connection, self.case_id))
        )
        epochs = {entry.epoch for entry in entries}
        for entry in entries:
            if entry.kind == "custody.restored":
                lost = json.loads(entry.body)
                epochs |= set(range(int(lost["lost_from"]), int(lost["lost_to"]) + 1))
        assert sorted(epochs) == list(range(1, max(epochs) + 1))


def judge(uow, late, *, node):
    """Refuse a late word, or not."""
    case_id, child, epoch = late
    known = uow.get(case_row, case_id=case_id)
    branches.refuse_foreign_time(uow, node, known, child, epoch)


RESTORES = 1
TRY_AGAIN = timedelta(seconds=40)
AGREE = {
    ("delivered", "received"),
    ("recalled", None),
    ("recalled", "gone"),
    ("recalled", "void"),
    ("refused", "refused"),
    ("kept", None),
}
AFTER_RESTORE = {
    ("kept", "gone"),  # was releasing in the backup: nobody may take it
    ("kept", "void"),
    ("void", "gone"),
    ("void", "void"),
    (None, "gone"),  # forgotten by the restored sender
    (None, "void"),
    ("void", None),  # overtaken by a hand-over that was lost
}

EXAMPLES = int(os.environ.get("LIANXIN_EXAMPLES", "15"))


def played(examples):
    """How many runs, and how long each."""
    return settings(
        max_examples=examples,
        stateful_step_count=25 if "LIANXIN_EXAMPLES" not in os.environ else 45,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a run takes long; shrink by hand
    )


TestHandovers = Handovers.TestCase
TestHandovers.settings = played(EXAMPLES)


@pytest.mark.timeout(300)
def test_the_same_on_postgresql(postgres_server):
    """The invariant holds on the other database too; fewer runs, since each takes longer."""
    urls = {code: postgres_server.create() for code in CODES}
    runs, opened = max(2, EXAMPLES // 5), []

    class OnPostgres(Handovers):
        def empty_databases(self):
            opened.append(len(opened))
            for url in urls.values():
                empty(url)
            return urls

    run_state_machine_as_test(OnPostgres, settings=played(runs))
    assert len(opened) >= runs
    for url in urls.values():
        postgres_server.drop(url)


def empty(url):
    """Make the tables, or throw away what is in them."""
    migrate.upgrade(url, "routing")
    database = Database.open(url)
    with database.writer.begin() as connection:
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables}"))
    database.close()
