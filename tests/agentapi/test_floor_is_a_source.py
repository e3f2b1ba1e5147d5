"""What the floor's list changes: a source with its own knowledge, but not the truth (FACTS 4.2, 4.3)."""

from dataclasses import replace

import pytest

from agentapi.machine import (
    Action,
    Capture,
    CaptureStatus,
    Go,
    Playback,
    PlaybackStatus,
    Refusal,
    Session,
    State,
    asked,
    check,
    customer_gone,
    same_seat,
    seated,
    tick,
    verdict,
)
from agentapi.outcomes import Accepted, Refused
from agentapi.pace import Pace, next_ask, unconfirmed
from agentapi.replies import Reason
from tests.agentapi.looks import NOON, PLAY, SESSION, STEREO, at, floor, in_call, look, pressed, seat, sight

BUSY = State(
    session=Session("INCALL", SESSION, NOON, NOON, NOON),
    capture=Capture(status=CaptureStatus.ACTIVE, recording_id="7", since=NOON, ours=True),
    playback=Playback(status=PlaybackStatus.PLAYING, audio="a", began_at=NOON, duration_seconds=100),
)
DEAD = seat(sub_status="DEAD")
ALONE = Pace(idle=None)


def test_a_seat_is_the_status_with_its_age_and_moves_no_question():
    state = floor(BUSY, 6, seat(lead_id="", call_id=""))
    assert state.session == replace(BUSY.session, checked_at=at(6), floor_at=at(6))
    assert state.capture == BUSY.capture
    assert same_seat(BUSY, replace(state, playback=BUSY.playback))


def test_another_status_is_news():
    state = floor(BUSY, 6, seat("PAUSED"))
    assert (state.session.status, state.session.since) == ("PAUSED", at(6))
    assert not same_seat(BUSY, state)


def test_another_session_ends_what_was_assumed():
    state = floor(BUSY, 6, seat(session_id="9600052"))
    assert (state.capture, state.playback) == (Capture(beneath="7"), Playback())


def test_an_older_list_than_what_is_known_is_ignored():
    assert seated(BUSY, None, STEREO, at(-1), at(6)) == BUSY
    assert seated(BUSY, seat("READY"), STEREO, at(-1), at(6)) == BUSY


class TestAbsence:
    """That somebody does not stand in the list proves nothing; it only makes a STATUS due."""

    ABSENT = floor(BUSY, 6, None)

    def test_only_asks(self):
        assert self.ABSENT.session.status == "INCALL"
        assert (self.ABSENT.capture, self.ABSENT.session.absent_at) == (BUSY.capture, at(6))
        assert next_ask(look(BUSY, 5, sight("7")), ALONE) == at(5 - 0.01 + 15)
        assert next_ask(floor(look(BUSY, 5, sight("7")), 6, None), ALONE) == at(6)
        assert unconfirmed(self.ABSENT)

    def test_a_status_that_says_logged_in_wins_and_marks_the_list(self):
        state = look(self.ABSENT, 7, sight("7"))
        assert (state.session.status, state.session.absent_at, state.session.uncovered) == ("INCALL", None, True)
        again = floor(state, 11, None)
        assert again == tick(state, STEREO, at(11))

    def test_a_status_that_was_asked_before_proves_nothing_of_it(self):
        ticked = tick(self.ABSENT, STEREO, at(7))
        state = asked(ticked, Accepted(seen=sight("7")), STEREO, at(5.9), at(7))
        assert (state.session.absent_at, state.session.uncovered) == (at(6), False)

    def test_a_list_that_shows_the_agent_covers_them(self):
        state = floor(look(self.ABSENT, 7, sight("7")), 11, seat())
        assert not state.session.uncovered

    def test_what_the_list_told_of_the_customer_goes_with_it(self):
        state = look(floor(floor(BUSY, 3, DEAD), 6, None), 7, sight("7"))
        assert not customer_gone(state.session)
        assert state.session.call_id == ""

    def test_it_makes_no_log_out_younger(self):
        out = pressed(in_call(-1), Action.PAUSE, 0, Refused(Reason.NOT_LOGGED_IN))
        state = floor(out, 10, None)
        assert state == out
        assert not isinstance(verdict(state, PLAY, STEREO, at(10.5)), Refusal)

    def test_a_log_out_is_what_a_status_tells(self):
        state = pressed(self.ABSENT, Action.STOP, 7, Refused(Reason.NOT_LOGGED_IN))
        assert (state.session.status, state.session.absent_at) == ("LOGGED_OUT", None)


class TestCustomer:
    @pytest.mark.parametrize("sub_status", ["DEAD", "PARK", "DISPO", "DIAL"])
    def test_is_gone(self, sub_status):
        state = floor(in_call(), 5, seat(sub_status=sub_status))
        assert customer_gone(state.session)
        found = verdict(state, PLAY, STEREO, at(5.5))
        assert isinstance(found, Refusal)
        assert found.code == "no_customer"

    @pytest.mark.parametrize("sub_status", ["", "3-WAY", "RING", "NEWWORD"])
    def test_is_there(self, sub_status):
        state = floor(in_call(), 5, seat(sub_status=sub_status))
        assert check(state, PLAY, STEREO, at(5.5)) == Go()

    def test_comes_back_with_the_next_list(self):
        state = floor(floor(in_call(), 5, DEAD), 10, seat())
        assert check(state, PLAY, STEREO, at(10.5)) == Go()

    @pytest.mark.parametrize(("status", "gone"), [("INCALL", True), ("READY", False)])
    def test_a_status_of_the_same_call_does_not_bring_them_back(self, status, gone):
        dead = floor(in_call(), 5, DEAD)
        assert customer_gone(look(dead, 8, sight(status=status)).session) is gone

    def test_what_the_floor_saw_is_forgotten_after_fifteen_seconds(self):
        dead = floor(in_call(), 5, DEAD)
        assert customer_gone(tick(dead, STEREO, at(19.9)).session)
        assert not customer_gone(tick(dead, STEREO, at(20)).session)

    @pytest.mark.parametrize("action", [Action.RESUME, Action.RESTART])
    def test_a_clip_does_not_go_on_for_nobody(self, action):
        paused = replace(BUSY, playback=replace(BUSY.playback, status=PlaybackStatus.PAUSED))
        state = floor(paused, 6, DEAD)
        press = replace(PLAY, action=action)
        found = check(state, press, STEREO, at(6.5))
        assert isinstance(found, Refusal)
        assert found.code == "no_customer"
        assert check(state, replace(press, without_customer=True), STEREO, at(6.5)) == Go()


def test_a_recording_is_seen_even_where_the_floor_was_seen_later():
    known = floor(BUSY, 5, seat())
    state = asked(known, Accepted(seen=sight(status="READY")), STEREO, at(4), at(6))
    assert state.session == replace(known.session, asked_at=at(4))
    assert state.capture.status is CaptureStatus.IDLE
    elsewhere = Accepted(seen=sight("8", session="9600099"))
    assert asked(known, elsewhere, STEREO, at(4), at(6)).capture == known.capture
