"""The clip: how it starts, settles, is held, goes on and ends, and what an answer proves of it (FACTS 3)."""

from dataclasses import replace
from datetime import datetime

import pytest

from agentapi.machine import (
    END_LAG,
    PLAYBACK_AFTER,
    SETTLING,
    STOP_LAG,
    Action,
    Ending,
    Fault,
    Playback,
    PlaybackStatus,
    Press,
    State,
    after,
    expected,
    position,
)
from agentapi.machine import tick as ticked
from agentapi.outcomes import Accepted, Expired, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason
from tests.agentapi.looks import NOON as NOW
from tests.agentapi.looks import STEREO, at, pressed

CLIP_ACTIONS = [Action.PLAY, Action.STOP, Action.PAUSE, Action.RESUME, Action.RESTART]
OUTCOMES: dict[Ending, list[Outcome]] = {
    Ending.ACCEPTED: [Accepted()],
    Ending.NOTHING_PLAYING: [Refused(Reason.NOTHING_PLAYING)],
    Ending.ALREADY_PLAYING: [Refused(Reason.ALREADY_PLAYING)],
    Ending.STOP_ERROR: [Refused(Reason.STOP_ERROR)],
    Ending.UNANSWERED: [Unanswered()],
    Ending.NO_SESSION: [Refused(Reason.NOT_LOGGED_IN)],
    Ending.NO_CHANGE: [
        NotSent(),
        Expired(),
        Unsupported(),
        Refused(Reason.LOGIN_REFUSED),
        Refused(Reason.NO_CONFERENCE),
    ],
}
EVERY = [(ending, outcome) for ending, outcomes in OUTCOMES.items() for outcome in outcomes]
PLAY_A = Press(Action.PLAY, "a", "a", "a", 10)
PLAY_B = Press(Action.PLAY, "b", "b", "b", 4, replace=True)
done = pressed


def tick(state: State, moment: datetime) -> State:
    return ticked(state, STEREO, moment)


def playing(seconds: float = 2) -> State:
    return tick(done(State(), PLAY_A, 0), at(seconds))


def paused() -> State:
    return done(playing(), Action.PAUSE, 3)


def status(state: State, seconds: float) -> PlaybackStatus:
    return tick(state, at(seconds)).playback.status


@pytest.mark.parametrize(("ending", "outcome"), EVERY, ids=str)
@pytest.mark.parametrize("action", CLIP_ACTIONS)
def test_every_outcome_of_every_clip_command_follows_the_table(action, ending, outcome):
    before = playing()
    result = after(before, replace(PLAY_B, action=action), outcome, STEREO, at(3))
    if ending is Ending.NO_SESSION:
        assert result.session.status == "LOGGED_OUT"
        assert result.playback == Playback()
    elif (action, ending) == (Action.PLAY, Ending.ALREADY_PLAYING):
        assert result.playback == replace(before.playback, evidence="seen")
    elif (action, ending) in PLAYBACK_AFTER:
        assert result.playback.status is PLAYBACK_AFTER[action, ending]
    else:
        assert result == before
    assert replace(result.capture, checked_at=None) == before.capture


def test_the_table_speaks_of_clip_commands_only():
    assert {action for action, _ in PLAYBACK_AFTER} == set(CLIP_ACTIONS)


def test_a_play_starts_settles_and_ends_by_its_length():
    state = done(State(), PLAY_A, 0)
    assert state.playback.settles_at == NOW + SETTLING
    assert (state.playback.button, state.playback.clip, state.playback.evidence) == ("a", "a", "accepted")
    assert status(state, 1.19) is PlaybackStatus.STARTING
    assert status(state, 1.2) is PlaybackStatus.PLAYING
    assert status(state, 10 + END_LAG.total_seconds() - 0.01) is PlaybackStatus.PLAYING
    assert tick(state, at(10) + END_LAG).playback == Playback()


def test_a_clip_shorter_than_its_window_ends_too():
    assert tick(done(State(), replace(PLAY_A, duration_seconds=0.05), 0), at(1.21)).playback == Playback()


def test_positions_through_pause_resume_and_restart():
    state = paused()
    assert position(state.playback, at(3)) == position(state.playback, at(500)) == 3.0
    assert tick(state, at(5000)) == state
    state = done(state, Action.RESUME, 103)
    assert position(state.playback, at(105)) == 5.0
    assert state.playback.until == at(110) + END_LAG
    state = done(state, Action.RESTART, 106)
    assert position(state.playback, at(107)) == 1.0
    assert state.playback.until == at(116) + END_LAG
    assert position(state.playback, at(200)) == 10.0
    assert position(state.playback, at(0)) == 0.0
    assert state.playback.evidence == "seen"


@pytest.mark.parametrize("state", [playing(), paused()], ids=["playing", "paused"])
def test_a_stopped_clip_keeps_its_place_until_it_is_gone(state):
    stopped = done(state, Action.STOP, 4)
    where = 4.0 if state.playback.status is PlaybackStatus.PLAYING else 3.0
    assert position(stopped.playback, at(4.5)) == where
    assert stopped.playback.until == at(4) + STOP_LAG
    assert tick(stopped, at(4) + STOP_LAG).playback == Playback()


def test_an_unknown_or_silent_clip_has_no_place():
    lost = done(playing(), Action.PAUSE, 3, Unanswered())
    assert position(lost.playback, at(4)) is None
    assert position(Playback(), at(4)) is None
    assert position(done(lost, Action.STOP, 4).playback, at(4)) is None


@pytest.mark.parametrize("action", [Action.STOP, Action.PAUSE, Action.RESUME, Action.RESTART])
def test_nothing_playing_proves_nothing_inside_the_window(action):
    state = done(State(), PLAY_A, 0)
    assert done(state, action, 1.1, Refused(Reason.NOTHING_PLAYING)) == state
    assert done(state, action, 1.2, Refused(Reason.NOTHING_PLAYING)).playback == Playback()


def test_a_lost_play_is_over_once_its_length_has_passed():
    state = done(State(), PLAY_A, 0, Unanswered())
    assert (state.playback.evidence, state.playback.fault) == (None, Fault.NOBODY_KNOWS)
    assert state.playback.settles_at == NOW + SETTLING
    assert status(state, 11) is PlaybackStatus.UNKNOWN
    assert status(state, 11.1) is PlaybackStatus.IDLE


def test_a_lost_replacing_play_is_over_only_when_both_clips_would_be():
    state = done(playing(), PLAY_B, 3, Unanswered())
    assert state.playback.replaced
    assert state.playback.until == at(10) + END_LAG
    assert done(playing(), PLAY_B, 9, Unanswered()).playback.until == at(13) + END_LAG


@pytest.mark.parametrize(
    ("before", "press"),
    [(playing(), Action.PAUSE), (paused(), Action.RESUME), (paused(), Action.STOP), (paused(), PLAY_B)],
)
def test_what_may_be_paused_stays_unknown_for_ever(before, press):
    state = done(before, press, 4, Unanswered())
    assert state.playback.until is None
    assert status(state, 100_000) is PlaybackStatus.UNKNOWN


@pytest.mark.parametrize("seconds", [0.5, 5])
def test_a_lost_stop_is_over_when_the_clip_would_be(seconds):
    state = done(done(State(), PLAY_A, 0), Action.STOP, seconds, Unanswered())
    assert status(state, 11) is PlaybackStatus.UNKNOWN
    assert status(state, 11.1) is PlaybackStatus.IDLE


def test_a_lost_restart_is_over_when_the_restarted_clip_would_be():
    state = done(playing(), Action.RESTART, 5, Unanswered())
    assert state.playback.status is PlaybackStatus.UNKNOWN
    assert state.playback.until == at(15) + END_LAG


@pytest.mark.parametrize("action", [Action.PAUSE, Action.RESTART])
def test_what_is_accepted_just_as_the_clip_ends_may_have_met_nothing(action):
    assert done(playing(), action, 9.49).playback.status is PLAYBACK_AFTER[action, Ending.ACCEPTED]
    for seconds in (9.5, 11.09):
        late = done(playing(), action, seconds).playback
        assert (late.status, late.evidence, late.fault) == ("unknown", "seen", Fault.AT_ITS_END)
        assert late.until == (None if action is Action.PAUSE else at(seconds + 10) + END_LAG)


def test_a_clip_that_was_held_just_before_its_end_is_there_to_be_resumed():
    state = done(done(playing(), Action.PAUSE, 9.49), Action.RESUME, 60)
    assert state.playback.status is PlaybackStatus.PLAYING


def test_stop_or_a_replacing_play_lead_out_of_unknown():
    lost = done(playing(), Action.PAUSE, 3, Unanswered())
    assert done(lost, Action.STOP, 5).playback.status is PlaybackStatus.STOPPING
    assert done(lost, Action.STOP, 5, Refused(Reason.NOTHING_PLAYING)).playback == Playback()
    replaced = done(lost, PLAY_B, 5, Accepted(replaced=True)).playback
    assert (replaced.status, replaced.audio, replaced.fault, replaced.replaced) == ("starting", "b", None, True)


def test_a_clip_that_nobody_started_here_is_unknown_and_seen():
    state = done(State(), PLAY_A, 0, Refused(Reason.ALREADY_PLAYING)).playback
    assert (state.status, state.evidence, state.fault) == ("unknown", "seen", Fault.FOREIGN_CLIP)


def test_a_restart_by_a_replacing_play_settles_like_a_play():
    state = done(playing(), Action.PLAY, 5, Accepted(replaced=True)).playback
    assert (state.status, state.audio, state.button, state.duration_seconds) == ("starting", "a", "a", 10)
    assert state.settles_at == at(5) + SETTLING
    assert state.replaced
    lost = done(playing(), Action.PLAY, 5, Unanswered()).playback
    assert (lost.status, lost.audio, lost.until) == ("unknown", "a", at(15) + END_LAG)
    assert lost.replaced


def test_what_is_expected_of_a_press_is_what_its_acceptance_brings():
    assert expected(playing(), Press(Action.STOP), STEREO, at(3)) == done(playing(), Action.STOP, 3)
