"""The tables of stereo and mono are whole, and the machine follows them."""

import pytest

from agentapi.machine import CAPTURES, MONO, REFUSALS, STEREO, Action, CaptureStatus, Ending, Sight, after, asked
from agentapi.machine.endings import ending_of
from agentapi.outcomes import Accepted, Expired, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason
from tests.agentapi import looks
from tests.agentapi.looks import BEGIN, END, at, look, sight, with_capture

STATUSES = [status for status in CaptureStatus if status is not CaptureStatus.UNSUPPORTED]
KINDS = [(STEREO, looks.STEREO), (MONO, looks.MONO)]
BOTH = pytest.mark.parametrize(("table", "rules"), KINDS, ids=["stereo", "mono"])
WITH_NUMBER = (CaptureStatus.ACTIVE, CaptureStatus.STOPPING, CaptureStatus.UNKNOWN)
OUTCOMES: list[Outcome] = [
    Accepted(), Refused(Reason.NOTHING_PLAYING), Refused(Reason.ALREADY_PLAYING), Refused(Reason.STOP_ERROR),
    Refused(Reason.NOT_VALID), Refused(Reason.LOGIN_REFUSED), Unanswered(), Unsupported(), NotSent(), Expired(),
]  # fmt: skip
SEEN = [(rules, table, status, what) for table, rules in KINDS for status, what in table.seen]


@BOTH
def test_a_press_for_a_recording_has_a_word_in_every_state(table, rules):
    assert set(table.checks) == set(CAPTURES)
    assert all(set(row) == set(STATUSES) for row in table.checks.values())
    words = {word for row in table.checks.values() for word in row.values()}
    assert words - {"go", "wait"} <= set(REFUSALS)


@BOTH
def test_every_state_has_a_sight_of_nothing_and_of_another_recording(table, rules):
    assert {(status, what) for status in STATUSES for what in (Sight.OFF, Sight.OTHER)} <= set(table.seen)


def test_only_mono_ever_shows_a_wish():
    assert {status for status, what in MONO.seen if what is Sight.PENDING} == set(STATUSES)
    assert not any(what is Sight.PENDING for _, what in STEREO.seen)


@BOTH
def test_no_second_begin_is_sent_while_one_may_wait(table, rules):
    row = table.checks[Action.CAPTURE_BEGIN]
    assert [status for status, word in row.items() if word == "go"] == [CaptureStatus.IDLE]


@BOTH
@pytest.mark.parametrize("outcome", OUTCOMES, ids=str)
@pytest.mark.parametrize("press", [BEGIN, END], ids=["begin", "end"])
def test_every_outcome_follows_the_table(table, rules, press, outcome):
    before = with_capture(CaptureStatus.ACTIVE, recording_id="7", ours=True)
    result = after(before, press, outcome, rules, at(2)).capture
    status = table.after.get((press.action, ending_of(outcome)))
    if status is None:
        assert result == before.capture
    else:
        assert (result.status, result.since) == (status, at(2))


@BOTH
def test_the_table_of_outcomes_knows_only_what_a_recording_can_answer(table, rules):
    assert {ending for _, ending in table.after} == {Ending.ACCEPTED, Ending.UNANSWERED, Ending.STOP_ERROR}


@pytest.mark.parametrize(("rules", "table", "status", "what"), SEEN, ids=str)
def test_every_sight_follows_the_table(rules, table, status, what):
    before = with_capture(status, recording_id="7" if status in WITH_NUMBER else "", ours=True)
    number = {Sight.OFF: "", Sight.PENDING: "", Sight.SAME: "7", Sight.OTHER: "8"}[what]
    result = look(before, 5, sight(number, began=4, pending=what is Sight.PENDING), rules).capture
    assert result.status is table.seen[status, what]
    assert result.checked_at == at(5)
    assert bool(result.recording_id) == (result.status in (CaptureStatus.ACTIVE, CaptureStatus.STOPPING))


@pytest.mark.parametrize("status", STATUSES)
def test_a_sight_that_stereo_never_shows_tells_nothing_of_the_recording(status):
    before = with_capture(status, recording_id="7" if status in WITH_NUMBER else "")
    result = look(before, 5, sight(pending=True))
    assert result.capture == before.capture
    assert result.session.checked_at == at(5)


def test_a_sight_of_the_other_function_tells_of_the_session_only():
    before = with_capture(CaptureStatus.ACTIVE, recording_id="7")
    seen = Accepted(seen=sight(status="PAUSED", function="recording"))
    result = asked(before, seen, looks.STEREO, at(5), at(5))
    assert result.session.status == "PAUSED"
    assert (result.capture.status, result.capture.recording_id) == (CaptureStatus.ACTIVE, "7")
    assert result.capture.checked_at == before.capture.checked_at
