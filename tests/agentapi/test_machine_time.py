from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from agentapi.machine import (
    CAPTURE_DEADLINE,
    Action,
    Capture,
    CaptureStatus,
    Press,
    Session,
    State,
    after,
    asked,
    moves_at,
    tick,
)
from agentapi.outcomes import Accepted, Unanswered
from agentapi.pace import Pace, next_ask

WATCHED = Pace()
ALONE = replace(WATCHED, idle=None)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WATCHING = pytest.mark.parametrize("pace", [ALONE, WATCHED], ids=["alone", "watched"])


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def state_of(status: CaptureStatus, since: float | None = 0, last: float | None = None) -> State:
    return State(
        session=Session(asked_at=None if last is None else at(last)),
        capture=Capture(status=status, since=None if since is None else at(since)),
    )


def asks(state: State, seconds: float, pace: Pace) -> list[float]:
    """The moments, in seconds, at which a STATUS is sent while none brings an answer."""
    moments = []
    for tenth in range(round(seconds * 10)):
        now = at(tenth / 10)
        state = tick(state, now)
        due = next_ask(state, pace)
        if due is not None and due <= now:
            moments.append(tenth / 10)
            state = asked(state, Unanswered(), now, now)
    return moments


def test_nobody_watching_and_nothing_running_is_never_looked_at():
    assert moves_at(State()) is None
    assert next_ask(State(), ALONE) is None
    assert asks(State(), 100, ALONE) == []


def test_an_idle_panel_asks_once_in_thirty_seconds():
    assert asks(State(), 100, WATCHED) == [0, 30, 60, 90]


@WATCHING
@pytest.mark.parametrize("status", [CaptureStatus.STARTING, CaptureStatus.STOPPING])
def test_what_is_unconfirmed_is_asked_at_most_eight_times_in_ten_seconds(status, pace):
    moments = asks(state_of(status), 10, pace)
    assert moments[:3] == [0.5, 0.8, 1.2]
    assert 6 <= len(moments) <= 8


def test_the_number_of_questions_about_what_is_unconfirmed_is_configuration():
    few = replace(ALONE, unconfirmed=3)
    assert len(asks(state_of(CaptureStatus.STARTING), 10, few)) <= 3


@WATCHING
def test_a_running_recording_is_asked_for_every_fifteen_seconds(pace):
    assert asks(state_of(CaptureStatus.ACTIVE), 50, pace) == [15, 30, 45]


def test_an_old_unknown_is_asked_for_no_more_often_than_a_running_recording():
    moments = asks(state_of(CaptureStatus.UNKNOWN), 60, WATCHED)
    late = [moment for moment in moments if moment > CAPTURE_DEADLINE.total_seconds() + 2]
    assert len(moments) - len(late) <= 9
    assert [b - a for a, b in pairwise(late)] == pytest.approx([15.0] * (len(late) - 1))


def test_a_change_after_the_last_question_is_asked_for_soon():
    assert next_ask(state_of(CaptureStatus.UNKNOWN, since=5, last=4), ALONE) == at(5.5)
    just_after = state_of(CaptureStatus.UNKNOWN, since=5, last=5.01)
    assert next_ask(just_after, ALONE) == at(5.5)
    old = state_of(CaptureStatus.UNKNOWN, since=5, last=15)
    assert next_ask(old, ALONE) == at(15) + WATCHED.active


def test_a_running_recording_of_which_nothing_else_is_known_is_asked_for_at_once():
    due = next_ask(state_of(CaptureStatus.ACTIVE, since=None), ALONE)
    assert due is not None
    assert due <= NOW


def test_the_deadline_of_a_wish_is_a_moment():
    state = state_of(CaptureStatus.STARTING, since=0, last=9.9)
    assert moves_at(state) == NOW + CAPTURE_DEADLINE


def test_a_clips_next_change_is_a_moment():
    state = after(state_of(CaptureStatus.IDLE, last=-1), Press(Action.PLAY, audio="a"), Accepted(), NOW)
    assert moves_at(state) == state.playback.until
    assert moves_at(tick(state, at(50))) is None


@WATCHING
def test_every_moment_leads_on(pace):
    """Looking at each moment that is named comes to rest: no moment is named again and again."""
    state = after(State(), Press(Action.PLAY, audio="a", duration_seconds=3), Accepted(), NOW)
    state = after(state, Press(Action.CAPTURE_BEGIN), Accepted(), NOW)
    now = NOW
    for _ in range(40):
        moments = [moment for moment in (moves_at(state), next_ask(state, pace)) if moment]
        if not moments:
            break
        now = max(now, min(moments))
        before, state = state, tick(state, now)
        due = next_ask(state, pace)
        if due is not None and due <= now:
            state = asked(state, Unanswered(), now, now)
        assert state != before
    assert now >= at(10)
