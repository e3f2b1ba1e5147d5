"""Too old, switched off, not permitted: told from what VICIdial answers, and never in the way of a clip."""

import pytest
from asgiref.sync import sync_to_async

from agentapi.simulator.faults import FaultKind
from panel.models import Dialer


def spoil(simulator, how: str) -> None:
    """Make stereo recording impossible in this way."""
    floor = simulator.floor
    match how:
        case "too_old":
            floor.stereo = False
        case "switched_off":
            floor.switched_off = True
        case "no_permission":
            floor.accounts.find("apiuser").functions = ["audio_playback", "recording"]


WAYS = ["too_old", "switched_off", "no_permission"]


@pytest.mark.parametrize("how", WAYS)
async def test_it_is_found_by_asking_and_said_with_what_to_do(floor, alice, how):
    spoil(floor.simulator, how)
    tab = await floor.tab(alice)
    await floor.later(1)
    capture = tab.state["capture"]
    assert (capture["status"], capture["capability"]) == ("unsupported", how)
    assert capture["capability_text"]
    assert "capture_begin" in tab.state["reasons"]
    press = await tab.press("capture_begin")
    assert await floor.ended(tab, press) == ("rejected", f"capture_{how}")


@pytest.mark.parametrize("how", WAYS)
async def test_clips_play_for_a_whole_shift(floor, alice, how):
    spoil(floor.simulator, how)
    tab = await floor.tab(alice)
    for _ in range(3):
        press = await tab.press("play", button="recorded-line")
        assert await floor.ended(tab, press) == ("done", None)
        await floor.later(11)
        floor.simulator.floor.hang_up("1000")
        await floor.later(31)
        floor.simulator.floor.put_on_call("1000")
        await floor.later(2)
    truth = floor.simulator.floor.truth()
    assert [play.is_full for play in truth.plays_of("1000")] == [True] * 3


async def test_without_any_permission_to_ask_a_clip_goes_and_says_that_nobody_looked(floor, alice):
    floor.simulator.floor.accounts.find("apiuser").functions = ["audio_playback"]
    tab = await floor.tab(alice)
    press = await tab.press("play", button="recorded-line")
    assert await floor.ended(tab, press) == ("done", "not_looked")
    await floor.later(1)
    assert floor.simulator.floor.audible("1000")


async def test_switched_off_while_it_records_it_says_so_and_plays_on(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("capture_begin")
    await floor.later(2)
    assert tab.state["capture"]["status"] == "active"
    spoil(floor.simulator, "switched_off")
    await floor.later(16)
    assert (tab.state["capture"]["status"], tab.state["capture"]["capability"]) == ("unknown", "switched_off")
    press = await tab.press("play", button="recorded-line")
    assert await floor.ended(tab, press) == ("done", None)
    press = await tab.press("capture_end")
    assert await floor.ended(tab, press) == ("rejected", "capture_switched_off")


async def test_it_is_looked_at_again_every_ten_minutes(floor, alice):
    spoil(floor.simulator, "switched_off")
    tab = await floor.tab(alice)
    await floor.later(2)
    floor.simulator.floor.switched_off = False
    floor.clock.move(570)
    await floor.later(10)
    assert tab.state["capture"]["capability"] == "switched_off"
    await floor.later(20)
    assert tab.state["capture"]["capability"] == "ok"
    assert "capture_begin" in tab.state["allowed"]


async def test_the_server_s_build_and_clock_are_looked_at_without_a_login(floor, alice):
    await floor.tab(alice)
    await floor.later(1)
    assert floor.simulator.floor.counts["version"] == 1
    dialer = await sync_to_async(Dialer.objects.get)()
    assert dialer.build
    assert dialer.clock_ahead_seconds is not None
    assert abs(dialer.clock_ahead_seconds) < 1.5


async def test_one_empty_answer_of_a_server_that_is_new_enough_is_chance(floor, alice):
    tab = await floor.tab(alice)
    await floor.later(2)
    floor.simulator.floor.faults.add(FaultKind.EMPTY, function="stereo_recording")
    await floor.later(31)
    assert tab.state["capture"]["capability"] == "ok"
    press = await tab.press("capture_begin")
    assert await floor.ended(tab, press) == ("done", None)


async def test_what_was_seen_before_the_permission_went_refuses_no_clip_for_good(floor, alice):
    floor.simulator.floor.pause("1000")
    tab = await floor.tab(alice)
    await floor.later(1)
    floor.simulator.floor.accounts.find("apiuser").functions = ["audio_playback"]
    await floor.later(31)
    floor.simulator.floor.put_on_call("1000")
    press = await tab.press("play", button="recorded-line")
    assert await floor.ended(tab, press) == ("done", "not_looked")
