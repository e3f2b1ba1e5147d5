"""The wall while something happens to it: what is heard, what keeps its place and focus, what a dead server leaves."""

import json
import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.test_wall import card, open_wall
from tests.processes.running import House, log_in, panel_of, wait_for

DESK = {"width": 1280, "height": 800}
REDRAWN = 1_200


@pytest.fixture
def own_house(simulator, tmp_path):
    """A server that the test may end."""
    house = House(tmp_path, simulator)
    house.serve()
    yield house
    house.close()


@pytest.fixture
def sues_wall(quiet, chromium):
    return open_wall(chromium.context(viewport=DESK), quiet, log_in(quiet.url, "sue"))


def top_of(page) -> float:
    return float(page.locator("[data-part='grid']").bounding_box()["y"])


@pytest.mark.parametrize(("density", "width"), [("compact", 320), ("dense", 360)])
def test_small_cards_are_read_out_in_full(quiet, sues_wall, density, width):
    """Bob is in a call and has no panel; there is room for the short word only."""
    wait_for(lambda: sues_wall.locator("[data-key]").count() == 2)
    sues_wall.set_viewport_size({"width": width, "height": 300})
    expect(sues_wall.locator("[data-part='grid']")).to_have_attribute("data-density", density)
    button = card(sues_wall, "Bob").get_by_role("button")
    expect(button).to_have_accessible_name(
        re.compile(r"^Bob agent 1001 In call [0-9:]+ .*In a call, and no panel is open\.$")
    )


def test_a_press_that_died_with_the_server_says_so_and_may_be_made_again(own_house, chromium):
    chromium.expected = lambda text: "WebSocket" in text or "ERR_CONNECTION" in text
    with panel_of(own_house.url, log_in(own_house.url, "alice")) as panel:
        panel.state(lambda s: s["session"]["status"] == "INCALL" and "capture_begin" in s["allowed"])
        panel.press("capture_begin")
        panel.state(lambda s: s["capture"]["status"] == "active", within=20)
    page = open_wall(chromium.context(viewport=DESK), own_house, log_in(own_house.url, "sue"))
    card(page, "Alice").get_by_role("button").click()
    end = page.get_by_role("button", name="End recording…")
    expect(end).to_have_attribute("aria-disabled", "false")
    end.click()
    own_house.server.process.send_signal(signal.SIGSTOP)
    page.get_by_role("button", name="End the recording", exact=True).click()
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    own_house.server.kill()
    own_house.serve()
    expect(page.locator("[data-wall]")).to_have_attribute("data-live", "true", timeout=20_000)
    expect(page.locator("[data-part='detail-answer']")).to_contain_text("it is not among the clicks")
    expect(end).to_have_attribute("aria-disabled", "false")
    assert not own_house.query("SELECT 1 FROM panel_click WHERE action = 'capture_end'")


class Told:
    """A wall whose page is told more than the server has to tell."""

    def __init__(self, house, context) -> None:
        context.route_web_socket(re.compile("/ws/wall/"), self._open)
        self.page = open_wall(context, house, log_in(house.url, "sue"))

    def _open(self, route) -> None:
        self._route = route
        route.connect_to_server()

    def alerts(self, count, by=None) -> None:
        alerts = [
            {"id": 9000 + number, "kind": "clip_paused", "agent": None, "dialer": None, "name": f"Agent {number}",
             "text": "A clip is paused for more than 60 seconds.", "raised_at": None, "acknowledged_by": by,
             "acknowledged_at": None}
            for number in range(count)
        ]  # fmt: skip
        self._route.send(json.dumps({"type": "alerts", "now": None, "alerts": alerts}))
        expect(self.page.locator("[data-alert]")).to_have_count(count)


@pytest.fixture
def told(quiet, chromium):
    return Told(quiet, chromium.context(viewport=DESK))


def test_no_alert_pushes_away_the_card_under_the_hand(told):
    page = told.page
    card(page, "Bob").hover()
    before = top_of(page)
    told.alerts(9)
    page.wait_for_timeout(REDRAWN)
    assert top_of(page) == before
    page.mouse.move(0, 0)
    wait_for(lambda: top_of(page) > before)


def test_the_first_alert_has_its_place_already(told):
    before = top_of(told.page)
    told.alerts(1)
    assert top_of(told.page) == before


def test_who_looks_after_an_alert_stays_beside_it(told):
    told.alerts(2)
    told.page.get_by_role("button", name="I look after it").first.focus()
    told.alerts(2, by="Sue")
    # The names of alerts that are about no agent can't be pressed.
    expect(told.page.locator("[data-part='alerts-title']")).to_be_focused()


def test_closing_a_card_that_was_chosen_away_keeps_the_focus_on_the_wall(quiet, sues_wall):
    card(sues_wall, "Alice").get_by_role("button").click()
    sues_wall.get_by_placeholder("Name or number").fill("bob")
    expect(card(sues_wall, "Alice")).to_have_count(0)
    sues_wall.keyboard.press("Escape")
    expect(sues_wall.locator("[data-part='detail']")).to_be_hidden()
    expect(sues_wall.locator("[data-part='agents-title']")).to_be_focused()
