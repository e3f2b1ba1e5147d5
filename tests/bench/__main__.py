"""`make bench`: each goal of speed, what was measured, and what limits it.

Presses are held against the bare `requests.Session` POST to the same simulator in the same run, so that their ratio
says something on any machine. `python -m tests.bench NAME ...` runs these sections only.
"""

import sys
import time
import traceback
from collections.abc import Callable, Iterator

from tests.bench import alone, layers, many, sockets, walls
from tests.bench.figures import HEADER, Figure, circumstances

SECTIONS: dict[str, Callable[[], Iterator[Figure]]] = {
    "alone": alone.figures,
    "many": many.figures,
    "apart": alone.figures_apart,
    "rate": many.figures_apart,
    "layers": layers.figures,
    "walls": walls.figures,
    "sockets": sockets.figures,
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        sys.exit(f"There is no section {', '.join(unknown)}. There are: {', '.join(SECTIONS)}.")
    began = time.monotonic()
    print(circumstances(), end="\n\n")
    print(HEADER, flush=True)
    for name in names or SECTIONS:
        for figure in measured(name):
            print(f"| `{name}` {figure.row}", flush=True)
    print(f"\n{circumstances()}; this took {time.monotonic() - began:.0f} s")


def measured(name: str) -> Iterator[Figure]:
    """The figures of a section; where it fails, what failed stands for those that are missing."""
    try:
        yield from SECTIONS[name]()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other sections can be measured
        traceback.print_exc()
        yield Figure(f"section {name}", "measured", "could not be", met=False, limit=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
