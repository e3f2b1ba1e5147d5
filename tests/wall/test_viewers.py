"""A screen that takes in little: it gets the newest, holds up nobody, and is closed when it stays behind."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from panel.wall import viewer as viewers
from panel.wall.batch import Batch, Whole
from panel.wall.viewer import BROKEN, TOO_SLOW, Viewer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def batch(version, **cards):
    return Batch(version, NOW, {int(key[1:]): msgspec.Raw(json.dumps(card).encode()) for key, card in cards.items()})


class Screen:
    """A socket that takes in only what it is let."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.told: list[dict[str, Any]] = []
        self.closed: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self.viewer = Viewer(1, self.send, self.close)

    async def send(self, text: str) -> None:
        await self.open.wait()
        self.told.append(json.loads(text))

    async def close(self, code: int, text: str) -> None:
        # As a socket does that leaves the hub first.
        self.viewer.leave()
        await asyncio.sleep(0)
        self.closed.set_result((code, text))


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def screen():
    screen = Screen()
    yield screen
    screen.viewer.leave()


async def test_a_quick_screen_is_told_everything(screen):
    screen.open.set()
    for version in (1, 2, 3):
        screen.viewer.owe(batch(version, a1=version))
        await turns()
    assert [(m["version"], m["agents"]) for m in screen.told] == [(1, [1]), (2, [2]), (3, [3])]


async def test_a_slow_screen_is_told_the_newest_of_each_agent(screen):
    screen.viewer.owe(batch(1, a1="first"))
    await turns()
    for version in range(2, 100):
        screen.viewer.owe(batch(version, a1=version, **{f"a{version % 3 + 2}": version}))
    screen.open.set()
    await turns()
    assert [m["version"] for m in screen.told] == [1, 99]
    assert screen.told[1]["agents"] == [99, 98, 99, 97]


async def test_the_whole_overtakes_what_is_owed_and_comes_before_what_follows(screen):
    screen.viewer.owe(batch(1, a1=1))
    await turns()
    screen.viewer.owe(batch(2, a1=2))
    screen.viewer.owe_whole(Whole(3, NOW, [], {1: msgspec.Raw(b"3")}))
    screen.viewer.owe(batch(4, a1=4))
    screen.viewer.owe_alerts('{"type": "alerts"}')
    screen.viewer.owe_alerts('{"type": "alerts", "newer": 1}')
    screen.open.set()
    await turns()
    assert [(m["type"], m.get("version")) for m in screen.told] == [
        ("agents", 1), ("wall", 3), ("agents", 4), ("alerts", None),
    ]  # fmt: skip
    assert screen.told[-1]["newer"] == 1


async def test_a_screen_that_takes_in_nothing_is_closed_with_a_reason(screen, monkeypatch):
    monkeypatch.setattr(viewers, "PATIENCE_SECONDS", 0.01)
    screen.viewer.owe(batch(1, a1=1))
    async with asyncio.timeout(5):
        code, text = await screen.closed
    assert code == TOO_SLOW
    assert "takes in less" in text
    assert screen.told == []


async def test_a_screen_that_cannot_be_told_is_closed_and_comes_back(screen, monkeypatch):
    monkeypatch.setattr("panel.wall.batch.dump", lambda message: 1 / 0)
    screen.viewer.owe(batch(1, a1=1))
    async with asyncio.timeout(5):
        code, _ = await screen.closed
    assert code == BROKEN


async def test_viewers_of_the_same_batch_serialise_it_once(monkeypatch):
    dumped = []

    def counted(message):
        dumped.append(message)
        return "{}"

    monkeypatch.setattr("panel.wall.batch.dump", counted)
    shared, screens = batch(1, a1=1), [Screen(), Screen(), Screen()]
    for screen in screens:
        screen.open.set()
        screen.viewer.owe(shared)
    await turns()
    assert [len(screen.told) for screen in screens] == [1, 1, 1]
    assert len(dumped) == 1
    for screen in screens:
        screen.viewer.leave()
