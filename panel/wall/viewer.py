"""One open wall: whom it shows, and what it still has to be told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from panel.protocol import AlertView
from panel.selectors.wall import Scope
from panel.wall.batch import Batch, Whole

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0
"""How long a screen may take in nothing before it is closed."""
TOO_SLOW = 1013
BROKEN = 1011
BROKEN_TEXT = "Something went wrong. Try again."
TOO_SLOW_TEXT = "This screen takes in less than there is to tell. Try again later."


class Turn(NamedTuple):
    """What one screen is to be told next: fixed before the database is read, as it may ask for more meanwhile."""

    viewer: "Viewer"
    scope: Scope
    watching: int | None
    whole: bool
    clicks: bool


class Viewer:
    """A screen of one person. It is owed at most the whole wall, one card of each agent, the alerts and one list of
    clicks, however slow it is.

    `send` waits until the socket takes more in. A task of the viewer's own does that waiting: no screen waits for
    another.
    """

    def __init__(
        self, user_id: int, send: Callable[[str], Awaitable[None]], close: Callable[[int, str], Awaitable[None]]
    ) -> None:
        self.user_id = user_id
        self.scope: Scope = frozenset()
        self.watching: int | None = None
        self.wants_whole = True
        self.wants_clicks = False
        self.alerts: list[AlertView] | None = None
        """What it was last owed of them."""
        self._send, self._close = send, close
        self._whole: Whole | None = None
        self._batch: Batch | None = None
        self._alerts: str | None = None
        self._clicks: str | None = None
        self._ready = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._tell())

    def turn(self) -> Turn:
        """Take what it wants; what it asks for from now on is for the next turn."""
        taken = Turn(self, self.scope, self.watching, self.wants_whole, self.wants_clicks)
        self.wants_whole = self.wants_clicks = False
        return taken

    def give_back(self, turn: Turn) -> None:
        """The turn came to nothing: it still wants all that."""
        self.wants_whole |= turn.whole
        self.wants_clicks |= turn.clicks

    def owe_whole(self, whole: Whole) -> None:
        """Everything, which makes all that was owed before pointless."""
        self._whole, self._batch = whole, None
        self._ready.set()

    def owe(self, batch: Batch) -> None:
        """Cards that changed; what a slow screen was not told yet is overtaken by what is newer."""
        self._batch = self._batch.then(batch) if self._batch else batch
        self._ready.set()

    def owe_alerts(self, text: str) -> None:
        """The alerts, as a message."""
        self._alerts = text
        self._ready.set()

    def owe_clicks(self, text: str) -> None:
        """The clicks of the agent it watches, as a message."""
        self._clicks = text
        self._ready.set()

    def leave(self) -> None:
        """The screen is gone: nothing more is told."""
        # Its own task may be what closes the screen; it must get to say so.
        if self._task is not asyncio.current_task():
            self._task.cancel()

    def _take(self) -> list[str]:
        owed = [self._whole and self._whole.text, self._batch and self._batch.text, self._alerts, self._clicks]
        self._whole = self._batch = self._alerts = self._clicks = None
        return [text for text in owed if text]

    async def _tell(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            try:
                for text in self._take():
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await self._send(text)
            except TimeoutError:
                log.warning("A wall of user %s took in nothing for %s s and is closed.", self.user_id, PATIENCE_SECONDS)
                await self._close(TOO_SLOW, TOO_SLOW_TEXT)
                return
            except Exception:
                log.exception("A wall of user %s could not be told and is closed.", self.user_id)
                await self._close(BROKEN, BROKEN_TEXT)
                return
