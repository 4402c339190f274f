"""Run routing alone: `python -m routing`, with settings from the environment (ROUTING_…)."""

from kernel.process.alone import run_alone
from routing.app import build
from routing.settings import PREFIX, Settings

if __name__ == "__main__":
    run_alone("routing", Settings, PREFIX, build)
