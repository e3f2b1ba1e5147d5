"""One installation on PostgreSQL and Redis for all faults: each must leave it as it found it."""

import os
import signal
import time
from collections.abc import Callable

import pytest
import requests

from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from tests.engines.servers import PostgreSQL, Redis
from tests.faults.cable import Cable
from tests.load.crowd import Crowd
from tests.load.town import Engines, Shift, Town
from tests.processes.running import Running, answers, wait_for, wait_until_ready

AGENTS = 20
PER_MINUTE = 30.0


class Scene:
    """The installation, its servers, and a shift of agents who press every other second each."""

    def __init__(
        self, town: Town, postgres: PostgreSQL, redis: Redis, cable: Cable, simulator: SimulatorServer
    ) -> None:
        self.town, self.postgres, self.redis, self.cable, self.simulator = town, postgres, redis, cable, simulator
        self.crowd = Crowd([], [], 0)
        self.processes: list[Running] = []

    def under(self, fault: Callable[[], object], *, before: float = 1.5, after: float = 2.5) -> None:
        """Let agents work, bring about the fault among it, let them work on and finish; then hold everything together.

        `fault` returns when what it broke is whole again.
        """
        since = time.time()
        self.crowd = Crowd(self.town.urls, self.town.cookies, PER_MINUTE)
        shift = Shift(self.crowd)

        def happen() -> None:
            time.sleep(before)
            fault()
            time.sleep(after)

        try:
            shift.during(happen)
            assert shift.stay(lambda: self.town.troubles(self.crowd, self.received(), since)) == []
        finally:
            shift.close()
        # They worked all the while, as far as the fault let them.
        assert self.crowd.ends()["done"] > AGENTS // 2, self.crowd.ends()

    def received(self):
        with self.simulator.lock:
            return self.simulator.floor.requests

    def readiness(self, web: int = 0) -> dict[str, str]:
        answer: dict[str, str] = requests.get(f"{self.town.urls[web]}/readyz", timeout=10).json()
        return answer

    def is_ready(self) -> bool:
        return all(answers(f"{url}/readyz") for url in self.town.urls)

    def wait_until_ready(self) -> None:
        wait_for(self.is_ready, within=20)

    def restart_web(self, port: int) -> Running:
        """Start this web process anew; the one before it has ended."""
        web = self.town.start_web(port)
        wait_until_ready(f"http://127.0.0.1:{port}", web)
        return web


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    floor = Floor.demo(seed=1, agents=AGENTS, kept=None)
    postgres, redis = PostgreSQL(), Redis()
    postgres.start()
    redis.start()
    cable = Cable(redis.port)
    with SimulatorServer(floor) as simulator:
        engines = Engines(postgres, f"redis://127.0.0.1:{cable.port}/0", redis.url)
        town = Town(tmp_path_factory.mktemp("town"), AGENTS, simulator.url, engines)
        town.start(webs=2, workers=2)
        yield Scene(town, postgres, redis, cable, simulator)
        town.close()
    cable.close()
    redis.close()
    postgres.close()


@pytest.fixture
def scene(installation):
    """The installation, whole."""
    installation.wait_until_ready()
    yield installation
    with installation.simulator.lock:
        installation.simulator.floor.faults.clear()
    for process in (*installation.town.webs.values(), *installation.town.workers):
        if process.process.poll() is None:
            os.kill(process.process.pid, signal.SIGCONT)
