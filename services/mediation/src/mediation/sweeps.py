"""Sweeps: what falls due with nobody asking is found and told. Nothing is decided here."""

from functools import partial

from kernel.service.watching import CaseWatch, Sight
from mediation.desk import Desk
from mediation.handlers.watching import LookAt, look
from mediation.storage import watching
from mediation.storage.tables_watching import lease


class Sweeps(CaseWatch):
    """What was told is not told again."""

    def __init__(self, desk: Desk) -> None:
        sight = Sight("watching", watching.come, partial(look, office=desk.office), LookAt)
        super().__init__(desk, f"{desk.office.node}/mediation", sight, lease)
