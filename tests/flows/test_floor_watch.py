"""One call of the non-agent API tells the status of the whole floor, and replaces the idle questions."""

from asgiref.sync import sync_to_async
from django.utils import timezone

from agentapi.commands import BeginCapture
from agentapi.simulator.faults import FaultKind
from panel.models import Click, Dialer
from panel.services import floor as floor_service
from panel.services import links


async def test_nobody_watching_asks_nothing(with_floor, alice):
    calls = with_floor.simulator.floor.counts
    await with_floor.later(60)
    assert sum(calls.values()) == 0


async def test_a_change_of_status_shows_within_five_seconds_and_costs_one_call(with_floor, alice, bob):
    hers, his = await with_floor.tab(alice), await with_floor.tab(bob)
    await with_floor.later(6)
    calls = with_floor.simulator.floor.counts
    before = calls.copy()
    with_floor.simulator.floor.pause("1000")
    await with_floor.later(5.25)
    assert hers.state["session"]["status"] == "PAUSED"
    assert his.state["session"]["status"] == "INCALL"
    await with_floor.later(54.75)
    asked = calls - before
    assert 11 <= asked["logged_in_agents"] <= 13
    # The floor does not tell of recordings: one question, because the status changed.
    assert asked["stereo_recording"] == 1


async def test_a_press_is_refused_from_what_the_floor_told_without_another_question(with_floor, alice):
    tab = await with_floor.tab(alice)
    with_floor.simulator.floor.customer_hangs_up("1000")
    await with_floor.later(6)
    assert tab.state["session"] | {"status": "INCALL", "customer_gone": True} == tab.state["session"]
    press = await tab.press("play", button="recorded-line")
    assert tab.told(press) == ["no_customer"]
    assert with_floor.simulator.floor.counts["audio_playback"] == 0


async def test_a_log_out_is_seen_by_the_empty_seat(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    with_floor.simulator.floor.log_out("1000")
    await with_floor.later(6)
    assert tab.state["session"]["status"] == "LOGGED_OUT"


async def test_a_clip_whose_customer_hung_up_was_cut_there(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    press = await tab.press("play", button="mini-miranda")
    await with_floor.later(2)
    with_floor.simulator.floor.hang_up("1000")
    await with_floor.later(12)
    click = await Click.objects.aget(pk=press)
    assert click.play_end == "cut"
    assert 2 <= (click.play_seconds or 0) <= 8
    assert click.play_text.startswith("The customer had gone by ")


async def test_what_the_floor_only_confirms_is_seldom_pushed(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    versions = len(tab.versions)
    await with_floor.later(60)
    assert len(tab.versions) - versions <= 3


async def test_a_refused_access_is_tried_once_and_said(with_floor, alice, dialer, caplog):
    dialer.non_agent_password = "wrongcanary"
    await sync_to_async(dialer.save)()
    tab = await with_floor.tab(alice)
    await with_floor.later(60)
    assert with_floor.simulator.floor.counts["logged_in_agents"] == 1
    await dialer.arefresh_from_db()
    assert "refuses the non-agent access" in dialer.floor_text
    assert "wrongcanary" not in dialer.floor_text + caplog.text
    # The agent's own questions take over, and presses go on.
    assert tab.state["session"]["status"] == "INCALL"
    assert tab.state["link"]["dialer"] == "ok"
    assert with_floor.simulator.floor.counts["stereo_recording"] >= 2


async def test_new_credentials_bring_the_floor_back(with_floor, alice, dialer):
    await Dialer.objects.aupdate(floor_text="refused")
    await with_floor.tab(alice)
    await with_floor.later(6)
    assert with_floor.simulator.floor.counts["logged_in_agents"] == 0
    await sync_to_async(links.reopen)(dialer, timezone.now())
    await with_floor.later(6)
    assert with_floor.simulator.floor.counts["logged_in_agents"] >= 1


async def test_a_floor_that_is_silent_gives_way_to_questions_about_each_agent(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    with_floor.simulator.floor.faults.add(FaultKind.HTTP_500, function="logged_in_agents", times=None)
    await with_floor.later(60)
    with_floor.simulator.floor.pause("1000")
    await with_floor.later(31)
    assert tab.state["session"]["status"] == "PAUSED"


async def test_a_recording_begun_elsewhere_shows_when_the_call_begins(with_floor, alice, dialer):
    tab = await with_floor.tab(alice)
    with_floor.simulator.floor.pause("1000")
    await with_floor.later(12)
    with_floor.simulator.floor.put_on_call("1000")
    await sync_to_async(with_floor.api.execute)(links.credentials(dialer), "1000", BeginCapture("other"))
    await with_floor.later(12)
    assert (tab.state["capture"]["status"], tab.state["capture"]["ours"]) == ("active", False)


async def test_a_dialer_that_goes_away_is_said_to_within_five_seconds(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    with_floor.simulator.floor.faults.add(FaultKind.HTTP_500, times=None)
    await with_floor.later(5 + 5)
    assert tab.state["link"]["dialer"] == "unreachable"
    assert tab.state["allowed"] == []


async def test_a_broken_floor_alone_is_no_outage(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    with_floor.simulator.floor.faults.add(FaultKind.HTTP_500, function="logged_in_agents", times=None)
    await with_floor.later(20)
    assert tab.state["link"]["dialer"] == "ok"


async def test_a_wall_alone_learns_that_the_dialer_is_back(with_floor, alice, dialer):
    await sync_to_async(floor_service.watch)([alice.pk], timezone.now())
    await with_floor.later(1)
    with_floor.simulator.floor.faults.add(FaultKind.HTTP_500, times=None)
    await with_floor.later(11)
    await dialer.arefresh_from_db()
    assert dialer.link == "unreachable"
    with_floor.simulator.floor.faults.clear()
    await with_floor.later(4)
    await dialer.arefresh_from_db()
    assert dialer.link == "ok"
