"""VICIdial away: said within seconds, found again without a press, one line in the log for each."""

import logging

import pytest

from agentapi.simulator.faults import FaultKind


def lines(caplog) -> list[str]:
    """What was said of the way to the dialer; that it was seen what it can record and how old it is goes beside."""
    said = [record.getMessage() for record in caplog.records if record.name == "panel.services.links"]
    return [line for line in said if "recording (" not in line and "version" not in line]


@pytest.fixture(autouse=True)
def _log(caplog):
    caplog.set_level(logging.INFO)


async def test_one_lost_answer_is_no_outage(floor, alice, caplog):
    tab = await floor.tab(alice)
    await floor.work()
    floor.simulator.floor.faults.add(FaultKind.HTTP_500, function="audio_playback")
    press = await tab.press("play", button="recorded-line")
    await floor.work()
    assert tab.told(press)[-1] == "unknown"
    assert tab.state["link"]["dialer"] == "ok"
    assert lines(caplog) == []


@pytest.mark.parametrize("kind", [FaultKind.HTTP_500, FaultKind.GARBAGE, FaultKind.HTML, FaultKind.CUT_AFTER], ids=str)
async def test_answers_that_stay_away_disable_the_buttons_at_the_second_failure(floor, alice, bob, caplog, kind):
    hers, his = await floor.tab(alice), await floor.tab(bob)
    await floor.work()
    floor.simulator.floor.faults.add(kind, times=None)
    await hers.press("play", button="recorded-line")
    await floor.later(0.5)
    for tab in (hers, his):
        assert tab.state["link"]["dialer"] == "unreachable"
        assert tab.state["link"]["since"] is not None
        assert tab.state["allowed"] == []
    await floor.later(20)
    floor.simulator.floor.faults.clear()
    await floor.later(2.5)
    assert his.state["link"]["dialer"] == "ok"
    assert "play" in his.state["allowed"]
    assert [line.split(":")[0] for line in lines(caplog)] == ["Dialer main", "Dialer main answers again."]


async def test_while_it_is_away_one_call_in_two_seconds_tries_it(floor, alice, bob):
    for agent in (alice, bob):
        await floor.tab(agent)
    await floor.work()
    floor.simulator.floor.faults.add(FaultKind.HTTP_500, times=None)
    await floor.later(31)
    before = sum(floor.simulator.floor.counts.values())
    await floor.later(20)
    assert 9 <= sum(floor.simulator.floor.counts.values()) - before <= 11


async def test_recovery_is_noticed_with_the_floor_watched_by_other_means(floor, alice, dialer):
    dialer.non_agent_url, dialer.non_agent_user, dialer.non_agent_password = (
        floor.simulator.non_agent_url,
        "apiuser",
        "apipass",
    )
    await dialer.asave()
    tab = await floor.tab(alice)
    await floor.later(6)
    floor.simulator.floor.faults.add(FaultKind.HTTP_500, function="audio_playback", times=None)
    floor.simulator.floor.faults.add(FaultKind.HTTP_500, function="stereo_recording", times=None)
    await tab.press("play", button="recorded-line")
    await floor.later(1)
    assert tab.state["link"]["dialer"] == "unreachable"
    floor.simulator.floor.faults.clear()
    await floor.later(3)
    assert tab.state["link"]["dialer"] == "ok"
