"""What is refused for what a look showed is refused by one of the last second, else VICIdial is asked first."""

from dataclasses import replace

import pytest

from agentapi.capability import Capability
from agentapi.machine import (
    NO_CUSTOMER_TO_RECORD,
    REFUSALS,
    Action,
    Ask,
    Go,
    Press,
    Refusal,
    Session,
    State,
    check,
    verdict,
)
from agentapi.outcomes import Refused
from agentapi.replies import Reason
from tests.agentapi.looks import (
    BEGIN,
    END,
    NOON,
    PLAY,
    STEREO,
    at,
    floor,
    in_call,
    look,
    pressed,
    recorded,
    seat,
    sight,
)

OUT = pressed(in_call(-1), Action.PAUSE, 0, Refused(Reason.NOT_LOGGED_IN))
PAUSED = look(in_call(-20), 0, sight(status="PAUSED"))
FOREIGN = look(in_call(-2), 0, sight("9", began=-1))
IDLE = in_call()
WISH = look(pressed(in_call(-90), BEGIN, -89), 0)


@pytest.mark.parametrize(
    ("state", "press", "code"),
    [
        *[(OUT, Press(action, audio="a"), "logged_out") for action in Action],
        (PAUSED, PLAY, "no_customer"),
        (PAUSED, BEGIN, "no_customer"),
        (FOREIGN, BEGIN, "already_capturing"),
        (IDLE, END, "not_capturing"),
        (WISH, END, "cannot_take_back"),
    ],
    ids=str,
)
def test_a_look_counts_for_a_second(state, press, code):
    for seconds in (0, 1):
        found = verdict(state, press, STEREO, at(seconds))
        assert isinstance(found, Refusal)
        assert (found.code, found.text) in {(code, REFUSALS[code]), (code, NO_CUSTOMER_TO_RECORD)}
    assert verdict(state, press, STEREO, at(1.01)) == Ask()
    found = check(state, press, STEREO, at(100))
    assert isinstance(found, Refusal)
    assert found.code == code


def test_nothing_is_refused_for_a_log_out_of_which_no_look_is_known():
    assert verdict(State(session=Session("LOGGED_OUT")), PLAY, STEREO, NOON) == Ask()


@pytest.mark.parametrize("press", [BEGIN, END])
def test_a_recording_of_which_nothing_is_known_is_asked_for(press):
    assert verdict(State(), press, STEREO, NOON) == Ask()


def test_a_begin_asks_unless_the_last_look_is_under_a_second_old():
    assert verdict(IDLE, BEGIN, STEREO, at(1)) == Go()
    assert verdict(IDLE, BEGIN, STEREO, at(1.01)) == Ask()


def test_a_look_at_the_floor_shows_no_recording():
    assert verdict(floor(IDLE, 5, seat()), BEGIN, STEREO, at(5)) == Ask()


def test_a_floor_look_counts_by_its_age():
    ready = floor(IDLE, 5, seat("READY"))
    found = verdict(ready, PLAY, STEREO, at(6))
    assert isinstance(found, Refusal)
    assert verdict(ready, PLAY, STEREO, at(6.1)) == Ask()


def test_the_floor_itself_is_asked_again_where_only_it_knows_that_the_customer_is_gone():
    dead = floor(IDLE, 5, seat(sub_status="DEAD"))
    found = verdict(look(dead, 5.9), PLAY, STEREO, at(6))
    assert isinstance(found, Refusal)
    assert (found.code, found.seen_at) == ("no_customer", at(5))
    for seconds in (6.1, 14, 19):
        assert verdict(look(dead, seconds), PLAY, STEREO, at(seconds)) == Ask("floor")
    assert verdict(look(dead, 20.1), PLAY, STEREO, at(20.1)) == Go()


def test_a_customer_is_believed_in_for_ten_seconds():
    assert verdict(IDLE, PLAY, STEREO, at(10)) == Go()
    assert verdict(IDLE, PLAY, STEREO, at(10.1)) == Ask()
    assert verdict(State(), PLAY, STEREO, NOON) == Ask()
    assert verdict(State(), replace(PLAY, without_customer=True), STEREO, NOON) == Go()


def test_an_end_of_what_runs_needs_no_question():
    assert verdict(recorded(), END, STEREO, at(14)) == Go()


def test_a_refusal_that_rests_on_our_own_presses_needs_none_either():
    starting = pressed(in_call(-1), BEGIN, 0)
    found = verdict(starting, BEGIN, STEREO, at(9))
    assert isinstance(found, Refusal)
    assert (found.code, found.seen_at) == ("capture_starting", None)


@pytest.mark.parametrize("capability", [Capability.TOO_OLD, Capability.SWITCHED_OFF, Capability.NO_PERMISSION])
def test_what_the_dialer_cannot_record_is_refused_and_every_clip_goes(capability):
    """Also where it was switched off in the middle of a recording (FACTS 7.2)."""
    rules = replace(STEREO, capability=capability)
    for state in (IDLE, recorded()):
        for press in (BEGIN, END):
            found = verdict(state, press, rules, at(1))
            assert isinstance(found, Refusal)
            assert (found.code, found.seen_at) == (f"capture_{capability}", None)
        assert verdict(state, PLAY, rules, at(1)) == Go()


@pytest.mark.parametrize("seconds", [0.5, 2])
def test_another_machines_clock_may_be_a_little_ahead(seconds):
    assert verdict(IDLE, BEGIN, STEREO, at(-seconds)) == Go()
    assert verdict(IDLE, BEGIN, STEREO, at(-2.1)) == Ask()
