"""Sweep: papers that were to be served by a day that has passed are told of. It decides nothing."""

from intake.desk import Desk
from intake.handlers.unserved import LookAtUnserved, look
from intake.storage import unserved as stored
from intake.storage.tables_unserved import lease
from kernel.service.watching import CaseWatch, Sight

SIGHT = Sight("unserved", stored.come, look, LookAtUnserved)


class Watch(CaseWatch):
    """What was told is not told again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, f"{desk.office.node}/intake", SIGHT, lease)
