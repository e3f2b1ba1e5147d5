"""The embedded database takes nothing in for a while, in the middle of a call: people are told, and nothing is lost."""

import resource
import time
from contextlib import contextmanager

from tests.processes.running import House, locked, log_in, panel_of
from tests.processes.test_crash import plays, press_and_wait_until_it_is_out

AWAY_SECONDS = 10.0
AFTERWARDS_WITHIN = 30.0


@contextmanager
def full_disk(server):
    """No file of the server may grow or be written to, as if its disk were full; it needs no right to mount one."""
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def moved_away(house: House):
    """The database's folder is elsewhere, such as when a network drive is gone: nothing new can be opened."""
    away = house.folder.with_name("away")
    house.folder.rename(away)
    try:
        yield
    finally:
        away.rename(house.folder)


def hold_out(house, simulator, away) -> None:
    """A call is under way when the database goes; a press meanwhile is refused or ends; afterwards all is as ever."""
    cookie = log_in(house.url, "alice")
    with panel_of(house.url, cookie) as client:
        press_id = press_and_wait_until_it_is_out(client, simulator)
        with away:
            gone_at = time.monotonic()
            stop = client.press("stop")
            time.sleep(AWAY_SECONDS - (time.monotonic() - gone_at))
        ended = client.ended(press_id, AFTERWARDS_WITHIN)
        assert ended["status"] in {"done", "unknown"}
        assert plays(simulator) == 1
        answer = next(
            (m for m in client.heard if m.get("id") == stop and m.get("status") not in {"queued", "sent"}), None
        )
        answer = answer or client.ended(stop, AFTERWARDS_WITHIN)
        assert answer["type"] == "rejected" or answer["status"] in {"done", "failed", "expired", "refused"}
        if answer["type"] == "rejected":
            assert "database" in answer["text"]
            assert "Try again" in answer["text"]
        client.say(type="resync")
        client.until(lambda m: m["type"] == "snapshot")
        client.state(lambda s: s["link"] == {**s["link"], "dialer": "ok", "worker": "ok"}, AFTERWARDS_WITHIN)
        again = client.press("capture_begin")
        assert client.ended(again, AFTERWARDS_WITHIN)["status"] == "done"
        client.state(lambda s: s["capture"]["status"] == "active", AFTERWARDS_WITHIN)
    open_clicks = house.query("SELECT id FROM panel_click WHERE status IN ('queued', 'sent')")
    assert open_clicks == []
    assert plays(simulator) == 1


def test_locked_by_another_process(house, simulator):
    house.serve()
    hold_out(house, simulator, locked(house.database))


def test_moved_away(simulator, tmp_path):
    (tmp_path / "house").mkdir()
    house = House(tmp_path / "house", simulator.port)
    house.serve()
    try:
        hold_out(house, simulator, moved_away(house))
    finally:
        house.close()


def test_a_full_disk(house, simulator):
    hold_out(house, simulator, full_disk(house.serve()))
