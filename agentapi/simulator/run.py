"""Run the simulator until somebody ends it: what both commands call."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from zoneinfo import ZoneInfo

from agentapi.simulator.floor import Floor, other_dialers
from agentapi.simulator.server import SimulatorServer

DEFAULT_PORT = 8099
ZONE = ZoneInfo("America/New_York")
"""Where the demonstration's servers stand: recordings begin by their clocks, without a zone (FACTS 7.15)."""
HIGHEST_PORT = 65535


class CannotListenError(Exception):
    """The port can't be had; the text says which one and what to do."""


def listen(floor: Floor, host: str, port: int, others: Mapping[str, Floor]) -> SimulatorServer:
    """Take the port for all floors, or raise CannotListenError with a sentence for the person who started it."""
    if not 0 <= port <= HIGHEST_PORT:
        raise CannotListenError(f"Port {port} does not exist; give one from 1 to {HIGHEST_PORT}.")
    try:
        return SimulatorServer(floor, host, port, others=others)
    except OSError as error:
        raise CannotListenError(
            f"The simulator can't listen on {host} port {port}: {error.strerror or error}."
            " Stop what uses the port, or choose another one with --port."
        ) from error


def run(
    port: int = DEFAULT_PORT,
    seed: int = 0,
    *,
    host: str = "127.0.0.1",
    agents: int | None = None,
    say: Callable[[str], object] = print,
    finished: threading.Event | None = None,
) -> None:
    """Serve a demonstration floor, and the dialers `off` and `old` beside it, until SIGTERM, SIGINT or `finished`.

    `say` gets the address once the simulator listens. Outside the main thread, where signals can't
    be caught, only `finished` ends it.
    """
    done = finished or threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        done.set()

    floor = Floor.demo(seed=seed, agents=agents, zone=ZONE)
    server = listen(floor, host, port, other_dialers(seed=seed, zone=ZONE))
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
    with server:
        say(f"Simulated VICIdial: {server.base_url}/ (agent API: {server.url})")
        done.wait()
    say("Simulated VICIdial stopped.")
