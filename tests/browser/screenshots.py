"""Makes the documentation's pictures: `python -m tests.browser.screenshots`, with the names of some of them or all."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.extensions import Extension
from tests.browser.pages import ARGUMENTS, CHROMIUM, clip, control, log_in_by_form
from tests.processes.crowds import at_work, crowd_of
from tests.processes.running import ROOT, House, Running, answers, environment, free_port, run, wait_for

IMAGES = ROOT / "docs" / "images"
PLAYING = "tpmo-disclaimer"
SIDE_PANEL = "side-panel.png"
PICTURES: dict[str, dict[str, Any]] = {
    "panel.png": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "panel-narrow.png": {"viewport": {"width": 360, "height": 780}, "color_scheme": "dark", "device_scale_factor": 2},
}
WALLS: dict[str, tuple[int, dict[str, Any]]] = {
    "wall-1.png": (1, {"viewport": {"width": 1280, "height": 720}, "color_scheme": "light"}),
    "wall-40.png": (40, {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}),
    "wall-40-dark.png": (40, {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}),
    "wall-narrow.png": (40, {"viewport": {"width": 360, "height": 780}, "color_scheme": "light"}),
    "wall-300.png": (300, {"viewport": {"width": 2560, "height": 1440}, "color_scheme": "dark"}),
}
OPENED = "wall-40-dark.png"
FULL = "wall-300.png"


def take(browser: Browser, house: House, name: str, **options: Any) -> None:
    """One picture: a clip plays, a capture is active."""
    context = browser.new_context(locale="en-US", **options)
    page = context.new_page()
    log_in_by_form(page, house.url)
    expect(page.locator("[data-panel]")).to_have_attribute("data-live", "true")
    expect(page.locator("[data-part='session-text']")).to_have_text("In call")
    control(page, "capture").click()
    expect(control(page, "capture")).to_have_attribute("data-look", "active", timeout=15_000)
    clip(page, PLAYING).click()
    expect(clip(page, PLAYING).locator("[data-part='time']")).to_contain_text("0:07", timeout=15_000)
    page.evaluate("() => document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.screenshot(path=IMAGES / name)
    page.keyboard.press("Escape")
    control(page, "capture").click()
    expect(control(page, "capture")).to_have_attribute("data-look", "idle", timeout=15_000)
    context.close()


def take_wall(browser: Browser, house: House, name: str) -> None:
    """A picture of the wall with as many agents as the name says."""
    count, options = WALLS[name]
    cookie = crowd_of(house, count)["sue"]
    at_work(house)
    context = browser.new_context(locale="en-US", **options)
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": house.url}])
    page = context.new_page()
    page.goto(f"{house.url}/wall/{'?full=1' if name == FULL else ''}")
    expect(page.locator("[data-wall]")).to_have_attribute("data-live", "true")
    expect(page.locator("[data-key]")).to_have_count(count)
    if count > 1:
        expect(page.locator("[data-alert]")).to_have_count(3)
    if name == OPENED:
        page.locator("[data-playback='paused'] button").first.click()
        expect(page.locator("[data-part='clicks'] li").first).to_be_visible()
    # What moves or lights up has come to rest by then.
    page.wait_for_timeout(3_500)
    page.screenshot(path=IMAGES / name)
    context.close()


def take_side_panel(playwright: Playwright, house: House, folder: Path) -> None:
    """The browser extension's side panel while a clip plays."""
    assert run("build_extension", "--to", str(folder), env=environment()).returncode == 0
    extension = Extension(playwright, folder / "extension", folder / "profile")
    side = extension.pair(house)
    expect(side.locator("[data-part='session-text']")).to_have_text("In call")
    clip(side, PLAYING).click()
    expect(clip(side, PLAYING).locator("[data-part='time']")).to_contain_text("0:07", timeout=15_000)
    side.evaluate("() => document.activeElement.blur()")
    side.mouse.move(0, 0)
    side.screenshot(path=IMAGES / SIDE_PANEL)
    side.keyboard.press("Escape")
    expect(side.locator("[data-part='now']")).to_have_text("Nothing is playing.")
    extension.close()


def main(wanted: list[str]) -> None:
    """Start everything, take the pictures, end everything."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        port = free_port()
        simulator = Running("simulator", "--port", str(port), env=environment(), log=Path(folder) / "simulator.log")
        house = House(Path(folder), port)
        try:
            wait_for(lambda: answers(f"http://127.0.0.1:{port}/floor.json"))
            house.serve()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                for name in wanted or [*PICTURES, *WALLS, SIDE_PANEL]:
                    if name == SIDE_PANEL:
                        take_side_panel(playwright, house, Path(folder))
                    elif name in WALLS:
                        take_wall(browser, house, name)
                    else:
                        take(browser, house, name, **PICTURES[name])
                    sys.stdout.write(f"{(IMAGES / name).relative_to(ROOT)}\n")
                browser.close()
        finally:
            house.close()
            simulator.close()


if __name__ == "__main__":
    main(sys.argv[1:])
