"""How often VICIdial is asked what cannot be known otherwise: the budget of one agent's session."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agentapi.machine import OVERDUE_AFTER, WAITING_AFTER, Capture, CaptureStatus, State

ASK_FIRST = timedelta(seconds=0.5)
"""How soon what is unconfirmed is asked for: a BEGIN comes to life within 0.3 to 1.3 s (FACTS 2.3, 7.4)."""
FLOOR_FIRST = timedelta(seconds=3)
"""How long the end of a clip is left to the floor, where that tells of it."""
WISH_LOOKED_AFTER, WISH_LATER_EVERY = timedelta(minutes=5), timedelta(minutes=1)
"""A wish that no agent screen carried out is looked after for as long as it may wait, more seldom after a while: a
frozen screen that wakes up does it late.
"""
TWIN_AFTER = timedelta(seconds=2.5)
"""When a recording that has just shown is looked at again: another one may have begun beside it (FACTS 7.4)."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNCONFIRMED = (CaptureStatus.STARTING, CaptureStatus.STOPPING, CaptureStatus.UNKNOWN)


@dataclass(frozen=True)
class Pace:
    """`idle` is the pause between questions where a panel is open and nothing runs, None where nobody needs them;
    `active` the pause while a recording runs; `unconfirmed` how many questions at most settle what began or ended, in
    the ten seconds before an agent's screen counts as late. Where the floor tells of the session, `at_changes` asks for
    the recording, which it does not tell of, whenever the status changes. Without `captures` the dialer cannot tell of
    recordings at all.
    """

    idle: timedelta | None = timedelta(seconds=30)
    at_changes: bool = False
    active: timedelta = timedelta(seconds=15)
    unconfirmed: int = 8
    captures: bool = True


def unconfirmed(state: State) -> bool:
    """Whether a question may settle what nobody knows yet: such questions go before all others."""
    return state.capture.status in _UNCONFIRMED or bool(state.finished) or state.session.absent_at is not None


def next_ask(state: State, pace: Pace) -> datetime | None:
    """When the next STATUS is due; None where nothing is to be learned from one."""
    return min(_reasons(state, pace), default=None)


def _reasons(state: State, pace: Pace) -> Iterator[datetime]:
    """When a STATUS is due for each of the things that one could tell."""
    session, last = state.session, state.session.asked_at
    for finished in state.finished:
        if last is None or last < finished.at:
            yield finished.at + (FLOOR_FIRST if pace.at_changes else timedelta())
    if session.absent_at and (last is None or last < session.absent_at):
        yield session.absent_at
    if pace.captures and (due := _of_capture(state.capture, last, pace)):
        yield due
    if pace.idle is not None:
        changed_at = session.since if pace.at_changes and _not_seen_since(state, session.since) else None
        yield changed_at or (last + pace.idle if last else _LONG_AGO)


def _not_seen_since(state: State, changed_at: datetime | None) -> bool:
    """Whether the recording was not looked at any more since the status changed, nor asked for."""
    asked, seen = state.session.asked_at, state.capture.checked_at
    return bool(changed_at and asked and asked < changed_at and (seen is None or seen < changed_at))


def _of_capture(capture: Capture, last: datetime | None, pace: Pace) -> datetime | None:
    """When the recording is to be looked at."""
    if capture.status in _UNCONFIRMED and capture.since:
        return _next_of_unconfirmed(capture.since, last, pace)
    if capture.status is CaptureStatus.ACTIVE:
        since = last or capture.since
        if capture.since and last and capture.since <= last < capture.since + TWIN_AFTER:
            return capture.since + TWIN_AFTER
        return since + pace.active if since else _LONG_AGO
    if capture.wished_at and last:
        lately = capture.left_at or last < capture.wished_at + WISH_LOOKED_AFTER
        return last + (pace.active if lately else WISH_LATER_EVERY)
    return None


def _next_of_unconfirmed(since: datetime, last: datetime | None, pace: Pace) -> datetime:
    """Often at first, then ever less: each pause is longer than the one before by the same factor. The moment at which
    a screen has had its turn is never missed.
    """
    if last is None or last < since + ASK_FIRST / 2:
        return since + ASK_FIRST
    waited = last - since
    growth = math.pow(WAITING_AFTER / ASK_FIRST, 1 / pace.unconfirmed)
    due = min(since + waited * growth, last + pace.active)
    return min(due, since + OVERDUE_AFTER) if waited < OVERDUE_AFTER else due
