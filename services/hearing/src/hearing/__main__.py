"""Run hearing alone: `python -m hearing`, with settings from the environment (HEARING_…)."""

from hearing.app import build
from hearing.settings import PREFIX, Settings
from kernel.process.alone import run_alone

if __name__ == "__main__":
    run_alone("hearing", Settings, PREFIX, build)
