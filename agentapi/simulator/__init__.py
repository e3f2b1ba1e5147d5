"""An imitation of VICIdial, to try an agent panel against without owning a call centre.

Plain Python from the standard library. It imports nothing from the rest of `agentapi`, because a
simulator that shared the client's parser could never prove the parser wrong.

`Floor` is the state, `SimulatorServer` puts it on a port, `python -m agentapi.simulator` runs both.
"""

from agentapi.simulator.agents import Agent
from agentapi.simulator.faults import Fault, FaultKind
from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from agentapi.simulator.store import AudioStore
from agentapi.simulator.timing import Clock, Timing

__all__ = [
    "Agent",
    "AudioStore",
    "Clock",
    "Fault",
    "FaultKind",
    "Floor",
    "SimulatorServer",
    "Timing",
]
