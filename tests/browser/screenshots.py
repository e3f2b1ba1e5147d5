"""Makes the documentation's pictures of the running panel: `python -m tests.browser.screenshots`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.pages import ARGUMENTS, CHROMIUM, clip, control, log_in_by_form
from tests.processes.running import ROOT, House, Running, answers, environment, free_port, wait_for

IMAGES = ROOT / "docs" / "images"
PLAYING = "tpmo-disclaimer"
PICTURES: dict[str, dict[str, Any]] = {
    "panel.png": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "panel-narrow.png": {"viewport": {"width": 360, "height": 780}, "color_scheme": "dark", "device_scale_factor": 2},
}


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


def main() -> None:
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
                for name, options in PICTURES.items():
                    take(browser, house, name, **options)
                    sys.stdout.write(f"{(IMAGES / name).relative_to(ROOT)}\n")
                browser.close()
        finally:
            house.close()
            simulator.close()


if __name__ == "__main__":
    main()
