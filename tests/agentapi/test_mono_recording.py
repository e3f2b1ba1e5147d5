"""What is different in mono: a wish shows, an END takes it back, and VICIdial ends a recording by itself (FACTS 2)."""

from datetime import timedelta

import pytest

from agentapi.commands import BeginCapture, EndCapture
from agentapi.machine import Action, Capture, CaptureStatus, Fault, Go, Press, State, Wait, check, moves_at, steps, tick
from agentapi.outcomes import Accepted, Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi import looks
from tests.agentapi.looks import BEGIN, END, MONO, at, sight

PENDING = sight(pending=True)
RUNS = sight("7", began=0)


def look(state: State, seconds: float, seen=None) -> State:
    return looks.look(state, seconds, seen, MONO)


def pressed(state: State, press: Press, seconds: float, outcome=None) -> State:
    return looks.pressed(state, press, seconds, outcome, MONO)


def begun(outcome=None) -> State:
    return pressed(look(State(), -0.1), BEGIN, 0, outcome)


def active() -> State:
    return look(begun(), 1, RUNS)


def test_the_words_are_start_and_stop():
    assert steps(begun(), BEGIN, MONO) == ((Action.CAPTURE_BEGIN, BeginCapture("", "recording")),)
    assert steps(active(), END, MONO) == ((Action.CAPTURE_END, EndCapture("recording")),)


def test_it_needs_no_customer():
    assert check(look(State(), 0, sight(status="PAUSED")), BEGIN, MONO, at(0.5)) == Go()


def test_a_wish_shows_until_a_number_does():
    state = look(begun(), 0.5, PENDING)
    assert (state.capture.status, state.capture.ours) == ("starting", True)
    assert look(state, 1, RUNS).capture.status is CaptureStatus.ACTIVE


def test_a_wish_that_shows_for_ever_is_overdue_after_seventy_seconds_and_no_news_then():
    """PHP 8 (FACTS 2.4)."""
    late = look(look(begun(), 30, PENDING), 70.1, PENDING)
    assert (late.capture.status, late.capture.fault, late.capture.ours) == ("idle", Fault.NOT_BEGUN, True)
    assert look(late, 500, PENDING).capture.fault is Fault.NOT_BEGUN
    assert look(late, 500, sight("7", began=499)).capture.ours is True


def test_a_wish_of_somebody_else_is_not_called_ours():
    late = look(look(look(State(), 0), 1, PENDING), 72, PENDING).capture
    assert (late.status, late.fault, late.ours) == ("idle", Fault.FOREIGN_NOT_BEGUN, False)


def test_a_wish_whose_answer_was_lost_shows_and_is_ours():
    state = look(begun(Unanswered()), 2, PENDING).capture
    assert (state.status, state.ours, state.since) == ("starting", True, at(2))


def test_a_start_over_a_running_recording_forgets_its_number():
    capture = look(active(), 5, PENDING).capture
    assert (capture.status, capture.recording_id, capture.ours) == ("starting", "", False)


def test_an_end_is_not_believed_before_the_screen_can_have_carried_it_out():
    """VICIdial says at once that nothing runs (FACTS 2.6)."""
    ending = pressed(active(), END, 5)
    assert look(ending, 5.5).capture.status is CaptureStatus.STOPPING
    assert look(ending, 6.3).capture == Capture(checked_at=at(6.3), our_ids=("7",))


def test_an_end_waits_for_the_begin_and_takes_it_back_where_none_comes():
    waiting = look(begun(), 2, PENDING)
    assert isinstance(check(waiting, END, MONO, at(2)), Wait)
    overdue = look(waiting, 11, PENDING)
    assert check(overdue, END, MONO, at(11)) == Go()
    back = pressed(overdue, END, 11.5)
    assert (back.capture.status, back.capture.wished_at) == ("stopping", None)
    assert look(back, 13).capture == Capture(checked_at=at(13))


def test_none_is_sent_on_a_guess():
    """With nothing to end it would stick (FACTS 2.5)."""
    lost = look(begun(Unanswered()), 2)
    assert isinstance(check(lost, END, MONO, at(2)), Wait)


@pytest.mark.parametrize("outcome", [Unanswered(), Refused(Reason.STOP_ERROR)])
def test_a_lost_or_refused_end_is_settled_by_the_next_look(outcome):
    lost = pressed(active(), END, 5, outcome)
    assert lost.capture.status is CaptureStatus.UNKNOWN
    assert look(lost, 6.5).capture.status is CaptureStatus.IDLE
    again = look(lost, 6.5, RUNS).capture
    assert (again.status, again.ours, again.fault) == ("active", True, None)


def test_vicidials_own_limit_is_warned_of():
    state = active()
    assert moves_at(state, MONO) == at(0) + timedelta(minutes=55)
    assert tick(state, MONO, at(54 * 60)).capture.fault is None
    near = tick(state, MONO, at(55 * 60))
    assert near.capture.fault is Fault.NEAR_LIMIT
    assert moves_at(near, MONO) is None
    assert tick(looks.recorded(), looks.STEREO, at(55 * 60)).capture.fault is None


def test_what_was_accepted_is_a_wish_only():
    assert begun(Accepted()).capture.status is CaptureStatus.STARTING
