"""Where a service's notices go."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ways:
    """The operator's file of channels, None without one; its audience; the folder of the sink."""

    audience: str
    sink: Path
    channels: Path | None = None
