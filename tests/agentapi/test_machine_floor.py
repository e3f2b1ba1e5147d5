"""What the floor's answer changes in one agent's state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agentapi.floors import Seat
from agentapi.machine import (
    Action,
    Capture,
    CaptureStatus,
    Go,
    Playback,
    PlaybackStatus,
    Press,
    Refusal,
    Rules,
    Session,
    State,
    check,
    needs_asking,
    same_seat,
    seated,
    seen,
)
from agentapi.outcomes import CaptureSeen

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAY = Press(Action.PLAY, audio="a")


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


BUSY = State(
    session=Session("INCALL", "8600051", NOW, NOW, NOW),
    capture=Capture(status=CaptureStatus.ACTIVE, recording_id="7", since=NOW, ours=True),
    playback=Playback(status=PlaybackStatus.PLAYING, audio="a", began_at=NOW, duration_seconds=100),
)


def test_a_seat_is_the_status_with_its_age_and_moves_no_question():
    state = seated(BUSY, Seat("INCALL", "8600051"), at(5), at(6))
    assert state == replace(BUSY, session=replace(BUSY.session, checked_at=at(6), customer_at=at(6)))
    assert same_seat(BUSY, state)


def test_another_status_is_news():
    state = seated(BUSY, Seat("PAUSED", "8600051"), at(5), at(6))
    assert (state.session.status, state.session.since) == ("PAUSED", at(6))
    assert state.capture == BUSY.capture
    assert not same_seat(BUSY, state)


def test_no_seat_is_a_log_out():
    state = seated(BUSY, None, at(5), at(6))
    assert state == State(session=Session("LOGGED_OUT", "", at(6), NOW, at(6)), capture=Capture(checked_at=at(6)))


def test_another_session_ends_what_was_assumed():
    state = seated(BUSY, Seat("INCALL", "8600052"), at(5), at(6))
    assert (state.capture, state.playback) == (Capture(), Playback())


def test_an_older_answer_than_what_is_known_is_ignored():
    assert seated(BUSY, None, at(-1), at(6)) == BUSY


def test_a_dead_call_has_no_customer_to_hear_a_clip():
    idle = replace(BUSY, playback=Playback())
    state = seated(idle, Seat("INCALL", "8600051", "DEAD"), at(5), at(6))
    assert state.session.customer_gone
    verdict = check(state, PLAY, Rules(), at(7))
    assert isinstance(verdict, Refusal)
    assert verdict.code == "no_customer"
    assert needs_asking(state, PLAY, at(7))
    next_call = seated(state, Seat("INCALL", "8600051"), at(10), at(11))
    assert check(next_call, PLAY, Rules(), at(12)) == Go()
    assert not needs_asking(next_call, PLAY, at(12))


@pytest.mark.parametrize(("status", "gone"), [("INCALL", True), ("READY", False)])
def test_a_status_of_the_same_call_does_not_bring_the_customer_back(status, gone):
    dead = seated(BUSY, Seat("INCALL", "8600051", "DEAD"), at(5), at(6))
    sight = CaptureSeen("7", "", pending=False, session_id="8600051", agent_status=status)
    assert seen(dead, sight, at(7), at(8)).session.customer_gone is gone


def test_a_status_does_not_make_old_news_of_the_customer_younger():
    idle = replace(BUSY, playback=Playback())
    dead = seated(idle, Seat("INCALL", "8600051", "DEAD"), at(5), at(6))
    later = seen(dead, CaptureSeen("7", "", pending=False, session_id="8600051", agent_status="INCALL"), at(20), at(20))
    assert not later.session.customer_gone
    assert check(later, PLAY, Rules(), at(21)) == Go()


@pytest.mark.parametrize("action", [Action.RESUME, Action.RESTART])
def test_a_clip_does_not_go_on_for_nobody(action):
    paused = replace(BUSY, playback=replace(BUSY.playback, status=PlaybackStatus.PAUSED))
    dead = seated(paused, Seat("INCALL", "8600051", "DEAD"), at(5), at(6))
    verdict = check(dead, Press(action), Rules(), at(7))
    assert isinstance(verdict, Refusal)
    assert verdict.code == "no_customer"
    assert check(dead, Press(action, without_customer=True), Rules(), at(7)) == Go()


def test_a_recording_is_seen_even_where_the_floor_was_seen_later():
    known = seated(BUSY, Seat("INCALL", "8600051"), at(5), at(5))
    sight = CaptureSeen("", "", pending=False, session_id="8600051", agent_status="READY")
    state = seen(known, sight, at(4), at(6))
    assert state.session == replace(known.session, asked_at=at(4))
    assert state.capture.status is CaptureStatus.IDLE


def test_a_recording_of_another_session_than_the_floors_says_nothing():
    known = seated(BUSY, Seat("INCALL", "8600052"), at(5), at(5))
    sight = CaptureSeen("7", "", pending=False, session_id="8600051", agent_status="INCALL")
    assert seen(known, sight, at(4), at(6)) == known
