"""Whose a recording is: by its start against our BEGIN on the server's clock, never by a label alone (FACTS 7.15)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agentapi.machine import Action, Capture, Fault, Go, Refusal, after, check, confirmations, tick
from agentapi.outcomes import Accepted, Unanswered
from tests.agentapi.looks import BEGIN, END, MONO, STEREO, at, in_call, look, pressed, recorded, sight

NO_CLOCK = replace(STEREO, clock_ahead=None)
CONFIRMED = replace(END, confirmed=True)


def begun(outcome=None):
    return pressed(in_call(-0.1), BEGIN, 0, outcome)


def begun_unseen(outcome=None):
    """The same where no look before it told of recordings."""
    return pressed(replace(in_call(-0.1), capture=Capture()), BEGIN, 0, outcome)


def code(found) -> str:
    assert isinstance(found, Refusal)
    return found.code


@pytest.mark.parametrize("outcome", [None, Unanswered()])
@pytest.mark.parametrize(
    ("began", "ours"), [(-100, False), (-3, False), (-2, None), (-1, None), (0, True), (1, True), (50, True)]
)
def test_what_began_before_our_begin_is_not_ours(outcome, began, ours):
    state = look(begun_unseen(outcome), 55, sight("7", began=began))
    assert state.capture.ours is ours
    assert (state.capture.wished_at is None) is (ours is True)


def test_a_start_is_cut_to_its_second():
    late = pressed(in_call(0.6), BEGIN, 0.7)
    assert look(late, 2, sight("7", began=0)).capture.ours is True


@pytest.mark.parametrize("began", [-3600, -100, -3])
def test_what_a_look_just_before_would_have_shown_began_later_and_the_clock_is_wrong(began):
    state = look(begun(), 1, sight("7", began=began))
    assert (state.capture.ours, state.capture.began_at) == (True, at(1))


def test_a_slow_answer_to_the_begin_makes_nobody_elses_of_it():
    ticked = tick(in_call(-0.1), STEREO, at(3))
    state = after(ticked, BEGIN, Accepted(), STEREO, at(3), sent_at=at(0))
    assert look(state, 4, sight("7", began=1)).capture.ours is True


def test_a_clock_that_was_not_known_at_first_tells_the_beginning_later():
    first = look(in_call(), 1200, sight("9", began=0), NO_CLOCK)
    assert first.capture.began_at == at(1200)
    assert look(first, 1215, sight("9", began=0)).capture.began_at == at(0)


@pytest.mark.parametrize("ahead", [timedelta(hours=-5), timedelta(hours=5, minutes=30, seconds=-40)])
def test_the_start_is_brought_to_our_clock(ahead):
    rules = replace(STEREO, clock_ahead=ahead)
    seen = sight("7", started=f"{at(-90) + ahead:%Y-%m-%d %H:%M:%S}")
    capture = look(in_call(), 5, seen, rules).capture
    assert (capture.began_at, capture.ours) == (at(-90), False)


def test_without_a_clock_what_shows_after_our_begin_is_taken_for_ours():
    state = look(begun(), 1, sight("7", began=-900), NO_CLOCK)
    assert (state.capture.ours, state.capture.began_at) == (True, at(1))
    assert look(in_call(), 1, sight("7", began=-900), NO_CLOCK).capture.ours is False


@pytest.mark.parametrize("started", ["", "nonsense", "0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_a_start_that_is_none_raises_nothing(started):
    capture = look(begun(), 1, sight("7", started=started)).capture
    assert capture.status == "active"
    assert capture.began_at is not None
    assert capture.began_at <= at(1)


def test_a_foreign_recordings_clock_starts_where_it_began():
    assert look(in_call(), 100, sight("9", began=40)).capture.began_at == at(40)


def test_two_from_one_begin_may_each_be_ours():
    """The screen asked twice: the newer one shows first, the older one after its end (FACTS 7.4, 7.7)."""
    both = look(begun(), 1.5, sight("8", began=1))
    assert both.capture.ours is True
    older = look(pressed(both, END, 200), 201, sight("7", began=0))
    assert (older.capture.ours, older.capture.fault) == (None, Fault.ANOTHER_RUNS)
    assert "not known" in confirmations(older, STEREO)[Action.CAPTURE_END]
    assert code(check(older, END, STEREO, at(202))) == "needs_confirmation"
    assert check(older, CONFIRMED, STEREO, at(202)) == Go()


def test_a_foreign_begin_a_tenth_of_a_second_beside_ours_makes_both_unknown():
    first = look(begun(), 0.9, sight("7", began=0))
    both = look(first, 1.4, sight("8", began=1))
    assert both.capture.ours is None
    assert "7" not in both.capture.our_ids
    assert look(both, 9, sight("7", began=0)).capture.ours is None


def test_one_that_began_long_after_is_somebody_elses():
    assert look(recorded(), 300, sight("8", began=299)).capture.ours is False


def test_a_recording_known_to_be_ours_stays_ours():
    foreign = look(recorded(), 100, sight("9", began=99))
    assert foreign.capture.ours is False
    assert look(foreign, 110, sight("7", began=0)).capture.ours is True


def test_a_recording_seen_without_a_begin_is_not_ours_and_its_end_is_confirmed():
    state = look(in_call(), 1, sight("9", began=-1))
    assert state.capture.ours is False
    assert confirmations(state, STEREO) == {
        Action.CAPTURE_END: "This recording was not begun here. End it all the same?"
    }
    assert code(check(state, END, STEREO, at(1))) == "needs_confirmation"
    assert check(state, CONFIRMED, STEREO, at(1)) == Go()


def test_a_board_may_keep_its_agents_from_ending_what_is_not_theirs():
    state = look(in_call(), 1, sight("9", began=-1))
    assert code(check(state, replace(CONFIRMED, end_others=False), STEREO, at(1))) == "not_yours"
    assert check(recorded(), replace(END, end_others=False), STEREO, at(2)) == Go()


def test_one_that_is_being_ended_asks_no_second_time():
    state = pressed(look(in_call(), 1, sight("9", began=-1)), CONFIRMED, 2)
    assert confirmations(state, STEREO) == {}
    assert code(check(state, END, STEREO, at(3))) == "capture_stopping"


def test_what_is_ours_is_ended_without_a_question():
    assert confirmations(recorded(), STEREO) == {}
    assert check(recorded(), END, STEREO, at(2)) == Go()


class TestMono:
    """In mono the label in the file's name counts as well, where one was sent."""

    LABELLED = replace(BEGIN, label="_MIDCALL")

    def begun(self, press=LABELLED):
        return pressed(look(in_call(-1), -0.1, sight(), MONO), press, 0, rules=MONO)

    def begun_unseen(self):
        return pressed(replace(in_call(-0.1), capture=Capture()), self.LABELLED, 0, rules=MONO)

    @pytest.mark.parametrize(("filename", "ours"), [("20261121__MIDCALL", True), ("20261121_other", False)])
    def test_our_label_stands_in_its_name(self, filename, ours):
        assert look(self.begun(), 1, sight("7", began=0, filename=filename), MONO).capture.ours is ours

    def test_a_label_alone_proves_nothing(self):
        seen = sight("7", began=-60, filename="20261121__MIDCALL")
        assert look(self.begun_unseen(), 1, seen, MONO).capture.ours is False

    def test_without_a_label_the_start_decides(self):
        assert look(self.begun(BEGIN), 1, sight("7", began=0), MONO).capture.ours is True

    def test_a_wish_of_somebody_else_is_not_ours_and_nor_is_what_it_begins(self):
        state = look(look(in_call(), 1, sight(), MONO), 2, sight(pending=True), MONO)
        assert (state.capture.status, state.capture.ours) == ("starting", False)
        capture = look(state, 3, sight("7", began=2), MONO).capture
        assert (capture.status, capture.ours, capture.wished_at) == ("active", False, None)

    def test_taking_back_the_wish_of_somebody_else_is_confirmed(self):
        state = look(
            look(look(in_call(), 1, sight(), MONO), 2, sight(pending=True), MONO), 13, sight(pending=True), MONO
        )
        assert Action.CAPTURE_END in confirmations(state, MONO)
        assert code(check(state, END, MONO, at(13))) == "needs_confirmation"
        assert check(state, CONFIRMED, MONO, at(13)) == Go()
