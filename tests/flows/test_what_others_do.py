"""What happens beside Clipdeck is not taken for its own, and what was on its way is not lost to it."""

from asgiref.sync import sync_to_async

from agentapi.commands import BeginCapture
from agentapi.machine import steps
from agentapi.outcomes import Accepted
from agentapi.worker import Carried, StepDone
from panel.services import links


def accepted(job, at) -> Carried:
    """What becomes of a job that VICIdial takes, all at one moment."""
    commands = steps(job.state, job.press, job.rules)
    return Carried(tuple(StepDone(action, command, Accepted(), at, at) for action, command in commands))


async def test_a_recording_that_somebody_else_began_is_not_taken_for_ours(floor, alice, dialer):
    tab = await floor.tab(alice)
    await floor.work()
    await floor.later(12)
    await sync_to_async(floor.api.execute)(links.credentials(dialer), "1000", BeginCapture("other"))
    await floor.later(2)
    press = await tab.press("capture_begin", label="sale")
    await floor.later(2)
    assert next(m for m in reversed(tab.heard) if m.get("id") == press)["reason"] == "already_capturing"
    capture = tab.state["capture"]
    assert (capture["status"], capture["ours"], capture["label"]) == ("active", False, None)


async def test_a_hang_up_leaves_the_clip_unknown(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="mini-miranda")
    await floor.later(2)
    await tab.press("pause")
    await floor.later(1)
    floor.simulator.floor.hang_up("1000")
    await floor.later(31)
    assert tab.state["playback"]["status"] == "unknown"
    assert "call ended" in tab.state["playback"]["fault"]
    assert "stop" in tab.state["allowed"]
    stop = await tab.press("stop")
    await floor.work()
    assert tab.told(stop)[-1] in {"done", "refused"}
    assert tab.state["playback"]["status"] in {"idle", "stopping"}


async def test_time_does_not_take_the_clip_away_while_a_press_is_on_its_way(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="recorded-line")
    await floor.later(3)
    await tab.press("restart")
    (job,) = await sync_to_async(floor.queue.claim)(16)
    sent = floor._now()
    await floor.later(4)
    assert tab.state["playback"]["clip"] == "recorded-line"
    await sync_to_async(floor.queue.finish)(job, accepted(job, sent))
    await tab.listen()
    assert (tab.state["playback"]["status"], tab.state["playback"]["clip"]) == ("playing", "recorded-line")


async def test_a_stop_waits_longer_for_a_call_that_hangs_than_others_do(floor, alice):
    tab = await floor.tab(alice)
    await floor.work()
    await tab.press("play", button="mini-miranda")
    (job,) = await sync_to_async(floor.queue.claim)(16)
    stop = await tab.press("stop")
    floor.clock.move(7)
    at = floor._now()
    await sync_to_async(floor.queue.finish)(job, accepted(job, at))
    await floor.later(2)
    assert "expired" not in tab.told(stop)
