"""What would refuse a press is seen within the last second, or asked for first."""

import pytest
from asgiref.sync import sync_to_async

from panel.models import Dialer


async def test_a_disclosure_in_the_first_seconds_of_a_call_is_played(floor, alice):
    floor.simulator.floor.pause("1000")
    tab = await floor.tab(alice)
    await floor.later(3)
    assert tab.state["session"]["status"] == "PAUSED"
    floor.simulator.floor.put_on_call("1000")
    assert "play" in tab.state["allowed"]
    assert "No customer" in tab.state["doubts"]["play"]
    press = await tab.press("play", button="recorded-line")
    assert await floor.ended(tab, press) == ("done", None)


async def test_a_floor_look_every_five_seconds_refuses_no_quick_press(with_floor, alice):
    with_floor.simulator.floor.pause("1000")
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    with_floor.simulator.floor.put_on_call("1000")
    await with_floor.later(1.25)
    press = await tab.press("play", button="recorded-line")
    assert await with_floor.ended(tab, press) == ("done", None)


async def test_a_new_customer_after_one_that_hung_up_hears_the_clip(with_floor, alice):
    """A STATUS says INCALL of both: only the floor tells them apart."""
    tab = await with_floor.tab(alice)
    with_floor.simulator.floor.customer_hangs_up("1000")
    await with_floor.later(6)
    assert tab.state["session"]["customer_gone"]
    with_floor.simulator.floor.put_on_call("1000")
    with_floor.clock.move(1.5)
    press = await tab.press("play", button="recorded-line")
    assert await with_floor.ended(tab, press) == ("done", None)


@pytest.mark.parametrize("since", [1.5, 4, 12, 14])
async def test_a_customer_who_hung_up_is_not_played_to_as_long_as_the_panel_says_gone(with_floor, alice, since):
    tab = await with_floor.tab(alice)
    with_floor.simulator.floor.customer_hangs_up("1000")
    await with_floor.later(6)
    await Dialer.objects.aupdate(floor_ask_at="2099-01-01T00:00Z")
    with_floor.clock.move(since)
    await sync_to_async(with_floor.queue.tend)()
    press = await tab.press("play", button="recorded-line")
    assert await with_floor.ended(tab, press) == ("failed", "no_customer")
    assert with_floor.simulator.floor.counts["audio_playback"] == 0


async def test_somebody_who_logs_in_again_may_press_at_once(floor, alice):
    floor.simulator.floor.log_out("1000")
    tab = await floor.tab(alice)
    await floor.later(3)
    assert tab.state["session"]["status"] == "LOGGED_OUT"
    floor.simulator.floor.put_on_call("1000")
    press = await tab.press("play", button="recorded-line")
    assert await floor.ended(tab, press) == ("done", None)


async def test_within_a_second_the_last_look_counts(floor, alice):
    floor.simulator.floor.pause("1000")
    tab = await floor.tab(alice)
    await floor.work()
    asked = floor.simulator.floor.counts["stereo_recording"]
    press = await tab.press("play", button="recorded-line")
    assert await floor.ended(tab, press) == ("rejected", "no_customer")
    assert floor.simulator.floor.counts["stereo_recording"] == asked


async def test_an_end_finds_what_somebody_else_began_just_now(floor, alice):
    tab = await floor.tab(alice)
    await floor.later(2)
    floor.simulator.floor.rules.campaign_recording = type(floor.simulator.floor.rules.campaign_recording).ALLFORCE
    floor.simulator.floor.put_on_call("1000")
    await floor.later(2)
    press = await tab.press("capture_end", confirmed=True)
    await floor.ended(tab, press)
    assert tab.state["capture"]["status"] in {"active", "stopping"}


async def test_a_question_that_brings_no_answer_lets_nothing_go(floor, alice):
    floor.simulator.floor.pause("1000")
    tab = await floor.tab(alice)
    await floor.later(3)
    floor.simulator.floor.database_up = False
    press = await tab.press("play", button="recorded-line")
    assert await floor.ended(tab, press) == ("failed", "not_asked")
