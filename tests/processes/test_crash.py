"""The server dies, or is told to go, while VICIdial has a call in hand."""

from agentapi.simulator.faults import FaultKind
from tests.processes.running import log_in, panel_of, wait_for

LATE_SECONDS = 2.0


def plays(simulator) -> int:
    """How many clips VICIdial was told to play."""
    with simulator.lock:
        return sum(r.function == "audio_playback" and r.stage == "PLAY" for r in simulator.floor.requests)


def answer_late(simulator) -> None:
    with simulator.lock:
        simulator.floor.faults.add(FaultKind.DELAY, seconds=LATE_SECONDS, function="audio_playback")


def press_and_wait_until_it_is_out(client, simulator) -> str:
    client.state(lambda s: s["session"]["status"] == "INCALL")
    answer_late(simulator)
    press_id = client.press("play", button="cancel-rights")
    client.until(lambda m: m.get("id") == press_id and m["status"] == "sent")
    wait_for(lambda: plays(simulator) == 1)
    return str(press_id)


def test_killed_in_the_middle_of_a_call(house, simulator):
    server = house.serve()
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as client:
        press_id = press_and_wait_until_it_is_out(client, simulator)
        server.kill()
        client.until_closed()
        assert client.told(press_id) == ["queued", "sent"]

    house.serve()
    with panel_of(house.url, cookie) as client, panel_of(house.url, cookie) as second:
        known = next(c for c in client.heard[0]["clicks"] if c["id"] == press_id)
        ends = [known["status"]] if known["status"] != "sent" else []
        if not ends:
            ends = [client.ended(press_id)["status"]]
        assert ends == ["unknown"]
        # The same press again is the same click, wherever it comes from; and its end came once.
        second.say(type="click", id=press_id, action="play", button="cancel-rights")
        assert second.ended(press_id)["status"] == "unknown"
        client.say(type="resync")
        again = client.until(lambda m: m["type"] == "snapshot")
        assert [c["status"] for c in again["clicks"]] == ["unknown"]
        assert client.told(press_id) in ([], ["unknown"])
        # What VICIdial plays is not known, and so it can be stopped; a capture was never asked for.
        state = client.state(lambda s: "stop" in s["allowed"])
        assert state["playback"]["status"] == "unknown"
        stop = client.press("stop")
        assert client.ended(stop)["status"] == "done"
        wait_for(lambda: silent(simulator))
    assert plays(simulator) == 1
    assert house.query("SELECT status, reason FROM panel_click WHERE action = 'play'") == [("unknown", "worker_lost")]


def silent(simulator) -> bool:
    with simulator.lock:
        return bool(simulator.floor.audible("1000") == [])


def test_told_to_go_in_the_middle_of_a_call(house, simulator):
    server = house.serve()
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as client:
        press_id = press_and_wait_until_it_is_out(client, simulator)
        assert server.terminate() == 0
        assert client.until_closed() == 1012
        assert client.told(press_id) == ["queued", "sent", "done"]
    assert house.query("SELECT status FROM panel_click") == [("done",)]
    assert plays(simulator) == 1
    assert "Traceback" not in server.said

    house.serve()
    with panel_of(house.url, cookie) as client:
        assert [c["status"] for c in client.heard[0]["clicks"]] == ["done"]
        assert client.heard[0]["state"]["playback"]["status"] == "playing"
    assert plays(simulator) == 1
