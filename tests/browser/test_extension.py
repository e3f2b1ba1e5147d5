"""The browser extension in a real Chromium, against real processes; the simulator is the witness of every press."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect, sync_playwright

from tests.browser.extensions import Extension, Witness, allowed_beforehand, live, vicidial
from tests.browser.pages import AS_ONE_PRESS_MS, clip, control, note
from tests.processes.running import House, wait_for


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def built(tmp_path):
    call_command("build_extension", to=tmp_path, stdout=StringIO())
    return tmp_path / "extension"


@pytest.fixture
def extension(playwright, built, tmp_path):
    extension = Extension(playwright, built, tmp_path / "profile")
    yield extension
    extension.close()


@pytest.fixture
def own_house(simulator, tmp_path):
    house = House(tmp_path, simulator)
    house.serve()
    yield house
    house.close()


def silent(side) -> None:
    expect(side.locator("[data-part='now']")).to_have_text("Nothing is playing.")


def stop(side) -> None:
    control(side, "stop").click()
    silent(side)


def test_each_press_is_carried_out_once_whatever_dies(extension, own_house, simulator):
    side = extension.pair(own_house)
    expect(side.locator("[data-part='whose']")).to_have_text("Alice (1000)")
    expect(side.locator("[data-part='session-text']")).to_have_text("In call")
    witness = Witness(own_house)

    clip(side, "recorded-line").click()
    expect(clip(side, "recorded-line")).to_have_attribute("data-look", "playing")
    wait_for(lambda: extension.badge == "▸")
    stop(side)
    assert witness.plays() == ["cd-recorded-line"]

    extension.hot_key("favourite-2")
    expect(clip(side, "tpmo-disclaimer")).to_have_attribute("data-look", "playing")
    extension.hot_key("stop")
    silent(side)
    assert witness.plays() == ["cd-recorded-line", "cd-tpmo-disclaimer"]

    extension.kill_worker(side)
    assert clip(side, "recorded-line").get_attribute("data-look") == "idle"
    extension.hot_key("favourite-1")
    expect(clip(side, "recorded-line")).to_have_attribute("data-look", "playing")
    stop(side)
    assert witness.plays() == ["cd-recorded-line", "cd-tpmo-disclaimer", "cd-recorded-line"]

    own_house.server.kill()
    expect(side.locator("[data-connection]")).to_have_attribute("data-connection", "lost")
    expect(side.locator("[data-part='connection']")).to_contain_text("cannot be reached")
    wait_for(lambda: extension.badge == "off")
    extension.hot_key("favourite-1")
    expect(note(side, "recorded-line")).to_have_text(re.compile("not connected"))
    own_house.serve()
    live(side, 25_000)
    extension.hot_key("favourite-3")
    expect(clip(side, "medicare")).to_have_attribute("data-look", "playing")
    stop(side)
    assert witness.plays() == ["cd-recorded-line", "cd-tpmo-disclaimer", "cd-recorded-line", "cd-medicare"]
    assert own_house.query("SELECT count(*) FROM panel_click WHERE action = 'play'") == [(4,)]


def test_capture_by_hot_key_shows_on_the_badge(extension, quiet):
    side = extension.pair(quiet)
    extension.hot_key("capture")
    expect(control(side, "capture")).to_have_attribute("data-look", "active", timeout=15_000)
    wait_for(lambda: extension.badge == "REC")
    side.wait_for_timeout(AS_ONE_PRESS_MS)
    extension.hot_key("capture")
    expect(control(side, "capture")).to_have_attribute("data-look", "idle", timeout=15_000)
    wait_for(lambda: extension.badge == "")


def is_the_only_candidate(side) -> None:
    """The panel before it has let go of the lock that elects one; a hot key in that moment is said not to be sent."""
    held = "navigator.locks.query().then((all) => all.held.length === 1 && all.pending.length === 0)"
    wait_for(lambda: side.evaluate(held))


def test_of_several_panels_one_answers_a_hot_key(extension, quiet):
    first = extension.pair(quiet)
    second = extension.open("sidepanel")
    live(second)
    witness = Witness(quiet)
    extension.hot_key("favourite-1")
    for side in (first, second):
        expect(clip(side, "recorded-line")).to_have_attribute("data-look", "playing")
        # The server would refuse a second press, and say so here.
        expect(note(side, "recorded-line")).to_be_hidden()
    stop(second)
    assert witness.plays() == ["cd-recorded-line"]
    first.close()
    is_the_only_candidate(second)
    live(second)
    extension.hot_key("favourite-1")
    expect(clip(second, "recorded-line")).to_have_attribute("data-look", "playing")
    stop(second)
    assert witness.plays() == ["cd-recorded-line", "cd-recorded-line"]


def test_the_browser_s_own_side_panel_answers_hot_keys(extension, quiet):
    extension.pair(quiet).close()
    witness = Witness(quiet)
    options = extension.open("options")
    options.get_by_role("button", name="Open the side panel").click()
    wait_for(lambda: "SIDE_PANEL" in extension.contexts)
    wait_for(lambda: extension.badge == "")
    extension.hot_key("favourite-1")
    wait_for(lambda: extension.badge == "▸")
    extension.hot_key("stop")
    wait_for(lambda: extension.badge == "")
    assert witness.plays() == ["cd-recorded-line"]


def test_a_hot_key_without_a_panel_says_that_it_was_not_sent(extension, quiet):
    side = extension.pair(quiet)
    witness = Witness(quiet)
    side.close()
    wait_for(lambda: extension.badge == "off")
    extension.hot_key("favourite-1")
    wait_for(lambda: extension.badge == "!")
    assert "was not sent, because the side panel is closed" in extension.title
    assert witness.plays() == []


def test_a_revoked_panel_closes_and_says_why(extension, quiet):
    side = extension.pair(quiet)
    page = extension.context.new_page()
    page.goto(f"{quiet.url}/devices/")
    page.get_by_role("button", name=re.compile("^Disconnect")).first.click()
    expect(page.get_by_text("is disconnected.")).to_be_visible()
    expect(side.locator("[data-part='problem']")).to_contain_text("revoked")
    side.get_by_role("button", name="Connect again").click()
    expect(side.get_by_role("button", name="Ask for a code")).to_be_visible()


def test_a_panel_whose_connection_ended_leaves_hot_keys_to_another(extension, quiet):
    first = extension.pair(quiet)
    second = extension.open("sidepanel")
    live(second)
    refusal = {"error": {"code": "token_revoked", "text": "This connection was revoked."}}
    allowed = {"Access-Control-Allow-Origin": f"chrome-extension://{extension.id}"}
    first.route("**/api/v1/tickets/", lambda route: route.fulfill(status=401, json=refusal, headers=allowed))
    first.evaluate("dispatchEvent(new Event('offline'))")
    expect(first.locator("[data-part='problem']")).to_contain_text("revoked")
    extension.hot_key("favourite-1")
    expect(clip(second, "recorded-line")).to_have_attribute("data-look", "playing")
    stop(second)
    second.close()
    extension.hot_key("stop")
    expect(first.locator("[data-part='warning']")).to_contain_text('"Stop" was not sent')
    wait_for(lambda: extension.badge == "!")
    assert "the side panel is not connected" in extension.title


def test_a_side_panel_that_was_closed_over_the_code_connects_later(extension, quiet):
    extension.point_at(quiet)
    side = extension.open("sidepanel")
    side.get_by_role("button", name="Ask for a code").click()
    shown = side.locator("[data-part='code']")
    expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
    code = shown.inner_text()
    side.close()
    side = extension.open("sidepanel")
    expect(side.locator("[data-part='code']")).to_have_text(code)
    extension.allow(side)
    live(side)


def test_an_address_without_a_clipdeck_is_told(extension, quiet):
    options = extension.open("options")
    said = options.locator("[data-part='server-said']")

    def save(address: str) -> None:
        options.get_by_label("The address under which you open Clipdeck").fill(address)
        options.get_by_role("button", name="Save").click()

    save("http://panel.example.com")
    expect(said).to_contain_text("must begin with https://")
    save("http://127.0.0.1:9")
    expect(said).to_contain_text("cannot be reached")
    # Answers of another program can't be read by an extension.
    with vicidial("1000") as port:
        save(f"http://127.0.0.1:{port}")
        expect(said).to_contain_text("something else may answer there")
    save(quiet.url)
    expect(said).to_contain_text("Clipdeck is there.")


def test_the_options_show_keys_and_keep_favourites(extension, quiet):
    side = extension.pair(quiet)
    options = extension.open("options")
    expect(options.locator("[data-command='favourite-1'] td").nth(1)).to_have_text("Alt+Shift+1")
    expect(options.locator("[data-command='capture'] td").nth(1)).to_have_text("none")
    options.get_by_label("First").select_option(label="Right to cancel")
    expect(options.get_by_text("Saved.")).to_be_visible()
    extension.hot_key("favourite-1")
    expect(clip(side, "cancel-rights")).to_have_attribute("data-look", "playing")
    stop(side)


def test_vicidial_of_another_agent_is_warned_of(playwright, built, tmp_path, quiet):
    allowed_beforehand(built)
    extension = Extension(playwright, built, tmp_path / "profile")
    side = extension.pair(quiet)
    with vicidial("1001") as port:
        address = f"http://127.0.0.1:{port}"
        side.evaluate("origin => chrome.storage.local.set({ vicidial: [origin] })", address)
        wait_for(lambda: extension.worker.evaluate("chrome.scripting.getRegisteredContentScripts()"))
        page = extension.context.new_page()
        page.goto(f"{address}/agc/vicidial.php")
        expect(side.locator("[data-part='warning']")).to_contain_text("VICIdial in this browser is logged in as 1001")
        expect(side.locator("[data-part='warning']")).to_contain_text("Alice's (1000)")
        wait_for(lambda: extension.badge == "!")
        page.close()
    with vicidial("1000") as port:
        side.evaluate("origin => chrome.storage.local.set({ vicidial: [origin] })", f"http://127.0.0.1:{port}")
        extension.context.new_page().goto(f"http://127.0.0.1:{port}/agc/vicidial.php")
        expect(side.locator("[data-part='call']")).to_have_text("Customer on the line")
        expect(side.locator("[data-part='warning']")).to_be_hidden(timeout=20_000)
    extension.close()
