"""What a press meets in each state of the clip, and what is sent for it."""

import pytest

from agentapi.commands import (
    BeginCapture,
    EndCapture,
    PauseClip,
    PlayClip,
    RestartClip,
    ResumeClip,
    StopClip,
)
from agentapi.machine import (
    PLAYBACK_CHECKS,
    REFUSALS,
    Action,
    Go,
    Playback,
    PlaybackStatus,
    Press,
    Refusal,
    Rules,
    Session,
    State,
    Wait,
    check,
    steps,
)
from tests.agentapi.looks import NOON, STEREO, at

IN_CALL = Session("INCALL", "9600051", NOON, NOON, NOON)
SOON = at(0.25)


def with_clip(status: PlaybackStatus, **more: object) -> State:
    return State(IN_CALL, playback=Playback(status=status, **more))  # type: ignore[arg-type]


def answers(word: str, verdict: object) -> bool:
    if word == "go":
        return verdict == Go()
    if word == "wait":
        return verdict == Wait(SOON)
    return verdict == Refusal(word, REFUSALS[word])


@pytest.mark.parametrize("status", PlaybackStatus)
@pytest.mark.parametrize("row", ["play", "replace", "stop", "pause", "resume", "restart"])
def test_every_press_of_a_clip_is_checked_by_the_table(row, status):
    press = Press(Action.PLAY, audio="b", replace=True) if row == "replace" else Press(Action(row), audio="b")
    assert answers(PLAYBACK_CHECKS[row][status], check(with_clip(status, audio="a"), press, STEREO, NOON))


def test_the_table_is_whole_and_every_word_has_a_text():
    rows = list(PLAYBACK_CHECKS.values())
    assert all(set(row) == set(PlaybackStatus) for row in rows)
    assert {word for row in rows for word in row.values()} - {"go", "wait"} <= set(REFUSALS)


def test_unknown_leads_out_only_through_stop_or_a_replacing_play():
    leads_out = {row for row, words in PLAYBACK_CHECKS.items() if words[PlaybackStatus.UNKNOWN] == "go"}
    assert leads_out == {"stop", "replace"}


def test_pause_goes_only_when_playing_and_resume_only_when_paused():
    going = {row: [s for s, word in PLAYBACK_CHECKS[row].items() if word == "go"] for row in ("pause", "resume")}
    assert going == {"pause": [PlaybackStatus.PLAYING], "resume": [PlaybackStatus.PAUSED]}


def test_waiting_is_until_the_clip_moves_on_and_never_until_the_past():
    press = Press(Action.PLAY, audio="a")
    assert check(with_clip(PlaybackStatus.STOPPING, until=at(0.8)), press, STEREO, NOON) == Wait(at(0.8))
    assert check(with_clip(PlaybackStatus.STOPPING, until=at(-1)), press, STEREO, NOON) == Wait(SOON)


@pytest.mark.parametrize("replace", [False, True])
def test_a_second_press_of_the_same_clip_while_it_starts_is_one_play(replace):
    state = with_clip(PlaybackStatus.STARTING, audio="a", until=at(1))
    verdict = check(state, Press(Action.PLAY, audio="a", replace=replace), STEREO, NOON)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "already_starting"


def test_a_replacing_play_after_a_lost_one_waits_for_its_window():
    state = with_clip(PlaybackStatus.UNKNOWN, settles_at=at(1))
    press = Press(Action.PLAY, audio="b", replace=True)
    assert check(state, press, STEREO, NOON) == Wait(at(1))
    assert check(state, press, STEREO, at(1)) == Go()


@pytest.mark.parametrize("status", [PlaybackStatus.STARTING, PlaybackStatus.UNKNOWN])
def test_a_stop_after_a_replacing_play_waits_until_it_cannot_hit_the_replaced_clip(status):
    state = with_clip(status, settles_at=at(1), until=at(1), replaced=True)
    assert check(state, Press(Action.STOP), STEREO, NOON) == Wait(at(1))
    assert check(state, Press(Action.STOP), STEREO, at(1)) == Go()


def test_a_stop_of_a_clip_that_replaced_nothing_goes_at_once():
    state = with_clip(PlaybackStatus.STARTING, settles_at=at(1), until=at(1))
    assert check(state, Press(Action.STOP), STEREO, NOON) == Go()


@pytest.mark.parametrize("action", [Action.PAUSE, Action.RESUME])
def test_a_server_too_old_to_pause_is_not_asked_to(action):
    verdict = check(with_clip(PlaybackStatus.PLAYING), Press(action), Rules(pause_supported=False), NOON)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "pause_unsupported"


@pytest.mark.parametrize(
    ("press", "sent"),
    [
        (Press(Action.PLAY, audio="a"), PlayClip("a")),
        (Press(Action.PLAY, audio="a", replace=True), PlayClip("a", replace=True)),
        (Press(Action.STOP), StopClip()),
        (Press(Action.PAUSE), PauseClip()),
        (Press(Action.RESUME), ResumeClip()),
        (Press(Action.RESTART), RestartClip()),
        (Press(Action.CAPTURE_BEGIN), BeginCapture()),
        (Press(Action.CAPTURE_END), EndCapture()),
    ],
)
def test_what_a_press_sends(press, sent):
    assert steps(State(), press, STEREO) == ((press.action, sent),)


def test_a_label_goes_with_a_mono_begin():
    press = Press(Action.CAPTURE_BEGIN, label="x")
    assert steps(State(), press, Rules(capture="recording")) == ((press.action, BeginCapture("x", "recording")),)


def test_restarting_a_paused_clip_resumes_it_first():
    assert steps(with_clip(PlaybackStatus.PAUSED, audio="a"), Press(Action.RESTART), STEREO) == (
        (Action.RESUME, ResumeClip()),
        (Action.RESTART, RestartClip()),
    )


def test_restarting_where_nothing_can_be_paused_is_a_replacing_play():
    sent = steps(with_clip(PlaybackStatus.PLAYING, audio="a"), Press(Action.RESTART), Rules(pause_supported=False))
    assert sent == ((Action.PLAY, PlayClip("a", replace=True)),)
