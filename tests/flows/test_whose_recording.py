"""Ours is what our BEGIN began, by the clock of VICIdial; what may be either is nobody's, and is not ended unasked."""

from datetime import timedelta, timezone

import pytest
from asgiref.sync import sync_to_async

from agentapi.commands import BeginCapture
from agentapi.simulator.rules import CampaignRecording
from panel.models import Board
from panel.services import links


async def recorded_by_campaign(floor, tab):
    floor.simulator.floor.rules.campaign_recording = CampaignRecording.ALLFORCE
    floor.simulator.floor.put_on_call("1000")
    await floor.later(31)
    assert tab.state["capture"]["status"] == "active"


async def test_a_campaign_s_recording_is_not_ours_and_its_clock_starts_where_it_began(floor, alice):
    tab = await floor.tab(alice)
    await floor.later(1)
    began = floor._now()
    await recorded_by_campaign(floor, tab)
    capture = tab.state["capture"]
    assert (capture["ours"], capture["left_over"]) == (False, False)
    assert abs((began - type(began).fromisoformat(capture["began_at"])).total_seconds()) < 3


async def test_ending_it_asks_for_a_confirmation(floor, alice):
    tab = await floor.tab(alice)
    await recorded_by_campaign(floor, tab)
    assert tab.state["confirm"].keys() == {"capture_end"}
    press = await tab.press("capture_end")
    assert await floor.ended(tab, press) == ("rejected", "needs_confirmation")
    press = await tab.press("capture_end", confirmed=True)
    assert await floor.ended(tab, press) == ("done", None)
    await floor.later(3)
    assert tab.state["capture"]["status"] == "idle"
    assert tab.state["capture"]["fault"] is None


async def test_a_board_may_forbid_it(floor, alice):
    await sync_to_async(Board.objects.update)(end_others=False)
    tab = await floor.tab(alice)
    await recorded_by_campaign(floor, tab)
    assert "capture_end" not in tab.state["allowed"]
    press = await tab.press("capture_end", confirmed=True)
    assert await floor.ended(tab, press) == ("rejected", "not_yours")


async def test_two_that_one_begin_may_have_begun_are_nobodys(floor, alice):
    floor.simulator.floor.rules.asks_twice = True
    tab = await floor.tab(alice)
    await floor.later(1)
    await tab.press("capture_begin")
    await floor.later(20)
    assert tab.state["capture"]["ours"] is None
    floor.simulator.floor.rules.asks_twice = False
    await tab.press("capture_end", confirmed=True)
    await floor.later(4)
    capture = tab.state["capture"]
    assert (capture["status"], capture["ours"], capture["fault_code"]) == ("active", None, "another_runs")
    assert "capture_end" in tab.state["confirm"]


@pytest.mark.parametrize("zone_error", [0, 5 * 3600, -7 * 3600])
async def test_the_server_s_own_zone_decides_and_not_the_configured_one(floor, alice, dialer, zone_error):
    floor.simulator.floor.zone = timezone(timedelta(seconds=zone_error))
    tab = await floor.tab(alice)
    await floor.later(1)
    await tab.press("capture_begin")
    await floor.later(3)
    assert (tab.state["capture"]["status"], tab.state["capture"]["ours"]) == ("active", True)


async def test_a_begin_and_somebody_elses_beside_it_is_one_wish(floor, alice, dialer):
    """Both write the same column before the screen reads it, so that one recording answers both."""
    tab = await floor.tab(alice)
    await floor.later(1)
    await tab.press("capture_begin")
    await floor.work()
    await sync_to_async(floor.api.execute)(links.credentials(dialer), "1000", BeginCapture())
    await floor.later(3)
    assert tab.state["capture"]["status"] == "active"
    assert len(floor.simulator.floor.truth().running("1000")) == 1


async def test_somebody_elses_just_before_ours_is_found_by_a_second_look(floor, alice):
    tab = await floor.tab(alice)
    await floor.later(2.5)
    press = await tab.press("capture_end")
    assert await floor.ended(tab, press) == ("failed", "not_capturing")
    agent = floor.simulator.floor.agent("1000")
    agent.screen.begin_stereo(agent.call, floor.simulator.floor.advance())
    floor.clock.move(0.1)
    await tab.press("capture_begin")
    await floor.later(5)
    assert len(floor.simulator.floor.truth().running("1000")) == 2
    assert tab.state["capture"]["ours"] is None
    assert "capture_end" in tab.state["confirm"]
