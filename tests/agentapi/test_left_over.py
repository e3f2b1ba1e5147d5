"""A recording that VICIdial calls active though it probably does not run is no obstacle, and no news (FACTS 7.8)."""

from dataclasses import replace

import pytest

from agentapi.machine import (
    Action,
    CaptureStatus,
    Fault,
    Go,
    Refusal,
    State,
    confirmations,
    left_over,
    silent_since,
    verdict,
)
from agentapi.outcomes import Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi.looks import BEGIN, END, MONO, STEREO, at, floor, in_call, look, pressed, recorded, seat, sight

NO_CLOCK = replace(STEREO, clock_ahead=None)
STALE = sight("5", began=-3600)
CONFIRMED = replace(BEGIN, confirmed=True)
END_CONFIRMED = replace(END, confirmed=True)


def stale() -> State:
    return look(in_call(), 1, STALE)


def over_stale(seconds: float = 1.5) -> State:
    return pressed(stale(), CONFIRMED, seconds)


def code(found) -> str:
    assert isinstance(found, Refusal)
    return found.code


def test_it_began_before_this_call():
    assert left_over(stale(), STEREO)
    assert not left_over(look(in_call(), 1, sight("7", began=-1)), STEREO)
    assert not left_over(recorded(), STEREO)


def test_it_began_before_this_login():
    out = pressed(recorded(), Action.PAUSE, 10, Refused(Reason.NOT_LOGGED_IN))
    state = look(out, 60, sight("7", session="9600077", began=0))
    assert left_over(state, STEREO)
    assert state.capture.ours is True


@pytest.mark.parametrize("rules", [STEREO, NO_CLOCK])
def test_it_stands_while_the_agent_has_no_customer(rules):
    just_over = look(recorded(rules=rules), 9, sight("7", "READY", began=0), rules)
    assert not left_over(just_over, rules)
    state = look(just_over, 12, sight("7", "READY", began=0), rules)
    assert left_over(state, rules)
    assert left_over(look(state, 30, sight("7", began=0), rules), rules)


def test_its_call_was_seen_to_end_by_the_floor():
    known = floor(recorded(rules=NO_CLOCK), 2, seat(call_id="X"), NO_CLOCK)
    state = look(floor(known, 9, seat(call_id="Y"), NO_CLOCK), 10, sight("7"), NO_CLOCK)
    assert left_over(state, NO_CLOCK)


def test_mono_has_none():
    assert not left_over(look(in_call(), 1, STALE, MONO), MONO)


def test_a_begin_over_it_goes_after_a_confirmation():
    assert Action.CAPTURE_BEGIN in confirmations(stale(), STEREO)
    assert code(verdict(stale(), BEGIN, STEREO, at(1.5))) == "needs_confirmation"
    assert verdict(stale(), CONFIRMED, STEREO, at(1.5)) == Go()


def test_it_does_not_pass_for_what_the_begin_began():
    state = look(over_stale(), 2, STALE)
    assert state.capture.status is CaptureStatus.STARTING
    capture = look(state, 3, sight("8", began=2)).capture
    assert (capture.status, capture.recording_id, capture.ours) == ("active", "8", True)


@pytest.mark.parametrize("rules", [STEREO, NO_CLOCK])
def test_it_does_not_pass_for_it_either_where_the_answer_was_lost_or_the_screen_is_late(rules):
    known = look(look(recorded(rules=rules), 9, sight("7", "READY", began=0), rules), 12, sight("7", began=0), rules)
    lost = look(pressed(known, CONFIRMED, 12.5, Unanswered(), rules), 13, sight("7", began=0), rules)
    assert (lost.capture.status, lost.capture.wished_at) == ("active", at(12.5))
    late = pressed(known, CONFIRMED, 12.5, rules=rules)
    late = look(look(late, 83, sight("7", began=0), rules), 84, sight("7", began=0), rules)
    assert (late.capture.status, late.capture.fault) == ("active", Fault.NOT_BEGUN)
    for state in (lost, late):
        assert left_over(state, rules)
        capture = look(state, 90, sight("8", began=89), rules).capture
        assert (capture.recording_id, capture.ours, capture.wished_at) == ("8", True, None)


def test_after_the_new_ones_end_it_shows_again_and_that_is_no_news():
    state = look(over_stale(), 3, sight("8", began=2))
    over = look(pressed(state, END, 20), 21, STALE)
    assert (over.capture.recording_id, over.capture.ours, over.capture.fault) == ("5", False, None)
    assert left_over(over, STEREO)
    assert verdict(over, CONFIRMED, STEREO, at(21.5)) == Go()


def test_ending_it_closes_nothing_and_is_no_endless_fault():
    """VICIdial says SUCCESS, and it still shows."""
    state = pressed(stale(), END_CONFIRMED, 2)
    assert verdict(look(state, 3, STALE), CONFIRMED, STEREO, at(3.5)) == Go()
    late = look(look(state, 30, STALE), 73, STALE)
    assert (late.capture.status, late.capture.fault) == ("active", None)
    assert left_over(late, STEREO)


def test_that_vicidial_closes_it_in_the_end_is_nobody_elses_doing():
    out = pressed(recorded(), Action.PAUSE, 10, Refused(Reason.NOT_LOGGED_IN))
    state = look(out, 60, sight("7", session="9600077", began=0))
    assert look(state, 70, sight(session="9600077")).capture.fault is None
    assert look(stale(), 70).capture.fault is None


def test_where_the_customer_has_hung_up_nothing_is_recorded_any_more():
    """STATUS stays active (FACTS 7.9)."""
    dead = floor(recorded(), 9, seat(sub_status="DEAD"))
    assert silent_since(dead) == at(9)
    assert silent_since(look(floor(dead, 14, seat(sub_status="DEAD")), 15, sight("7", began=0))) == at(9)
    assert silent_since(recorded()) is None


def test_while_the_customer_is_parked_the_recording_goes_on():
    """Hold music is in the file (FACTS 7.13)."""
    parked = floor(recorded(), 9, seat(sub_status="PARK"))
    assert silent_since(parked) is None
    assert silent_since(floor(parked, 14, seat(sub_status="DEAD"))) == at(14)
