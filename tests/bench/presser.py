"""Agents who pause a clip and let it go on, over and over, and see how long each takes to be shown."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.load.crowd import Caller, Crowd
from tests.load.prepare import ENDLESS

WITHIN_SECONDS = 30.0
SETTLED_AFTER_SECONDS = 1.5
"""By then VICIdial knows of the clip that was begun (FACTS 3.3)."""


class Presser(Caller):
    """One agent. `shown_after` are the seconds from each press to the state that it brought, in their order."""

    def __init__(self, number: int, urls: Sequence[str], cookie: str) -> None:
        super().__init__(number, urls, cookie, per_minute=0)
        self.shown_after: list[float] = []
        self.in_vain = 0
        self._heard = asyncio.Event()

    async def play(self) -> None:
        """Begin the clip, and wait until it may be paused."""
        await self._until(lambda: bool(self.state))
        await self.press("play", button=ENDLESS[0])
        await self._until(lambda: self._status == "playing" and self._is_free)
        await asyncio.sleep(SETTLED_AFTER_SECONDS)

    async def toggle(self) -> None:
        """Pause, or go on."""
        action, wanted = ("pause", "paused") if self._status == "playing" else ("resume", "playing")
        began = time.perf_counter()
        await self.press(action)
        await self._until(lambda: self._status == wanted or self._is_free)
        if self._status == wanted:
            self.shown_after.append(time.perf_counter() - began)
        else:
            self.in_vain += 1
        # The click's own end follows at once; the next press must not find it in flight.
        await self._until(lambda: self._is_free)

    @property
    def _status(self) -> str:
        return str(self.state["playback"]["status"])

    @property
    def _is_free(self) -> bool:
        return next(reversed(self.presses.values())).is_over

    async def _until(self, found: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN_SECONDS):
            while not found():
                self._heard.clear()
                await self._heard.wait()

    async def _hear(self, receive: Any) -> None:
        await super()._hear(receive)
        self._heard.set()


class Pressers(Crowd):
    """All agents who press. The last cookie is left out: that agent belongs to the bare calls."""

    callers: list[Presser]  # type: ignore[assignment]  # these callers are of one kind

    def __init__(self, urls: Sequence[str], cookies: Sequence[str]) -> None:
        super().__init__(urls, [], 0)
        self.callers = [Presser(number, urls, cookie) for number, cookie in enumerate(cookies[:-1])]

    async def play(self, at_once: int = 20) -> None:
        """Let all begin their clip, some at a time."""
        await self._all(Presser.play, at_once)

    async def in_step(self, seconds: float, every: float) -> None:
        """Let each press once in `every` seconds, all spread evenly."""

        async def work(presser: Presser) -> None:
            await asyncio.sleep(every * presser.number / len(self.callers))
            last = time.monotonic() + seconds
            while (began := time.monotonic()) < last:
                await presser.toggle()
                await asyncio.sleep(max(0.0, began + every - time.monotonic()))

        await asyncio.gather(*map(work, self.callers))

    async def flat_out(self, seconds: float) -> None:
        """Let each press again as soon as the last press is over."""
        last = time.monotonic() + seconds

        async def work(presser: Presser) -> None:
            while time.monotonic() < last:
                await presser.toggle()

        await asyncio.gather(*map(work, self.callers))

    def forget(self) -> None:
        """Begin to measure."""
        for caller in self.callers:
            caller.shown_after, caller.in_vain = [], 0

    @property
    def shown_after(self) -> list[float]:
        return [seconds for caller in self.callers for seconds in caller.shown_after]

    @property
    def in_vain(self) -> int:
        """Presses that brought no state, such as those that grew too old."""
        return sum(caller.in_vain for caller in self.callers)

    async def _all(self, work: Callable[[Presser], Any], at_once: int) -> None:
        for place in range(0, len(self.callers), at_once):
            await asyncio.gather(*map(work, self.callers[place : place + at_once]))
