"""VICIdial's imitation in a process of its own, and the bare call to it that everything is held against."""

import multiprocessing
import time
from multiprocessing.connection import Connection
from typing import Any, Self

import requests

from agentapi.simulator.floor import Floor
from agentapi.simulator.journal import RequestRecord
from agentapi.simulator.server import SimulatorServer
from tests.load.prepare import ENDLESS
from tests.processes.running import free_port

WITHIN_SECONDS = 30.0


class Simulated:
    """A floor of agents on calls. The last one belongs to the bare calls and presses nothing."""

    def __init__(self, agents: int) -> None:
        self.port, self.agents = free_port(), agents
        self._here, there = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_simulate, args=(self.port, agents, there), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/agc/api.php"

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def bare_user(self) -> str:
        return str(1000 + self.agents - 1)

    def take(self, seconds: float) -> None:
        """From now on every call takes so long."""
        self._ask("take", seconds)

    def received(self) -> list[RequestRecord]:
        """What was asked, but for the bare calls."""
        records: list[RequestRecord] = self._ask("received")
        return [record for record in records if record.agent_user != self.bare_user]

    def __enter__(self) -> Self:
        self._process.start()
        self._ask("take", 0.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._here.send(("end",))
        self._process.join(WITHIN_SECONDS)

    def _ask(self, *words: Any) -> Any:
        self._here.send(words)
        assert self._here.poll(WITHIN_SECONDS), "the simulator does not answer"
        return self._here.recv()


class Bare:
    """What a press stands for and costs at the very least: one POST through a warm `requests.Session`."""

    def __init__(self, simulated: Simulated) -> None:
        self._url = simulated.url
        self._form = {
            "source": "bench", "user": "apiuser", "pass": "apipass", "agent_user": simulated.bare_user,
            "function": "audio_playback", "stage": "PAUSE",
        }  # fmt: skip
        self._session = requests.Session()
        self._session.trust_env = False

    def seconds(self) -> float:
        """How long one call took."""
        began = time.perf_counter()
        self._session.post(self._url, data=self._form, timeout=10)
        return time.perf_counter() - began


def _simulate(port: int, agents: int, orders: Connection) -> None:
    floor = Floor.demo(seed=1, agents=agents, kept=None)
    name, _, seconds, _ = ENDLESS
    floor.store.put(name, seconds)
    with SimulatorServer(floor, port=port) as server:
        while (order := orders.recv()) != ("end",):
            word, *values = order
            with server.lock:
                if word == "take":
                    floor.faults.latency = values[0]
                answer = list(floor.requests) if word == "received" else None
            orders.send(answer)
