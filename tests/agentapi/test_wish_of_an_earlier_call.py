"""A BEGIN that waits when its call ends begins by itself in the next one: that is told, at each step (FACTS 7.4)."""

from dataclasses import replace

import pytest

from agentapi.machine import Action, CaptureStatus, Fault, Go, Refusal, check, confirmations
from agentapi.outcomes import Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi.looks import BEGIN, END, MONO, STEREO, at, floor, in_call, look, pressed, seat, sight

WILL = Fault.WILL_BEGIN_IN_NEXT_CALL


def begun():
    return pressed(in_call(-0.1), BEGIN, 0)


def left():
    return look(begun(), 5, sight(status="READY"))


@pytest.mark.parametrize("outcome", [None, Unanswered()])
def test_the_end_of_the_call_is_an_alert(outcome):
    waiting = pressed(in_call(-0.1), BEGIN, 0, outcome)
    for state in (look(waiting, 5, sight(status="READY")), floor(waiting, 5, seat("PAUSED"))):
        assert (state.capture.status, state.capture.fault) == ("idle", WILL)
        assert look(state, 500, sight(status="READY")).capture.fault is WILL


def test_a_wish_that_no_screen_had_carried_out_is_an_alert_too():
    assert look(look(begun(), 70.1), 80, sight(status="READY")).capture.fault is WILL


def test_the_floor_tells_two_calls_apart_between_which_no_look_fell():
    known = floor(in_call(-1), -0.5, seat(call_id="X"))
    waiting = pressed(look(known, -0.1), BEGIN, 0)
    first = floor(waiting, 4, seat(call_id="X"))
    assert first.capture.status is CaptureStatus.STARTING
    assert floor(first, 9, seat(call_id="Y")).capture.fault is WILL


def test_a_begin_since_the_floor_last_saw_the_call_before_is_of_the_present_one():
    known = floor(in_call(-5), -4, seat(call_id="X"))
    waiting = pressed(look(known, -0.1), BEGIN, 0)
    state = floor(look(waiting, 0.5), 1, seat(call_id="Y"))
    assert (state.capture.status, state.capture.fault) == ("starting", None)
    begun_now = look(state, 2, sight("7", began=1))
    assert (begun_now.capture.ours, begun_now.capture.fault) == (True, None)
    assert not confirmations(look(begun_now, 4, sight("7", began=1)), STEREO)


def test_what_then_begins_says_so_and_is_not_called_the_first_calls():
    state = look(look(left(), 200, sight()), 201, sight("7", began=200))
    assert (state.capture.status, state.capture.ours) == ("active", True)
    assert (state.capture.fault, state.capture.label) == (Fault.BEGUN_IN_OTHER_CALL, "")
    assert look(state, 300, sight("7", began=200)).capture.fault is Fault.BEGUN_IN_OTHER_CALL
    assert Action.CAPTURE_BEGIN not in confirmations(state, STEREO)


def test_what_began_before_its_call_ended_and_still_shows_just_after_is_of_that_call():
    state = look(begun(), 1.5, sight("7", "READY", began=1))
    assert (state.capture.status, state.capture.ours, state.capture.fault) == ("active", True, None)
    assert look(state, 3, sight(status="READY")).capture.fault is None


def test_pressing_again_in_the_next_call_records_that_one():
    next_call = look(left(), 200, sight())
    assert check(next_call, BEGIN, STEREO, at(200.5)) == Go()
    again = pressed(next_call, BEGIN, 200.5)
    assert (again.capture.status, again.capture.fault) == ("starting", None)
    assert look(again, 202, sight("7", began=201)).capture.fault is None


def test_after_a_whole_turn_of_the_next_calls_screen_it_comes_no_more():
    next_call = look(left(), 200, sight())
    assert look(next_call, 260).capture.fault is WILL
    settled = look(next_call, 271).capture
    assert (settled.fault, settled.wished_at, settled.left_at) == (None, None, None)
    foreign = look(look(next_call, 271), 300, sight("7", began=299)).capture
    assert foreign.ours is False


def test_nothing_survives_two_dispositions():
    second = look(look(left(), 20, sight()), 30, sight(status="READY"))
    assert (second.capture.fault, second.capture.wished_at) == (None, None)


def test_logging_out_takes_it_along():
    state = look(left(), 20, sight(status="READY", session="9600099"))
    assert (state.capture.fault, state.capture.wished_at) == (None, None)


def unlooked():
    """The same, where no look before the BEGIN told of recordings."""
    waiting = left()
    return replace(waiting, capture=replace(waiting.capture, clear_at=None))


def test_a_recording_of_somebody_else_meanwhile_is_not_its_answer():
    """It began before our BEGIN, and showed only now."""
    state = look(unlooked(), 200, sight("7", began=-100))
    assert (state.capture.ours, state.capture.fault, state.capture.wished_at) == (False, WILL, at(0))
    assert look(state, 210).capture.fault is WILL
    begun_now = look(state, 210, sight("8", began=209)).capture
    assert (begun_now.ours, begun_now.fault) == (True, Fault.BEGUN_IN_OTHER_CALL)


def test_an_end_that_finds_nothing_of_somebody_elses_is_looked_into_while_it_waits():
    foreign = look(unlooked(), 200, sight("7", began=-100))
    state = pressed(foreign, END, 201, Refused(Reason.STOP_ERROR))
    assert (state.capture.status, state.capture.wished_at) == ("unknown", at(0))


def test_an_end_is_told_that_it_cannot_be_taken_back():
    verdict = check(left(), END, STEREO, at(5.5))
    assert isinstance(verdict, Refusal)
    assert verdict.code == "cannot_take_back"


def test_in_mono_a_disposition_clears_it():
    """FACTS 2.11."""
    waiting = pressed(look(in_call(-1), -0.1, sight(), MONO), BEGIN, 0, rules=MONO)
    denied = look(waiting, 71, sight(), MONO)
    assert denied.capture.fault is Fault.NOT_BEGUN
    over = look(denied, 80, sight(status="READY"), MONO)
    assert (over.capture.fault, over.capture.wished_at) == (None, None)
    assert look(over, 900, sight("7", began=899), MONO).capture.ours is False
