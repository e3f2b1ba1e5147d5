"""`python -m agentapi.simulator [--port N] [--seed N] [--agents N]`."""

from __future__ import annotations

import argparse
import sys

from agentapi.simulator.run import DEFAULT_PORT, CannotListenError, run


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m agentapi.simulator", description="A simulated VICIdial, with a page at /."
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--seed", type=int, default=0, help="makes the random delays repeatable")
    parser.add_argument("--agents", type=int, help="that many agents on calls, for load tests")
    options = parser.parse_args()
    try:
        run(options.port, options.seed, agents=options.agents, say=_say)
    except CannotListenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


sys.exit(main())
