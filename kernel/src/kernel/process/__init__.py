"""How a service lives in a process: `App`, and `run` for one or several of them."""

from kernel.process.app import App
from kernel.process.run import AGAIN, run, run_all, run_until_signal
from kernel.process.workers import Backoff, StartAgain, Worker, WorkerFailing

__all__ = [
    "AGAIN",
    "App",
    "Backoff",
    "StartAgain",
    "Worker",
    "WorkerFailing",
    "run",
    "run_all",
    "run_until_signal",
]
