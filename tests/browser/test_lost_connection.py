"""The server goes away and comes back while a panel is open."""

import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.pages import clip, control, note, open_panel
from tests.processes.running import House, log_in, wait_for

LOST_SOCKET = re.compile(r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/ws/panel/' failed")
SHOWN_WITHIN_MS = 3_000
BACK_WITHIN_MS = 25_000


@pytest.fixture
def own_house(simulator, tmp_path):
    house = House(tmp_path, simulator)
    house.serve()
    yield house
    house.close()


@pytest.fixture
def page(own_house, chromium):
    chromium.expected = LOST_SOCKET.search
    return open_panel(chromium.context(), own_house, log_in(own_house.url, "bob"))


def expect_lost(page) -> None:
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "lost", timeout=SHOWN_WITHIN_MS)
    expect(page.locator("[data-part='stale']")).to_be_visible()
    for element in page.locator("[data-button], [data-action]:visible").all():
        expect(element).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("how", ["killed", "terminated"])
def test_a_lost_server_is_shown_and_found_again(own_house, page, how):
    if how == "killed":
        own_house.server.kill()
    else:
        assert own_house.server.terminate() == 0
    expect_lost(page)
    clip(page, "recorded-line").click(force=True)
    expect(note(page, "recorded-line")).to_have_text(re.compile("not connected"))

    own_house.serve()

    expect(page.locator("[data-panel]")).to_have_attribute("data-live", "true", timeout=BACK_WITHIN_MS)
    expect(page.locator("[data-part='stale']")).to_be_hidden()
    wait_for(lambda: own_house.query("SELECT count(*) FROM panel_click") == [(0,)])
    clip(page, "recorded-line").click()
    expect(clip(page, "recorded-line")).to_have_attribute("data-look", "playing")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part='now']")).to_have_text("Nothing is playing.")
    expect(control(page, "stop")).to_have_attribute("aria-disabled", "true")


def test_a_press_into_a_server_that_stands_still_is_one_click_once_it_goes_on(own_house, page):
    process = own_house.server.process
    process.send_signal(signal.SIGSTOP)
    try:
        clip(page, "recorded-line").click()
        expect_lost(page)
    finally:
        process.send_signal(signal.SIGCONT)
    expect(page.locator("[data-panel]")).to_have_attribute("data-live", "true", timeout=BACK_WITHIN_MS)
    expect(clip(page, "recorded-line")).not_to_have_attribute("data-look", "sending")
    assert own_house.query("SELECT count(*) FROM panel_click")[0][0] <= 1
