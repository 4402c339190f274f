"""What the demonstration itself knows: every case it had registered, and how long things took."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Registered:
    """An answer that said a case is registered: from then on it may never be lost."""

    case_id: str
    case_no: str
    query_code: str
    node: str
    unit: str
    sample: str
    sealed: bool = False


@dataclass
class Ledger:
    """All of them, kept outside the nodes."""

    cases: dict[str, Registered] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    figures: dict[str, float] = field(default_factory=dict)

    def add(self, case: Registered) -> Registered:
        """Note an answered registration."""
        self.cases[case.case_id] = case
        return case

    def of_sample(self, no: str) -> Registered:
        """The case a sample became. Raises KeyError."""
        for case in self.cases.values():
            if case.sample == no:
                return case
        raise KeyError(no)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Measure one go of something."""
        began = time.perf_counter()
        yield
        self.seconds[what].append(time.perf_counter() - began)


def percentile(values: list[float], share: float) -> float:
    """The value below which this share lies (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
