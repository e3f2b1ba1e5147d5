"""What a customer hears and what VICIdial believes, moment by moment (FACTS 3)."""

import pytest

from agentapi.simulator import Floor
from agentapi.simulator.floor import AGENT_SCRIPT, UnknownAgentError
from agentapi.simulator.params import Params

CLIP, OTHER = "cd-recorded-line", "greeting"


class Clock:
    def __init__(self):
        self.now = 1795261550.0

    def __call__(self):
        return self.now

    def to(self, seconds):
        self.now = 1795261550.0 + seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def floor(clock):
    return Floor.demo(clock=clock, seed=1)


def ask(floor, stage, clip="", agent="1000", **more):
    values = {
        "source": "test",
        "user": "apiuser",
        "pass": "apipass",
        "function": "audio_playback",
        "agent_user": agent,
        "stage": stage,
        "value": clip,
        **more,
    }
    return floor.serve(AGENT_SCRIPT, Params(values)).text


def test_a_clip_is_heard_from_its_beginning_to_its_end(floor, clock):
    assert ask(floor, "PLAY", CLIP).startswith("SUCCESS")
    heard = []
    for tenths in range(60):
        clock.to(tenths / 10)
        if floor.audible("1000"):
            heard.append(tenths / 10)
    assert (heard[0], heard[-1]) == (0.3, 4.2)


def test_stop_inside_the_window_finds_nothing_and_the_clip_plays_on(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(0.5)
    assert "no audio playing" in ask(floor, "STOP")
    clock.to(2)
    assert floor.audible("1000") == [CLIP]
    assert ask(floor, "STOP").startswith("SUCCESS")
    clock.to(2.2)
    assert floor.audible("1000") == []


def test_two_plays_inside_the_window_sound_over_each_other_and_stop_ends_one(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(0.2)
    assert ask(floor, "PLAY", "cd-mini-miranda").startswith("SUCCESS")
    clock.to(1)
    assert floor.audible("1000") == [CLIP, "cd-mini-miranda"]
    ask(floor, "STOP")
    clock.to(1.7)
    assert floor.audible("1000") == ["cd-mini-miranda"]
    ask(floor, "STOP")
    clock.to(1.9)
    assert floor.audible("1000") == []


def test_a_visible_clip_refuses_another_unless_overridden(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(1)
    assert "already playing" in ask(floor, "PLAY", OTHER)
    assert "already playing" in ask(floor, "PLAY", OTHER, dial_override="y")
    lines = ask(floor, "PLAY", OTHER, dial_override="Y").splitlines()
    assert [line.split(":")[0] for line in lines] == ["NOTICE", "SUCCESS"]
    for tenths in range(20):
        clock.to(1 + tenths / 10)
        assert len(floor.audible("1000")) <= 1
    assert floor.audible("1000") == [OTHER]


@pytest.mark.parametrize("seed", range(20))
def test_the_end_is_seen_late_by_at_most_half_a_second(clock, seed):
    floor = Floor.demo(clock=clock, seed=seed)
    ask(floor, "PLAY", CLIP)
    clock.to(4.29)
    assert "already playing" in ask(floor, "PLAY", OTHER)
    clock.to(4.8001)
    assert "no audio playing" in ask(floor, "STOP")


def test_pause_twice_resumes(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(1)
    ask(floor, "PAUSE")
    clock.to(50)
    assert floor.audible("1000") == []
    ask(floor, "PAUSE")
    clock.to(51)
    assert floor.audible("1000") == [CLIP]
    clock.to(53.5)
    assert floor.audible("1000") == []


def test_resume_while_playing_pauses(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(1)
    assert ask(floor, "RESUME").startswith("SUCCESS")
    clock.to(2)
    assert floor.audible("1000") == []


def test_restart_begins_again(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(3)
    ask(floor, "RESTART")
    clock.to(6.9)
    assert floor.audible("1000") == [CLIP]
    clock.to(7.2)
    assert floor.audible("1000") == []


def test_restart_while_paused_is_swallowed(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(3)
    ask(floor, "PAUSE")
    clock.to(10)
    assert ask(floor, "RESTART").startswith("SUCCESS")
    clock.to(11)
    ask(floor, "RESUME")
    clock.to(12)
    assert floor.audible("1000") == [CLIP]
    clock.to(12.5)
    assert floor.audible("1000") == []


@pytest.mark.parametrize("clip", ["no-such-clip", "greeting.wav", "n" * 90])
def test_a_clip_without_a_file_is_success_and_silence(floor, clock, clip):
    assert ask(floor, "PLAY", clip).startswith("SUCCESS")
    clock.to(1)
    assert floor.audible("1000") == []
    assert "no audio playing" in ask(floor, "STOP")


def test_an_unknown_stage_kills_php_8_and_does_nothing_on_php_7(clock):
    for php, expected in ((8, 500), (7, 200)):
        clock.to(0)
        floor = Floor.demo(clock=clock, php=php)
        ask(floor, "PLAY", CLIP)
        clock.to(1)
        ask(floor, "STATUS")
        assert floor.requests[-1].status == expected
        assert floor.audible("1000") == [CLIP]


@pytest.mark.parametrize("end", ["hang_up", "pause", "log_out"])
def test_leaving_the_call_ends_the_clip(floor, clock, end):
    ask(floor, "PLAY", CLIP)
    clock.to(1)
    getattr(floor, end)("1000")
    assert floor.audible("1000") == []
    floor.put_on_call("1000")
    assert floor.audible("1000") == []


def test_without_a_customer_a_clip_plays_to_nobody(floor, clock):
    assert ask(floor, "PLAY", CLIP, agent="1004").startswith("SUCCESS")
    clock.to(1)
    assert floor.audible("1004") == []
    assert floor.in_conference("1004") == [CLIP]


def test_a_customer_who_hangs_up_hears_no_more(floor, clock):
    ask(floor, "PLAY", CLIP)
    clock.to(1)
    floor.customer_hangs_up("1000")
    assert (floor.audible("1000"), floor.in_conference("1000")) == ([], [CLIP])


def test_a_session_without_data_or_conference(floor):
    floor.agent("1000").session_id = ""
    assert ask(floor, "PLAY", CLIP) == "ERROR: audio_playback error - entry is empty - PLAY|1000\n"
    floor.agent("1000").server = ""
    assert ask(floor, "PLAY", CLIP) == "ERROR: audio_playback error - no session data - PLAY|1000\n"


def test_asking_about_nobody_is_an_error(floor):
    with pytest.raises(UnknownAgentError, match="no agent '77'"):
        floor.audible("77")


def test_one_seed_gives_one_story(clock):
    def story(seed):
        clock.to(0)
        floor = Floor.demo(clock=clock, seed=seed)
        ask(floor, "PLAY", CLIP)
        answers = []
        for hundredths in range(420, 500):
            clock.to(hundredths / 100)
            answers.append(ask(floor, "STATUS"))
        return answers

    assert story(5) == story(5)
    assert len({tuple(story(seed)) for seed in range(6)}) > 1
