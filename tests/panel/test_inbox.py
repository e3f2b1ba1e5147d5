"""An inbox hands its one reader everything, in order, and keeps nothing from it that came while it was busy."""

import asyncio
from contextlib import suppress

import pytest

from panel.inbox import Inbox


async def a_reader_of(inbox: Inbox[str]) -> asyncio.Task[str]:
    """Somebody who waits already."""
    reader = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    assert not reader.done()
    return reader


async def test_what_came_first_is_read_first():
    inbox = Inbox[str]()
    for word in ("queued", "sent", "done"):
        inbox.put_nowait(word)
    assert [await inbox.get(), inbox.get_nowait(), await inbox.get()] == ["queued", "sent", "done"]
    assert inbox.empty()


async def test_a_reader_waits_for_what_is_to_come():
    inbox = Inbox[str]()
    reader = await a_reader_of(inbox)
    inbox.put_nowait("done")
    assert await asyncio.wait_for(reader, 20) == "done"


async def test_what_comes_before_the_reader_has_woken_waits_for_its_next_turn():
    inbox = Inbox[str]()
    reader = await a_reader_of(inbox)
    inbox.put_nowait("sent")
    inbox.put_nowait("done")
    assert await asyncio.wait_for(reader, 20) == "sent"
    assert await asyncio.wait_for(inbox.get(), 20) == "done"


@pytest.mark.parametrize("arrived", [False, True], ids=["before it came", "as it came"])
async def test_a_reader_who_gives_up_loses_nothing(arrived):
    inbox = Inbox[str]()
    reader = await a_reader_of(inbox)
    if arrived:
        inbox.put_nowait("done")
    reader.cancel()
    with suppress(asyncio.CancelledError):
        await reader
    if not arrived:
        inbox.put_nowait("done")
    assert await asyncio.wait_for(inbox.get(), 20) == "done"


async def test_it_takes_no_more_than_it_has_room_for():
    inbox = Inbox[str](capacity=2)
    inbox.put_nowait("queued")
    inbox.put_nowait("sent")
    with pytest.raises(asyncio.QueueFull):
        inbox.put_nowait("done")
    assert inbox.get_nowait() == "queued"
    inbox.put_nowait("done")
    assert [inbox.get_nowait(), inbox.get_nowait()] == ["sent", "done"]


def test_an_empty_one_says_so():
    with pytest.raises(asyncio.QueueEmpty):
        Inbox[str]().get_nowait()
