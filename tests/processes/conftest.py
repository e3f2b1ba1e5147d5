"""A house of its own for each test: its processes are killed in it."""

import time

import pytest

from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from tests.processes.running import House


@pytest.fixture
def simulator():
    """The simulated VICIdial inside the test, so that it can be given faults and asked for the truth."""
    with SimulatorServer(Floor.demo(clock=time.time, seed=1)) as server:
        yield server


@pytest.fixture
def house(simulator, tmp_path):
    house = House(tmp_path, simulator.port)
    yield house
    house.close()
