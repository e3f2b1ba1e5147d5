"""The ORM behind agentapi's ClickQueue."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import close_old_connections, connection
from django.utils import timezone
from structlog.contextvars import bind_contextvars, clear_contextvars

from agentapi.outcomes import Outcome
from agentapi.worker import Carried, Inquiry, Job, UnrecordableError
from panel.guard import guarded, is_away
from panel.selectors.states import WORKER_GONE_AFTER
from panel.services import alerts, asking, clicks, clocks, workers


class DatabaseQueue:
    """The rows of the database as a worker's queue; `name` tells this worker from every other, for ever."""

    def __init__(self, name: str | None = None) -> None:
        self._clocks = clocks.Watch()
        self._tended_at = self._steady_since = datetime.min.replace(tzinfo=UTC)
        self.name = name or f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:12]}"

    def claim(self, limit: int) -> list[Job]:
        _begin()
        return clicks.claim(self.name, limit, timezone.now())

    def waits(self) -> bool:
        return clicks.waits()

    def finish(self, job: Job, carried: Carried) -> None:
        _begin(click=str(job.click_id), agent=job.agent_user, dialer=job.dialer.name)
        with _poison_told():
            try:
                clicks.finish_click(self.name, job, carried, timezone.now())
            except Exception as error:
                if not is_away(error):
                    clicks.set_aside(job.click_id, timezone.now())
                raise

    def due(self, limit: int) -> list[Inquiry]:
        _begin()
        return asking.due(limit, timezone.now())

    def observed(self, ask: Inquiry, outcome: Outcome, asked_at: datetime) -> None:
        _begin(agent=ask.agent_user, dialer=ask.dialer.name)
        with _poison_told():
            asking.observed(ask, outcome, asked_at, timezone.now())

    def tend(self, full_seconds: float = 0.0) -> None:
        _begin()
        close_old_connections()
        now = timezone.now()
        self._clocks.look(now, time.monotonic())
        workers.sign_in(self.name, now, full_seconds, self._clocks.skew_seconds)
        clicks.expire(now)
        if self._steady(now):
            workers.bury_the_dead(now)
        with guarded("Looking for what supervisors should see"):
            alerts.review(now)

    def _steady(self, now: datetime) -> bool:
        """Whether this worker has watched for long enough to take another one's silence for its death: after an outage
        of the database, or before the first look, everybody has been silent.
        """
        if not timedelta() <= now - self._tended_at < WORKER_GONE_AFTER:
            self._steady_since = now
        self._tended_at = now
        return now - self._steady_since >= WORKER_GONE_AFTER

    def leave(self) -> None:
        """Forget this worker, which ended in good order."""
        workers.sign_out(self.name)


@contextmanager
def _poison_told() -> Iterator[None]:
    """UnrecordableError for what fails within although the database is there: to try it again would end the same."""
    try:
        yield
    except Exception as error:
        if is_away(error):
            raise
        cause = f"{type(error).__name__}: {error}"
        raise UnrecordableError(" ".join(cause.split())) from error


def _begin(**about: str) -> None:
    """From here on lines in the log are about this; the worker's own too, which says so where the work failed.

    After an error the connection may be a broken one, which would fail for ever.
    """
    clear_contextvars()
    bind_contextvars(**about)
    if connection.errors_occurred:
        close_old_connections()
