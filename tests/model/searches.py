"""Which models are searched how far: small bounds in every test run, full ones by `make model`."""

from __future__ import annotations

from typing import Any

from .checker import Model
from .custody_model import CustodyModel
from .custody_state import Bounds
from .delegation import DelegationModel
from .local import LocalModel
from .objection import ObjectionModel
from .outbox import OutboxModel
from .passing import PassingModel
from .release import ReleaseModel
from .sealing import SealingModel

LINK = {"C": "P"}  # parent P, child C
CHAIN = {"C": "P", "D": "C"}  # county P, township C, village D
SIBLINGS = {"C": "P", "D": "P"}

AnyModel = Model[Any]

SMALL: tuple[AnyModel, ...] = (
    CustodyModel(Bounds(LINK, "P", handoffs=3, recalls=1)),
    CustodyModel(Bounds(LINK, "C", handoffs=3, recalls=2, refusals=1)),
    CustodyModel(Bounds(CHAIN, "C", handoffs=3, recalls=1)),
    CustodyModel(Bounds(LINK, "P", handoffs=2, recalls=1, restored="P")),
    CustodyModel(Bounds(LINK, "C", handoffs=2, recalls=1, refusals=1, restored="C")),
    CustodyModel(Bounds(CHAIN, "C", handoffs=2, restored="C")),
    CustodyModel(Bounds(SIBLINGS, "C", handoffs=2, recalls=1, restored="P")),
    ReleaseModel(attempts=1),
    SealingModel(facts=3),
    LocalModel(handoffs=3),
    PassingModel(handoffs=2, recalls=1),
    ObjectionModel(handoffs=4),
    DelegationModel(registrations=2),
    OutboxModel(events=3, wipes=1),
    OutboxModel(events=2, wipes=1, restores=1),
)

FULL: tuple[AnyModel, ...] = (
    CustodyModel(Bounds(SIBLINGS, "P", handoffs=5, recalls=3)),
    CustodyModel(Bounds(CHAIN, "C", handoffs=5, recalls=2)),
    CustodyModel(Bounds(CHAIN, "D", handoffs=4, recalls=2, refusals=1)),
    CustodyModel(Bounds(LINK, "P", handoffs=3, recalls=2, refusals=1, restored="P")),
    CustodyModel(Bounds(LINK, "C", handoffs=3, recalls=2, refusals=1, restored="C")),
    CustodyModel(Bounds(CHAIN, "C", handoffs=4, recalls=1, restored="P")),
    CustodyModel(Bounds(CHAIN, "C", handoffs=3, recalls=1, restored="C")),
    CustodyModel(Bounds(CHAIN, "C", handoffs=3, recalls=1, restored="D")),
    CustodyModel(Bounds(CHAIN, "D", handoffs=3, recalls=1, restored="C")),
    CustodyModel(Bounds(SIBLINGS, "C", handoffs=3, recalls=1, restored="P")),
    CustodyModel(Bounds(SIBLINGS, "P", handoffs=3, recalls=1, restored="C")),
    ReleaseModel(attempts=2),
    SealingModel(facts=6),
    LocalModel(handoffs=6),
    PassingModel(handoffs=5, recalls=3),
    ObjectionModel(handoffs=8),
    DelegationModel(registrations=4),
    OutboxModel(events=4, wipes=1),
    OutboxModel(events=3, wipes=1, restores=1),
)
