"""The panel in a frame inside another site's page, in a real Chromium that blocks third-party cookies."""

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.extensions import vicidial
from tests.browser.pages import ARGUMENTS, CHROMIUM
from tests.processes.running import PASSWORD, House

FRAME = (
    '<iframe src="{url}/panel/?embed=1&agent_user={user}" style="width:100%;height:700px" title="Clipdeck"></iframe>'
)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, "--test-third-party-cookie-phaseout"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def framed_house(simulator, tmp_path):
    """A house that knows where agents open VICIdial only once that is running."""
    house = House(tmp_path, simulator)
    yield house
    house.close()


def served_for(house, port: int) -> None:
    # Another site than Clipdeck's 127.0.0.1, so that the frame's cookies are a third party's.
    house.env["EMBED_ORIGINS"] = f"http://localhost:{port}"
    house.serve()


def log_in(frame, username: str) -> None:
    frame.get_by_label("User name").fill(username)
    frame.get_by_label("Password").fill(PASSWORD)
    frame.get_by_role("button", name="Log in").click()


def test_it_works_with_third_party_cookies_blocked(browser, framed_house):
    body = FRAME.format(url=framed_house.url, user="1000")
    with vicidial("1000", body) as port:
        served_for(framed_house, port)
        context = browser.new_context()
        # A login outside of the frame, of somebody else, counts for nothing inside.
        outside = context.new_page()
        outside.goto(framed_house.url)
        log_in(outside, "bob")
        outside.wait_for_url("**/panel/")
        page = context.new_page()
        page.goto(f"http://localhost:{port}/agc/vicidial.php")
        frame = page.frame_locator("iframe")
        log_in(frame, "alice")
        expect(frame.locator("[data-panel]")).to_have_attribute("data-live", "true")
        expect(frame.locator("[data-part='session-text']")).to_have_text("In call")
        frame.locator("[data-button='recorded-line']").click()
        expect(frame.locator("[data-button='recorded-line']")).to_have_attribute("data-look", "playing")
        page.reload()
        expect(frame.locator("[data-panel]")).to_have_attribute("data-live", "true")
        frame.locator("[data-action='stop']").click()
        cookies = [cookie for cookie in context.cookies() if cookie["name"].startswith("embed_")]
        assert {cookie["name"] for cookie in cookies} == {"embed_sessionid", "embed_csrftoken"}
        assert all(cookie.get("partitionKey") for cookie in cookies)
        context.close()


def test_another_agent_s_panel_is_not_shown(browser, framed_house):
    body = FRAME.format(url=framed_house.url, user="1001")
    with vicidial("1001", body) as port:
        served_for(framed_house, port)
        page = browser.new_page()
        page.goto(f"http://localhost:{port}/agc/vicidial.php")
        frame = page.frame_locator("iframe")
        log_in(frame, "alice")
        expect(frame.get_by_role("alert")).to_contain_text("VICIdial is logged in as agent 1001 here")
        expect(frame.locator("[data-panel]")).to_have_count(0)
        frame.get_by_role("button", name="Log in as somebody else").click()
        log_in(frame, "bob")
        expect(frame.locator("[data-panel]")).to_have_attribute("data-live", "true")
        page.close()


def test_a_page_of_nobody_s_may_not_frame_it(browser, framed_house):
    body = FRAME.format(url=framed_house.url, user="1000")
    with vicidial("1000", body) as port:
        served_for(framed_house, port + 1)
        page = browser.new_page()
        refusals = []
        page.on("console", lambda message: refusals.append(message.text))
        page.goto(f"http://localhost:{port}/agc/vicidial.php")
        expect(page.frame_locator("iframe").locator("form")).to_have_count(0)
        assert re.search("frame-ancestors", " ".join(refusals))
        page.close()
