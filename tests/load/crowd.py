"""Agents at work: each with a socket that comes back by itself, pressing what the panel allows at the time."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.load.ledger import ENDS

RESTARTING = 1012
RESTART_SPREAD_SECONDS = 1.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 2.0
SETTLED_WITHIN_SECONDS = 150.0
LEAVING_A_SECOND = 25
AGAIN_AFTER_SECONDS = 1.5
LOOK_SECONDS, RESTED_SECONDS = 0.2, 1.2

# How often which of the things that are allowed now is pressed.
WEIGHTS = {
    "play": 8, "stop": 4, "pause": 2, "resume": 4, "restart": 1, "capture_begin": 2, "capture_end": 2,
}  # fmt: skip
BUTTONS = ("short", "middle", "long")


@dataclass
class Press:
    """One click of ours, and all that was said of it."""

    frame: dict[str, str]
    at: float
    told: list[str] = field(default_factory=list)
    answered_after: float | None = None

    @property
    def is_over(self) -> bool:
        return bool(self.told) and (self.told[-1] in ENDS or self.was_rejected)

    @property
    def was_rejected(self) -> bool:
        """Whether it never became a click."""
        return bool(self.told) and self.told[-1] not in (*ENDS, "queued", "sent")


class Caller:
    """One agent. `per_minute` presses, at random moments."""

    def __init__(self, number: int, urls: Sequence[str], cookie: str, per_minute: float) -> None:
        self.number, self.agent_user = number, str(1000 + number)
        self._urls, self._cookie, self._per_minute = urls, cookie, per_minute
        self._random = random.Random(number)
        self._socket: ClientConnection | None = None
        self.presses: dict[str, Press] = {}
        self.state: dict[str, Any] = {}
        self.version = -1
        self.closes: list[int | None] = []
        self.gaps: list[float] = []

    @property
    def is_connected(self) -> bool:
        return self._socket is not None

    @property
    def rests(self) -> bool:
        """Whether nothing is on its way, nothing plays and nothing is recorded, as far as the panel shows."""
        if not self.is_connected or not all(press.is_over for press in self.presses.values()):
            return False
        return bool(self.state) and self.state["playback"]["status"] == self.state["capture"]["status"] == "idle"

    async def stay_connected(self) -> None:
        """Keep a socket open until cancelled."""
        attempt, lost_at = 0, None
        while True:
            url = self._urls[(self.number + attempt) % len(self._urls)]
            code: int | None = None
            try:
                async with self._open(url) as socket:
                    await self._hear(socket.recv)
                    if lost_at is not None:
                        self.gaps.append(time.monotonic() - lost_at)
                    self._socket, attempt = socket, 0
                    await self._say_again()
                    while True:
                        await self._hear(socket.recv)
            except (OSError, WebSocketException, InvalidHandshake, TimeoutError) as error:
                closed = getattr(error, "rcvd", None)
                code = closed.code if closed else None
                if self._socket is not None:
                    self._socket, lost_at = None, time.monotonic()
                    self.closes.append(code)
            await asyncio.sleep(self._pause(attempt, code))
            attempt += 1

    async def work(self) -> None:
        """Press at random until cancelled."""
        while True:
            await asyncio.sleep(self._random.expovariate(self._per_minute / 60))
            await self._press_something()

    async def finish(self) -> None:
        """The shift is over: end what plays and what is recorded, until nothing of it comes back.

        Nobody looks at the clock all at once: so many agents leave in a second.
        """
        await asyncio.sleep(self.number / LEAVING_A_SECOND)
        now = time.monotonic
        last, rested_at = now() + SETTLED_WITHIN_SECONDS, now()
        while now() - rested_at < RESTED_SECONDS and now() < last:
            allowed = self.state.get("allowed", ())
            busy = any(not press.is_over for press in self.presses.values())
            for thing, action in (("playback", "stop"), ("capture", "capture_end")):
                if self.state and self.state[thing]["status"] != "idle" and action in allowed and not busy:
                    await self.press(action)
                    await asyncio.sleep(AGAIN_AFTER_SECONDS)
            await asyncio.sleep(LOOK_SECONDS)
            rested_at = rested_at if self.rests else now()

    async def press(self, action: str, **fields: str) -> None:
        """One click, if there is a connection to send it through."""
        if self._socket is None:
            return
        frame = {"type": "click", "id": str(uuid4()), "action": action, **fields}
        self.presses[frame["id"]] = Press(frame, time.monotonic())
        await self._send(frame)

    def _open(self, url: str) -> connect:
        address = f"{url.replace('http:', 'ws:')}/ws/panel/"
        headers = {"Cookie": f"sessionid={self._cookie}"}
        return connect(address, additional_headers=headers, origin=None, proxy=None, compression=None, open_timeout=10)

    async def _press_something(self) -> None:
        allowed = [action for action in self.state.get("allowed", ()) if action in WEIGHTS]
        if allowed:
            action = self._random.choices(allowed, [WEIGHTS[action] for action in allowed])[0]
            fields = {"button": self._random.choice(BUTTONS)} if action == "play" else {}
            await self.press(action, **fields)

    async def _say_again(self) -> None:
        """What was under way when the connection broke: the same id is the same click."""
        for press in list(self.presses.values()):
            if not press.is_over:
                await self._send(press.frame)

    async def _send(self, frame: dict[str, str]) -> None:
        try:
            if self._socket is not None:
                await self._socket.send(json.dumps(frame))
        except WebSocketException:
            return

    async def _hear(self, receive: Any) -> None:
        message = json.loads(await receive())
        match message["type"]:
            case "snapshot":
                self._learn(message)
                for click in message["clicks"]:
                    self._told(click["id"], click["status"])
            case "state":
                self._learn(message)
            case "click":
                self._told(message["id"], message["status"])
            case "rejected":
                self._told(message["id"], message["code"])

    def _learn(self, message: dict[str, Any]) -> None:
        if message["version"] >= self.version:
            self.version, self.state = message["version"], message["state"]

    def _told(self, press_id: str, what: str) -> None:
        press = self.presses.get(press_id)
        if press is None or press.is_over:
            return
        if what == "unavailable":
            # Nothing was taken in; it may be tried again, as the same click.
            asyncio.get_running_loop().call_later(1.0, lambda: asyncio.ensure_future(self._send(press.frame)))
            return
        press.told.append(what)
        if press.told[-1] not in ("queued", "sent"):
            press.answered_after = time.monotonic() - press.at

    def _pause(self, attempt: int, code: int | None) -> float:
        if code == RESTARTING:
            return FIRST_PAUSE_SECONDS + self._random.random() * RESTART_SPREAD_SECONDS
        full = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
        return float(full / 2 + self._random.random() * full / 2)


class Crowd:
    """All agents of one floor."""

    def __init__(self, urls: Sequence[str], cookies: Sequence[str], per_minute: float) -> None:
        self.callers = [Caller(number, urls, cookie, per_minute) for number, cookie in enumerate(cookies)]
        self._tasks: list[asyncio.Task[None]] = []
        self._working: list[asyncio.Task[None]] = []

    async def come(self, within: float = 60.0, at_once: int = 50) -> None:
        """Connect all, some at a time; AssertionError where some never are."""
        last = time.monotonic() + within
        for place in range(0, len(self.callers), at_once):
            some = self.callers[place : place + at_once]
            self._tasks += [asyncio.ensure_future(caller.stay_connected()) for caller in some]
            while not all(caller.is_connected for caller in some):
                assert time.monotonic() < last, "not all agents could connect"
                await asyncio.sleep(0.02)

    def begin(self) -> None:
        """Let all work."""
        self._working = [asyncio.ensure_future(caller.work()) for caller in self.callers]

    async def finish(self) -> None:
        """Let all end what they began."""
        await _ended(self._working)
        self._working = []
        await asyncio.gather(*(caller.finish() for caller in self.callers))

    async def leave(self) -> None:
        """Close all sockets."""
        await _ended([*self._working, *self._tasks])
        self._tasks = []

    @property
    def closes(self) -> list[int | None]:
        """The codes with which sockets were closed, None where one just broke."""
        return [code for caller in self.callers for code in caller.closes]

    @property
    def gaps(self) -> list[float]:
        """For how many seconds agents were without a connection, each time that they lost it."""
        return [gap for caller in self.callers for gap in caller.gaps]

    def ends(self) -> Counter[str]:
        """How the presses of all agents ended."""
        presses = (press for caller in self.callers for press in caller.presses.values())
        return Counter(press.told[-1] if press.told else "not answered yet" for press in presses)

    def troubles(self, statuses: dict[str, str], versions: dict[str, int]) -> list[str]:
        """What the agents' screens and the database do not agree on: click id -> status, agent -> version."""
        found = []
        for caller in self.callers:
            for press_id, press in caller.presses.items():
                known = statuses.get(press_id)
                if not press.is_over:
                    found.append(f"{caller.agent_user}: {press_id} was never answered ({press.told}); it is {known}")
                elif press.was_rejected and known is not None:
                    found.append(f"{caller.agent_user}: {press_id} was rejected ({press.told[-1]}) but is {known}")
                elif not press.was_rejected and known != press.told[-1]:
                    found.append(f"{caller.agent_user}: {press_id} was told {press.told[-1]} but is {known}")
            if not caller.rests:
                found.append(f"{caller.agent_user} did not settle: {caller.state}")
            if caller.version != versions.get(caller.agent_user):
                found.append(f"{caller.agent_user} shows version {caller.version} of {versions.get(caller.agent_user)}")
        return found


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for error in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(error, Exception):
            raise error
