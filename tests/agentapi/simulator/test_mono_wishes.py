"""Mono wishes, the screen that carries them out, and what STATUS says meanwhile (FACTS 2)."""

import pytest

from agentapi.simulator import Floor
from agentapi.simulator.floor import AGENT_SCRIPT
from agentapi.simulator.params import Params
from agentapi.simulator.recording import cut_label

BEGIN_AT = 1795255200.0  # 2026-11-21 10:00:00 UTC


class Clock:
    def __init__(self):
        self.now = BEGIN_AT

    def __call__(self):
        return self.now

    def to(self, seconds):
        self.now = BEGIN_AT + seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def floor(clock):
    return Floor.demo(clock=clock, seed=1)


def ask(floor, function, value, label="", agent="1000"):
    values = {
        "source": "test",
        "user": "apiuser",
        "pass": "apipass",
        "function": function,
        "agent_user": agent,
        "value": value,
        "stage": label,
    }
    return floor.serve(AGENT_SCRIPT, Params(values)).text


def running(floor):
    return [(entry.kind.value, entry.id) for entry in floor.recordings("1000")]


@pytest.mark.parametrize("seed", range(10))
def test_a_wish_is_carried_out_within_its_bounds(clock, seed):
    floor = Floor.demo(clock=clock, seed=seed)
    assert ask(floor, "recording", "START").startswith("SUCCESS: recording function sent - 1000|START||||")
    clock.to(0.29)
    assert running(floor) == []
    clock.to(1.11)
    assert running(floor) == [("recording", 1)]


def test_a_pending_wish_looks_active_on_php_8_only(clock):
    for php, expected in ((8, "recording active - 1000|START_X||||"), (7, "not recording")):
        clock.to(0)
        floor = Floor.demo(clock=clock, php=php)
        ask(floor, "recording", "START", "_X")
        clock.to(0.1)
        assert expected in ask(floor, "recording", "STATUS")


def test_of_two_beginnings_at_once_the_first_is_lost(floor, clock):
    ask(floor, "recording", "START", "_A")
    clock.to(0.1)
    ask(floor, "recording", "START", "_B")
    clock.to(3)
    assert [entry.filename[-2:] for entry in floor.recordings("1000")] == ["_B"]


def test_an_end_inside_the_loop_sticks_until_the_next_beginning(floor, clock):
    ask(floor, "recording", "START")
    clock.to(0.1)
    assert ask(floor, "recording", "STOP").startswith("SUCCESS")
    clock.to(5)
    assert running(floor) == []
    assert ask(floor, "recording", "STOP").startswith("ERROR: stop recording error")
    ask(floor, "recording", "START")
    clock.to(7)
    assert running(floor) == [("recording", 1)]


def test_php_7_refuses_a_stop_while_a_start_is_pending(clock):
    floor = Floor.demo(clock=clock, php=7)
    ask(floor, "recording", "START")
    assert ask(floor, "recording", "STOP").startswith("ERROR: stop recording error - 1000|||||")


def test_a_campaign_recording_is_not_told_of(floor):
    floor.put_on_call("1000", campaign_recording=True)
    assert "not recording" in ask(floor, "recording", "STATUS")


def test_a_start_over_an_active_recording_hides_it_for_a_while(floor, clock):
    ask(floor, "recording", "START")
    clock.to(2)
    ask(floor, "recording", "START")
    assert "not recording" in ask(floor, "recording", "STATUS")
    clock.to(4)
    assert "recording active - 1000|2|" in ask(floor, "recording", "STATUS")


def test_a_frozen_screen_carries_nothing_out(floor, clock):
    floor.freeze("1000")
    ask(floor, "recording", "START", "_X")
    clock.to(60)
    assert running(floor) == []
    assert "active - 1000|START_X|" in ask(floor, "recording", "STATUS")
    floor.unfreeze("1000")
    clock.to(62)
    assert running(floor) == [("recording", 1)]


@pytest.mark.parametrize("end", ["hang_up", "log_out", "pause"])
def test_leaving_the_call_ends_recordings_and_wishes(floor, clock, end):
    ask(floor, "recording", "START")
    clock.to(2)
    ask(floor, "recording", "START")
    getattr(floor, end)("1000")
    assert running(floor) == []
    clock.to(10)
    assert running(floor) == []
    assert floor.log.entries[0].ended_at == BEGIN_AT + 2


@pytest.mark.parametrize("value", ["STATUSX", "RESTART", "STOPPED"])
def test_a_value_is_matched_loosely(floor, value):
    assert ask(floor, "recording", value).startswith("SUCCESS")


def test_words_inside_a_label_are_replaced(floor, clock):
    ask(floor, "recording", "START", "_START_AGENT")
    clock.to(2)
    assert floor.recordings("1000")[0].filename.endswith("_1000___1000")


def test_a_label_is_cut_to_14_bytes():
    assert cut_label("x" * 20) == "x" * 14
    assert cut_label("") == ""
    assert cut_label("aaaaaaaaaaaaaaaa\na\n\n") is None


def test_a_new_session_after_logging_in_again(floor):
    floor.log_out("1000")
    assert ask(floor, "recording", "STATUS") == "ERROR: agent_user is not logged in - 1000\n"
    floor.log_in("1000", "8600099")
    assert "|8600099|PAUSED" in ask(floor, "recording", "STATUS")
