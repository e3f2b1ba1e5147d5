"""What supervisors do from the wall: for agents whom they may see, and for nobody else."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from agentapi.machine import Action
from panel.models import Agent, Dialer, Session
from panel.protocol import ClickFrame, ClickMessage, Rejected, WallClickFrame
from panel.selectors.wall import open_alerts, scopes_of
from panel.services import alerts, clicks
from panel.services.sessions import WATCHED_FOR

NOT_YOURS = "No such agent is in your teams. Ask your administrator."


def request_click(actor: User, frame: WallClickFrame, came_at: datetime) -> ClickMessage | Rejected | None:
    """A press for an agent, held against whom this person may see at this very moment; else as any other click."""
    if not may_see(actor, frame.agent):
        return Rejected(str(frame.id), "not_your_agent", NOT_YOURS)
    return clicks.request_click(
        frame.agent, actor, ClickFrame(id=frame.id, action=Action(frame.action), confirmed=frame.confirmed), came_at
    )


def acknowledge(actor: User, alert_id: int, now: datetime) -> Rejected | None:
    """Put this person's name to an alert that they may see; it may be over, or be somebody else's by now."""
    scope = scopes_of([actor.pk]).get(actor.pk, frozenset())
    if any(alert.view.id == alert_id and alert.concerns & scope for alert in open_alerts()):
        alerts.acknowledge(alert_id, actor, now)
        return None
    return Rejected(None, "no_such_alert", "This alert is over.")


@transaction.atomic
def watch(keys: Collection[int], now: datetime) -> None:
    """A wall shows these agents: a dialer that tells of its whole floor in one call is asked to, until this lapses.

    One by one nobody is asked for a wall's sake: that would cost VICIdial a call for each (FACTS 4.3).
    """
    new = Agent.objects.filter(pk__in=keys, session=None)
    Session.objects.bulk_create([Session(agent=agent) for agent in new], ignore_conflicts=True)
    Dialer.objects.filter(agents__in=keys).update(floor_watched_until=now + WATCHED_FOR)


def may_see(actor: User, key: int) -> bool:
    """Whether this agent is one of theirs now."""
    return key in scopes_of([actor.pk]).get(actor.pk, frozenset())
