"""Which sockets are open in this process, and what has to be done for them now and then."""

import asyncio
import logging
from collections import Counter
from typing import Any, Protocol

from channels.db import database_sync_to_async
from django.utils import timezone

from panel.selectors.rights import Right, lapsed
from panel.selectors.states import worker_alive
from panel.services import sessions

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0
RENEW_EVERY_LOOKS = 6


class OpenSocket(Protocol):
    """A socket as it is seen from here."""

    rights: tuple[Right, ...]
    watching: tuple[int, ...]
    channel_layer: Any
    channel_name: str

    async def shut(self, code: int, text: str) -> None: ...


class Presence:
    """Knows the open sockets. While there is any, it closes those that lost their right, renews the watch of the
    agents that they watch, and notices workers that come and go.
    """

    def __init__(self) -> None:
        self._open: dict[OpenSocket, None] = {}
        self._watched: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None

    @property
    def sockets(self) -> list[OpenSocket]:
        """Those that are open now, the oldest first."""
        return list(self._open)

    def enter(self, socket: OpenSocket) -> None:
        """A socket was opened."""
        self._open[socket] = None
        self._watched.update(socket.watching)
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

    async def _look_after(self) -> None:
        alive: bool | None = None
        looks = 0
        while self._open:
            try:
                alive = await database_sync_to_async(self._look)(alive, renew=looks % RENEW_EVERY_LOOKS == 0)
                await self.shut_out()
            except Exception:
                log.exception("Could not look after the open sockets; trying again.")
            looks += 1
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _look(self, was_alive: bool | None, *, renew: bool) -> bool:  # noqa: FBT001 - what was seen last time
        now = timezone.now()
        agent_ids = list(self._watched)
        if renew:
            sessions.watch(agent_ids, now)
        alive = worker_alive(now)
        if was_alive is not None and alive != was_alive:
            sessions.announce(agent_ids)
        return alive


presence = Presence()
