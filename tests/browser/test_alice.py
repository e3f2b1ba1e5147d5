"""Alice's day at the panel, in a real browser, against real processes; the simulator's own page is the witness."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.pages import (
    AS_ONE_PRESS_MS,
    clip,
    control,
    hears,
    log_in_by_form,
    looks,
    note,
    on_the_floor,
    open_panel,
    watch_looks,
)
from tests.processes.running import wait_for


@pytest.fixture
def witness(quiet, chromium):
    """The simulator's page."""
    page = chromium.context().new_page()
    page.goto(quiet.simulator_url)
    expect(hears(page)).to_have_text("silence")
    return page


def screen(house, verb: str) -> None:
    """`freeze` or `unfreeze` Alice's agent screen."""
    requests.post(f"{house.simulator_url}/agents/1000/{verb}", timeout=5).raise_for_status()


@pytest.fixture
def frozen(quiet):
    """Alice's agent screen takes no recording up for now."""
    screen(quiet, "freeze")
    yield
    screen(quiet, "unfreeze")


def play(page: Page, name: str) -> None:
    clip(page, name).click()
    expect(clip(page, name)).to_have_attribute("data-look", "playing")


def test_she_logs_in_and_plays_a_clip_that_her_customer_hears(quiet, chromium, witness):
    page = chromium.context().new_page()
    log_in_by_form(page, quiet.url)
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "connected")
    expect(page.locator("[data-part='session-text']")).to_have_text("In call")
    watch_looks(page, "recorded-line")

    clip(page, "recorded-line").click()

    expect(hears(witness)).to_have_text("cd-recorded-line")
    expect(clip(page, "recorded-line")).to_have_attribute("data-look", "playing")
    expect(page.locator("[data-part='now']")).to_have_text("Recorded line: playing, unconfirmed")
    expect(hears(witness)).to_have_text("silence")
    expect(page.locator("[data-part='now']")).to_have_text("Nothing is playing.")
    expect(clip(page, "recorded-line")).to_have_attribute("data-look", "idle")
    seen = looks(page)
    assert seen[:4] == ["idle", "sending", "starting", "playing"], seen
    expect(note(page, "recorded-line")).to_be_hidden()


def test_a_second_tab_follows(panel, quiet, witness, alices_cookie):
    second = open_panel(panel.context, quiet, alices_cookie)
    play(panel, "cancel-rights")
    expect(clip(second, "cancel-rights")).to_have_attribute("data-look", "playing")
    expect(second.locator("[data-part='now']")).to_have_text("Right to cancel: playing, unconfirmed")
    control(second, "stop").click()
    expect(hears(witness)).to_have_text("silence")
    for page in (panel, second):
        expect(clip(page, "cancel-rights")).to_have_attribute("data-look", "idle")
        expect(page.locator("[data-part='now']")).to_have_text("Nothing is playing.")


def test_escape_stops(panel, witness):
    play(panel, "medicare")
    expect(hears(witness)).to_have_text("cd-medicare")
    panel.keyboard.press("Escape")
    expect(hears(witness)).to_have_text("silence")
    expect(clip(panel, "medicare")).to_have_attribute("data-look", "idle")


def test_escape_right_after_the_press_leaves_silence(panel, witness, quiet):
    clip(panel, "medicare").click()
    panel.keyboard.press("Escape")
    expect(clip(panel, "medicare")).to_have_attribute("data-look", "idle")
    expect(panel.locator("[data-part='now']")).to_have_text("Nothing is playing.")
    assert on_the_floor(quiet)["clips"] == []
    expect(hears(witness)).to_have_text("silence")


def test_pause_and_resume(panel, witness):
    play(panel, "tpmo-disclaimer")
    control(panel, "pause").click()
    expect(clip(panel, "tpmo-disclaimer")).to_have_attribute("data-look", "paused")
    expect(hears(witness)).to_have_text("silence (paused)")
    control(panel, "resume").click()
    expect(clip(panel, "tpmo-disclaimer")).to_have_attribute("data-look", "playing")
    expect(hears(witness)).to_have_text("cd-tpmo-disclaimer")


def test_a_hot_key_plays(panel, witness):
    panel.keyboard.press("8")
    expect(hears(witness)).to_have_text("cd-cancel-rights")
    expect(clip(panel, "cancel-rights")).to_have_attribute("data-look", "playing")


def test_a_hot_key_in_a_field_is_only_typed(panel, quiet):
    watch_looks(panel, "cancel-rights")
    panel.evaluate(
        """() => {
            const field = document.createElement("input");
            field.setAttribute("aria-label", "Notes");
            document.querySelector("main").prepend(field);
            field.focus();
        }"""
    )
    panel.keyboard.type("812")
    expect(panel.get_by_label("Notes")).to_have_value("812")
    # What had been pressed would show by now that it is on its way: a press is drawn at once.
    assert looks(panel) == ["idle"]
    panel.locator("body").evaluate("() => document.activeElement.blur()")
    play(panel, "recorded-line")
    assert [c["clip"] for c in on_the_floor(quiet)["clips"]] == ["cd-recorded-line"]


def test_capture_begins_is_active_and_ends(panel, quiet):
    capture = control(panel, "capture")
    facts = panel.locator("[data-part='recording']")
    expect(capture).to_have_attribute("data-look", "idle")

    capture.click()
    expect(capture).to_have_attribute("data-look", "active")
    expect(capture).to_have_attribute("aria-pressed", "true")
    expect(facts).to_have_text(re.compile(r"^Recording \d+$"))
    running = on_the_floor(quiet)["recordings"]
    assert [f"Recording {entry['id']}" for entry in running] == [facts.text_content()]
    expect(panel.locator("[data-part='filename']")).to_have_text(running[0]["filename"])

    panel.wait_for_timeout(AS_ONE_PRESS_MS)
    capture.click()
    expect(capture).to_have_attribute("data-look", "idle")
    expect(facts).to_be_hidden()
    # VICIdial says that it ended at once; the agent's screen ends the audio a moment later (FACTS 2.6).
    wait_for(lambda: on_the_floor(quiet)["recordings"] == [])


def test_a_double_press_of_capture_begins_a_recording_and_does_not_end_it(panel, quiet):
    capture = control(panel, "capture")
    capture.dblclick(delay=60)
    expect(capture).to_have_attribute("data-look", "active")
    panel.wait_for_timeout(AS_ONE_PRESS_MS)
    expect(capture).to_have_attribute("data-look", "active")
    assert len(on_the_floor(quiet)["recordings"]) == 1


def test_a_starting_capture_ends_for_whoever_insists(panel, quiet, frozen):
    capture = control(panel, "capture")
    capture.click()
    expect(capture).to_have_attribute("data-look", "starting")
    panel.wait_for_timeout(AS_ONE_PRESS_MS)
    capture.dblclick(delay=60)
    expect(note(panel, "action:capture")).to_have_text(re.compile("Press again to end it"))
    expect(capture).to_have_attribute("data-look", "starting")
    panel.wait_for_timeout(AS_ONE_PRESS_MS)
    capture.click()
    expect(note(panel, "action:capture")).to_be_hidden()
    screen(quiet, "unfreeze")
    expect(capture).to_have_attribute("data-look", "idle", timeout=20_000)
    wait_for(lambda: on_the_floor(quiet)["recordings"] == [])


def test_a_press_that_cannot_be_says_why_beside_the_button(panel, quiet):
    play(panel, "cancel-rights")
    other = clip(panel, "medicare")
    expect(other).to_have_attribute("aria-disabled", "true")
    # It only says that it is disabled; a mouse can press it all the same.
    other.click(force=True)
    expect(note(panel, "medicare")).to_have_text(re.compile("playing", re.IGNORECASE))
    expect(panel.locator("[data-part='board-reason']")).to_have_text("Another clip is playing. Stop it first.")
    below = note(panel, "medicare").bounding_box()
    button = other.bounding_box()
    assert below
    assert button
    assert 0 <= below["y"] - (button["y"] + button["height"]) < 24
    assert [c["clip"] for c in on_the_floor(quiet)["clips"]] == ["cd-cancel-rights"]


def test_a_control_that_cannot_be_pressed_tells_a_screen_reader_why(panel):
    pause = control(panel, "pause")
    expect(pause).to_have_accessible_description("Nothing is playing.")
    pause.click(force=True)
    expect(pause).to_have_accessible_description(re.compile(r"Nothing is playing\. \("))


def test_a_button_that_replaces_cuts_what_plays(panel, witness):
    play(panel, "cancel-rights")
    play(panel, "mini-miranda")
    expect(hears(witness)).to_have_text("cd-mini-miranda")
    expect(clip(panel, "cancel-rights")).not_to_have_attribute("data-look", "playing")


def test_the_keyboard_alone_does_it_all(quiet, chromium, witness):
    page = chromium.context().new_page()
    page.goto(f"{quiet.url}/")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("clipdeck-demo")
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel]")).to_have_attribute("data-live", "true")

    tab_to(page, "[data-button='cancel-rights']")
    page.keyboard.press("Enter")
    expect(clip(page, "cancel-rights")).to_have_attribute("data-look", "playing")
    expect(hears(witness)).to_have_text("cd-cancel-rights")
    tab_to(page, "[data-action='stop']", backwards=True)
    page.keyboard.press("Space")
    expect(hears(witness)).to_have_text("silence")
    tab_to(page, "[data-action='capture']")
    page.keyboard.press("Enter")
    expect(control(page, "capture")).to_have_attribute("data-look", "active")


def tab_to(page: Page, selector: str, *, backwards: bool = False) -> None:
    """Tab until the element has the focus, and shows it."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"{selector} can't be reached by Tab")


@pytest.mark.parametrize(("path", "scheme"), [("/panel/", "light"), ("/panel/?embed=1", "dark")])
def test_nothing_sticks_out_at_360_pixels(quiet, chromium, alices_cookie, path, scheme):
    context = chromium.context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = open_panel(context, quiet, alices_cookie, path)
    play(page, "mini-miranda")
    for details in page.locator(".clip details").all():
        details.evaluate("element => { element.open = true; }")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter(element => element.checkVisibility() && !element.closest(".spoken"))
            .filter(element => element.getBoundingClientRect().right > 360.5)
            .map(element => element.outerHTML.slice(0, 80))"""
    )
    assert outside == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (640, 400), (900, 500)])
def test_stop_stays_in_sight_down_to_the_last_clip_and_covers_no_capture(quiet, chromium, alices_cookie, width, height):
    page = open_panel(chromium.context(viewport={"width": width, "height": height}), quiet, alices_cookie)
    stop, capture = control(page, "stop"), control(page, "capture")
    over = capture.bounding_box()
    above = stop.bounding_box()
    assert over
    assert above
    assert above["y"] + above["height"] <= over["y"]
    last = page.locator("[data-button]").last
    for target in (capture, last):
        target.focus()
        seen, reached = stop.bounding_box(), target.bounding_box()
        assert seen
        assert reached
        assert seen["y"] >= 0
        # Whatever has the focus is not behind it.
        assert reached["y"] >= seen["y"] + seen["height"]
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    expect(stop).to_be_in_viewport(ratio=1)


def test_embedded_it_has_no_bar_of_its_own_and_works(quiet, chromium, alices_cookie, witness):
    context = chromium.context(viewport={"width": 420, "height": 600})
    page = open_panel(context, quiet, alices_cookie, "/panel/?embed=1")
    expect(page.locator(".topbar")).to_be_hidden()
    play(page, "cancel-rights")
    expect(hears(witness)).to_have_text("cd-cancel-rights")


def test_who_logs_out_is_sent_to_the_login(quiet, chromium):
    page = chromium.context().new_page()
    log_in_by_form(page, quiet.url)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{quiet.url}/login/")
    page.goto(f"{quiet.url}/panel/")
    page.wait_for_url(f"{quiet.url}/login/?next=/panel/")
