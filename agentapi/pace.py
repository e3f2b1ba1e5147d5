"""How often VICIdial is asked what cannot be known otherwise: the budget of one agent's session."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agentapi.machine import CAPTURE_DEADLINE, CaptureStatus, State

ASK_FIRST = timedelta(seconds=0.5)
"""How soon what is unconfirmed is asked for: a BEGIN comes to life within 0.3 to 1.1 s (FACTS 2.3)."""

WISH_FORGOTTEN_AFTER = timedelta(minutes=5)
"""For how long a wish that no agent screen carried out is looked after: a frozen screen that wakes up does it late."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNCONFIRMED = (CaptureStatus.STARTING, CaptureStatus.STOPPING, CaptureStatus.UNKNOWN)


@dataclass(frozen=True)
class Pace:
    """`idle` is the pause between questions where a panel is open and nothing runs, None where nobody needs them;
    `active` the pause while a recording runs; `unconfirmed` how many questions at most settle what began or ended, in
    the ten seconds before it counts as overdue. Where the floor tells of the session, `at_changes` asks for the
    recording, which it does not tell of, whenever the status changes.
    """

    idle: timedelta | None = timedelta(seconds=30)
    at_changes: bool = False
    active: timedelta = timedelta(seconds=15)
    unconfirmed: int = 8


def unconfirmed(state: State) -> bool:
    """Whether a question may settle what nobody knows yet: such questions go before all others."""
    return state.capture.status in _UNCONFIRMED


def next_ask(state: State, pace: Pace) -> datetime | None:
    """When the next STATUS is due; None where nothing is to be learned from one."""
    capture, last = state.capture, state.session.asked_at
    if capture.status in _UNCONFIRMED and capture.since:
        return _next_of_unconfirmed(capture.status, capture.since, last, pace)
    if capture.status is CaptureStatus.ACTIVE:
        since = last or capture.since
        return since + pace.active if since else _LONG_AGO
    if capture.wished_at and last and last < capture.wished_at + WISH_FORGOTTEN_AFTER:
        return last + pace.active
    if pace.idle is None:
        return None
    entered = state.session.since
    if pace.at_changes and last and entered and entered > last:
        return entered
    return last + pace.idle if last else _LONG_AGO


def _next_of_unconfirmed(status: CaptureStatus, since: datetime, last: datetime | None, pace: Pace) -> datetime:
    """Often at first, then ever less: each pause is longer than the one before by the same factor."""
    if last is None or last < since + ASK_FIRST / 2:
        return since + ASK_FIRST
    waited = last - since
    if status is CaptureStatus.UNKNOWN and waited >= CAPTURE_DEADLINE:
        return last + pace.active
    growth = math.pow(CAPTURE_DEADLINE / ASK_FIRST, 1 / pace.unconfirmed)
    return since + waited * growth
