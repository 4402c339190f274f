"""Files that come with the software: regulation, templates, sample data.

In a checkout they are the folders of `deploy/`; an installation has them in `share/lianxin` beside
its interpreter, as in the container images.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
INSTALLED = Path("share") / "lianxin"


def places() -> list[Path]:
    """Where they may be, the checkout first."""
    return [*(parent / "deploy" for parent in HERE.parents), Path(sys.prefix) / INSTALLED]


def shipped(name: str) -> Path | None:
    """The folder of this name; None when it did not come along."""
    return next((place / name for place in places() if (place / name).is_dir()), None)


def shipped_or_here(name: str) -> Path:
    """The folder of this name, else `deploy/<name>` below the folder the process runs in."""
    return shipped(name) or Path("deploy") / name
