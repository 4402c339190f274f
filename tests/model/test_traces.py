"""The 32 traces that broke a simpler wording of the hand-over protocol, each by its name.

Every test shows both sides: with one repair switched off the checker finds the trace, with all of
them on the same search finds nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import custody_state, delegation, local, objection, outbox, passing, release, sealing
from . import oracle as table
from .checker import check
from .custody_model import CustodyModel
from .custody_state import Bounds
from .group_commit import (
    OK,
    REFUSED,
    Command,
    checked_batch,
    open_small_store,
    stored,
    trusting_batch,
)
from .searches import CHAIN, LINK

STUCK = "cannot recover"
TWO = "two holders"
DOWN_THEN_BOTH = frozenset({("P", "C"), ("C", "D"), ("D", "C")})
UP_ONLY = frozenset({("D", "C"), ("C", "P")})


def assert_shows(broken: Any, reason: str, *steps: str) -> None:
    """Assert that the broken wording ends in `reason` by way of `steps`, and the repaired holds."""
    verdict = check(broken)
    assert reason in verdict.reason, f"expected {reason!r}, got {verdict}"
    for step in steps:
        assert any(step in label for label in verdict.trace), f"no step {step!r} in {verdict}"
    repaired = check(replace(broken, repairs=type(broken.repairs)()))
    assert repaired.holds, f"the repaired wording breaks too: {repaired}"


def custody(bounds: Bounds, **off: bool) -> CustodyModel:
    """Give a custody model with the named repairs, of the table or beyond it, set as asked."""
    in_table = {name: on for name, on in off.items() if hasattr(table.ALL_REPAIRS, name)}
    beyond = {name: on for name, on in off.items() if name not in in_table}
    repairs = custody_state.Repairs(table=table.Repairs(**in_table), **beyond)
    return CustodyModel(bounds, repairs)


# Release


def test_trace_01_one_service_refuses_after_another_released_stays_locked() -> None:
    """Keep is owed to every service when one of them refuses."""
    repairs = release.Repairs(keep_is_owed=False)
    model = release.ReleaseModel(1, repairs, may_cancel=False)
    assert_shows(model, STUCK, "busy, refused", "released")


def test_trace_02_late_keep_of_the_first_hand_over_unlocks_a_service() -> None:
    """A lock is named after its hand-over, so another one's Keep leaves it alone."""
    repairs = release.Repairs(lock_is_named_after_the_handoff=False)
    model = release.ReleaseModel(2, repairs)
    assert_shows(
        model, "still writes", "somebody cancels h1", "reads Keep of h1", "for h2: OFFERED"
    )


def test_trace_03_late_release_after_its_keep_was_acknowledged() -> None:
    """A service remembers Keeps: a later Release of the same id is refused."""
    repairs = release.Repairs(refusals_and_keeps_are_remembered=False)
    assert_shows(
        release.ReleaseModel(1, repairs), STUCK, "reads KEPT", "reads Release of h1: released"
    )


def test_trace_04_fact_still_on_the_bus_misses_the_sealed_log() -> None:
    """Routing seals when it has applied every fact that the services announced."""
    repairs = sealing.Repairs(seal_waits_for_facts=False)
    assert_shows(sealing.SealingModel(2, repairs), "lacks a fact", "routing seals with 0 facts")


def test_trace_05_service_without_a_row_writes_at_the_old_epoch() -> None:
    """A service locks also when it has no part of the case."""
    repairs = sealing.Repairs(locks_without_a_part=False)
    model = sealing.SealingModel(2, repairs)
    assert_shows(model, "wrote at the sealed epoch", "RELEASED(0)", "the grant reaches the service")


# Same node


def test_trace_06_mediation_lets_a_write_while_b_holds_the_next_epoch() -> None:
    """A hand-over inside one node releases and grants like any other."""
    repairs = local.Repairs(released_before_moved=False)
    assert_shows(local.LocalModel(1, repairs), "writes at epoch 1", "at once")


# Recall


def test_trace_07_claim_answered_row_still_offered_recalled() -> None:
    """A Claim is answered by the transaction that sets CLAIMED; then nobody can recall."""
    model = custody(Bounds(LINK, "P", 1, recalls=1), recall_only_while_offered=False)
    assert_shows(model, TWO, "P reads Claim", "P recalls h1", "HERE")


def test_trace_08_recalled_locally_by_the_child_delayed_deliver_arrives() -> None:
    """The parent decides about the recall of an escalation."""
    model = custody(Bounds(LINK, "C", 1, recalls=1), recall_upwards_asks_parent=False)
    assert_shows(model, TWO, "C recalls h1", "P reads Deliver of h1")


def test_trace_09_sealed_epoch_written_again() -> None:
    """A hand-over that comes to nothing has consumed its epoch."""
    model = custody(Bounds(LINK, "P", 2, recalls=1), nothing_consumes_epoch=False)
    assert_shows(model, "an epoch that was sealed", "P recalls h1")


# Return


def test_trace_10_late_confirm_marks_the_returned_case_delivered() -> None:
    """A Confirm changes its row, never the custody."""
    model = custody(Bounds(LINK, "P", 2), confirm_changes_row_only=False)
    assert_shows(model, STUCK, "C begins h2 to P", "P reads Deliver of h2")


# Restore


def test_trace_11_sender_restored_to_before_the_claim() -> None:
    """A restored node is frozen until its rows are compared."""
    model = custody(Bounds(LINK, "P", 1, restored="P"), restored_node_is_frozen=False)
    assert_shows(model, "an epoch that was sealed", "P is restored")


def test_trace_12_receiver_restored_to_before_it_received() -> None:
    """What the restored node forgot is sent again."""
    model = custody(Bounds(LINK, "P", 1, restored="C"), forgotten_is_sent_again=False)
    assert_shows(model, STUCK, "HERE", "C is restored")


def test_trace_13_old_deliver_arrives_after_the_rows_were_compared() -> None:
    """Messages of an older incarnation are refused."""
    model = custody(Bounds(LINK, "C", 1, restored="C"), old_incarnation_is_fenced=False)
    assert_shows(model, TWO, "C adopts", "P reads Deliver of h1")


def test_trace_14_asked_to_send_again_recalls_and_the_old_answer_arrives() -> None:
    """A hand-over in state AGAIN cannot be recalled."""
    bounds = Bounds(LINK, "P", 2, recalls=1, restored="C")
    model = custody(bounds, again_is_not_recallable=False)
    assert_shows(model, TWO, "C adopts", "P recalls h1", "HERE")


def test_trace_15_epoch_used_twice() -> None:
    """After a restore everything held or taken goes on above all epochs heard of."""
    bounds = Bounds(LINK, "P", 2, recalls=1, restored="P")
    assert_shows(custody(bounds, restored_goes_above_all_epochs=False), "an epoch that was sealed")
    assert_shows(
        custody(bounds, later_custody_goes_above_too=False), "held by two nodes", "recalls h2"
    )


def test_trace_16_takes_again_what_it_had_forwarded() -> None:
    """A hand-over of an epoch not above one's own is answered RECEIVED and not taken."""
    bounds = Bounds(CHAIN, "P", 2, restored="C", ways=DOWN_THEN_BOTH)
    model = custody(bounds, stale_is_never_taken=False)
    assert_shows(model, TWO, "C begins h2 to D", "C is restored", "C adopts")


def test_trace_17_cancel_answered_never_had_it_after_a_restore() -> None:
    """A Cancel of an epoch not above one's own is answered RECEIVED."""
    bounds = Bounds(CHAIN, "D", 2, recalls=1, restored="C", ways=UP_ONLY)
    model = custody(bounds, stale_cancel_is_received=False)
    assert_shows(model, TWO, "C reads Cancel of h1", "VOID")


# Passing through


def test_trace_18_crash_between_taking_and_passing_on() -> None:
    """The next hop's row is written in the transaction that takes."""
    repairs = passing.Repairs(next_hop_written_when_taken=False)
    assert_shows(passing.PassingModel(1, 1, repairs), STUCK, "T crashes and forgets")


def test_trace_19_recalled_from_where_it_no_longer_is() -> None:
    """A recall follows the rows to the one that is still OFFERED."""
    repairs = passing.Repairs(recall_follows_rows=False)
    assert_shows(passing.PassingModel(1, 1, repairs), TWO, "K asks to recall", "K voids its row")


def test_trace_20_next_hop_impossible_no_holder() -> None:
    """A node that cannot pass on turns the case round."""
    repairs = passing.Repairs(turns_round_when_blocked=False)
    assert_shows(passing.PassingModel(1, 1, repairs), STUCK, "the way T to V becomes impossible")


# Objection


def test_trace_21_sender_takes_back_itself() -> None:
    """The receiver's node makes the return; the sender never takes."""
    repairs = objection.Repairs(receiver_makes_the_return=False)
    assert_shows(objection.ObjectionModel(2, repairs), TWO, "K upholds")


def test_trace_22_objects_then_escalates_then_the_decision_comes() -> None:
    """An open objection stops hand-overs, and a decision acts only on the epoch it names."""
    repairs = objection.Repairs(
        open_objection_stops_hand_overs=False, decision_names_its_epoch=False
    )
    model = objection.ObjectionModel(2, repairs)
    assert_shows(model, TWO, "V objects", "V hands epoch 2 to T", "V reads the decision")


def test_trace_23_upheld_return_refused_by_a_hearing_and_forgotten() -> None:
    """A return ordered by a decision stays pending until it is made."""
    repairs = objection.Repairs(ordered_return_stays_pending=False)
    assert_shows(
        objection.ObjectionModel(2, repairs), STUCK, "Release refused, the return is dropped"
    )


# Delegation


def test_trace_24_repeated_deliver_reaches_the_new_parent() -> None:
    """A hand-over row pins the peer's node until it is closed."""
    repairs = delegation.Repairs(peer_is_pinned=False)
    model = delegation.DelegationModel(0, repairs)
    assert_shows(model, TWO, "the old node stores it", "the new node stores it")


def test_trace_25_the_directory_decides_who_writes_nobody_may() -> None:
    """The custody row decides who writes; the directory only routes new hand-overs."""
    repairs = delegation.Repairs(custody_row_decides=False)
    model = delegation.DelegationModel(0, repairs)
    assert_shows(model, "nobody may write", "the directory's new version reaches the old node")


# Outbox


def test_trace_26_late_commit_skipped() -> None:
    """The relay selects rows without a number, not rows after the last one."""
    repairs = outbox.Repairs(relay_selects_unnumbered=False)
    model = outbox.OutboxModel(2, rollbacks=False, repairs=repairs)
    assert_shows(model, STUCK, "e1 is committed", "the relay sends e1 as #1")


def test_trace_27_hole_after_a_rolled_back_savepoint() -> None:
    """The relay numbers the visible rows; the sequence's values have holes."""
    repairs = outbox.Repairs(relay_gives_the_number=False)
    assert_shows(outbox.OutboxModel(2, repairs=repairs), STUCK, "e0 is rolled back")


def test_trace_28_tail_lost_with_a_wiped_store() -> None:
    """Heartbeats carry the head number, so that a lost tail shows."""
    repairs = outbox.Repairs(heartbeat_names_the_head=False)
    assert_shows(outbox.OutboxModel(2, wipes=1, repairs=repairs), STUCK, "stream is wiped")


def test_trace_29_purged_on_ack() -> None:
    """Rows are purged below the receiver's cursor, never on the courier's word."""
    repairs = outbox.Repairs(purged_below_cursor_only=False)
    model = outbox.OutboxModel(2, wipes=1, repairs=repairs)
    assert_shows(model, "lost for ever", "is purged", "stream is wiped")


def test_trace_30_restored_child_re_uses_numbers() -> None:
    """A restored node numbers its link under a new incarnation."""
    repairs = outbox.Repairs(link_has_incarnation=False)
    assert_shows(outbox.OutboxModel(2, restores=1, repairs=repairs), STUCK, "the node is restored")


def test_trace_31_kept_rows_keep_old_numbers() -> None:
    """A new incarnation numbers every kept row again from 1."""
    repairs = outbox.Repairs(kept_rows_numbered_again=False)
    assert_shows(outbox.OutboxModel(2, restores=1, repairs=repairs), STUCK, "the node is restored")


def test_trace_32_full_disk_in_a_savepoint_a_lost_command_answered_ok(tmp_path: Path) -> None:
    """Nobody in a batch whose transaction died is answered OK; each command runs again alone."""
    commands = [Command("first", 10), Command("too large", 500_000), Command("third", 10)]
    with contextlib.closing(open_small_store(tmp_path / "trusting.db")) as store:
        answers = trusting_batch(store, commands)
        assert answers["first"] == OK
        assert "first" not in stored(store)
    with contextlib.closing(open_small_store(tmp_path / "checked.db")) as store:
        answers = checked_batch(store, commands)
        assert answers == {"first": OK, "too large": REFUSED, "third": OK}
        assert stored(store) == {"first", "third"}
