"""An END is a wish as well: "stopping" until a look says so, and nobody else is blamed for it (FACTS 7.6, 7.7)."""

from dataclasses import replace

import pytest

from agentapi.machine import (
    Action,
    Capture,
    CaptureStatus,
    Fault,
    Go,
    Refusal,
    Wait,
    after,
    check,
    confirmations,
    moves_at,
    tick,
    verdict,
)
from agentapi.outcomes import Accepted, Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi.looks import BEGIN, END, STEREO, at, in_call, look, pressed, recorded, seat, sight
from tests.agentapi.looks import floor as floor_looked

RUNS = sight("7", began=0)
END_CONFIRMED = replace(END, confirmed=True)
ERROR = Refused(Reason.STOP_ERROR)


def stopping():
    return pressed(recorded(), END, 5)


def code(found) -> str:
    assert isinstance(found, Refusal)
    return found.code


def test_it_is_stopping_until_a_look_says_so():
    state = stopping()
    assert (state.capture.status, state.capture.fault) == ("stopping", None)
    assert look(state, 5.5, RUNS).capture.status is CaptureStatus.STOPPING
    assert look(state, 5.5).capture == Capture(checked_at=at(5.5), our_ids=("7",))


def test_after_ten_seconds_the_screen_is_waited_for_and_after_seventy_it_is_a_fault():
    state = stopping()
    assert moves_at(state, STEREO) == at(15)
    assert tick(state, STEREO, at(15)).capture.fault is Fault.WAITING_FOR_SCREEN
    late = look(look(state, 30, RUNS), 75.1, RUNS).capture
    assert (late.status, late.fault, late.ours, late.began_at) == ("active", Fault.NOT_ENDED, True, at(0))


def test_what_nobody_could_look_for_is_not_said_to_run():
    unseen = tick(stopping(), STEREO, at(80))
    assert (unseen.capture.status, unseen.capture.fault) == ("unknown", Fault.END_NOT_SEEN)
    assert look(unseen, 90, RUNS).capture.fault is Fault.NOT_ENDED
    assert look(unseen, 90).capture == Capture(checked_at=at(90), our_ids=("7",))


@pytest.mark.parametrize("seconds", [6, 80, 200])
def test_what_our_own_end_brought_is_never_called_somebody_elses(seconds):
    """Even where a hidden screen carried it out so late that it was a fault already."""
    running = look(look(stopping(), 5.5, RUNS), 76, RUNS) if seconds > 76 else stopping()
    assert look(running, seconds).capture.fault is None


def test_an_end_whose_answer_was_lost_is_ours_too():
    lost = pressed(recorded(), END, 5, Unanswered())
    assert (lost.capture.status, lost.capture.fault) == ("unknown", Fault.NOBODY_KNOWS)
    still = look(lost, 5.5, RUNS)
    assert (still.capture.status, still.capture.fault, still.capture.ours) == ("active", None, True)
    assert look(still, 20).capture.fault is None
    assert check(look(lost, 5.5, RUNS), END, STEREO, at(6)) == Go()


def test_a_recording_that_somebody_else_ended_is_noticed():
    capture = look(recorded(), 5).capture
    assert capture == Capture(checked_at=at(5), fault=Fault.ENDED_ELSEWHERE, our_ids=("7",))
    assert verdict(look(recorded(), 5), BEGIN, STEREO, at(5.5)) == Go()
    foreign = look(in_call(), 1, sight("9", began=-1))
    assert look(foreign, 5).capture.fault is None


def test_that_alarm_ends_with_the_call():
    state = look(look(recorded(), 5), 9, sight(status="READY"))
    assert state.capture.fault is None


def test_a_recording_that_ended_with_its_call_was_ended_by_nobody():
    over = look(recorded(), 9, sight(status="READY"))
    assert over.capture.fault is None
    unseen = floor_looked(recorded(), 9, seat("READY"))
    assert look(floor_looked(unseen, 14, seat()), 15).capture.fault is None


def test_the_end_of_a_call_that_only_the_floor_tells_apart_counts_as_well():
    known = floor_looked(recorded(), 2, seat(call_id="X"))
    assert look(floor_looked(known, 9, seat(call_id="Y")), 10).capture.fault is None


def test_an_end_that_found_nothing_is_looked_into():
    state = pressed(recorded(), END, 5, ERROR)
    assert state.capture.status is CaptureStatus.UNKNOWN
    assert look(state, 5.5).capture.status is CaptureStatus.IDLE
    assert look(state, 5.5, RUNS).capture.status is CaptureStatus.ACTIVE


def test_an_end_that_found_nothing_denies_no_begin_that_waits():
    lost = pressed(in_call(-0.1), BEGIN, 0, Unanswered())
    state = pressed(lost, END, 3, ERROR)
    assert state == tick(lost, STEREO, at(3))
    assert look(state, 40, sight("7", began=39)).capture.ours is True


def test_an_end_that_found_the_recording_of_a_lost_begin_proves_that_it_ran():
    lost = look(pressed(in_call(-0.1), BEGIN, 0, Unanswered()), 2)
    state = pressed(lost, END, 2.5)
    assert (state.capture.status, state.capture.wished_at) == ("stopping", None)
    shown = look(state, 2.8, sight("7", began=1)).capture
    assert (shown.status, shown.recording_id, shown.fault) == ("stopping", "7", None)
    over = look(state, 4)
    assert over.capture == Capture(checked_at=at(4))
    assert look(over, 9, sight(status="READY")).capture.fault is None


def test_an_end_just_after_a_begin_waits_for_it():
    waiting = pressed(in_call(-0.1), BEGIN, 0)
    assert isinstance(check(waiting, END, STEREO, at(1)), Wait)
    assert check(look(waiting, 1.2, RUNS), END, STEREO, at(1.3)) == Go()


@pytest.mark.parametrize("seconds", [10, 71])
def test_an_end_while_a_begin_waits_is_told_that_it_cannot_be_taken_back(seconds):
    waiting = look(pressed(in_call(-0.1), BEGIN, 0), seconds)
    assert code(verdict(waiting, END, STEREO, at(seconds + 0.5))) == "cannot_take_back"


def test_another_recording_after_an_end_is_told_at_once_and_can_be_ended():
    """Two were begun: the newest is closed, and the older one shows (FACTS 7.7)."""
    state = look(stopping(), 5.5, sight("6", began=0))
    assert (state.capture.status, state.capture.recording_id) == ("active", "6")
    assert state.capture.fault is Fault.ANOTHER_RUNS
    assert Action.CAPTURE_END in confirmations(state, STEREO)
    assert check(state, END_CONFIRMED, STEREO, at(6)) == Go()


def test_ending_twice_is_one_end():
    assert code(check(stopping(), END, STEREO, at(6))) == "capture_stopping"


def test_a_begin_while_one_is_being_ended_waits_for_the_end():
    assert code(check(stopping(), BEGIN, STEREO, at(6))) == "capture_stopping"


def test_what_is_refused_for_the_switch_changes_nothing():
    assert after(recorded(), END, Refused(Reason.NOT_VALID), STEREO, at(5)) == recorded()


def test_success_is_success_however_often():
    again = after(look(stopping(), 76, RUNS), END, Accepted(), STEREO, at(77)).capture
    assert (again.status, again.fault, again.since) == ("stopping", None, at(77))
