"""What must not rest on a clock that was set, and how far the clocks are apart."""

import logging
import time
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from panel.models import Click, Dialer, Session, Worker

log = logging.getLogger(__name__)

JUMPS_FROM = timedelta(seconds=1.5)
"""From here on the wall clock was set, and did not merely run a little faster than the monotonic one."""
SKEW_ALLOWED_SECONDS = 1.0
SKEW_AGAIN_SECONDS = 60.0


class Watch:
    """Notices between two looks that the wall clock was set, and measures now and then how far it is from the
    database's.
    """

    def __init__(self) -> None:
        self._before: tuple[datetime, float] | None = None
        self._measured_at = float("-inf")
        self.skew_seconds: float | None = None

    def look(self, now: datetime, monotonic: float) -> None:
        """Look at both clocks; sets right what rests on the one that was set."""
        if self._before is not None:
            was, then = self._before
            jumped = now - was - timedelta(seconds=monotonic - then)
            if abs(jumped) > JUMPS_FROM:
                log.warning("The clock of this machine was set by %+.1f s.", jumped.total_seconds())
                set_right(now)
                self._measured_at = float("-inf")
        self._before = now, monotonic
        if monotonic - self._measured_at >= SKEW_AGAIN_SECONDS:
            self._measured_at, self.skew_seconds = monotonic, skew()
            if abs(self.skew_seconds or 0.0) > SKEW_ALLOWED_SECONDS:
                told = "The clock of this machine is %+.1f s from the database's. Presses come late or expire: set it."
                log.warning(told, self.skew_seconds)


def set_right(now: datetime) -> None:
    """The clock was set: what was put off until a time that lies ahead now is due, and what a dialer's clock shows is
    measured anew. A press of which nobody can say how old it is expires.
    """
    _bring_back(Session.objects.all(), ("moves_at", "ask_at"), now)
    _bring_back(Dialer.objects.all(), ("ask_slot", "floor_ask_at", "probe_at", "trial_until"), now)
    _bring_back(Worker.objects.all(), ("seen_at",), now)
    _bring_back(Click.objects.filter(status=Click.Status.QUEUED, requested_at__gt=now), ("expires_at",), now)
    Dialer.objects.update(look_again_at=None)


def skew() -> float | None:
    """By how many seconds this process' clock is ahead of the database's; None where the two share one."""
    if connection.vendor != "postgresql":
        return None
    before, began = timezone.now(), time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    halfway = before + timedelta(seconds=(time.monotonic() - began) / 2)
    return float((halfway - theirs).total_seconds())


def _bring_back(
    rows: "QuerySet[Session] | QuerySet[Dialer] | QuerySet[Worker] | QuerySet[Click]",
    names: tuple[str, ...],
    now: datetime,
) -> None:
    for name in names:
        rows.filter(**{f"{name}__gt": now}).update(**{name: now})
