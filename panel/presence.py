"""Which panels are open in this process, and what has to be done for them now and then."""

import asyncio
import logging
from collections import Counter

from channels.db import database_sync_to_async
from django.utils import timezone

from panel.selectors.states import worker_alive
from panel.services import sessions

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0
RENEW_EVERY_LOOKS = 6


class Presence:
    """Counts open panels by agent. While there is any, it renews their watch and notices workers that come and go."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None

    def enter(self, agent_id: int) -> None:
        """A panel of this agent was opened."""
        self._open[agent_id] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look_after())

    def leave(self, agent_id: int) -> None:
        """A panel of this agent was closed."""
        self._open[agent_id] -= 1
        if self._open[agent_id] <= 0:
            del self._open[agent_id]
        if not self._open and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _look_after(self) -> None:
        alive: bool | None = None
        looks = 0
        while True:
            try:
                alive = await database_sync_to_async(self._look)(alive, renew=looks % RENEW_EVERY_LOOKS == 0)
            except Exception:
                log.exception("Could not look after the open panels; trying again.")
            looks += 1
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _look(self, was_alive: bool | None, *, renew: bool) -> bool:  # noqa: FBT001 - what was seen last time
        now = timezone.now()
        agent_ids = list(self._open)
        if renew:
            sessions.watch(agent_ids, now)
        alive = worker_alive(now)
        if was_alive is not None and alive != was_alive:
            sessions.announce(agent_ids)
        return alive


presence = Presence()
