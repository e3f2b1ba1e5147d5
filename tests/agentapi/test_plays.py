"""How the end of a play is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from agentapi.floors import Seat
from agentapi.machine import Action, Press, Session, State, after, seated, seen, tick
from agentapi.outcomes import Accepted, CaptureSeen, Outcome, Refused, Unanswered
from agentapi.plays import PlayEnd, Verdict, play_end
from agentapi.replies import Reason

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAY = Press(Action.PLAY, "a", "a", "a", 10, click="one")
OTHER = Press(Action.PLAY, "b", "b", "b", 4, replace=True, click="two")
READY = CaptureSeen("", "", pending=False, session_id="8600051", agent_status="READY")
INCALL = State(Session("INCALL", "8600051", NOW, NOW))


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def pressed(state: State, press: Press, seconds: float, outcome: Outcome | None = None) -> State:
    return after(tick(state, at(seconds)), press, outcome or Accepted(), at(seconds))


PLAYING = tick(pressed(INCALL, PLAY, 0), at(2))


def ends(*states: State, seconds: float) -> list[PlayEnd]:
    """The ends along a way of states, the last of which is reached then."""
    found = [play_end(one, other, at(seconds)) for one, other in pairwise(states)]
    return [end for end in found if end]


def test_a_clip_whose_length_elapsed_was_played_in_full():
    assert ends(PLAYING, tick(PLAYING, at(12)), seconds=12) == [
        PlayEnd("one", Verdict.FULL, 10, "accepted", "Played to its end, by its length.")
    ]


def test_a_clip_that_goes_on_has_no_end():
    assert ends(INCALL, pressed(INCALL, PLAY, 0), PLAYING, tick(PLAYING, at(9)), seconds=9) == []


def test_a_stop_tells_how_far_it_came():
    stopped = pressed(PLAYING, Press(Action.STOP), 4)
    (end,) = ends(PLAYING, stopped, tick(stopped, at(6)), seconds=6)
    assert end == PlayEnd("one", Verdict.STOPPED, 4, "seen", "Stopped at 4.0 of 10.0 s.")


def test_a_clip_that_another_one_replaced_was_cut():
    (end,) = ends(PLAYING, pressed(PLAYING, OTHER, 3, Accepted(replaced=True)), seconds=3)
    assert (end.click, end.verdict, end.seconds) == ("one", "cut", 3)
    assert end.text == "Another clip replaced it at 3.0 of 10.0 s."


def test_a_clip_whose_end_came_before_the_next_one_was_played_in_full():
    (end,) = ends(PLAYING, pressed(PLAYING, OTHER, 12), seconds=12)
    assert end.verdict == "full"


def test_a_restart_is_the_same_play():
    assert ends(PLAYING, pressed(PLAYING, Press(Action.RESTART), 3), seconds=3) == []
    by_replacing = pressed(PLAYING, Press(Action.PLAY), 3)
    assert ends(PLAYING, by_replacing, seconds=3) == []


def test_a_paused_clip_does_not_end_by_its_length():
    paused = pressed(PLAYING, Press(Action.PAUSE), 4)
    (end,) = ends(paused, pressed(paused, OTHER, 60), seconds=60)
    assert (end.verdict, end.seconds) == ("cut", 4)


@pytest.mark.parametrize(
    "left",
    [
        lambda state: seen(state, READY, at(5), at(5)),
        lambda state: seated(state, Seat("READY", "8600051"), at(5), at(5)),
        lambda state: seated(state, Seat("INCALL", "8600051", "DEAD"), at(5), at(5)),
    ],
    ids=["status", "floor", "dead call"],
)
def test_a_customer_who_left_did_not_hear_the_rest(left):
    state = left(PLAYING)
    (end,) = ends(state, tick(state, at(12)), seconds=12)
    assert end == PlayEnd("one", Verdict.CUT, 5, "accepted", "The customer had gone by 5.0 of 10.0 s.")


def test_a_log_out_cuts():
    out = after(PLAYING, Press(Action.PAUSE), Refused(Reason.NOT_LOGGED_IN), at(5))
    (end,) = ends(PLAYING, out, seconds=5)
    assert (end.verdict, end.text) == ("cut", "The agent's VICIdial session had ended by 5.0 of 10.0 s.")


def test_vicidials_word_that_nothing_plays_is_a_failure():
    silent = pressed(PLAYING, Press(Action.PAUSE), 5, Refused(Reason.NOTHING_PLAYING))
    (end,) = ends(PLAYING, silent, seconds=5)
    assert (end.verdict, end.seconds, end.text) == (
        "failed",
        None,
        "VICIdial says that it was not playing at 5.0 of 10.0 s.",
    )


def test_nothing_playing_just_at_the_end_is_the_end():
    silent = pressed(PLAYING, Press(Action.PAUSE), 10.2, Refused(Reason.NOTHING_PLAYING))
    (end,) = ends(PLAYING, silent, seconds=10.2)
    assert end.verdict == "full"


def test_a_lost_answer_leaves_the_end_unknown():
    lost = pressed(PLAYING, Press(Action.RESTART), 5, Unanswered())
    (end,) = ends(lost, tick(lost, at(40)), seconds=40)
    assert (end.verdict, end.seconds) == ("unknown", None)


def test_what_was_never_pressed_has_no_end():
    foreign = replace(PLAYING, playback=replace(PLAYING.playback, click=""))
    assert ends(foreign, tick(foreign, at(12)), seconds=12) == []
