"""Every named repair is needed: switched off alone, a search finds a trace that breaks."""

from dataclasses import fields, replace
from typing import Any

import pytest

from . import custody_state, delegation, local, objection, outbox, passing, release, sealing
from . import oracle as table
from .checker import check
from .custody_model import CustodyModel
from .custody_state import Bounds
from .delegation import DelegationModel
from .local import LocalModel
from .objection import ObjectionModel
from .outbox import OutboxModel
from .passing import PassingModel
from .release import ReleaseModel
from .sealing import SealingModel
from .searches import CHAIN, LINK, SIBLINGS, AnyModel

FROM_P = Bounds(LINK, "P", handoffs=2, recalls=1)
FROM_C = Bounds(LINK, "C", handoffs=2, recalls=1)
P_RESTORED = Bounds(LINK, "P", handoffs=2, recalls=1, restored="P")
C_RESTORED = Bounds(LINK, "P", handoffs=2, recalls=1, restored="C")
FORWARDING = Bounds(
    CHAIN, "P", handoffs=2, restored="C", ways=frozenset({("P", "C"), ("C", "D"), ("D", "C")})
)
PASSING_UP = Bounds(
    CHAIN, "D", handoffs=2, recalls=1, restored="C", ways=frozenset({("D", "C"), ("C", "P")})
)
COUNTY_BETWEEN = Bounds(
    SIBLINGS,
    "C",
    handoffs=3,
    recalls=1,
    restored="P",
    ways=frozenset({("C", "P"), ("P", "C"), ("P", "D")}),
)

TABLE_REPAIRS = {
    "nothing_consumes_epoch": FROM_P,
    "confirm_changes_row_only": FROM_P,
    "stale_is_never_taken": FORWARDING,
    "stale_cancel_is_received": PASSING_UP,
}
CUSTODY_REPAIRS = {
    "recall_only_while_offered": FROM_P,
    "recall_upwards_asks_parent": FROM_C,
    "restored_node_is_frozen": P_RESTORED,
    "old_incarnation_is_fenced": Bounds(LINK, "C", handoffs=1, restored="C"),
    "peer_row_wins": P_RESTORED,
    "forgotten_is_sent_again": C_RESTORED,
    "again_is_not_recallable": C_RESTORED,
    "restored_goes_above_all_epochs": P_RESTORED,
    "later_custody_goes_above_too": P_RESTORED,
    "floor_is_the_whole_nodes": COUNTY_BETWEEN,
    "rows_compared_once": P_RESTORED,
}
OTHER_REPAIRS: list[tuple[AnyModel, str]] = [
    (ReleaseModel(1), "keep_is_owed"),
    (ReleaseModel(2), "lock_is_named_after_the_handoff"),
    (ReleaseModel(1), "refusals_and_keeps_are_remembered"),
    (SealingModel(2), "seal_waits_for_facts"),
    (SealingModel(2), "locks_without_a_part"),
    (LocalModel(2), "released_before_moved"),
    (LocalModel(2), "late_grant_is_ignored"),
    (LocalModel(2), "lock_is_for_its_epoch"),
    (PassingModel(1, 1), "next_hop_written_when_taken"),
    (PassingModel(1, 1), "recall_follows_rows"),
    (PassingModel(1, 1), "turns_round_when_blocked"),
    (ObjectionModel(2), "receiver_makes_the_return"),
    (ObjectionModel(3), "open_objection_stops_hand_overs"),
    (ObjectionModel(3), "decision_names_its_epoch"),
    (ObjectionModel(2), "ordered_return_stays_pending"),
    (DelegationModel(0), "peer_is_pinned"),
    (DelegationModel(0), "custody_row_decides"),
    (DelegationModel(0), "cases_are_relocated"),
    (DelegationModel(2), "counter_moves_first"),
    (OutboxModel(2, rollbacks=False), "relay_selects_unnumbered"),
    (OutboxModel(2), "relay_gives_the_number"),
    (OutboxModel(2, wipes=1), "heartbeat_names_the_head"),
    (OutboxModel(2, wipes=1, restores=1), "heartbeat_names_the_incarnation"),
    (OutboxModel(2, wipes=1), "purged_below_cursor_only"),
    (OutboxModel(2, restores=1), "link_has_incarnation"),
    (OutboxModel(2, restores=1), "kept_rows_numbered_again"),
]


def assert_breaks(model: AnyModel) -> None:
    """Assert that the search ends with a trace."""
    verdict = check(model)
    assert not verdict.holds
    assert verdict.reason


@pytest.mark.parametrize("switch", TABLE_REPAIRS)
def test_table_needs(switch: str) -> None:
    """A rule of the transition table is needed."""
    repairs = custody_state.Repairs(table=table.Repairs(**{switch: False}))
    assert_breaks(CustodyModel(TABLE_REPAIRS[switch], repairs))


@pytest.mark.parametrize("switch", CUSTODY_REPAIRS)
def test_custody_needs(switch: str) -> None:
    """A rule of recall, restore and comparison is needed."""
    off: dict[str, Any] = {switch: False}
    assert_breaks(CustodyModel(CUSTODY_REPAIRS[switch], custody_state.Repairs(**off)))


@pytest.mark.parametrize(
    "model, switch", OTHER_REPAIRS, ids=[switch for _, switch in OTHER_REPAIRS]
)
def test_model_needs(model: Any, switch: str) -> None:
    """A rule of one of the other models is needed."""
    assert_breaks(replace(model, repairs=replace(model.repairs, **{switch: False})))


def test_no_switch_is_left_out() -> None:
    """Each field of each Repairs class is tried above."""
    tried = {*TABLE_REPAIRS, *CUSTODY_REPAIRS, *(switch for _, switch in OTHER_REPAIRS), "table"}
    modules = (
        custody_state,
        delegation,
        local,
        objection,
        outbox,
        passing,
        release,
        sealing,
        table,
    )
    named = {field.name for module in modules for field in fields(module.Repairs)}
    assert named == tried
