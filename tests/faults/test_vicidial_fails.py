"""VICIdial is slow, away, or talks nonsense, under load: each click ends once, and tells no more than is known."""

import time

import pytest

from agentapi.simulator.faults import FaultKind
from agentapi.simulator.server import SimulatorServer
from tests.processes.running import wait_for


def bring_about(scene, kind: FaultKind, **options) -> None:
    with scene.simulator.lock:
        scene.simulator.floor.faults.add(kind, function="audio_playback", **options)


def used_up(scene) -> bool:
    with scene.simulator.lock:
        return not scene.simulator.floor.faults.rules


def test_it_answers_after_ten_seconds(scene):
    def slow() -> None:
        bring_about(scene, FaultKind.DELAY, seconds=10, times=5)
        wait_for(lambda: used_up(scene), within=10)
        # The client gives up after five seconds; those that were asked in vain end in the meantime.
        time.sleep(5)

    scene.under(slow)
    assert scene.crowd.ends()["unknown"] == 5


def test_it_refuses_connections(scene):
    def away() -> None:
        port = scene.simulator.port
        scene.simulator.stop()
        time.sleep(3)
        scene.simulator = SimulatorServer(scene.simulator.floor, port=port)
        scene.simulator.start()
        wait_for(lambda: all("play" in c.state["allowed"] or "stop" in c.state["allowed"] for c in scene.crowd.callers))

    scene.under(away)
    assert scene.crowd.ends()["failed"] + scene.crowd.ends()["dialer_unreachable"] > 0


@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.HALF, FaultKind.CUT_AFTER], ids=lambda kind: kind.name)
def test_it_answers_with_nonsense(scene, kind):
    def nonsense() -> None:
        bring_about(scene, kind, times=6)
        wait_for(lambda: used_up(scene), within=10)

    scene.under(nonsense, before=0.5, after=1.5)
    assert scene.crowd.ends()["unknown"] == 6
