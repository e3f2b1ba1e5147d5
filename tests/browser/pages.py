"""What the tests do to a panel's page, and where things are on it."""

import shutil
from typing import Any

import requests
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.processes.running import PASSWORD, House

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AS_ONE_PRESS_MS = 1_050
"""A little longer than two presses of one button count as one."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
)


def log_in_by_form(page: Page, url: str, username: str = "alice") -> None:
    page.goto(f"{url}/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}/panel/")


def open_panel(context: BrowserContext, house: House, cookie: str, path: str = "/panel/") -> Page:
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": house.url}])
    page = context.new_page()
    page.goto(f"{house.url}{path}")
    expect(page.locator("[data-panel]")).to_have_attribute("data-live", "true")
    return page


def clip(page: Page, name: str) -> Locator:
    """A clip's button."""
    return page.locator(f"[data-button='{name}']")


def note(page: Page, target: str) -> Locator:
    """What is said beside a button; `action:stop` and the like for those that are no clips."""
    return page.locator(f"[data-note-for='{target}']")


def control(page: Page, action: str) -> Locator:
    return page.locator(f"[data-action='{action}']")


def hears(page: Page) -> Locator:
    """On the simulator's page: what Alice's customer hears."""
    return page.locator("[data-agent='1000'] [data-hears]")


def watch_looks(page: Page, name: str) -> None:
    """From now on, keep every look that a clip's button has, however short."""
    clip(page, name).evaluate(
        """button => {
            globalThis.looks = [button.dataset.look];
            const keep = () => { if (looks.at(-1) !== button.dataset.look) looks.push(button.dataset.look); };
            new MutationObserver(keep).observe(button, { attributes: true, attributeFilter: ["data-look"] });
        }"""
    )


def looks(page: Page) -> list[str]:
    return list(page.evaluate("looks"))


def on_the_floor(house: House) -> dict[str, Any]:
    """What is true of Alice's session, as the simulator knows it."""
    floor = requests.get(f"{house.simulator_url}/floor.json", timeout=5).json()
    return next(agent for agent in floor["agents"] if agent["user"] == "1000")
