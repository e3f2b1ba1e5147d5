"""SIGKILL wherever a click may be on its way: it has one end, and VICIdial is told at most once."""

import time

import pytest

from tests.processes.running import locked, log_in, panel_of, wait_for
from tests.processes.test_crash import answer_late, plays, press_and_wait_until_it_is_out

ENDS = {"done", "refused", "failed", "unknown", "expired"}
CLICKS = "SELECT id, status FROM panel_click WHERE action = 'play'"


def end_of(house, cookie: str, press_id: str) -> str:
    """How the press ended, as a panel that opens after the restart is told; the same press again changes nothing."""
    with panel_of(house.url, cookie) as client:
        client.say(type="click", id=press_id, action="play", button="cancel-rights")
        known = client.until(lambda m: m.get("id") == press_id)
        return str((known if known["status"] in ENDS else client.ended(press_id))["status"])


@pytest.mark.parametrize("seconds", [0.0, 0.004, 0.012, 0.03])
def test_killed_right_after_a_press(house, simulator, seconds):
    """Taken in or not, claimed or not, sent or not: nobody knows what these moments hit, and nothing may depend on it.

    The press is repeated by its id, as a panel does that never heard of it: then it is sent, once.
    """
    server = house.serve()
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as client:
        client.state(lambda s: s["session"]["status"] == "INCALL")
        press_id = client.press("play", button="cancel-rights")
        time.sleep(seconds)
        server.kill()
    house.serve()
    assert end_of(house, cookie, press_id) in ENDS
    assert plays(simulator) <= 1
    assert len(house.query(CLICKS)) == 1


def test_killed_before_vicidial_carries_it_out(house, simulator):
    server = house.serve()
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as client:
        client.state(lambda s: s["session"]["status"] == "INCALL")
        with simulator.lock:
            simulator.floor.faults.latency = 1.5
        press_id = client.press("play", button="cancel-rights")
        client.until(lambda m: m.get("id") == press_id and m["status"] == "sent")
        time.sleep(0.3)
        assert plays(simulator) == 0
        server.kill()
    # What was on its way arrives although nobody waits for it any more.
    wait_for(lambda: plays(simulator) == 1)
    with simulator.lock:
        simulator.floor.faults.latency = 0.0
    house.serve()
    assert end_of(house, cookie, press_id) == "unknown"
    with panel_of(house.url, cookie) as client:
        # The session is asked for anew, and what may play can be stopped.
        client.state(lambda s: s["session"]["status"] == "INCALL" and "stop" in s["allowed"])
    assert plays(simulator) == 1


def test_killed_between_the_answer_and_its_record(house, simulator):
    server = house.serve()
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as client:
        press_id = press_and_wait_until_it_is_out(client, simulator)
        with locked(house.database):
            # The answer comes, and finds a database that takes nothing in.
            time.sleep(3)
            server.kill()
    house.serve()
    assert end_of(house, cookie, press_id) == "unknown"
    assert plays(simulator) == 1


def test_a_web_process_that_is_killed_leaves_the_click_to_the_next_one(house, simulator):
    server = house.serve()
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as client:
        client.state(lambda s: s["session"]["status"] == "INCALL")
        answer_late(simulator)
        first = client.press("capture_begin")
        second = client.press("play", button="cancel-rights")
        client.until(lambda m: m.get("id") == second and m["status"] == "queued")
        server.kill()
        assert client.until_closed() is None
    house.serve()
    wait_for(lambda: {status for _, status in house.query("SELECT id, status FROM panel_click")} <= ENDS, 20)
    assert plays(simulator) <= 1
    with simulator.lock:
        begins = sum(r.function == "stereo_recording" and r.value == "BEGIN" for r in simulator.floor.requests)
    assert begins <= 1
    assert len({first, second}) == len(house.query("SELECT id FROM panel_click"))
