"""Named points of the protocol at which a test may kill the process.

`LIANXIN_KILL_AT=name` ends the process with SIGKILL when it reaches that step, once: a marker file
in `LIANXIN_KILL_MARK` tells the restarted process that it has been killed there.
`LIANXIN_KILL_ORDERS=folder` does the same for processes that run already: a file named after the
step in that folder is the order, renamed to `<step>.done` by the one process that obeys it.
"""

import os
import signal
from pathlib import Path

STEPS = (
    "released-partly",
    "sealed",
    "offered",
    "claim-committed",
    "stored-not-confirmed",
    "confirm-lost",
    "cancel-sent",
    "passing",
    "keep-owed",
)


def reach(step: str) -> None:
    """Say that the protocol has come to this step; dies here when a test asked for it."""
    if _asked_at_start(step) or _ordered(step):
        os.kill(os.getpid(), signal.SIGKILL)


def _asked_at_start(step: str) -> bool:
    if os.environ.get("LIANXIN_KILL_AT") != step:
        return False
    mark = Path(os.environ["LIANXIN_KILL_MARK"])
    if mark.exists():
        return False
    mark.write_text(step)
    return True


def _ordered(step: str) -> bool:
    """Whether this process is the one that took the order; of several only one does."""
    folder = os.environ.get("LIANXIN_KILL_ORDERS")
    if not folder:
        return False
    order = Path(folder) / step
    try:
        order.rename(order.with_suffix(".done"))
    except FileNotFoundError:
        return False
    return True
