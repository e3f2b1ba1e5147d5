"""What a worker's questions to VICIdial bring to light."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from agentapi import machine
from agentapi.outcomes import Outcome
from agentapi.worker import Ask
from panel.models import Click, Dialer, Session
from panel.selectors.states import load, rules_of
from panel.services import links, sessions

LEASE = timedelta(seconds=8)
"""How long a question may be under way before another worker may ask the same."""


def due(limit: int, now: datetime) -> list[Ask]:
    """Let time pass for the sessions that are due; return the questions to ask now, each leased to the caller."""
    busy = Click.objects.filter(status=Click.Status.SENT).values("agent_id")
    ready = (
        Session.objects.filter(due_at__lte=now)
        .exclude(agent_id__in=busy)
        .order_by("due_at")
        .values_list("agent_id", flat=True)[:limit]
    )
    asks = (_due_of_agent(agent_id, now) for agent_id in list(ready))
    return [ask for ask in asks if ask]


def observed(ask: Ask, outcome: Outcome, asked_at: datetime, now: datetime) -> None:
    """Record what a question brought."""
    sessions.change(ask.agent_id, lambda state: machine.asked(state, outcome, asked_at, now), now)
    links.note(ask.agent_id, [outcome], now)


@transaction.atomic
def _due_of_agent(agent_id: int, now: datetime) -> Ask | None:
    session = sessions.locked(agent_id)
    if session.due_at is None or session.due_at > now:
        return None
    state = machine.tick(load(session.state), now)
    sessions.keep(session, state, now)
    watched = session.watched_until is not None and session.watched_until > now
    dialer = session.agent.dialer
    probing = watched and dialer.link == Dialer.Link.UNREACHABLE
    if not (probing or machine.ask_due(state, watched, now)):
        return None
    if not _may_ask(dialer, now):
        # Somebody else's session tries the dialer; this one takes over should that panel be closed.
        Session.objects.filter(pk=session.pk).update(due_at=now + machine.ASK_IDLE)
        return None
    Session.objects.filter(pk=session.pk).update(due_at=now + LEASE)
    return Ask(
        agent_id=agent_id,
        dialer=links.credentials(dialer),
        agent_user=session.agent.agent_user,
        command=machine.ask_command(rules_of(dialer)),
    )


def _may_ask(dialer: Dialer, now: datetime) -> bool:
    """A dialer that refuses the login is never asked; one that is away is tried by one question at a time."""
    if dialer.link == Dialer.Link.LOGIN_REFUSED:
        return False
    if dialer.link == Dialer.Link.OK:
        return True
    turn = Dialer.objects.filter(Q(pk=dialer.pk) & (Q(probe_at=None) | Q(probe_at__lte=now)))
    return bool(turn.update(probe_at=now + links.PROBE_EVERY))
