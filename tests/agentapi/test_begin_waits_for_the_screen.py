"""A BEGIN is a wish until a look shows a recording: what is shown meanwhile, and what when none comes (FACTS 7.4)."""

import pytest

from agentapi.machine import CaptureStatus, Fault, Refusal, check, moves_at, tick
from agentapi.outcomes import Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi.looks import BEGIN, STEREO, at, in_call, look, pressed, recorded, sight


def begun(outcome=None):
    return pressed(in_call(-0.1), BEGIN, 0, outcome)


def test_success_is_a_wish_and_only_a_number_proves_it():
    state = begun()
    assert (state.capture.status, state.capture.ours, state.capture.wished_at) == ("starting", True, at(0))
    assert look(state, 1).capture.status is CaptureStatus.STARTING
    capture = recorded().capture
    assert (capture.status, capture.recording_id, capture.filename) == ("active", "7", "file7")
    assert (capture.ours, capture.began_at, capture.since, capture.wished_at) == (True, at(0), at(1), None)


def test_after_ten_seconds_the_screen_is_waited_for():
    state = begun()
    assert moves_at(state, STEREO) == at(10)
    assert tick(state, STEREO, at(9.99)).capture.fault is None
    late = tick(state, STEREO, at(10))
    assert (late.capture.status, late.capture.fault) == ("starting", Fault.WAITING_FOR_SCREEN)
    assert moves_at(late, STEREO) == at(75)


def test_a_hidden_screen_begins_it_within_a_minute_and_it_is_ours():
    late = look(look(begun(), 1), 30)
    assert late.capture.fault is Fault.WAITING_FOR_SCREEN
    capture = look(late, 46, sight("7", began=45)).capture
    assert (capture.status, capture.ours, capture.fault) == ("active", True, None)


def test_after_seventy_seconds_a_look_tells_that_no_screen_began_it():
    assert look(begun(), 69.9).capture.status is CaptureStatus.STARTING
    capture = look(begun(), 70.1).capture
    assert (capture.status, capture.fault, capture.wished_at) == ("idle", Fault.NOT_BEGUN, at(0))
    assert look(look(begun(), 70.1), 200).capture.fault is Fault.NOT_BEGUN


def test_a_screen_that_wakes_up_late_begins_our_recording_after_all():
    capture = look(look(begun(), 70.1), 200, sight("7", began=199)).capture
    assert (capture.status, capture.ours, capture.fault) == ("active", True, None)


def test_what_nobody_could_look_for_in_time_is_unknown_and_not_denied():
    unseen = tick(begun(), STEREO, at(75))
    assert (unseen.capture.status, unseen.capture.fault) == ("unknown", Fault.BEGIN_NOT_SEEN)
    assert tick(unseen, STEREO, at(5000)).capture == unseen.capture
    late = look(unseen, 600)
    assert (late.capture.status, late.capture.fault) == ("idle", Fault.BEGIN_NEVER_SEEN)
    assert look(late, 700).capture.fault is Fault.BEGIN_NEVER_SEEN
    assert pressed(late, BEGIN, 701).capture.fault is None
    found = look(unseen, 80, sight("7", began=1)).capture
    assert (found.status, found.ours, found.fault) == ("active", True, None)


def test_a_lost_begin_is_looked_for_as_long_as_a_screen_may_take():
    lost = begun(Unanswered())
    assert (lost.capture.status, lost.capture.fault, lost.capture.ours) == ("unknown", Fault.NOBODY_KNOWS, True)
    assert look(lost, 69.9).capture.status is CaptureStatus.UNKNOWN
    assert look(lost, 2, sight("7", began=1)).capture.ours is True
    denied = look(lost, 70.1).capture
    assert (denied.status, denied.fault) == ("idle", Fault.NOT_BEGUN)


@pytest.mark.parametrize("status", [CaptureStatus.STARTING, CaptureStatus.UNKNOWN])
def test_no_second_begin_meanwhile(status):
    state = look(begun(Unanswered() if status is CaptureStatus.UNKNOWN else None), 2)
    verdict = check(state, BEGIN, STEREO, at(2))
    assert isinstance(verdict, Refusal)
    assert verdict.code == ("capture_starting" if status is CaptureStatus.STARTING else "capture_unknown")


def test_a_refused_begin_changes_nothing():
    before = in_call()
    assert pressed(before, BEGIN, 1, Refused(Reason.NOT_VALID)) == before


def test_a_look_that_was_asked_before_the_begin_says_nothing_of_it():
    state = begun()
    assert look(state, 0.005).capture == state.capture


def test_a_look_that_overtook_the_begins_own_answer_does_not_hide_its_recording():
    """The answer came at noon, but was recorded only after a look had shown what it began."""
    seen = look(in_call(-1), 0.6, sight("7", began=0))
    state = pressed(seen, BEGIN, 0)
    assert state.capture.status is CaptureStatus.STARTING
    capture = look(state, 2, sight("7", began=0)).capture
    assert (capture.status, capture.ours) == ("active", True)
