"""Commands that come as a clip ends, or whose second half comes too late: no more is claimed than can be known."""

import pytest

from agentapi.commands import ResumeClip
from panel.models import Click


class StandsStill:
    """An API after whose RESUME the worker stands still for longer than a click may wait."""

    def __init__(self, api, clock) -> None:
        self._api, self._clock = api, clock

    def execute(self, dialer, agent_user, command):
        outcome = self._api.execute(dialer, agent_user, command)
        if isinstance(command, ResumeClip):
            self._clock.move(4)
        return outcome


@pytest.mark.parametrize("action", ["pause", "restart"])
async def test_what_is_accepted_just_as_the_clip_ends_is_not_claimed_to_hold(floor, alice, action):
    tab = await floor.tab(alice)
    await tab.press("play", button="recorded-line")
    await floor.work()
    # The clip ends within the tenth of a second that VICIdial takes from here.
    await floor.later(4.25)
    press = await tab.press(action)
    await floor.work()
    assert tab.told(press)[-1] == "done"
    playback = tab.state["playback"]
    assert playback["status"] == "unknown"
    assert "just as the clip ended" in playback["fault"]
    await floor.later(1)
    assert floor.simulator.floor.audible("1000") == []
    stop = await tab.press("stop")
    await floor.later(1)
    assert tab.told(stop)[-1] == "refused"
    assert tab.state["playback"]["status"] == "idle"


async def test_a_restart_at_the_end_of_a_clip_is_over_when_the_restarted_clip_would_be(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="recorded-line")
    await floor.work()
    await floor.later(4.25)
    await tab.press("restart")
    await floor.later(6)
    assert tab.state["playback"]["status"] == "idle"


async def test_a_restart_of_which_only_the_resuming_was_sent_says_so(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="mini-miranda")
    await floor.work()
    await floor.later(2)
    await tab.press("pause")
    await floor.work()
    floor.api = StandsStill(floor.api, floor.clock)
    press = await tab.press("restart")
    await floor.work()
    assert tab.told(press)[-1] == "failed"
    assert (await Click.objects.aget(pk=press)).text.startswith("The paused clip was resumed, but not restarted.")
    assert tab.state["playback"]["status"] == "playing"
    assert floor.simulator.floor.audible("1000") == ["cd-mini-miranda"]
