"""Figures: a ratio against a floor of the same run, what it is made of, what it should be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `parts` are what it was computed from, in the units their names say."""

    name: str
    value: float
    target: str
    met: bool
    parts: Mapping[str, float] = field(default_factory=dict)


def shown(figure: Figure) -> str:
    """One line of the table, and one with the parts."""
    verdict = "met" if figure.met else "MISSED"
    parts = " · ".join(f"{name} {value:,.4g}" for name, value in figure.parts.items())
    return f"{figure.name:52} {figure.value:8.2f}  {figure.target:>8}  {verdict}\n    {parts}"


def percentile(values: Sequence[float], which: float) -> float:
    """The value below which `which` per cent of the values are."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * which / 100))]
