"""A real browser in front of real processes."""

from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, WebError, expect, sync_playwright

from tests.browser.pages import ARGUMENTS, CHROMIUM, open_panel
from tests.processes.running import (
    House,
    Running,
    answers,
    environment,
    free_port,
    log_in,
    panel_of,
    wait_for,
)

PATIENCE_MS = 10_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def simulator(tmp_path_factory):
    """The simulated VICIdial's port."""
    port = free_port()
    log = tmp_path_factory.mktemp("simulator") / "simulator.log"
    process = Running("simulator", "--port", str(port), env=environment(), log=log)
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/floor.json"))
    yield port
    process.close()


@pytest.fixture(autouse=True)
def _on_the_phone(request):
    """Whatever a test did to Alice and Bob at the shared simulator, the next one finds them in a call."""
    yield
    if "simulator" in request.fixturenames:
        port = request.getfixturevalue("simulator")
        for agent_user in ("1000", "1001"):
            for verb in ("unfreeze", "call"):
                requests.post(f"http://127.0.0.1:{port}/agents/{agent_user}/{verb}", timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def house(simulator, tmp_path_factory):
    """The server that all tests share, but those that take it away."""
    house = House(tmp_path_factory.mktemp("house"), simulator)
    house.serve()
    yield house
    house.close()


@pytest.fixture(scope="session")
def alices_cookie(house):
    return log_in(house.url, "alice")


@pytest.fixture
def quiet(house, alices_cookie):
    """Alice on a call, with nothing playing and nothing recorded, whatever the test before left behind."""
    requests.post(f"{house.simulator_url}/agents/1000/call", timeout=5).raise_for_status()
    with panel_of(house.url, alices_cookie) as client:
        state = client.state(lambda s: s["session"]["status"] == "INCALL" and s["playback"]["status"] != "stopping")
        if state["playback"]["status"] != "idle":
            client.press("stop")
        if state["capture"]["status"] != "idle":
            client.press("capture_end")
        client.state(lambda s: s["playback"]["status"] == s["capture"]["status"] == "idle", within=25)
    return house


class Chromium:
    """Contexts of one browser, and whatever went wrong in their pages."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []
        # What a test brings about on purpose.
        self.expected: Callable[[str], object] = lambda _: False

    def context(self, **options) -> BrowserContext:
        context = self._browser.new_context(**{"color_scheme": "light", "locale": "en-US", **options})
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        self._contexts.append(context)
        return context

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"{message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.troubles.append(f"uncaught: {error.error}")


# For one module only: as long as Playwright is started, asyncio believes that a loop is running in this thread, and
# no asynchronous test could be run.
@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "The browser tests need Chromium; .ci/chromium installs it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def chromium(browser):
    """Pages that must show no error, no refused script or style, and no warning in their consoles."""
    chromium = Chromium(browser)
    yield chromium
    chromium.close()
    assert [trouble for trouble in chromium.troubles if not chromium.expected(trouble)] == []


@pytest.fixture
def panel(quiet, chromium, alices_cookie):
    """Alice's panel, connected and with nothing going on."""
    return open_panel(chromium.context(viewport={"width": 1280, "height": 800}), quiet, alices_cookie)
