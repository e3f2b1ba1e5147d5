"""Messages that wait for their one reader."""

import asyncio
import time
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


class Inbox(Generic[Item]):
    """A queue with one reader, of 0.1 KB while it is empty. asyncio's own takes 3 KB: it is ready for many readers, for
    writers that wait, and for being joined. A server holds two for each open socket.

    `capacity` is how many may wait, 0 for any number.
    """

    __slots__ = ("_arrival", "_capacity", "_queue")

    def __init__(self, capacity: int = 0) -> None:
        self._capacity = capacity
        # Called as in asyncio's queue: Channels' layer looks in there for messages that have expired.
        self._queue: list[Item] = []
        self._arrival: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._queue

    def put_nowait(self, item: Item) -> None:
        """Put it behind all that waits; asyncio.QueueFull where that is too much."""
        if self._capacity and len(self._queue) >= self._capacity:
            raise asyncio.QueueFull
        self._queue.append(item)
        if self._arrival and not self._arrival.done():
            self._arrival.set_result(None)

    def get_nowait(self) -> Item:
        """Take what has waited longest; asyncio.QueueEmpty where nothing does."""
        if not self._queue:
            raise asyncio.QueueEmpty
        return self._queue.pop(0)

    async def get(self) -> Item:
        """The same, but wait for it."""
        while not self._queue:
            self._arrival = asyncio.get_running_loop().create_future()
            try:
                await self._arrival
            finally:
                self._arrival = None
        return self._queue.pop(0)


class Arrivals(Inbox[dict[str, Any]]):
    """What a client sends, each with the moment at which it came, by the monotonic clock."""

    __slots__ = ()

    def put_nowait(self, item: dict[str, Any]) -> None:
        """Put it behind all that waits; it may be a while until somebody looks at it."""
        super().put_nowait({**item, "arrived": time.monotonic()})
