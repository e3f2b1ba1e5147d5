"""What an open panel on which nothing happens costs in memory."""

import time
from collections.abc import Iterator

from tests.bench.cpu import memory_of
from tests.bench.figures import Figure
from tests.bench.stage import embedded

FIRST, MORE = 200, 800
GOAL_BYTES = 30 * 1024
SETTLED_AFTER_SECONDS = 3.0


def figures() -> Iterator[Figure]:
    """Beyond what the first sockets bring with them: each further one."""
    with embedded(FIRST + MORE) as stage:
        pid = next(iter(stage.town.webs.values())).process.pid
        callers, sizes = stage.pressers.callers, []
        for some in (callers[:FIRST], callers[FIRST:]):
            stage.pressers.callers = some
            stage.run(stage.pressers.come(within=90))
            time.sleep(SETTLED_AFTER_SECONDS)
            sizes.append(memory_of(pid))
        each = (sizes[1] - sizes[0]) / MORE
        yield Figure(
            f"memory of an idle authenticated socket, {FIRST + MORE} panels on one process",
            f"≤ {GOAL_BYTES // 1024} KB",
            f"{each / 1024:.1f} KB each; the process holds {sizes[1] / 2**20:.0f} MB",
            each <= GOAL_BYTES,
            "autobahn's protocol, the connection under it, and the three tasks of a consumer",
        )
