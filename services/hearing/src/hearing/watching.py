"""Sweep: people who were told of a hearing and did not answer in time. It only looks."""

from hearing.commands.noticing import LookAtNotices
from hearing.desk import Desk
from hearing.handlers.acknowledging import look
from hearing.storage import notices
from hearing.storage.tables import lease
from kernel.service.watching import CaseWatch, Sight

SIGHT = Sight("answers", notices.come, look, LookAtNotices)


class Answers(CaseWatch):
    """What was told is not told again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, f"{desk.office.node}/hearing", SIGHT, lease)
