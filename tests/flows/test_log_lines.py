"""Each line in the log that concerns a press or an agent says which."""

import logging

import pytest
from asgiref.sync import sync_to_async
from structlog.contextvars import clear_contextvars, get_contextvars

from agentapi.worker import carry_out
from panel.services import clicks


@pytest.fixture
def lines():
    """What each line is about, as the formatter would find it: bound, or attached."""
    found = []

    class Keeper(logging.Handler):
        def emit(self, record):
            attached = {name: getattr(record, name) for name in ("click", "agent", "dialer") if hasattr(record, name)}
            found.append((record.getMessage(), {**get_contextvars(), **attached}))

    keeper = Keeper()
    logging.getLogger("panel").addHandler(keeper)
    logging.getLogger("agentapi").addHandler(keeper)
    yield found
    logging.getLogger("panel").removeHandler(keeper)
    logging.getLogger("agentapi").removeHandler(keeper)
    clear_contextvars()


@pytest.fixture
async def job(floor, alice):
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    await tab.press("play", button="greeting")
    [job] = await sync_to_async(floor.queue.claim)(1)
    return job


async def test_a_client_that_breaks_is_told_with_the_press(floor, job, lines):
    class Broken:
        def execute(self, *_):
            raise RuntimeError("broken")

    carry_out(Broken(), job, floor._now)
    [about] = [found for text, found in lines if "client failed" in text]
    assert about == {"click": str(job.click_id), "agent": "1000", "dialer": "main"}


async def test_an_answer_that_comes_too_late_is_told_with_the_press(floor, job, lines):
    done = await sync_to_async(carry_out)(floor.api, job, floor._now)
    await sync_to_async(clicks.give_up)(job.click_id, floor._now())
    await sync_to_async(floor.queue.finish)(job, done)
    [about] = [found for text, found in lines if "another worker" in text]
    assert (about["click"], about["agent"], about["dialer"]) == (str(job.click_id), "1000", "main")


async def test_what_the_worker_says_of_a_failure_is_about_what_failed(floor, job, monkeypatch):
    def fail(*_):
        raise OSError("the database is away")

    monkeypatch.setattr(clicks, "finish_click", fail)

    def finish():
        with pytest.raises(OSError, match="away"):
            floor.queue.finish(job, ())
        bound = get_contextvars()
        floor.queue.tend()
        return bound, get_contextvars()

    failed, after = await sync_to_async(finish)()
    assert failed == {"click": str(job.click_id), "agent": "1000", "dialer": "main"}
    assert after == {}
