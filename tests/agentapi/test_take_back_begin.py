"""Where the configuration allows it, an END takes back a BEGIN that waits, by an accident of VICIdial (FACTS 7.4)."""

from dataclasses import replace

import pytest

from agentapi.commands import EndCapture, TakeBackBegin
from agentapi.machine import Action, Capture, CaptureStatus, Go, Wait, check, confirmations, steps, verdict
from agentapi.outcomes import Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi.looks import BEGIN, END, STEREO, at, in_call, look, pressed, recorded, sight

ALLOWED = replace(STEREO, take_back_begin=True)
SENT = ((Action.CAPTURE_END, TakeBackBegin()),)


def waiting(seconds: float = 12):
    return look(pressed(in_call(-0.1), BEGIN, 0), seconds, rules=ALLOWED)


def taken_back():
    return pressed(waiting(), END, 12.5, rules=ALLOWED)


@pytest.mark.parametrize("seconds", [12, 71])
def test_the_end_overwrites_the_wish(seconds):
    state = waiting(seconds)
    assert check(state, END, ALLOWED, at(seconds)) == Go()
    assert steps(state, END, ALLOWED) == SENT


def test_a_wish_that_was_left_for_the_next_call_can_be_taken_back_too():
    left = look(waiting(), 20, sight(status="READY"), ALLOWED)
    assert check(left, END, ALLOWED, at(20)) == Go()
    assert steps(left, END, ALLOWED) == SENT
    gone = pressed(left, END, 20.5, rules=ALLOWED).capture
    assert (gone.fault, gone.wished_at, gone.left_at) == (None, None, None)


def test_a_running_recording_is_ended_and_not_taken_back():
    assert steps(recorded(rules=ALLOWED), END, ALLOWED) == ((Action.CAPTURE_END, EndCapture()),)


def test_a_screen_in_sight_gets_its_ten_seconds_first():
    assert isinstance(check(waiting(1), END, ALLOWED, at(1)), Wait)


def test_nothing_is_known_until_a_screen_that_had_found_it_had_its_time():
    state = taken_back()
    assert state.capture.status is CaptureStatus.UNKNOWN
    assert look(state, 13, rules=ALLOWED).capture.status is CaptureStatus.UNKNOWN
    settled = look(state, 22.6, rules=ALLOWED)
    assert settled.capture == Capture(checked_at=at(22.6))
    assert verdict(settled, BEGIN, ALLOWED, at(23)) == Go()


def test_what_it_begins_all_the_same_may_be_ours():
    state = look(taken_back(), 13.5, sight("7", began=13), ALLOWED)
    assert (state.capture.status, state.capture.ours) == ("active", None)
    assert Action.CAPTURE_END in confirmations(state, ALLOWED)


def test_a_lost_answer_leaves_the_wish_waiting():
    lost = pressed(waiting(), END, 12.5, Unanswered(), ALLOWED)
    assert (lost.capture.status, lost.capture.wished_at) == ("unknown", at(0))


def test_a_server_that_refuses_it_leaves_everything_as_it_is():
    assert pressed(waiting(), END, 12.5, Refused(Reason.NOT_VALID), ALLOWED).capture == waiting().capture
