from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agentapi.machine import (
    CAPTURE_AFTER,
    CAPTURE_SEEN,
    FAULT_BEGIN_NEVER_SEEN,
    FAULT_BEGIN_NOT_SEEN,
    FAULT_ENDED_ELSEWHERE,
    FAULT_FOREIGN_NOT_BEGUN,
    FAULT_NOBODY_KNOWS,
    FAULT_NOT_BEGUN,
    FAULT_NOT_ENDED,
    Action,
    Capture,
    CaptureStatus,
    Ending,
    Press,
    Sight,
    State,
    after,
    asked,
    seen,
    tick,
)
from agentapi.outcomes import Accepted, CaptureSeen, Expired, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BEGIN, END = Press(Action.CAPTURE_BEGIN, label="x"), Press(Action.CAPTURE_END)
ENDINGS: list[tuple[Ending, Outcome]] = [
    (Ending.ACCEPTED, Accepted()),
    (Ending.NOTHING_PLAYING, Refused(Reason.NOTHING_PLAYING)),
    (Ending.ALREADY_PLAYING, Refused(Reason.ALREADY_PLAYING)),
    (Ending.STOP_ERROR, Refused(Reason.STOP_ERROR)),
    (Ending.UNANSWERED, Unanswered()),
    (Ending.UNSUPPORTED, Unsupported()),
    (Ending.NO_CHANGE, NotSent()),
    (Ending.NO_CHANGE, Expired()),
    (Ending.NO_CHANGE, Refused(Reason.LOGIN_REFUSED)),
]


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def sight(what: str = "off", recording: str = "7") -> CaptureSeen:
    number = recording if what == "on" else ""
    return CaptureSeen(number, f"file{number}" if number else "", what == "pending", "8600051", "INCALL")


def look(state: State, what: str, seconds: float, recording: str = "7") -> State:
    return seen(tick(state, at(seconds)), sight(what, recording), at(seconds - 0.01), at(seconds))


def begun(outcome: Outcome | None = None) -> State:
    return after(State(), BEGIN, outcome or Accepted(), NOW)


def active() -> State:
    return look(begun(), "on", 1)


@pytest.mark.parametrize(("ending", "outcome"), ENDINGS, ids=str)
@pytest.mark.parametrize("press", [BEGIN, END], ids=["begin", "end"])
def test_every_outcome_of_every_command_follows_the_table(press, ending, outcome):
    before = active()
    result = after(before, press, outcome, at(2))
    if (press.action, ending) in CAPTURE_AFTER:
        assert result.capture.status is CAPTURE_AFTER[press.action, ending]
        assert result.capture.since == at(2)
    else:
        assert result == before
    assert result.playback == before.playback


def test_the_table_of_sights_is_whole():
    assert set(CAPTURE_SEEN) == {(status, what) for status in CaptureStatus for what in Sight}


@pytest.mark.parametrize(("status", "what"), CAPTURE_SEEN)
def test_every_sight_follows_the_table(status, what):
    recording = "7" if status in (CaptureStatus.ACTIVE, CaptureStatus.STOPPING, CaptureStatus.UNKNOWN) else ""
    before = State(capture=Capture(status=status, recording_id=recording, since=NOW))
    result = look(before, what.value, 5).capture
    assert result.status is CAPTURE_SEEN[status, what]
    assert result.checked_at == at(5)
    assert bool(result.recording_id) == (result.status in (CaptureStatus.ACTIVE, CaptureStatus.STOPPING))


def test_success_is_a_wish_and_only_a_number_proves_it():
    state = begun()
    assert (state.capture.status, state.capture.ours, state.capture.label) == ("starting", True, "x")
    assert look(state, "pending", 1).capture.status is CaptureStatus.STARTING
    assert look(state, "off", 1).capture.status is CaptureStatus.STARTING
    capture = look(state, "on", 1).capture
    assert (capture.status, capture.recording_id, capture.filename) == ("active", "7", "file7")
    assert (capture.ours, capture.label, capture.began_at, capture.since) == (True, "x", NOW, at(1))


def test_a_recording_begun_elsewhere_is_not_ours():
    capture = look(State(), "on", 1).capture
    assert (capture.status, capture.ours, capture.label, capture.began_at) == ("active", False, "", at(1))
    assert look(active(), "on", 5, "8").capture.ours is False


def test_a_recording_that_goes_on_keeps_its_beginning():
    capture = look(active(), "on", 50).capture
    assert capture == replace(active().capture, checked_at=at(50))


def test_a_recording_ended_elsewhere_is_noticed():
    assert look(active(), "off", 5).capture == Capture(checked_at=at(5), fault=FAULT_ENDED_ELSEWHERE)
    foreign = look(State(), "on", 1)
    assert look(foreign, "off", 5).capture == Capture(checked_at=at(5))


def test_a_begin_that_no_screen_carries_out_becomes_a_fault():
    waiting = look(begun(), "pending", 1.5)
    assert tick(waiting, at(9.99)) == waiting
    capture = tick(waiting, at(10)).capture
    assert (capture.status, capture.fault) == ("idle", FAULT_NOT_BEGUN)
    assert tick(State(capture=capture), at(1000)).capture == capture


@pytest.mark.parametrize("looked", [None, 0.5, 1.1])
def test_a_begin_that_nobody_could_look_for_in_time_is_unknown_and_not_denied(looked):
    capture = tick(look(begun(), "off", looked) if looked else begun(), at(10)).capture
    assert (capture.status, capture.fault, capture.ours) == ("unknown", FAULT_BEGIN_NOT_SEEN, True)
    assert tick(State(capture=capture), at(1000)).capture == capture


def test_a_wish_that_still_hangs_was_not_carried_out():
    capture = look(tick(begun(), at(10)), "pending", 10.5).capture
    assert (capture.status, capture.fault, capture.ours) == ("idle", FAULT_NOT_BEGUN, True)


def test_that_nothing_runs_any_more_does_not_deny_that_it_ran():
    late = look(tick(begun(), at(10)), "off", 600)
    assert (late.capture.status, late.capture.fault) == ("idle", FAULT_BEGIN_NEVER_SEEN)
    assert look(late, "off", 700).capture.fault == FAULT_BEGIN_NEVER_SEEN
    assert after(late, BEGIN, Accepted(), at(701)).capture.fault is None


def test_what_could_not_be_looked_for_in_time_is_ours_if_it_runs():
    capture = look(tick(begun(), at(10)), "on", 10.5).capture
    assert (capture.status, capture.fault, capture.ours, capture.label) == ("active", None, True, "x")


def test_a_sight_that_is_on_its_way_when_the_deadline_passes_counts():
    late = seen(tick(begun(), at(10)), sight("on"), at(9.9), at(10.1)).capture
    assert (late.status, late.ours, late.fault) == ("active", True, None)


def test_the_fault_stays_while_the_wish_hangs_and_goes_with_the_next_press():
    stuck = tick(look(begun(), "pending", 2), at(10))
    for what in ("pending", "off", "pending"):
        stuck = look(stuck, what, 40)
        assert (stuck.capture.status, stuck.capture.fault) == ("idle", FAULT_NOT_BEGUN)
    assert after(stuck, BEGIN, Accepted(), at(41)).capture.fault is None


def test_a_screen_that_wakes_up_late_begins_our_recording_after_all():
    capture = look(tick(begun(), at(10)), "on", 60).capture
    assert (capture.status, capture.ours, capture.label, capture.fault) == ("active", True, "x", None)


def test_an_end_that_is_never_confirmed_becomes_unknown_and_then_what_is_seen():
    ending = after(active(), END, Accepted(), at(5))
    assert look(ending, "off", 6.5).capture == Capture(checked_at=at(6.5))
    overdue = look(tick(ending, at(15)), "on", 15.5)
    assert (overdue.capture.status, overdue.capture.fault, overdue.capture.ours) == ("active", FAULT_NOT_ENDED, True)
    assert overdue.capture.began_at == NOW
    assert look(overdue, "on", 30).capture.fault == FAULT_NOT_ENDED
    assert after(overdue, END, Accepted(), at(31)).capture.fault is None
    assert tick(ending, at(15)).capture.status is CaptureStatus.UNKNOWN


def test_another_recording_instead_of_the_one_that_was_ended_is_not_ours():
    overdue = look(tick(after(active(), END, Accepted(), at(5)), at(15)), "on", 15.5, "8")
    assert (overdue.capture.status, overdue.capture.ours) == ("active", False)


def test_a_lost_begin_is_asked_for_and_not_denied_too_early():
    lost = begun(Unanswered())
    assert (lost.capture.status, lost.capture.fault, lost.capture.ours) == ("unknown", FAULT_NOBODY_KNOWS, True)
    assert look(lost, "off", 9.9).capture.status is CaptureStatus.UNKNOWN
    denied = look(lost, "off", 10).capture
    assert (denied.status, denied.fault, denied.checked_at) == ("idle", None, at(10))
    assert look(lost, "on", 2).capture.ours
    pending = look(lost, "pending", 2).capture
    assert (pending.status, pending.ours, pending.label, pending.since) == ("starting", True, "x", at(2))


def test_a_wish_whose_answer_was_lost_is_still_ours_when_the_screen_wakes_up():
    denied = look(begun(Unanswered()), "off", 10)
    capture = look(denied, "on", 60).capture
    assert (capture.status, capture.ours, capture.label) == ("active", True, "x")


def test_a_wish_of_somebody_else_that_hangs_is_not_called_ours():
    hanging = tick(look(look(State(), "pending", 1), "pending", 3), at(12)).capture
    assert (hanging.status, hanging.fault, hanging.ours) == ("idle", FAULT_FOREIGN_NOT_BEGUN, False)


def test_a_lost_or_refused_end_is_settled_by_the_next_sight():
    for outcome in (Unanswered(), Refused(Reason.STOP_ERROR)):
        lost = after(active(), END, outcome, at(5))
        assert lost.capture.status is CaptureStatus.UNKNOWN
        assert look(lost, "off", 6).capture == Capture(checked_at=at(6))
        again = look(lost, "on", 6).capture
        assert (again.status, again.began_at, again.ours, again.fault) == ("active", NOW, True, None)


def test_a_mono_start_over_a_running_recording_forgets_the_old_number():
    capture = look(active(), "pending", 5).capture
    assert (capture.status, capture.recording_id, capture.ours) == ("starting", "", False)


def test_what_was_asked_before_the_last_change_says_nothing_of_it():
    ending = after(active(), END, Accepted(), at(5))
    late = seen(ending, sight("off"), at(4.9), at(6.5))
    assert late.capture == ending.capture
    assert late.session.checked_at == at(6.5)
    assert seen(ending, sight("off"), at(5), at(6.5)).capture.status is CaptureStatus.IDLE


def test_an_unknown_function_means_unsupported_until_it_is_seen_to_work():
    state = asked(State(), Unsupported(), NOW, at(0.1))
    assert state.capture.status is CaptureStatus.UNSUPPORTED
    assert look(state, "off", 40).capture.status is CaptureStatus.IDLE


def test_an_end_is_not_believed_before_the_agent_screen_can_have_carried_it_out():
    ending = after(active(), END, Accepted(), at(5))
    early = look(ending, "off", 5.5)
    assert early.capture.status is CaptureStatus.STOPPING
    assert look(early, "off", 6.3).capture.status is CaptureStatus.IDLE
