"""What operators learn of the work: a line in the log and a number for each press that ended."""

import logging
import time
from collections.abc import Sequence
from functools import lru_cache, partial

from django.db import transaction
from django.utils import timezone

from agentapi.worker import StepDone
from panel.metrics import ANSWER_TO_PUSH, PRESS_TO_ANSWER, PRESSES
from panel.models import Agent, Click

log = logging.getLogger(__name__)

NAMES_KEPT_SECONDS = 60


def ended(click: Click) -> None:
    """A click reached its end; told after the commit."""
    transaction.on_commit(partial(_ended, click))


def answered(done: Sequence[StepDone]) -> None:
    """What VICIdial's answers proved is about to be pushed. Call it after the pushes were ordered."""
    if done:
        transaction.on_commit(lambda: ANSWER_TO_PUSH.observe((timezone.now() - done[-1].at).total_seconds()))


def _ended(click: Click) -> None:
    PRESSES.labels(click.action, click.status).inc()
    seconds = (click.ended_at - click.requested_at).total_seconds() if click.ended_at else 0.0
    if click.sent_at:
        PRESS_TO_ANSWER.labels(click.action).observe(seconds)
    agent, dialer = _names(click.agent_id, int(time.monotonic() // NAMES_KEPT_SECONDS))
    about = {"click": str(click.pk), "agent": agent, "dialer": dialer, "milliseconds": round(seconds * 1000)}
    log.info("Press ended: %s %s%s", click.action, click.status, f" ({click.reason})" * bool(click.reason), extra=about)


@lru_cache(maxsize=10_000)
def _names(agent_id: int, _minute: int) -> tuple[str, str]:
    """The agent's VICIdial user and dialer, looked up once a minute: a line in the log is worth no query of its own."""
    row = Agent.objects.filter(pk=agent_id).values_list("agent_user", "dialer__name").first()
    return row or ("", "")
