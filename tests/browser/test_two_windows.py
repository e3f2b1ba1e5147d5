"""More than one page of one agent, and pages that missed something: all show the same truth."""

import json
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.pages import clip, control, on_the_floor, open_panel
from tests.processes.running import panel_of, wait_for


@pytest.fixture
def window(quiet, chromium, alices_cookie):
    """Alice's panel in another window: another context, and so another page with nothing in common but the login."""
    return open_panel(chromium.context(viewport={"width": 420, "height": 700}), quiet, alices_cookie)


def test_two_windows_follow_each_other_s_presses(panel, window, quiet):
    play(panel, "cancel-rights")
    expect(clip(window, "cancel-rights")).to_have_attribute("data-look", "playing")
    control(window, "pause").click()
    expect(clip(panel, "cancel-rights")).to_have_attribute("data-look", "paused")
    control(panel, "stop").click()
    for page in (panel, window):
        expect(clip(page, "cancel-rights")).to_have_attribute("data-look", "idle")
        expect(page.locator("[data-part='now']")).to_have_text("Nothing is playing.")
    assert on_the_floor(quiet)["clips"] == []


def play(page: Page, name: str) -> None:
    clip(page, name).click()
    expect(clip(page, name)).to_have_attribute("data-look", "playing")


class Lossy:
    """A panel's websocket that can lose messages on their way to the page."""

    def __init__(self, page: Page) -> None:
        self.loses, self.lost, self.asked = False, 0, 0
        page.route_web_socket(re.compile(r"/ws/panel/"), self._route)

    def _route(self, ws: WebSocketRoute) -> None:
        server = ws.connect_to_server()

        def up(text: str | bytes) -> None:
            self.asked += json.loads(text)["type"] == "resync"
            server.send(text)

        def down(text: str | bytes) -> None:
            if self.loses and json.loads(text)["type"] == "state":
                self.lost += 1
            else:
                ws.send(text)

        ws.on_message(up)
        server.on_message(down)


def test_a_page_that_lost_a_message_asks_for_the_whole(panel, quiet, chromium, alices_cookie):
    context = chromium.context()
    context.add_cookies([{"name": "sessionid", "value": alices_cookie, "url": quiet.url}])
    page = context.new_page()
    socket = Lossy(page)
    page.goto(f"{quiet.url}/panel/")
    expect(page.locator("[data-panel]")).to_have_attribute("data-live", "true")

    socket.loses = True
    clip(panel, "cancel-rights").click()
    expect(clip(panel, "cancel-rights")).to_have_attribute("data-look", "starting")
    # Events of a socket reach this thread only while it waits for something of this page.
    wait_for(lambda: page.evaluate("1") and socket.lost)
    socket.loses = False

    expect(clip(page, "cancel-rights")).to_have_attribute("data-look", "playing")
    wait_for(lambda: page.evaluate("1") and socket.asked)
    control(panel, "stop").click()
    expect(clip(page, "cancel-rights")).to_have_attribute("data-look", "idle")


def test_a_change_that_nobody_pushed_is_caught_up_with(panel, quiet):
    """As when the layer loses the last message of all, after which no gap would ever show."""
    expect(control(panel, "stop")).to_have_attribute("aria-disabled", "true")
    hers = "agent_id = (SELECT id FROM panel_agent WHERE agent_user = '1000')"
    with closing(sqlite3.connect(quiet.database, timeout=10)) as connection, connection:
        (kept,) = connection.execute(f"SELECT state FROM panel_session WHERE {hers}").fetchone()
        state = json.dumps({**json.loads(kept), "playback": {"status": "unknown"}})
        connection.execute(f"UPDATE panel_session SET state = ?, version = version + 1 WHERE {hers}", (state,))
    expect(control(panel, "stop")).not_to_have_attribute("aria-disabled", "true")
    control(panel, "stop").click()
    expect(panel.locator("[data-part='now']")).to_have_text("Nothing is playing.")


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """Within, no page runs: their processes stand still, as on a laptop whose lid is closed."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [int(process["id"]) for process in told if process["type"] == "renderer"]
    assert pages
    for page in pages:
        os.kill(page, signal.SIGSTOP)
    try:
        yield
    finally:
        for page in pages:
            os.kill(page, signal.SIGCONT)


@pytest.mark.parametrize("stopped", [False, True])
def test_a_laptop_that_slept_shows_the_truth_when_it_wakes(panel, browser, quiet, alices_cookie, stopped):
    play(panel, "cancel-rights")
    with panel_of(quiet.url, alices_cookie) as client, asleep(browser):
        client.press("stop" if stopped else "pause")
        client.state(lambda s: s["playback"]["status"] == ("idle" if stopped else "paused"))
    expect(clip(panel, "cancel-rights")).to_have_attribute("data-look", "idle" if stopped else "paused")
    expect(panel.locator("[data-panel]")).to_have_attribute("data-live", "true")
    if not stopped:
        control(panel, "resume").click()
        expect(clip(panel, "cancel-rights")).to_have_attribute("data-look", "playing")
