from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agentapi.machine import (
    FAULT_CALL_ENDED,
    Action,
    Capture,
    CaptureStatus,
    Playback,
    PlaybackStatus,
    Press,
    Session,
    State,
    after,
    asked,
    seen,
)
from agentapi.outcomes import Accepted, CaptureSeen, Expired, NotSent, Refused, Unanswered
from agentapi.replies import Reason

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


BUSY = State(
    session=Session("INCALL", "8600051", NOW, NOW, NOW),
    capture=Capture(status=CaptureStatus.ACTIVE, recording_id="7", since=NOW, ours=True),
    playback=Playback(status=PlaybackStatus.PLAYING, audio="a", began_at=NOW, duration_seconds=100),
)


def sight(session: str = "8600051", status: str = "INCALL", recording: str = "7") -> CaptureSeen:
    return CaptureSeen(recording, "", pending=False, session_id=session, agent_status=status)


@pytest.mark.parametrize("status", ["READY", "QUEUE", "INCALL", "PAUSED", "CLOSER"])
def test_the_session_is_what_vicidial_says_with_its_age(status):
    state = seen(BUSY, sight(status=status), at(5), at(6))
    assert state.session == Session(status, "8600051", at(6), at(5), NOW if status == "INCALL" else at(6))
    if status == "INCALL":
        assert state.playback == BUSY.playback
    else:
        ended = replace(BUSY.playback, status=PlaybackStatus.UNKNOWN, fault=FAULT_CALL_ENDED)
        assert state.playback == replace(ended, alone_at=at(6), alone_seconds=6.0)


def test_a_paused_clip_is_not_carried_into_the_next_call():
    paused = replace(BUSY, playback=replace(BUSY.playback, status=PlaybackStatus.PAUSED, until=None))
    state = seen(seen(paused, sight(status="READY"), at(5), at(6)), sight(), at(7), at(8))
    assert (state.playback.status, state.playback.until) == (PlaybackStatus.UNKNOWN, None)


def test_an_answer_without_a_status_leaves_it_unknown():
    assert seen(BUSY, sight(status=""), at(5), at(6)).session.status == "UNKNOWN"


def test_a_changed_session_ends_what_was_assumed():
    state = seen(BUSY, sight("8600052", recording=""), at(5), at(6))
    assert state.session.session_id == "8600052"
    assert state.playback == Playback()
    assert state.capture == Capture(checked_at=at(6))


def test_a_recording_in_a_changed_session_is_not_ours():
    state = seen(BUSY, sight("8600052"), at(5), at(6))
    assert (state.capture.status, state.capture.ours) == (CaptureStatus.ACTIVE, False)


def test_a_changed_session_keeps_what_began_after_the_question():
    begun = after(BUSY, Press(Action.PLAY, audio="b", duration_seconds=3), Accepted(), at(5.5))
    begun = after(begun, Press(Action.CAPTURE_BEGIN), Accepted(), at(5.5))
    state = seen(begun, sight("8600052", recording=""), at(5), at(6))
    assert (state.playback, state.capture) == (begun.playback, begun.capture)


def test_an_answer_without_a_session_id_changes_no_session():
    state = seen(BUSY, sight(""), at(5), at(6))
    assert state.session.session_id == "8600051"
    assert state.playback == BUSY.playback


def test_the_first_session_id_is_no_change():
    state = seen(State(playback=BUSY.playback), sight(), at(5), at(6))
    assert state.playback == BUSY.playback


@pytest.mark.parametrize("press", [Press(action, audio="a") for action in Action], ids=list(Action))
def test_a_log_out_seen_by_any_command_ends_what_was_assumed(press):
    state = after(BUSY, press, Refused(Reason.NOT_LOGGED_IN), at(5))
    assert state == State(session=Session("LOGGED_OUT", "", at(5), NOW, at(5)), capture=Capture(checked_at=at(5)))


def test_a_log_out_seen_by_asking_ends_what_was_assumed():
    state = asked(BUSY, Refused(Reason.NOT_LOGGED_IN), at(5), at(6))
    assert state == State(session=Session("LOGGED_OUT", "", at(6), at(5), at(6)), capture=Capture(checked_at=at(6)))


@pytest.mark.parametrize("outcome", [Accepted(seen=sight("1", "READY", "")), Refused(Reason.NOT_LOGGED_IN)], ids=str)
def test_an_answer_to_an_older_question_than_what_is_known_is_ignored(outcome):
    assert asked(BUSY, outcome, at(-1), at(6)) == BUSY


@pytest.mark.parametrize(
    "outcome", [Unanswered(), NotSent(), Expired(), Accepted(), Refused(Reason.LOGIN_REFUSED)], ids=str
)
def test_no_answer_changes_nothing_but_when_it_was_asked(outcome):
    state = asked(BUSY, outcome, at(5), at(6))
    assert state == State(Session("INCALL", "8600051", NOW, at(5), NOW), BUSY.capture, BUSY.playback)


def test_asking_with_an_answer_is_seeing():
    answer = sight("8600052", "READY", "")
    assert asked(BUSY, Accepted(seen=answer), at(5), at(6)) == seen(BUSY, answer, at(5), at(6))


def test_a_clip_played_since_the_session_before_was_last_seen_may_play_in_either():
    played = replace(BUSY, playback=replace(BUSY.playback, began_at=at(5)))
    state = seen(played, sight("8600099"), at(10), at(10.1))
    assert state.playback.status is PlaybackStatus.UNKNOWN
    assert "session changed" in (state.playback.fault or "")


def test_a_begin_since_the_session_before_was_last_seen_is_still_awaited():
    begun = after(replace(BUSY, capture=Capture()), Press(Action.CAPTURE_BEGIN), Unanswered(), at(5))
    state = seen(begun, sight("8600099", recording=""), at(6), at(6.1))
    assert state.capture.status is CaptureStatus.UNKNOWN
