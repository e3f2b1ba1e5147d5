"""What processes used, as the kernel counts it."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

TICK = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
PARENT, OWN, OF_ENDED_CHILDREN = 1, slice(11, 13), slice(13, 15)
"""Where these stand in /proc/PID/stat behind the name, see proc(5)."""


def seconds_of(pid: int) -> float:
    """Seconds of CPU time of a process and all below it, those too that have ended."""
    known = {int(path.name): stat for path in Path("/proc").glob("[0-9]*") if (stat := _stat(path))}
    below = [pid]
    for parent in below:
        below += [child for child, stat in known.items() if int(stat[PARENT]) == parent]
    own = sum(int(ticks) for each in below if each in known for ticks in known[each][OWN])
    ended = sum(int(ticks) for ticks in known[pid][OF_ENDED_CHILDREN]) if pid in known else 0
    return (own + ended) / TICK


def memory_of(pid: int) -> int:
    """Bytes that a process holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


class Meter:
    """What named groups of processes use from the beginning to the end of a block, and this process as the client."""

    def __init__(self, pids: Mapping[str, Sequence[int]]) -> None:
        self._pids = pids
        self.seconds: dict[str, float] = {}
        self.wall = 0.0

    def __enter__(self) -> Self:
        self._began_at, self._before = time.monotonic(), self._now()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.monotonic() - self._began_at
        self.seconds = {name: seconds - self._before[name] for name, seconds in self._now().items()}

    def share(self, name: str) -> float:
        """How many cores this group kept busy."""
        return self.seconds[name] / self.wall

    def per(self, count: int) -> str:
        """Milliseconds of CPU time for each of so many, group by group, in words."""
        parts = (f"{name} {seconds * 1000 / max(count, 1):.1f}" for name, seconds in self.seconds.items())
        return f"CPU ms per press: {', '.join(parts)}"

    def _now(self) -> dict[str, float]:
        return {name: sum(map(seconds_of, pids)) for name, pids in self._pids.items()} | {"client": time.process_time()}


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
