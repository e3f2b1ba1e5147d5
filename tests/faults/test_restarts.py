"""What an operator does on purpose: ending and starting processes while people work."""

from agentapi.simulator.faults import FaultKind
from tests.processes.running import wait_for

SHORT_SECONDS = 5.0


def test_a_rolling_restart_loses_no_click(scene):
    def roll() -> None:
        for _ in list(scene.town.workers):
            scene.town.start_worker()
            assert scene.town.workers.pop(0).terminate() == 0
        for port in list(scene.town.webs):
            assert scene.town.webs[port].terminate() == 0
            scene.restart_web(port)

    scene.under(roll)
    assert set(scene.crowd.closes) == {1012}
    # Each agent's first connection was lost once, and the one to the other process perhaps once more.
    assert all(len(caller.closes) <= 2 for caller in scene.crowd.callers)
    assert max(scene.crowd.gaps) < SHORT_SECONDS
    assert scene.crowd.ends()["unknown"] == 0


def test_a_worker_that_is_told_to_go_records_what_it_has_in_hand(scene):
    def drain() -> None:
        with scene.simulator.lock:
            scene.simulator.floor.faults.add(FaultKind.DELAY, seconds=3, times=4, function="audio_playback")
        wait_for(lambda: not scene.simulator.floor.faults.rules)
        for worker in list(scene.town.workers):
            # It may have lived through faults before, which it told of.
            said_before = len(worker.said)
            scene.town.start_worker()
            assert worker.terminate() == 0
            scene.town.workers.remove(worker)
            said = worker.said[said_before:]
            assert "ended in good order" in said
            assert "Traceback" not in said

    scene.under(drain)
    assert scene.crowd.closes == []
    assert scene.crowd.ends()["unknown"] == 0
