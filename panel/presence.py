"""Which sockets are open in this process, and what has to be done for them now and then."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone
from structlog.contextvars import clear_contextvars

from panel.selectors.rights import Right, lapsed
from panel.selectors.states import Truth, truth_of, worker_alive
from panel.services import clicks, sessions

log = logging.getLogger(__name__)

Found = TypeVar("Found")

LOOK_EVERY_SECONDS = 2.0
LOOK_WITHOUT_LAYER_SECONDS = 0.5
"""With no layer there are no pushes: what a look finds is all that a screen learns."""
RENEW_EVERY_SECONDS = 12.0
ON_ITS_WAY_SECONDS = 0.3
"""A push that is older than this will not come any more."""


class OpenSocket(Protocol):
    """A socket as it is seen from here."""

    rights: tuple[Right, ...]
    watching: tuple[int, ...]
    waiting: frozenset[UUID]
    channel_layer: Any
    channel_name: str

    async def shut(self, code: int, text: str) -> None: ...

    async def catch_up(self, truth: Truth) -> None: ...

    async def drain(self, event: dict[str, Any], /) -> None: ...


class Presence:
    """Knows the open sockets. While there is any, it closes those that lost their right, renews the watch of the
    agents that they watch, notices workers that come and go, ends presses that are too old, and lets sockets catch up
    that missed a push.
    """

    def __init__(self) -> None:
        self._open: dict[OpenSocket, None] = {}
        self._watched: Counter[int] = Counter()
        self._new: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def sockets(self) -> list[OpenSocket]:
        """Those that are open now, the oldest first."""
        return list(self._open)

    def enter(self, socket: OpenSocket) -> None:
        """A socket was opened."""
        self._open[socket] = None
        self._watched.update(socket.watching)
        self._new.update(socket.watching)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look_after())

    def leave(self, socket: OpenSocket) -> None:
        """A socket was closed."""
        del self._open[socket]
        for agent_id in socket.watching:
            self._watched[agent_id] -= 1
            if not self._watched[agent_id]:
                del self._watched[agent_id]
        # The look itself may be what closed the last one; it must get to say so.
        if not self._open and self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    async def shut_out(self) -> None:
        """Close every socket that lost a right."""
        sockets = self.sockets
        rights = {right for socket in sockets for right in socket.rights}
        lost = await database_sync_to_async(lapsed)(rights, timezone.now())
        if lost:
            why = ((socket, next((right for right in socket.rights if right in lost), None)) for socket in sockets)
            await asyncio.gather(*(socket.shut(right.code, right.text) for socket, right in why if right))

    async def catch_up(self) -> None:
        """Compare what the sockets were told with the database, and let those that missed something read it again."""
        clicks = {click_id for socket in self.sockets for click_id in socket.waiting}
        truth = await database_sync_to_async(truth_of)(list(self._watched), clicks)
        await asyncio.sleep(ON_ITS_WAY_SECONDS)
        # Each on its own: a client that takes nothing in must not keep the others waiting.
        catching_up = (_caught_up(socket, truth) for socket in self.sockets)
        for failed in await asyncio.gather(*catching_up, return_exceptions=True):
            if isinstance(failed, Exception) and not isinstance(failed, TimeoutError):
                raise failed

    async def _look_after(self) -> None:
        # The task inherits what the first socket's lines in the log are about.
        clear_contextvars()
        alive: bool | None = None
        renewed_at = float("-inf")
        while self._open:
            now = time.monotonic()
            if now - renewed_at >= RENEW_EVERY_SECONDS:
                renewed_at = now
                self._new.update(self._watched)
            alive = await _if_able(database_sync_to_async(self._look)(alive), alive)
            await _if_able(self.shut_out(), None)
            await _if_able(self.catch_up(), None)
            layer = await get_channel_layer().answers()
            await asyncio.sleep(LOOK_EVERY_SECONDS if layer else LOOK_WITHOUT_LAYER_SECONDS)

    def _look(self, was_alive: bool | None) -> bool:  # noqa: FBT001 - what was seen last time
        now = timezone.now()
        agent_ids = list(self._watched)
        clicks.expire(now)
        if new := list(self._new):
            sessions.watch(new, now)
            self._new.difference_update(new)
        alive = worker_alive(now)
        if was_alive is not None and alive != was_alive:
            sessions.announce(agent_ids)
        return alive


async def _if_able(work: Awaitable[Found], otherwise: Found) -> Found:
    """What the work finds. Where it fails the rest of the look goes on all the same."""
    try:
        return await work
    except Exception:
        log.exception("Could not look after the open sockets; trying again.")
        return otherwise


async def _caught_up(socket: OpenSocket, truth: Truth) -> None:
    async with asyncio.timeout(LOOK_EVERY_SECONDS):
        await socket.catch_up(truth)


presence = Presence()
