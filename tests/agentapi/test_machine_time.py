from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from agentapi.machine import (
    ASK_ACTIVE,
    ASK_IDLE,
    CAPTURE_DEADLINE,
    Action,
    Capture,
    CaptureStatus,
    Press,
    Session,
    State,
    after,
    ask_due,
    asked,
    next_moment,
    tick,
)
from agentapi.outcomes import Accepted, Unanswered

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WATCHING = pytest.mark.parametrize("watched", [False, True])


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def state_of(status: CaptureStatus, since: float | None = 0, last: float | None = None) -> State:
    return State(
        session=Session(asked_at=None if last is None else at(last)),
        capture=Capture(status=status, since=None if since is None else at(since)),
    )


def asks(state: State, seconds: float, watched: bool) -> list[float]:
    """The moments, in seconds, at which a STATUS is sent while none brings an answer."""
    moments = []
    for tenth in range(round(seconds * 10)):
        now = at(tenth / 10)
        state = tick(state, now)
        if ask_due(state, watched, now):
            moments.append(tenth / 10)
            state = asked(state, Unanswered(), now, now)
    return moments


def test_nobody_watching_and_nothing_running_is_never_looked_at():
    assert next_moment(State(), watched=False) is None
    assert asks(State(), 100, watched=False) == []


def test_an_idle_panel_asks_once_in_thirty_seconds():
    assert asks(State(), 100, watched=True) == [0, 30, 60, 90]


@WATCHING
@pytest.mark.parametrize("status", [CaptureStatus.STARTING, CaptureStatus.STOPPING])
def test_what_is_unconfirmed_is_asked_at_most_eight_times_in_ten_seconds(status, watched):
    moments = asks(state_of(status), 10, watched)
    assert moments[:3] == [0.5, 1.0, 1.5]
    assert len(moments) == 8


@WATCHING
def test_a_running_recording_is_asked_for_every_fifteen_seconds(watched):
    assert asks(state_of(CaptureStatus.ACTIVE), 50, watched) == [15, 30, 45]


def test_an_old_unknown_is_asked_for_no_more_often_than_a_running_recording():
    moments = asks(state_of(CaptureStatus.UNKNOWN), 60, watched=True)
    late = [moment for moment in moments if moment > CAPTURE_DEADLINE.total_seconds() + 2]
    assert len(moments) - len(late) == 9
    assert [b - a for a, b in pairwise(late)] == pytest.approx([15.0, 15.0])


def test_a_change_after_the_last_question_is_asked_for_soon():
    assert next_moment(state_of(CaptureStatus.UNKNOWN, since=5, last=4), watched=False) == at(5.5)
    fresh = state_of(CaptureStatus.UNKNOWN, since=5, last=6)
    assert next_moment(fresh, watched=False) == at(6.5)
    old = state_of(CaptureStatus.UNKNOWN, since=5, last=15)
    assert next_moment(old, watched=False) == at(15) + ASK_ACTIVE


def test_a_running_recording_of_which_nothing_else_is_known_is_asked_for_at_once():
    assert ask_due(state_of(CaptureStatus.ACTIVE, since=None), watched=False, now=NOW)


def test_the_deadline_of_a_wish_is_a_moment():
    state = state_of(CaptureStatus.STARTING, since=0, last=9.9)
    assert next_moment(state, watched=False) == NOW + CAPTURE_DEADLINE


@WATCHING
def test_a_clips_next_change_is_a_moment(watched):
    state = after(state_of(CaptureStatus.IDLE, last=-1), Press(Action.PLAY, audio="a"), Accepted(), NOW)
    assert next_moment(state, watched) == state.playback.until
    assert next_moment(tick(state, at(50)), watched) == (at(-1) + ASK_IDLE if watched else None)


@WATCHING
def test_every_moment_leads_on(watched):
    """Looking at each moment that is named comes to rest: no moment is named again and again."""
    state = after(State(), Press(Action.PLAY, audio="a", duration_seconds=3), Accepted(), NOW)
    state = after(state, Press(Action.CAPTURE_BEGIN), Accepted(), NOW)
    now = NOW
    for _ in range(40):
        moment = next_moment(state, watched)
        if moment is None:
            break
        now = max(now, moment)
        before, state = state, tick(state, now)
        if ask_due(state, watched, now):
            state = asked(state, Unanswered(), now, now)
        assert state != before
    assert now >= at(10)
