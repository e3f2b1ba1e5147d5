"""A real Chromium with the extension loaded, and what tests do to it."""

import http.server
import json
import re
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import BrowserContext, Page, Playwright, Worker, expect

from tests.browser.pages import ARGUMENTS, CHROMIUM
from tests.processes.running import PASSWORD, House, wait_for


class Extension:
    """One browser profile with the extension.

    The side panel's page mostly stands in a tab here, where Playwright can look at it. It is the same page.
    """

    def __init__(self, playwright: Playwright, folder: Path, profile: Path) -> None:
        self.context: BrowserContext = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            viewport={"width": 400, "height": 800},
            locale="en-US",
            color_scheme="light",
            ignore_default_args=["--disable-extensions"],
            args=[
                *(argument for argument in ARGUMENTS if argument != "--disable-extensions"),
                f"--disable-extensions-except={folder}",
                f"--load-extension={folder}",
            ],
        )
        self.context.set_default_timeout(10_000)
        workers = self.context.service_workers
        self.id = (workers[0] if workers else self.context.wait_for_event("serviceworker")).url.split("/")[2]

    def open(self, name: str) -> Page:
        """One of the extension's pages."""
        page = self.context.new_page()
        page.goto(f"chrome-extension://{self.id}/{name}.html")
        expect(page.locator("html")).to_have_attribute("data-ready", "true")
        return page

    @property
    def worker(self) -> Worker:
        """The service worker; the browser keeps its place while it is ended and started again."""
        return self.context.service_workers[-1]

    def kill_worker(self, page: Page) -> None:
        """End the service worker as the browser does when it likes, and wait until it was started anew.

        `page`, one of the extension's, can tell whether it runs; one that does not would never answer.
        """
        browser = self.context.browser
        assert browser
        self.worker.evaluate("globalThis.isTheOldOne = true")
        session = browser.new_browser_cdp_session()
        targets = session.send("Target.getTargets")["targetInfos"]
        target = next(one for one in targets if one["type"] == "service_worker" and self.id in one["url"])
        session.send("Target.closeTarget", {"targetId": target["targetId"]})
        runs = "chrome.runtime.getContexts({ contextTypes: ['BACKGROUND'] }).then(all => all.length > 0)"
        wait_for(lambda: page.evaluate(runs) and not self.worker.evaluate("Boolean(globalThis.isTheOldOne)"))

    def hot_key(self, command: str) -> None:
        """What the browser does when the key is pressed: keys of the browser itself can't be pressed by a test."""
        self.worker.evaluate("command => chrome.commands.onCommand.dispatch(command)", command)

    @property
    def contexts(self) -> list[str]:
        """Where pages of the extension are open: TAB, SIDE_PANEL, BACKGROUND."""
        found = self.worker.evaluate("chrome.runtime.getContexts({}).then(all => all.map(one => one.contextType))")
        return list(found)

    @property
    def badge(self) -> str:
        return str(self.worker.evaluate("chrome.action.getBadgeText({})"))

    @property
    def title(self) -> str:
        return str(self.worker.evaluate("chrome.action.getTitle({})"))

    def pair(self, house: House, username: str = "alice") -> Page:
        """From nothing to a live panel, as an agent does it."""
        self.point_at(house)
        side = self.open("sidepanel")
        side.get_by_role("button", name="Ask for a code").click()
        self.allow(side, username)
        live(side)
        return side

    def point_at(self, house: House) -> None:
        """Give Clipdeck's address in the options."""
        options = self.open("options")
        options.get_by_label("The address under which you open Clipdeck").fill(house.url)
        options.get_by_role("button", name="Save").click()
        expect(options.locator("[data-part='server-said']")).to_contain_text("Clipdeck is there.")
        options.close()

    def allow(self, side: Page, username: str = "alice") -> None:
        """Confirm the code that the side panel shows."""
        shown = side.locator("[data-part='code']")
        expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
        code = shown.inner_text()
        with self.context.expect_page() as opened:
            side.get_by_role("link", name="Open Clipdeck").click()
        page = opened.value
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_label("Code", exact=True)).to_have_text(code)
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url("**/devices/")
        page.close()

    def close(self) -> None:
        self.context.close()


def live(side: Page, within_ms: int = 10_000) -> None:
    expect(side.locator("[data-panel]")).to_have_attribute("data-live", "true", timeout=within_ms)


class Witness:
    """What VICIdial was told to play or to stop, every time, as the simulator heard it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._heard: dict[int, str] = {}
        self._from = self._look()

    def plays(self) -> list[str]:
        """The clips since this witness came, in order."""
        self._look()
        heard = [words for number, words in sorted(self._heard.items()) if number > self._from]
        return [words.partition(" ")[2] for words in heard if words.startswith("PLAY ")]

    def _look(self) -> int:
        floor = requests.get(f"{self._house.simulator_url}/floor.json", timeout=5).json()
        self._heard |= {r["number"]: r["words"] for r in floor["requests"] if r["agent_user"] == "1000"}
        return int(floor["total"])


AGENT_SCREEN = """<!DOCTYPE html><title>Agent web client</title>
<script>
	var session_id = '8600051';
	var user = '{user}';
	var pass = 'never-read';
</script>
<img src="./images/agc_live_call_ON.gif" name="livecall" alt="Live Call">
{body}"""


@contextmanager
def vicidial(user: str, body: str = ""):
    """A page like VICIdial's agent screen, on a port of its own: gives the port."""
    content = AGENT_SCREEN.format(user=user, body=body).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.startswith("/agc/vicidial.php")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content if found else b"")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def allowed_beforehand(folder: Path) -> None:
    """Let a built copy have from the start what an agent allows in a dialog of the browser, which no test can press."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "host_permissions": ["http://127.0.0.1/*"]}))
