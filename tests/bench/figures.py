"""What a section of the bench found, and how that is told: rows of a table that fits into the README as it is."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

HEADER = "| section | what | goal | measured | met | what limits it |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Figure:
    """One goal, what was measured, and what it would take to do better."""

    what: str
    goal: str
    measured: str
    met: bool
    limit: str

    @property
    def row(self) -> str:
        words = (self.what, self.goal, self.measured, "yes" if self.met else "**no**", self.limit)
        return f"| {' | '.join(words)} |"


def circumstances() -> str:
    """When this was, and how much else the machine had to do: without that, figures say little."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" load average {load}"
    )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
