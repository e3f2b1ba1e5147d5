"""A worker in the same process takes a press in the very transaction that takes it in."""

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from agentapi.worker import Job, carry_out
from panel.models import Click
from panel.nearby import nearby
from panel.services import clicks


class Handy:
    """A worker with as many threads to spare as it is given, which keeps the jobs that it gets."""

    def __init__(self) -> None:
        self.free = 1
        self.jobs: list[Job] = []

    def expect(self) -> bool:
        self.free -= 1
        return self.free >= 0

    def offer(self, job) -> None:
        self.free += 1
        if job:
            self.jobs.append(job)


@pytest.fixture
def worker(floor):
    handy = Handy()
    nearby.settle(floor.queue.name, handy)
    yield handy
    nearby.leave()


async def finish(floor, worker) -> None:
    job = worker.jobs.pop()
    done = await sync_to_async(carry_out)(floor.api, job, floor._now, floor.clock.move)
    await sync_to_async(floor.queue.finish)(job, done)
    for tab in floor.tabs:
        await tab.listen()


async def test_a_press_goes_straight_to_it_and_every_screen_hears_all_of_it(floor, worker, alice):
    tab, second = await floor.tab(alice), await floor.tab(alice)
    await floor.work()
    press = await tab.press("play", button="recorded-line")
    await second.listen()
    assert tab.told(press) == second.told(press) == ["queued", "sent"]
    await finish(floor, worker)
    assert tab.told(press) == second.told(press) == ["queued", "sent", "done"]
    assert tab.state["playback"]["status"] == "starting"
    assert floor.simulator.floor.counts["audio_playback"] == 1


async def test_what_must_wait_is_claimed_later(floor, worker, alice):
    tab = await floor.tab(alice)
    await floor.work()
    await tab.press("play", button="mini-miranda")
    second = await tab.press("stop")
    assert tab.told(second) == ["queued"]
    assert len(worker.jobs) == 1
    await finish(floor, worker)
    await floor.later(3)
    assert tab.told(second)[-1] == "done"


async def test_without_a_free_thread_it_is_claimed_as_ever(floor, worker, alice):
    worker.free = 0
    tab = await floor.tab(alice)
    await floor.work()
    press = await tab.press("play", button="recorded-line")
    assert tab.told(press) == ["queued"]
    assert worker.jobs == []
    await floor.work()
    assert tab.told(press)[-1] == "done"


async def test_a_rejected_press_leaves_the_thread_free(floor, worker, alice):
    tab = await floor.tab(alice)
    await floor.work()
    press = await tab.press("pause")
    assert tab.told(press) == ["not_playing"]
    assert (worker.free, worker.jobs) == (1, [])


async def test_what_the_database_did_not_take_is_not_sent(floor, worker, alice, monkeypatch):
    tab = await floor.tab(alice)
    await floor.work()

    def fails(*_):
        raise DatabaseError("canary")

    monkeypatch.setattr(clicks, "_job", fails)
    press = await tab.press("play", button="recorded-line")
    assert tab.told(press)[-1] == "unavailable"
    assert (worker.free, worker.jobs) == (1, [])
    assert not await Click.objects.filter(pk=press).aexists()
