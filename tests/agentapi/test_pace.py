"""How often VICIdial is asked about one agent, and when time alone changes what is known."""

from dataclasses import replace
from itertools import pairwise

import pytest

from agentapi.machine import Action, Capture, CaptureStatus, Press, Session, State, after, asked, moves_at, tick
from agentapi.outcomes import Accepted, Unanswered
from agentapi.pace import Pace, next_ask, unconfirmed
from tests.agentapi.looks import BEGIN, NOON, STEREO, at, in_call, look, pressed, seat, sight
from tests.agentapi.looks import floor as floor_looked

WATCHED = Pace()
ALONE = replace(WATCHED, idle=None)
TOLD = replace(WATCHED, at_changes=True)
WATCHING = pytest.mark.parametrize("pace", [ALONE, WATCHED], ids=["alone", "watched"])


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
        state = tick(state, STEREO, now)
        due = next_ask(state, pace)
        if due is not None and due <= now:
            moments.append(tenth / 10)
            state = asked(state, Unanswered(), STEREO, now, now)
    return moments


def test_nobody_watching_and_nothing_running_is_never_looked_at():
    assert moves_at(State(), STEREO) is None
    assert next_ask(State(), ALONE) is None
    assert asks(State(), 100, ALONE) == []


def test_an_idle_panel_asks_once_in_thirty_seconds():
    assert asks(State(), 100, WATCHED) == [0, 30, 60, 90]


@WATCHING
@pytest.mark.parametrize("status", [CaptureStatus.STARTING, CaptureStatus.STOPPING])
def test_what_is_unconfirmed_is_asked_at_most_eight_times_in_ten_seconds(status, pace):
    moments = asks(state_of(status, last=0), 10, pace)
    assert moments[:3] == [0.5, 0.8, 1.2]
    assert 6 <= len(moments) <= 8


def test_the_number_of_questions_about_what_is_unconfirmed_is_configuration():
    few = replace(ALONE, unconfirmed=3)
    assert len(asks(state_of(CaptureStatus.STARTING), 10, few)) <= 3


@WATCHING
@pytest.mark.parametrize("status", [CaptureStatus.STARTING, CaptureStatus.STOPPING])
def test_a_hidden_screen_is_asked_for_ever_less_and_once_it_had_its_turn(status, pace):
    moments = asks(state_of(status, last=0), 75, pace)
    pauses = [b - a for a, b in pairwise(moment for moment in moments if moment < 70)]
    assert len(moments) <= 16
    assert max(pauses) <= 15.1
    assert 70 in moments


@WATCHING
def test_a_running_recording_is_asked_for_every_fifteen_seconds(pace):
    assert asks(state_of(CaptureStatus.ACTIVE, since=-20, last=0), 50, pace) == [15, 30, 45]


def test_one_that_has_just_shown_is_looked_at_once_more_for_another_beside_it():
    assert asks(state_of(CaptureStatus.ACTIVE, last=0), 30, ALONE) == [2.5, 17.5]


def test_an_old_unknown_is_asked_for_no_more_often_than_a_running_recording():
    late = [moment for moment in asks(state_of(CaptureStatus.UNKNOWN), 200, WATCHED) if moment > 71]
    assert [b - a for a, b in pairwise(late)] == pytest.approx([15.0] * (len(late) - 1))


def test_a_change_after_the_last_question_is_asked_for_soon():
    assert next_ask(state_of(CaptureStatus.UNKNOWN, since=5, last=4), ALONE) == at(5.5)
    just_after = state_of(CaptureStatus.UNKNOWN, since=5, last=5.01)
    assert next_ask(just_after, ALONE) == at(5.5)


def test_a_running_recording_of_which_nothing_else_is_known_is_asked_for_at_once():
    due = next_ask(state_of(CaptureStatus.ACTIVE, since=None), ALONE)
    assert due is not None
    assert due <= NOON


def test_where_the_floor_tells_of_the_session_each_change_asks_for_the_recording():
    known = in_call()
    assert next_ask(floor_looked(known, 5, seat()), TOLD) == at(30 - 0.01)
    assert next_ask(floor_looked(known, 5, seat("READY")), TOLD) == at(5)


def test_a_dialer_that_cannot_tell_of_recordings_is_not_asked_for_them():
    silent = replace(ALONE, captures=False)
    for status in (CaptureStatus.STARTING, CaptureStatus.ACTIVE, CaptureStatus.UNKNOWN):
        assert next_ask(state_of(status), silent) is None


def test_a_wish_that_no_screen_carried_out_is_looked_after_more_seldom_after_five_minutes():
    late = look(pressed(in_call(-0.1), BEGIN, 0), 71)
    assert next_ask(late, ALONE) == at(71 - 0.01 + 15)
    assert next_ask(look(late, 299), ALONE) == at(299 - 0.01 + 15)
    assert next_ask(look(late, 301), ALONE) == at(301 - 0.01 + 60)


def test_one_that_was_left_for_the_next_call_is_looked_after_until_then():
    """It begins by itself, minutes later (FACTS 7.4)."""
    left = look(pressed(in_call(-0.1), BEGIN, 0), 5, sight(status="READY"))
    for seconds in (5.1, 1200):
        assert next_ask(look(left, seconds, sight(status="READY")), ALONE) == at(seconds - 0.01 + 15)
    settled = look(look(left, 1200), 1271)
    assert next_ask(settled, ALONE) is None


def test_questions_about_what_nobody_knows_go_first():
    assert unconfirmed(state_of(CaptureStatus.STARTING))
    assert not unconfirmed(state_of(CaptureStatus.ACTIVE))


def test_a_clips_next_change_is_a_moment():
    play = Press(Action.PLAY, audio="a")
    state = after(state_of(CaptureStatus.IDLE, last=-1), play, Accepted(), STEREO, NOON)
    assert moves_at(state, STEREO) == state.playback.until
    assert moves_at(tick(state, STEREO, at(50)), STEREO) is None


def test_what_the_floor_told_is_forgotten_at_a_moment():
    assert moves_at(floor_looked(in_call(), 5, seat(sub_status="DEAD")), STEREO) == at(20)


@WATCHING
def test_every_moment_leads_on(pace):
    """Looking at each moment that is named comes to rest: no moment is named again and again."""
    state = after(in_call(-1), Press(Action.PLAY, audio="a", duration_seconds=3, click="one"), Accepted(), STEREO, NOON)
    state = after(state, BEGIN, Accepted(), STEREO, NOON)
    now = NOON
    for _ in range(60):
        moments = [moment for moment in (moves_at(state, STEREO), next_ask(state, pace)) if moment]
        if not moments:
            break
        now = max(now, min(moments))
        before, state = state, tick(state, STEREO, now)
        due = next_ask(state, pace)
        if due is not None and due <= now:
            state = asked(state, Unanswered(), STEREO, now, now)
        assert state != before
    assert now >= at(75)
