"""What another status, call, session or login changes in what was assumed of the one before."""

from dataclasses import replace

import pytest

from agentapi.machine import (
    Action,
    Capture,
    CaptureStatus,
    Fault,
    Go,
    Playback,
    PlaybackStatus,
    Press,
    Session,
    State,
    after,
    asked,
    verdict,
)
from agentapi.outcomes import Accepted, Expired, NotSent, Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi.looks import (
    BEGIN,
    END,
    NOON,
    SESSION,
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

BUSY = State(
    session=Session("INCALL", SESSION, NOON, NOON, NOON),
    capture=Capture(status=CaptureStatus.ACTIVE, recording_id="7", since=NOON, ours=True),
    playback=Playback(status=PlaybackStatus.PLAYING, audio="a", began_at=NOON, duration_seconds=100),
)
OUT = Refused(Reason.NOT_LOGGED_IN)
NEXT = "9600099"
STATES = {
    "idle": in_call(-0.1),
    "starting": pressed(in_call(-0.1), BEGIN, 0),
    "lost": pressed(in_call(-0.1), BEGIN, 0, Unanswered()),
    "active": recorded(),
    "stopping": pressed(recorded(), END, 2),
    "unknown": pressed(recorded(), END, 2, Unanswered()),
    "not begun": look(pressed(in_call(-100), BEGIN, -99), 0),
}
EVERY = pytest.mark.parametrize("state", STATES.values(), ids=STATES)


def seen(state: State, asked_at: float, seconds: float, answer) -> State:
    return asked(state, Accepted(seen=answer), STEREO, at(asked_at), at(seconds))


@pytest.mark.parametrize("status", ["READY", "QUEUE", "INCALL", "PAUSED", "CLOSER"])
def test_the_session_is_what_vicidial_says_with_its_age(status):
    state = seen(BUSY, 5, 6, sight("7", status))
    assert (state.session.status, state.session.checked_at, state.session.asked_at) == (status, at(6), at(5))
    if status == "INCALL":
        assert (state.session.since, state.playback) == (NOON, replace(BUSY.playback, seen_seconds=5.0))
    else:
        ended = replace(BUSY.playback, status=PlaybackStatus.UNKNOWN, fault=Fault.CALL_ENDED)
        assert state.session.since == at(6)
        assert state.playback == replace(ended, alone_at=at(6), alone_seconds=6.0)


def test_a_paused_clip_is_not_carried_into_the_next_call():
    paused = replace(BUSY, playback=replace(BUSY.playback, status=PlaybackStatus.PAUSED, until=None))
    state = look(look(paused, 6, sight(status="READY")), 8)
    assert (state.playback.status, state.playback.until) == (PlaybackStatus.UNKNOWN, None)


def test_a_clip_of_the_present_call_is_not_ended_by_the_end_of_the_one_before():
    """The floor tells them apart later than the clip began."""
    known = floor(in_call(-6), -5, seat(call_id="X"))
    played = pressed(look(known, -0.1), Press(Action.PLAY, audio="a", duration_seconds=30, click="one"), 0)
    state = floor(played, 2, seat(call_id="Y"))
    assert (state.playback.status, state.playback.alone_at) == ("playing", None)


def test_an_answer_without_a_status_leaves_it_unknown():
    assert seen(BUSY, 5, 6, sight("7", "")).session.status == "UNKNOWN"


def test_a_changed_session_ends_what_was_assumed():
    state = seen(BUSY, 5, 6, sight(session=NEXT))
    assert (state.session.session_id, state.playback, state.capture) == (
        NEXT,
        Playback(),
        Capture(checked_at=at(6), beneath="7"),
    )


def test_a_recording_in_a_changed_session_is_not_ours():
    state = seen(BUSY, 5, 6, sight("8", session=NEXT))
    assert (state.capture.status, state.capture.ours) == (CaptureStatus.ACTIVE, False)


def test_a_changed_session_keeps_what_began_after_the_question():
    begun = after(BUSY, Press(Action.PLAY, audio="b", duration_seconds=3), Accepted(), STEREO, at(5.5))
    state = seen(begun, 5, 6, sight(session=NEXT))
    assert state.playback.audio == "b"


def test_a_clip_played_since_the_session_before_was_last_seen_may_play_in_either():
    played = replace(BUSY, playback=replace(BUSY.playback, began_at=at(5)))
    state = seen(played, 10, 10.1, sight(session="9600098", status="PAUSED"))
    assert (state.playback.status, state.playback.fault) == (PlaybackStatus.UNKNOWN, Fault.WHICH_SESSION)


def test_an_answer_without_a_session_id_changes_no_session():
    state = seen(BUSY, 5, 6, sight("7", session=""))
    assert (state.session.session_id, state.playback.status) == (SESSION, PlaybackStatus.PLAYING)


def test_the_first_session_id_is_no_change():
    assert seen(State(playback=BUSY.playback), 5, 6, sight()).playback.status is PlaybackStatus.PLAYING


@pytest.mark.parametrize("press", [Press(action, audio="a") for action in Action], ids=list(Action))
def test_a_log_out_seen_by_any_command_ends_what_was_assumed(press):
    state = after(BUSY, press, OUT, STEREO, at(5))
    assert (state.session.status, state.session.session_id, state.session.since) == ("LOGGED_OUT", "", at(5))
    assert (state.capture, state.playback) == (Capture(checked_at=at(5), beneath="7"), Playback())


def test_a_log_out_seen_by_asking_ends_what_was_assumed():
    state = asked(BUSY, OUT, STEREO, at(5), at(6))
    assert (state.session.status, state.session.asked_at) == ("LOGGED_OUT", at(5))
    assert (state.capture, state.playback) == (Capture(checked_at=at(6), beneath="7"), Playback())


@EVERY
def test_a_log_out_in_every_state_of_the_recording_leaves_no_alarm(state):
    out = asked(state, OUT, STEREO, at(5), at(5))
    row = state.capture.recording_id or state.capture.beneath
    assert out.capture == Capture(checked_at=at(5), our_ids=state.capture.our_ids, beneath=row)
    back = look(out, 60, sight(session=NEXT))
    assert verdict(back, BEGIN, STEREO, at(60)) == Go()


@EVERY
def test_another_session_in_every_state_of_the_recording_leads_out(state):
    moved = look(look(state, 60, sight(status="PAUSED", session=NEXT)), 90, sight(session=NEXT))
    moved = look(moved, 170, sight(session=NEXT))
    assert moved.capture.status is CaptureStatus.IDLE
    assert verdict(moved, BEGIN, STEREO, at(170)) == Go()


@EVERY
def test_the_end_of_the_call_in_every_state_of_the_recording_leads_out(state):
    over = look(look(state, 5, sight(status="PAUSED")), 60, sight())
    over = look(over, 140, sight())
    assert (over.capture.status, over.capture.fault) == ("idle", None)
    assert verdict(over, BEGIN, STEREO, at(140)) == Go()


@pytest.mark.parametrize("outcome", [Accepted(seen=sight("1", "READY", session=NEXT)), OUT], ids=str)
def test_an_answer_to_an_older_question_than_what_is_known_is_ignored(outcome):
    assert replace(asked(BUSY, outcome, STEREO, at(-1), at(6)), session=BUSY.session) == BUSY


@pytest.mark.parametrize(
    "outcome", [Unanswered(), NotSent(), Expired(), Accepted(), Refused(Reason.LOGIN_REFUSED)], ids=str
)
def test_no_answer_changes_nothing_but_when_it_was_asked(outcome):
    state = asked(BUSY, outcome, STEREO, at(5), at(6))
    assert state == replace(BUSY, session=replace(BUSY.session, asked_at=at(5)))


def test_a_begin_since_the_session_before_was_last_seen_is_still_awaited():
    begun = after(replace(BUSY, capture=Capture()), BEGIN, Unanswered(), STEREO, at(5))
    state = seen(begun, 6, 6.1, sight(session=NEXT))
    assert state.capture.status is CaptureStatus.UNKNOWN
