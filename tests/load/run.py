"""`make load`: a crowd of agents at work on a whole installation, then every click held against what VICIdial received.

Ends with status 1 where anything is lost, doubled, out of order, unsettled, or shown wrongly.
"""

import argparse
import asyncio
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from agentapi.simulator.floor import Floor
from agentapi.simulator.journal import RequestRecord
from agentapi.simulator.server import SimulatorServer
from tests.engines.servers import PostgreSQL, Redis
from tests.load.crowd import Crowd
from tests.load.town import Engines, Town
from tests.processes.running import free_port

TELL_EVERY_SECONDS = 5.0
SHOWN_TROUBLES = 20
FILES_PER_SOCKET = 2


def main(words: list[str]) -> int:
    """The exit status."""
    options = parsed(words)
    room_for_files(options.agents)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        port = free_port()
        simulator = stack.enter_context(simulated(port, options.agents, options.latency_ms / 1000))
        engines = stack.enter_context(real_engines()) if options.engines == "real" else None
        print(f"{options.agents} agents on {NAMES[options.engines]}, {options.rate:g} presses a minute each,", end=" ")
        print(f"VICIdial answers after {options.latency_ms:g} ms.", flush=True)
        town = Town(Path(folder), options.agents, f"http://127.0.0.1:{port}/agc/api.php", engines)
        stack.callback(town.close)
        town.start(webs=options.webs, workers=options.workers)
        crowd = Crowd(town.urls, town.cookies, options.rate)
        return asyncio.run(shift(town, crowd, simulator, options.seconds))


async def shift(town: Town, crowd: Crowd, simulator: Connection, seconds: float) -> int:
    """One shift from the first socket to the comparison."""
    began = time.monotonic()
    await crowd.come(within=300)
    print(f"All are connected after {time.monotonic() - began:.1f} s.", flush=True)
    crowd.begin()
    began = time.monotonic()
    while (elapsed := time.monotonic() - began) < seconds:
        await asyncio.sleep(min(TELL_EVERY_SECONDS, seconds - elapsed))
        print(f"  {time.monotonic() - began:4.0f} s: {told(crowd)}", flush=True)
    rate = sum(crowd.ends().values()) / (time.monotonic() - began)
    print("The shift is over; all end what they began.", flush=True)
    await crowd.finish()
    print(f"  {told(crowd)}", flush=True)
    simulator.send("records")
    records: list[RequestRecord] = await asyncio.to_thread(simulator.recv)
    found = await asyncio.to_thread(town.troubles, crowd, records)
    commands = sum(record.value != "STATUS" for record in records)
    print(figures(crowd, rate))
    print(f"VICIdial received {commands} commands and {len(records) - commands} questions.")
    await crowd.leave()
    for trouble in found[:SHOWN_TROUBLES]:
        print("  WRONG:", trouble)
    print(f"{len(found)} things are wrong." if found else "Nothing lost, nothing doubled, order kept, all settled.")
    return 1 if found else 0


def told(crowd: Crowd) -> str:
    """How far the crowd is, in a line."""
    ends = crowd.ends()
    total = sum(ends.values())
    parts = ", ".join(f"{count} {name}" for name, count in ends.most_common())
    return f"{total} presses ({parts}), {len(crowd.closes)} sockets lost"


def figures(crowd: Crowd, rate: float) -> str:
    """Presses a second while all worked, and how long they took from the socket to their end on the screen."""
    presses = [press for caller in crowd.callers for press in caller.presses.values()]
    times = sorted(press.answered_after for press in presses if press.answered_after is not None)
    cuts = statistics.quantiles(times, n=100)
    return (
        f"{rate:.1f} presses a second; from press to end: median {cuts[49] * 1000:.0f} ms,"
        f" p95 {cuts[94] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms"
        " (an end of a recording waits for its beginning)."
    )


@contextmanager
def simulated(port: int, agents: int, latency: float) -> Iterator[Connection]:
    """A simulated VICIdial in a process of its own, which sends all that it received when it is asked."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=simulate, args=(port, agents, latency, theirs))
    process.start()
    try:
        ours.recv()
        yield ours
    finally:
        ours.send("end")
        process.join()


def simulate(port: int, agents: int, latency: float, orders: Connection) -> None:
    """Serve until told to end."""
    floor = Floor.demo(seed=1, agents=agents, kept=None)
    floor.faults.latency = latency
    with SimulatorServer(floor, port=port) as server:
        orders.send("ready")
        while orders.recv() != "end":
            with server.lock:
                records = server.floor.requests
            orders.send(records)


@contextmanager
def real_engines() -> Iterator[Engines]:
    """A PostgreSQL and a Redis of this run's own."""
    postgres, redis = PostgreSQL(), Redis()
    try:
        postgres.start()
        redis.start()
        yield Engines(postgres, redis.url, redis.url)
    finally:
        redis.close()
        postgres.close()


def room_for_files(agents: int) -> None:
    """Let this process and those that it starts hold a socket for each agent, and some more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_PER_SOCKET * agents + 500
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))


NAMES = {"embedded": "one process with SQLite", "real": "PostgreSQL and Redis, web and workers apart"}


def parsed(words: list[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=4.0, help="presses a minute of each agent")
    parser.add_argument("--latency-ms", type=float, default=20.0, help="after which VICIdial answers")
    parser.add_argument("--engines", choices=list(NAMES), default="embedded")
    parser.add_argument("--webs", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
