"""Run mediation alone: `python -m mediation`, with settings from the environment (MEDIATION_…)."""

from kernel.process.alone import run_alone
from mediation.app import build
from mediation.settings import PREFIX, Settings

if __name__ == "__main__":
    run_alone("mediation", Settings, PREFIX, build)
