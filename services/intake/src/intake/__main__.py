"""Run intake alone: `python -m intake`, with settings from the environment (INTAKE_…)."""

from intake.app import build
from intake.settings import PREFIX, Settings
from kernel.process.alone import run_alone

if __name__ == "__main__":
    run_alone("intake", Settings, PREFIX, build)
