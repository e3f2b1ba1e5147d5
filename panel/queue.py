"""The ORM behind agentapi's ClickQueue."""

import os
import socket
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import close_old_connections
from django.utils import timezone

from agentapi.outcomes import Outcome
from agentapi.worker import Ask, Job, StepDone
from panel.services import asking, clicks, workers


class DatabaseQueue:
    """The rows of the database as a worker's queue; `name` tells this worker from every other, for ever."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name or f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:12]}"

    def claim(self, limit: int) -> list[Job]:
        return clicks.claim(self.name, limit, timezone.now())

    def finish(self, job: Job, done: Sequence[StepDone]) -> None:
        clicks.finish_click(self.name, job, done, timezone.now())

    def due(self, limit: int) -> list[Ask]:
        return asking.due(limit, timezone.now())

    def observed(self, ask: Ask, outcome: Outcome, asked_at: datetime) -> None:
        asking.observed(ask, outcome, asked_at, timezone.now())

    def tend(self) -> None:
        close_old_connections()
        now = timezone.now()
        workers.sign_in(self.name, now)
        workers.bury_the_dead(now)

    def leave(self) -> None:
        """Forget this worker, which ended in good order."""
        workers.sign_out(self.name)
