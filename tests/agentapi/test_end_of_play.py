"""How the end of a play is told, where it did not come by the clip's length."""

from dataclasses import replace
from itertools import pairwise

import pytest

from agentapi.machine import Action, Press, State, tick
from agentapi.outcomes import Accepted, Refused, Unanswered
from agentapi.plays import PlayEnd, Verdict, play_ends
from agentapi.replies import Reason
from tests.agentapi.looks import PLAY, STEREO, at, floor, in_call, look, pressed, seat, sight

OTHER = Press(Action.PLAY, "b", "b", "b", 4, replace=True, click="two")
NOTHING = Refused(Reason.NOTHING_PLAYING)
OUT = Refused(Reason.NOT_LOGGED_IN)
PLAYING = tick(pressed(in_call(-0.1), PLAY, 0), STEREO, at(2))


def ends(*states: State, seconds: float) -> list[PlayEnd]:
    """The ends along a way of states, the last of which is reached then."""
    return [end for one, other in pairwise(states) for end in play_ends(one, other, at(seconds))]


def test_a_clip_that_goes_on_has_no_end():
    assert ends(in_call(), PLAYING, tick(PLAYING, STEREO, at(9)), look(PLAYING, 9.5), seconds=9) == []


def test_a_stop_tells_how_far_it_came():
    stopped = pressed(PLAYING, Action.STOP, 4)
    (end,) = ends(PLAYING, stopped, tick(stopped, STEREO, at(6)), seconds=6)
    assert end == PlayEnd("one", Verdict.STOPPED, 4, "seen", "Stopped at 4.0 of 10.0 s.")


def test_a_clip_that_another_one_replaced_was_cut():
    (end,) = ends(PLAYING, pressed(PLAYING, OTHER, 3, Accepted(replaced=True)), seconds=3)
    assert (end.click, end.verdict, end.seconds) == ("one", "cut", 3)
    assert end.text == "Another clip replaced it at 3.0 of 10.0 s."


def test_a_restart_is_the_same_play():
    assert ends(PLAYING, pressed(PLAYING, Action.RESTART, 3), seconds=3) == []
    by_replacing = pressed(PLAYING, Press(Action.PLAY), 3)
    assert ends(PLAYING, by_replacing, seconds=3) == []


def test_a_paused_clip_does_not_end_by_its_length():
    paused = pressed(PLAYING, Action.PAUSE, 4)
    (end,) = ends(paused, pressed(paused, OTHER, 60), seconds=60)
    assert (end.verdict, end.seconds) == ("cut", 4)


@pytest.mark.parametrize(
    "left",
    [
        look(PLAYING, 5, sight(status="READY")),
        floor(PLAYING, 5, seat("READY")),
        *[floor(PLAYING, 5, seat(sub_status=gone)) for gone in ("DEAD", "PARK", "DISPO")],
    ],
    ids=["status", "floor", "hung up", "parked", "disposition"],
)
def test_a_customer_who_left_did_not_hear_the_rest(left):
    (end,) = ends(left, tick(left, STEREO, at(12)), seconds=12)
    assert end == PlayEnd("one", Verdict.CUT, 5, "accepted", "The customer had gone by 5.0 of 10.0 s.")


def test_a_customer_who_came_back_meanwhile_did_not_hear_all_of_it():
    parked = floor(floor(PLAYING, 5, seat(sub_status="PARK")), 7, seat())
    over = look(tick(parked, STEREO, at(11.1)), 11.2)
    (end,) = ends(parked, over, seconds=11.2)
    assert (end.verdict, end.seconds) == ("cut", 5)


def test_a_restart_for_a_customer_who_came_back_is_heard_from_the_beginning():
    parked = floor(floor(PLAYING, 4, seat(sub_status="PARK")), 6, seat())
    again = pressed(parked, Action.RESTART, 6.5)
    over = floor(tick(again, STEREO, at(17.6)), 18, seat())
    (end,) = ends(again, tick(again, STEREO, at(17.6)), over, seconds=18)
    assert end.verdict == "full"


@pytest.mark.parametrize("playing", [PLAYING, replace(PLAYING, session=replace(PLAYING.session, session_id=""))])
def test_a_log_out_cuts(playing):
    """Also where its session's number was never told."""
    out = pressed(playing, Action.PAUSE, 5, OUT)
    (end,) = ends(playing, out, seconds=5)
    assert (end.verdict, end.text) == ("cut", "The agent's VICIdial session had ended by 5.0 of 10.0 s.")


def test_another_session_is_not_vicidials_word_that_nothing_played():
    moved = look(look(PLAYING, 4), 5, sight(session="9600099"))
    (end,) = ends(PLAYING, moved, seconds=5)
    assert (end.verdict, end.text) == ("cut", "The agent's VICIdial session had ended by 5.0 of 10.0 s.")


def test_vicidials_word_that_nothing_plays_is_a_failure():
    (end,) = ends(PLAYING, pressed(PLAYING, Action.PAUSE, 5, NOTHING), seconds=5)
    text = "VICIdial says that it was not playing at 5.0 of 10.0 s."
    assert (end.verdict, end.seconds, end.text) == ("failed", None, text)


def test_a_lost_answer_leaves_the_end_unknown():
    lost = pressed(PLAYING, Action.RESTART, 5, Unanswered())
    (end,) = ends(lost, tick(lost, STEREO, at(40)), seconds=40)
    assert (end.verdict, end.seconds) == ("unknown", None)


def test_what_was_never_pressed_has_no_end():
    foreign = replace(PLAYING, playback=replace(PLAYING.playback, click=""))
    assert ends(foreign, look(tick(foreign, STEREO, at(12)), 12.5), seconds=12.5) == []
