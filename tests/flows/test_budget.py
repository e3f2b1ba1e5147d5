"""What Clipdeck costs VICIdial: never more than the budget, however many look on."""

from collections import Counter
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panel.models import Agent, Dialer, Session
from tests.conftest import person

FLOOR = 60


@pytest.fixture
async def many(floor, dialer, board):
    """A floor of agents whose panels are all open."""
    await sync_to_async(_crowd)(dialer, board)
    return floor


def _crowd(dialer, board):
    Dialer.objects.update(proved_at=timezone.now())
    until = timezone.now() + timedelta(hours=1)
    for number in range(FLOOR):
        agent = Agent.objects.create(
            user=person(f"agent{number}"), dialer=dialer, agent_user=str(2000 + number), board=board
        )
        Session.objects.create(agent=agent, watched_until=until, ask_at=timezone.now())


async def test_an_idle_panel_costs_one_question_in_thirty_seconds_whoever_looks_on(floor, alice):
    tabs = [await floor.tab(alice) for _ in range(3)]
    await floor.work()
    asked = floor.simulator.floor.counts["stereo_recording"]
    for tab in tabs:
        await tab.listen()
    await floor.later(29)
    assert floor.simulator.floor.counts["stereo_recording"] == asked == 1
    await floor.later(1.5)
    assert floor.simulator.floor.counts["stereo_recording"] == 2


async def test_nobody_watching_and_nothing_running_costs_nothing(floor, alice):
    await sync_to_async(Session.objects.create)(agent=alice)
    await floor.later(60)
    assert sum(floor.simulator.floor.counts.values()) == 0


async def test_a_recording_that_begins_is_asked_for_at_most_eight_times_in_ten_seconds(floor, alice):
    tab = await floor.tab(alice)
    floor.simulator.floor.freeze("1000")
    await floor.work()
    before = len(floor.simulator.floor.requests)
    await tab.press("capture_begin")
    await floor.later(10)
    words = [request.value for request in floor.simulator.floor.requests[before:]]
    assert words[0] == "BEGIN"
    assert 5 <= words.count("STATUS") <= 8


async def test_a_dialer_gets_at_most_ten_questions_in_any_second_spread_over_it(many):
    await many.later(8)
    times = [request.time for request in many.simulator.floor.requests]
    assert len(times) >= FLOOR - 5
    assert max(sum(begin <= moment < begin + 1 for moment in times) for begin in times) <= 10
    at_one_moment = Counter(times).most_common(1)[0][1]
    assert at_one_moment <= 3


async def test_everybody_is_asked_about_in_turn(many):
    await many.later(12)
    asked = Counter(request.agent_user for request in many.simulator.floor.requests)
    assert asked.pop("") == 1, "the server's version is asked for once"
    assert len(asked) == FLOOR
    assert set(asked.values()) == {1}


async def test_the_limit_is_configuration(many, settings):
    settings.WATCH_CALLS_PER_SECOND = 2
    await many.later(10)
    assert 10 <= len(many.simulator.floor.requests) <= 20


async def test_what_is_unconfirmed_is_asked_before_what_is_idle(many, alice):
    await many.later(0.5)
    tab = await many.tab(alice)
    press = await tab.press("capture_begin")
    await many.later(3)
    assert tab.told(press)[-1] == "done"
    assert tab.state["capture"]["status"] == "active"


async def test_a_large_budget_is_used_and_kept(many, settings):
    settings.WATCH_CALLS_PER_SECOND = 40
    await many.later(3)
    times = [request.time for request in many.simulator.floor.requests]
    assert len(times) >= FLOOR
    assert 25 <= max(sum(begin <= moment < begin + 1 for moment in times) for begin in times) <= 40
