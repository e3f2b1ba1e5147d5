"""`make bench`: how much longer a press takes than the bare call to VICIdial that it stands for.

Both are measured in turn, in one run, against one simulator whose answers take a set time, so that their ratio says
something on any machine. A press is timed from the frame that leaves the client to the state that it brings back.
"""

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from tests.processes.running import Client, House, free_port, log_in, panel_of

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

API_SECONDS = (0.005, 0.020)
ROUNDS = 5
PRESSES = 40
WARM_UP = 10


def main() -> None:
    print("One agent, embedded (SQLite, in-memory layer); medians of", ROUNDS, "rounds of", PRESSES, "presses each")
    for api_seconds in API_SECONDS:
        bare, pressed = measured(api_seconds)
        ratios = sorted(there / here for here, there in zip(bare, pressed, strict=True))
        print(
            f"  API {api_seconds * 1000:.0f} ms: bare call {statistics.median(bare) * 1000:5.1f} ms,"
            f" press to state {statistics.median(pressed) * 1000:5.1f} ms,"
            f" ratio {statistics.median(ratios):.2f} (rounds {ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


def measured(api_seconds: float) -> tuple[list[float], list[float]]:
    """The median seconds of each round: of the bare call, and of a press."""
    port, done = free_port(), multiprocessing.Event()
    simulator = multiprocessing.Process(target=simulate, args=(port, api_seconds, done))
    simulator.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            house = House(Path(folder), port)
            house.serve()
            try:
                return rounds(house)
            finally:
                house.close()
    finally:
        done.set()
        simulator.join()


def simulate(port: int, api_seconds: float, done: "Event") -> None:
    floor = Floor.demo(seed=1)
    floor.faults.latency = api_seconds
    with SimulatorServer(floor, port=port):
        done.wait()


def rounds(house: House) -> tuple[list[float], list[float]]:
    bare: list[float] = []
    pressed: list[float] = []
    with panel_of(house.url, log_in(house.url, "alice")) as alice, requests.Session() as session:
        session.trust_env = False
        call = bare_call(session, house)
        for _ in range(ROUNDS):
            toggle = playing(alice)
            for _ in range(WARM_UP):
                call()
                toggle()
            both = [(timed(call), timed(toggle)) for _ in range(PRESSES)]
            bare.append(statistics.median(one for one, _ in both))
            pressed.append(statistics.median(other for _, other in both))
            silent(alice)
    return bare, pressed


def bare_call(session: requests.Session, house: House) -> Callable[[], None]:
    """The same command for Bob, who hears nothing: what the press costs at the very least."""
    form = {"source": "bench", "user": "apiuser", "pass": "apipass", "agent_user": "1001"}

    def call() -> None:
        data = {**form, "function": "audio_playback", "stage": "PAUSE"}
        session.post(f"{house.simulator_url}/agc/api.php", data=data, timeout=10)

    return call


def playing(alice: Client) -> Callable[[], None]:
    """Let a long clip play, and give the press that pauses it, and resumes it the next time."""
    alice.press("play", button="tpmo-disclaimer")
    alice.state(lambda state: state["playback"]["status"] == "playing")
    turns = {"pause": "paused", "resume": "playing"}

    def toggle() -> None:
        action, status = next(iter(turns.items()))
        turns[action] = turns.pop(action)
        press = alice.press(action)
        alice.until(lambda m: m["type"] == "state" and m["state"]["playback"]["status"] == status)
        # The click's own end follows at once; the next press must not find it in flight.
        alice.until(lambda m: m.get("id") == press and m.get("status") == "done")

    return toggle


def silent(alice: Client) -> None:
    alice.press("stop")
    alice.state(lambda state: state["playback"]["status"] == "idle")


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
