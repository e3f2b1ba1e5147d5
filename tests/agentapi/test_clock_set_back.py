"""Where the clock is set back, nothing waits until it has come round again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agentapi.machine import CaptureStatus, Go, PlaybackStatus, check, moves_at, position, tick, verdict
from agentapi.pace import Pace, next_ask
from tests.agentapi.looks import BEGIN, END, PLAY, STEREO, at, floor, in_call, look, pressed, recorded, seat, sight

HOUR = 3600.0


def test_an_agent_can_record_and_play_at_once():
    back = tick(in_call(), STEREO, at(-HOUR))
    looked = look(back, 1 - HOUR)
    assert looked.session.checked_at == at(1 - HOUR)
    assert verdict(looked, BEGIN, STEREO, at(1 - HOUR)) == Go()
    assert verdict(looked, PLAY, STEREO, at(1 - HOUR)) == Go()


def test_questions_are_due_as_before():
    back = tick(look(in_call(), 5), STEREO, at(-HOUR))
    due = next_ask(back, Pace())
    assert due is not None
    assert due <= at(30 - HOUR)


@pytest.mark.parametrize(
    ("state", "seconds"),
    [(pressed(in_call(), BEGIN, 1), 75), (pressed(recorded(), END, 2), 75)],
    ids=["starting", "stopping"],
)
def test_what_waits_for_a_screen_is_overdue_as_before(state, seconds):
    back = tick(state, STEREO, at(-HOUR))
    assert back.capture.status is state.capture.status
    assert tick(back, STEREO, at(seconds - HOUR)).capture.status is CaptureStatus.UNKNOWN
    assert look(back, 71 - HOUR).capture.status is CaptureStatus.IDLE


def test_a_clip_ends_as_before():
    back = tick(pressed(in_call(), PLAY, 1), STEREO, at(-HOUR))
    assert position(back.playback, at(3 - HOUR)) == 3.0
    moves = moves_at(back, STEREO)
    assert moves is not None
    assert moves <= at(2 - HOUR)
    over = tick(back, STEREO, at(12 - HOUR))
    assert over.playback.status is PlaybackStatus.IDLE
    assert len(over.finished) == 1


def test_no_look_of_the_clock_before_is_fresh():
    dead = floor(in_call(), 1, seat(sub_status="DEAD"))
    back = tick(dead, STEREO, at(-HOUR))
    assert (back.session.checked_at, back.session.sub_status, back.capture.checked_at) == (None, "", None)


def test_whose_a_recording_is_stays_as_it_was():
    back = tick(pressed(in_call(), BEGIN, 0), STEREO, at(-HOUR))
    rules = replace(STEREO, clock_ahead=STEREO.clock_ahead + timedelta(hours=1) if STEREO.clock_ahead else None)
    assert look(back, 2 - HOUR, sight("7", began=1), rules).capture.ours is True


def test_what_an_answer_on_its_way_overtook_is_no_clock_set_back():
    state = look(in_call(), 30)
    assert tick(state, STEREO, at(0)) == state


def test_a_clock_set_forward_leaves_no_dead_end():
    late = look(tick(pressed(in_call(), BEGIN, 0), STEREO, at(HOUR)), HOUR + 1)
    assert late.capture.status is CaptureStatus.IDLE
    assert check(late, BEGIN, STEREO, at(HOUR + 1)) == Go()
