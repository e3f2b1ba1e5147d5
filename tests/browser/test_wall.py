"""The wall in a real browser: a storm of clicks on a large floor, and what a supervisor does with one agent."""

import json
import random
import time
from contextlib import ExitStack

import pytest
import requests
from playwright.sync_api import expect

from agentapi.machine import nothing_known
from agentapi.simulator.agents import crowd
from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from panel.selectors.states import load
from tests.browser.pages import clip, note
from tests.processes.crowds import crowd_of
from tests.processes.running import House, log_in, panel_of, wait_for

AGENTS = 300
PRESSING = 30
CLICKS, CLICKS_A_SECOND = 40, 5
SETTLED_WITHIN = 40.0
CARDS = """cards => Object.fromEntries(cards.map(({ dataset: d }) =>
    [d.key, [Number(d.version), d.status, d.capture, d.playback]]))"""


def open_wall(context, house, cookie, search=""):
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": house.url}])
    page = context.new_page()
    page.goto(f"{house.url}/wall/{search}")
    expect(page.locator("[data-wall]")).to_have_attribute("data-live", "true", timeout=20_000)
    return page


def card(page, name):
    return page.locator("[data-key]").filter(has=page.get_by_text(name, exact=True))


@pytest.fixture
def crowded_house(tmp_path):
    with SimulatorServer(Floor(crowd(AGENTS), clock=time.time, seed=1)) as simulator:
        house = House(tmp_path, simulator.port)
        house.cookies = crowd_of(house, AGENTS)  # type: ignore[attr-defined]
        house.serve()
        yield house
        house.close()


def storm(panels) -> None:
    """Five presses a second, by agents in any order; each does what makes sense to them then, or nothing."""
    dice = random.Random(4)
    begun = time.monotonic()
    for number in range(CLICKS):
        while (left := begun + number / CLICKS_A_SECOND - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))
            for panel in panels:
                panel.take_in()
        panel = dice.choice(panels)
        state = panel.state(lambda _: True)
        action = dice.choice(
            [a for a in state["allowed"] if a in {"play", "stop", "pause", "capture_begin"}] or ["stop"]
        )
        panel.press(action, **({"button": "recorded-line"} if action == "play" else {}))


def database(house) -> dict[str, list[object]]:
    """What each card must say, past the application; by its key."""
    rows = house.query(
        "SELECT agent.id, coalesce(session.version, 0), coalesce(session.state, '{}')"
        " FROM panel_agent agent LEFT JOIN panel_session session ON session.agent_id = agent.id"
    )
    return {str(key): [version, *_words(load(json.loads(state)))] for key, version, state in rows}


def _words(state) -> list[str]:
    capture = "unknown" if nothing_known(state) else state.capture.status.value
    return [state.session.status, capture, state.playback.status.value]


def differences(page, house) -> dict[str, object]:
    """Key -> what the card says and what the database says, where that is not the same."""
    cards, rows = page.eval_on_selector_all("[data-key]", CARDS), database(house)
    return {key: (cards.get(key), row) for key, row in rows.items() if cards.get(key) != row}


def test_after_a_storm_each_card_says_what_the_database_says(crowded_house, chromium):
    house, cookies = crowded_house, crowded_house.cookies
    page = open_wall(chromium.context(viewport={"width": 1920, "height": 1080}), house, cookies["sue"])
    expect(page.locator("[data-key]")).to_have_count(AGENTS)
    with ExitStack() as stack:
        numbers = sorted(set(cookies) - {"sue"})[:: AGENTS // PRESSING]
        panels = [stack.enter_context(panel_of(house.url, cookies[number])) for number in numbers]
        storm(panels)
    wait_for(lambda: not house.query("SELECT 1 FROM panel_click WHERE status IN ('queued', 'sent')"), SETTLED_WITHIN)
    # The floor goes on: a card counts as soon as it says what the database says, each one for itself.
    until, found = time.monotonic() + SETTLED_WITHIN, differences(page, house)
    while found and time.monotonic() < until:
        time.sleep(0.05)
        found = {key: both for key, both in differences(page, house).items() if key in found}
    assert found == {}
    clicks = house.query("SELECT count(*) FROM panel_click WHERE status = 'done'")[0][0]
    assert clicks > CLICKS / 2, "The storm was a breeze."
    assert len({tuple(words[1:]) for words in database(house).values()}) > 2


@pytest.fixture
def sues_wall(quiet, chromium):
    return open_wall(chromium.context(viewport={"width": 1280, "height": 800}), quiet, log_in(quiet.url, "sue"))


def test_sue_stops_a_clip_after_a_question_and_the_panel_says_who_did(quiet, sues_wall, panel):
    clip(panel, "tpmo-disclaimer").click()
    alice = card(sues_wall, "Alice")
    expect(alice).to_have_attribute("data-playback", "playing")
    expect(alice).to_contain_text("TPMO disclaimer")
    alice.get_by_role("button").click()
    opened = sues_wall.locator("[data-part='detail']")
    expect(opened.locator("[data-part='clicks'] li").first).to_contain_text("Play: TPMO disclaimer")

    opened.get_by_role("button", name="Stop clip").click()
    question = sues_wall.get_by_role("dialog", name="Stop the clip of Alice (1000)?")
    question.get_by_role("button", name="Let it play").click()
    expect(alice).to_have_attribute("data-playback", "playing")
    opened.get_by_role("button", name="Stop clip").click()
    question.get_by_role("button", name="Stop the clip").click()

    expect(note(panel, "action:stop")).to_contain_text("Sue stopped the clip.")
    expect(opened.locator("[data-part='clicks'] li").first).to_contain_text("by Sue")
    expect(alice).to_have_attribute("data-playback", "idle")
    sues_wall.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    expect(alice.get_by_role("button")).to_be_focused()


def test_the_choice_lives_in_the_address(quiet, sues_wall):
    sues_wall.get_by_placeholder("Name or number").fill("bob")
    expect(sues_wall.locator("[data-key]")).to_have_count(1)
    sues_wall.locator("[data-state='call']").click()
    assert sues_wall.url.endswith("/wall/?q=bob&state=call")
    sues_wall.locator("[data-state='']").click()
    assert sues_wall.url.endswith("/wall/?q=bob")
    sues_wall.reload()
    expect(sues_wall.locator("[data-key]")).to_have_count(1)
    expect(card(sues_wall, "Bob")).to_be_visible()
    sues_wall.get_by_placeholder("Name or number").fill("nobody")
    expect(sues_wall.get_by_text("No agent matches.")).to_be_visible()
    sues_wall.get_by_role("button", name="Show all").click()
    expect(sues_wall.locator("[data-key]")).to_have_count(2)


def test_nothing_moves_under_the_pointer(quiet, sues_wall, alices_cookie):
    """Alice, who has an open panel, and Bob, who is in a call without one and so stands first."""
    wait_for(lambda: sues_wall.locator("[data-key]").count() == 2)
    names = sues_wall.locator("[data-key] strong")
    with panel_of(quiet.url, alices_cookie), panel_of(quiet.url, log_in(quiet.url, "bob")) as bob:
        bob.state(lambda s: s["session"]["status"] == "INCALL")
        expect(names).to_have_text(["Alice", "Bob"])
        card(sues_wall, "Bob").hover()
        requests.post(f"{quiet.simulator_url}/agents/1000/pause", timeout=5).raise_for_status()
        expect(card(sues_wall, "Alice")).to_have_attribute("data-status", "PAUSED", timeout=40_000)
        expect(names).to_have_text(["Alice", "Bob"])
