"""What is submitted first is told first, also where more is submitted before the loop was woken."""

import asyncio

from panel.layers import HomeLoop


async def test_what_is_done_before_waking_submits_behind():
    home, said, over = HomeLoop(), [], asyncio.Event()
    home.adopt(asyncio.get_running_loop())

    async def say(word):
        said.append(word)
        if word == "state":
            over.set()

    home.submit(say("queued"), say("sent"), first=lambda: home.submit(say("state")))
    await asyncio.wait_for(over.wait(), 20)
    assert said == ["queued", "sent", "state"]


async def test_an_error_before_waking_keeps_nothing_back():
    home, over = HomeLoop(), asyncio.Event()
    home.adopt(asyncio.get_running_loop())

    async def say():
        over.set()

    def fail():
        raise LookupError

    try:
        home.submit(say(), first=fail)
    except LookupError:
        await asyncio.wait_for(over.wait(), 20)
    assert over.is_set()
