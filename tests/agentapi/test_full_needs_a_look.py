"""A clip was played in full only where a look just after its end showed the customer of its call (FACTS 3.6, 4.2)."""

from dataclasses import replace

import pytest

from agentapi.machine import Action, PlaybackStatus, State, asked, moves_at, tick
from agentapi.outcomes import Accepted, Refused
from agentapi.pace import Pace, next_ask, unconfirmed
from agentapi.plays import PlayEnd, Verdict, play_ends
from agentapi.replies import Reason
from tests.agentapi.looks import PLAY, STEREO, at, floor, in_call, look, pressed, seat, sight

FLOOR = replace(STEREO, floor=True)
ALONE = Pace(idle=None)
OUT = Refused(Reason.NOT_LOGGED_IN)
KNOWN = seat(call_id="X", lead_id="5000")

PLAYING = look(pressed(in_call(-0.1), PLAY, 0), 4.1)
OVER = tick(PLAYING, STEREO, at(11.1))
BY_FLOOR = floor(pressed(floor(in_call(-1), -0.5, KNOWN, FLOOR), PLAY, 0, rules=FLOOR), 4.1, KNOWN, FLOOR)
OVER_BY_FLOOR = tick(BY_FLOOR, FLOOR, at(11.1))


def end(before: State, after: State, seconds: float) -> PlayEnd:
    (found,) = play_ends(before, after, at(seconds))
    return found


def last_seen(found: PlayEnd, seconds: float) -> bool:
    told = f"The customer was last seen at {seconds:.1f} of 10.0 s."
    return (found.verdict, found.text) == (Verdict.UNKNOWN, told) and found.seconds == pytest.approx(seconds, abs=0.1)


def test_its_length_alone_ends_nothing_yet_and_makes_a_question_due():
    assert OVER.playback.status is PlaybackStatus.IDLE
    assert list(play_ends(PLAYING, OVER, at(11.1))) == []
    assert next_ask(OVER, ALONE) == at(11.1)
    assert unconfirmed(OVER)


def test_a_customer_seen_after_it_heard_it():
    found = end(OVER, look(OVER, 11.3), 11.3)
    text = "Played to its end, by its length, with the customer on the line."
    assert found == PlayEnd("one", Verdict.FULL, 10, "accepted", text)


def test_a_look_that_came_together_with_its_end_counts_as_well():
    assert end(PLAYING, look(PLAYING, 12), 12).verdict is Verdict.FULL


@pytest.mark.parametrize(
    "seen",
    [sight(status="READY"), sight(status="PAUSED"), sight(status=""), sight(session="9600099")],
    ids=["ready", "paused", "no status", "other session"],
)
def test_anything_else_tells_where_the_customer_was_last_seen(seen):
    assert last_seen(end(OVER, look(OVER, 11.3, seen), 11.3), 4.1)
    assert last_seen(end(PLAYING, look(PLAYING, 11.3, seen), 11.3), 4.1)


def test_a_log_out_tells_it_at_once():
    assert last_seen(end(OVER, pressed(OVER, Action.PAUSE, 11.3, OUT), 11.3), 4.1)
    assert last_seen(end(OVER, asked(OVER, OUT, STEREO, at(11.2), at(11.3)), 11.3), 4.1)


def test_where_nobody_saw_a_customer_at_all_that_is_told():
    played = pressed(look(State(), -60, sight(status="PAUSED")), replace(PLAY, without_customer=True), 0)
    over = tick(played, STEREO, at(11.1))
    found = end(over, look(over, 11.3, sight(status="PAUSED")), 11.3)
    assert (found.verdict, found.seconds) == (Verdict.UNKNOWN, None)


def test_without_a_look_within_moments_nobody_can_say():
    assert moves_at(OVER, STEREO) == at(11.1 + 15)
    late = tick(OVER, STEREO, at(26.2))
    assert last_seen(end(OVER, late, 26.2), 4.1)


@pytest.mark.parametrize("seconds", [27, 3600])
def test_a_look_long_after_it_says_nothing_of_it(seconds):
    """The worker stood still: the agent may be in another call by then."""
    assert last_seen(end(PLAYING, look(PLAYING, seconds), seconds), 4.1)
    late = tick(PLAYING, STEREO, at(seconds))
    assert last_seen(end(late, look(late, seconds + 0.1), seconds + 0.1), 4.1)


def test_a_customer_who_was_gone_in_between_is_not_forgotten():
    """The look was asked before the end and answered after it; the next one shows the next call."""
    gone = asked(OVER, Accepted(seen=sight(status="READY")), STEREO, at(11.05), at(11.2))
    assert last_seen(end(OVER, gone, 11.2), 4.1)
    assert list(play_ends(gone, look(gone, 12), at(12))) == []


def test_a_look_that_was_asked_before_the_end_does_not_count():
    early = asked(OVER, Accepted(seen=sight()), STEREO, at(11.05), at(11.2))
    assert list(play_ends(OVER, early, at(11.2))) == []
    assert next_ask(early, ALONE) == at(11.1)


class TestWithTheFloor:
    def test_only_the_floor_shows_that_it_is_the_same_call(self):
        by_status = look(OVER_BY_FLOOR, 11.3, rules=FLOOR)
        assert list(play_ends(OVER_BY_FLOOR, by_status, at(11.3))) == []
        assert end(by_status, floor(by_status, 14, KNOWN, FLOOR), 14).verdict is Verdict.FULL

    @pytest.mark.parametrize(
        "seen",
        [
            seat(call_id="Y", lead_id="5000"),
            seat(call_id="X", lead_id="5001"),
            seat(sub_status="DEAD", call_id="X"),
            seat(sub_status="PARK", call_id="X"),
            seat("READY", call_id=""),
        ],
        ids=["other call", "other lead", "hung up", "parked", "ready"],
    )
    def test_another_call_or_none_is_not_full(self, seen):
        assert last_seen(end(OVER_BY_FLOOR, floor(OVER_BY_FLOOR, 12, seen, FLOOR), 12), 4.1)

    def test_where_it_comes_no_more_a_status_is_not_enough(self):
        by_status = look(OVER_BY_FLOOR, 11.3, rules=FLOOR)
        assert last_seen(end(by_status, tick(by_status, FLOOR, at(26.2)), 26.2), 4.1)

    def test_it_is_left_some_time_before_a_status_is_asked(self):
        assert next_ask(OVER_BY_FLOOR, replace(ALONE, at_changes=True)) == at(11.1 + 3)

    def test_a_list_that_does_not_cover_the_agent_is_not_waited_for(self):
        uncovered = look(floor(look(PLAYING, 5, rules=FLOOR), 6, None, FLOOR), 7, rules=FLOOR)
        over = tick(uncovered, FLOOR, at(11.1))
        assert end(over, look(over, 11.3, rules=FLOOR), 11.3).verdict is Verdict.FULL


def test_the_same_clip_pressed_again_right_after_is_another_play():
    again = pressed(OVER, replace(PLAY, click="two"), 11.2)
    seen = look(again, 11.5)
    assert end(again, seen, 11.5).click == "one"
    assert (seen.playback.click, seen.playback.status, seen.finished) == ("two", "starting", ())


def test_a_clip_whose_end_came_before_the_next_one_waits_for_its_look_too():
    other = replace(PLAY, audio="b", replace=True, click="two")
    both = pressed(PLAYING, other, 12)
    assert list(play_ends(PLAYING, both, at(12))) == []
    assert end(both, look(both, 12.2), 12.2) == end(OVER, look(OVER, 12.2), 12.2)


def test_a_clip_that_was_replaced_in_its_very_last_moments_was_cut():
    """It begins up to 0.6 s after its SUCCESS, and so may have been on until then (FACTS 3.3)."""
    other = replace(PLAY, audio="b", replace=True, click="two")
    found = end(PLAYING, pressed(PLAYING, other, 10.5, Accepted(replaced=True)), 10.5)
    assert (found.verdict, found.seconds) == (Verdict.CUT, 10)
    assert list(play_ends(PLAYING, pressed(PLAYING, other, 10.6, Accepted(replaced=True)), at(10.6))) == []


def test_nothing_playing_just_at_the_end_is_the_end():
    silent = pressed(PLAYING, Action.PAUSE, 10.2, Refused(Reason.NOTHING_PLAYING))
    assert end(silent, look(silent, 10.4), 10.4).verdict is Verdict.FULL


def test_a_refused_play_over_it_does_not_change_where_the_customer_was_seen():
    refused = pressed(PLAYING, replace(PLAY, audio="b", click="two"), 5, Refused(Reason.ALREADY_PLAYING))
    assert refused.playback.seen_seconds == PLAYING.playback.seen_seconds


def test_a_restart_is_seen_from_its_own_beginning():
    again = pressed(PLAYING, Action.RESTART, 5)
    over = tick(again, STEREO, at(16.1))
    assert last_seen(end(over, look(over, 16.3, sight(status="READY")), 16.3), 0.0)
