from datetime import UTC, datetime, timedelta

import pytest

from agentapi.commands import (
    AskCapture,
    BeginCapture,
    EndCapture,
    PauseClip,
    PlayClip,
    RestartClip,
    ResumeClip,
    StopClip,
)
from agentapi.machine import (
    CAPTURE_CHECKS,
    PLAYBACK_CHECKS,
    REFUSALS,
    WAIT,
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
    Wait,
    ask_command,
    check,
    may_go_on,
    needs_asking,
    steps,
)
from agentapi.outcomes import Accepted, CaptureSeen, NotSent, Unanswered, Unsupported

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RULES = Rules()


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def with_status(status: str, age: float = 0) -> State:
    return State(session=Session(status, "8600051", ago(age), ago(age)))


def answers(word: str, verdict: object) -> bool:
    if word == "go":
        return verdict == Go()
    if word == "wait":
        return verdict == Wait(NOW + WAIT)
    return verdict == Refusal(word, REFUSALS[word])


@pytest.mark.parametrize("status", PlaybackStatus)
@pytest.mark.parametrize("row", ["play", "replace", "stop", "pause", "resume", "restart"])
def test_every_press_of_a_clip_is_checked_by_the_table(row, status):
    press = Press(Action.PLAY, audio="b", replace=True) if row == "replace" else Press(Action(row), audio="b")
    state = State(playback=Playback(status=status, audio="a"))
    assert answers(PLAYBACK_CHECKS[row][status], check(state, press, RULES, NOW))


@pytest.mark.parametrize("status", CaptureStatus)
@pytest.mark.parametrize("action", [Action.CAPTURE_BEGIN, Action.CAPTURE_END])
def test_every_press_for_a_recording_is_checked_by_the_table(action, status):
    verdict = check(State(capture=Capture(status=status, checked_at=NOW)), Press(action), RULES, NOW)
    assert answers(CAPTURE_CHECKS[action][status], verdict)


def test_a_recording_of_which_nothing_is_known_is_asked_for_before_one_begins():
    assert check(State(), Press(Action.CAPTURE_BEGIN), RULES, NOW) == Go()
    assert needs_asking(State(), Press(Action.CAPTURE_BEGIN), NOW)
    verdict = check(State(), Press(Action.CAPTURE_END), RULES, NOW)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "capture_unknown"
    known = State(capture=Capture(checked_at=NOW))
    assert not needs_asking(known, Press(Action.CAPTURE_BEGIN), NOW)


def status(agent_status: str, recording: str = "", *, pending: bool = False) -> Accepted:
    """The outcome of a STATUS."""
    return Accepted(seen=CaptureSeen(recording, "", pending, session_id="1", agent_status=agent_status))


@pytest.mark.parametrize(
    ("action", "outcome", "allowed"),
    [
        (Action.PLAY, status("INCALL"), True),
        (Action.PLAY, status("READY"), False),
        (Action.PLAY, Unsupported(), True),
        (Action.CAPTURE_BEGIN, status("READY"), True),
        (Action.CAPTURE_BEGIN, status("READY", "7"), False),
        (Action.CAPTURE_BEGIN, status("READY", pending=True), False),
        (Action.CAPTURE_BEGIN, Unsupported(), False),
        (Action.PLAY, Unanswered(), False),
        (Action.PLAY, NotSent(), False),
        (Action.CAPTURE_BEGIN, Unanswered(), False),
    ],
    ids=str,
)  # fmt: skip
def test_the_question_that_comes_first_decides(action, outcome, allowed):
    assert may_go_on(Press(action, audio="a"), outcome) is allowed


def test_the_tables_are_whole_and_every_word_has_a_text():
    rows = list(PLAYBACK_CHECKS.values())
    assert all(set(row) == set(PlaybackStatus) for row in rows)
    assert all(set(row) == set(CaptureStatus) for row in CAPTURE_CHECKS.values())
    words = {word for table in (PLAYBACK_CHECKS, CAPTURE_CHECKS) for row in table.values() for word in row.values()}
    assert words - {"go", "wait"} <= set(REFUSALS)


def test_unknown_leads_out_only_through_stop_or_a_replacing_play():
    assert {row for row, words in PLAYBACK_CHECKS.items() if words[PlaybackStatus.UNKNOWN] == "go"} == {
        "stop",
        "replace",
    }


def test_pause_goes_only_when_playing_and_resume_only_when_paused():
    going = {row: [s for s, word in PLAYBACK_CHECKS[row].items() if word == "go"] for row in ("pause", "resume")}
    assert going == {"pause": [PlaybackStatus.PLAYING], "resume": [PlaybackStatus.PAUSED]}


def test_a_recording_begins_only_from_idle_and_ends_only_when_active():
    going = {row: [s for s, word in words.items() if word == "go"] for row, words in CAPTURE_CHECKS.items()}
    assert going == {"capture_begin": [CaptureStatus.IDLE], "capture_end": [CaptureStatus.ACTIVE]}


def test_waiting_is_until_the_clip_moves_on():
    state = State(playback=Playback(status=PlaybackStatus.STOPPING, until=later(0.8)))
    assert check(state, Press(Action.PLAY, audio="a"), RULES, NOW) == Wait(later(0.8))


def test_waiting_is_never_until_the_past():
    state = State(playback=Playback(status=PlaybackStatus.STOPPING, until=ago(1)))
    assert check(state, Press(Action.PLAY, audio="a"), RULES, NOW) == Wait(NOW + WAIT)


@pytest.mark.parametrize("replace", [False, True])
def test_a_second_press_of_the_same_clip_while_it_starts_is_one_play(replace):
    state = State(playback=Playback(status=PlaybackStatus.STARTING, audio="a", until=later(1)))
    verdict = check(state, Press(Action.PLAY, audio="a", replace=replace), RULES, NOW)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "already_starting"


def test_a_replacing_play_after_a_lost_one_waits_for_its_window():
    state = State(playback=Playback(status=PlaybackStatus.UNKNOWN, settles_at=later(1)))
    press = Press(Action.PLAY, audio="b", replace=True)
    assert check(state, press, RULES, NOW) == Wait(later(1))
    assert check(state, press, RULES, later(1)) == Go()


@pytest.mark.parametrize("status", [PlaybackStatus.STARTING, PlaybackStatus.UNKNOWN])
def test_a_stop_after_a_replacing_play_waits_until_it_cannot_hit_the_replaced_clip(status):
    state = State(playback=Playback(status=status, settles_at=later(1), until=later(1), replaced=True))
    assert check(state, Press(Action.STOP), RULES, NOW) == Wait(later(1))
    assert check(state, Press(Action.STOP), RULES, later(1)) == Go()


def test_a_stop_of_a_clip_that_replaced_nothing_goes_at_once():
    state = State(playback=Playback(status=PlaybackStatus.STARTING, settles_at=later(1), until=later(1)))
    assert check(state, Press(Action.STOP), RULES, NOW) == Go()


@pytest.mark.parametrize("action", [Action.PAUSE, Action.RESUME])
def test_a_server_too_old_to_pause_is_not_asked_to(action):
    state = State(playback=Playback(status=PlaybackStatus.PLAYING))
    verdict = check(state, Press(action), Rules(pause_supported=False), NOW)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "pause_unsupported"


@pytest.mark.parametrize("action", list(Action))
def test_nothing_goes_to_an_agent_who_is_known_to_be_logged_out(action):
    verdict = check(with_status("LOGGED_OUT", 10), Press(action, audio="a"), RULES, NOW)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "logged_out"


@pytest.mark.parametrize("status", ["LOGGED_OUT", "PAUSED", "READY", "QUEUE", "CLOSER"])
def test_a_refusal_is_never_spoken_from_old_knowledge(status):
    press = Press(Action.PLAY, audio="a")
    assert check(with_status(status, 10.1), press, RULES, NOW) == Go()
    assert needs_asking(with_status(status, 10.1), press, NOW)


@pytest.mark.parametrize("status", ["PAUSED", "READY", "QUEUE", "CLOSER"])
def test_a_clip_without_a_customer_is_refused_unless_the_board_allows_it(status):
    verdict = check(with_status(status), Press(Action.PLAY, audio="a"), RULES, NOW)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "no_customer"
    allowed = Press(Action.PLAY, audio="a", without_customer=True)
    assert check(with_status(status), allowed, RULES, NOW) == Go()
    assert not needs_asking(with_status(status), allowed, NOW)


def test_a_customer_is_believed_in_for_ten_seconds():
    press = Press(Action.PLAY, audio="a")
    assert not needs_asking(with_status("INCALL", 10), press, NOW)
    assert needs_asking(with_status("INCALL", 10.1), press, NOW)
    assert needs_asking(State(), press, NOW)
    assert not needs_asking(State(), Press(Action.STOP), NOW)


@pytest.mark.parametrize(
    ("press", "sent"),
    [
        (Press(Action.PLAY, audio="a"), PlayClip("a")),
        (Press(Action.PLAY, audio="a", replace=True), PlayClip("a", replace=True)),
        (Press(Action.STOP), StopClip()),
        (Press(Action.PAUSE), PauseClip()),
        (Press(Action.RESUME), ResumeClip()),
        (Press(Action.RESTART), RestartClip()),
        (Press(Action.CAPTURE_BEGIN, label="x"), BeginCapture("x", "recording")),
        (Press(Action.CAPTURE_END), EndCapture("recording")),
    ],
)
def test_what_a_press_sends(press, sent):
    assert steps(State(), press, Rules(capture="recording")) == ((press.action, sent),)


def test_restarting_a_paused_clip_resumes_it_first():
    state = State(playback=Playback(status=PlaybackStatus.PAUSED, audio="a"))
    assert steps(state, Press(Action.RESTART), RULES) == (
        (Action.RESUME, ResumeClip()),
        (Action.RESTART, RestartClip()),
    )


def test_restarting_where_nothing_can_be_paused_is_a_replacing_play():
    state = State(playback=Playback(status=PlaybackStatus.PLAYING, audio="a"))
    sent = steps(state, Press(Action.RESTART), Rules(pause_supported=False))
    assert sent == ((Action.PLAY, PlayClip("a", replace=True)),)


def test_the_question_is_of_the_dialers_kind():
    assert ask_command(RULES) == AskCapture("stereo_recording")
    assert ask_command(Rules(capture="recording")) == AskCapture("recording")
