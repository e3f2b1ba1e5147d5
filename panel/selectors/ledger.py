"""What was clicked, played and recorded, for those who answer for it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from agentapi.machine import Action
from panel.models import Agent, Click
from panel.selectors.paging import Mark, Page, before, page
from panel.selectors.people import ADMIN, AUDITOR, SUPERVISOR, roles_of

READERS = frozenset({SUPERVISOR, ADMIN, AUDITOR})
"""Who has a ledger."""

PAGE = 100
ACTIONS = {
    Action.PLAY.value: "Play",
    Action.STOP.value: "Stop",
    Action.PAUSE.value: "Pause",
    Action.RESUME.value: "Resume",
    Action.RESTART.value: "Restart",
    Action.CAPTURE_BEGIN.value: "Begin capture",
    Action.CAPTURE_END.value: "End capture",
}
"""What was pressed, as people call it."""


@dataclass(frozen=True)
class Asked:
    """Which clicks; whatever is empty or None does not matter. From `since` on, and before `until`."""

    agent: str = ""
    action: str = ""
    clip: str = ""
    status: str = ""
    end: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


def agents_of(user: User) -> QuerySet[Agent]:
    """The agents whose deeds this reader may see: admins and auditors see all, supervisors their teams, closed logins
    included.
    """
    agents = Agent.objects.select_related("user")
    if roles_of(user) & {ADMIN, AUDITOR}:
        return agents
    return agents.filter(pk__in=Agent.objects.filter(teams__supervisors=user).values("pk"))


def clicks(user: User, asked: Asked, mark: Mark | None, length: int = PAGE) -> Page[Click]:
    """A page of the clicks that this reader may see and asks for, the newest first."""
    rows = _wanted(user, asked).order_by("-requested_at", "-id")
    key = _uuid(mark.key) if mark else None
    if mark and key:
        rows = before(rows, "requested_at", "id", mark.at, key)
    return page(rows[: length + 1], length, lambda click: Mark(click.requested_at, click.id.hex))


def _wanted(user: User, asked: Asked) -> QuerySet[Click]:
    rows = Click.objects.select_related("agent__user", "agent__dialer", "actor")
    # Decrypting passwords that nobody asks for would be most of the work.
    rows = rows.defer("agent__dialer__password", "agent__dialer__non_agent_password")
    if not roles_of(user) & {ADMIN, AUDITOR}:
        rows = rows.filter(agent__in=agents_of(user).values("pk"))
    if asked.agent:
        # Looked up first, so that the clicks of these agents are found by their index.
        rows = rows.filter(agent__in=list(_called(asked.agent).values_list("pk", flat=True)))
    exact = {"action": asked.action, "press__clip": asked.clip, "status": asked.status, "play_end": asked.end}
    rows = rows.filter(**{field: value for field, value in exact.items() if value})
    if asked.since:
        rows = rows.filter(requested_at__gte=asked.since)
    if asked.until:
        rows = rows.filter(requested_at__lt=asked.until)
    return rows.filter(_saying(asked.text)) if asked.text else rows


def _called(name: str) -> QuerySet[Agent]:
    """Agents by VICIdial user, login, or a part of the name."""
    full = Concat("user__first_name", Value(" "), "user__last_name")
    exact = Q(agent_user__iexact=name) | Q(user__username__iexact=name)
    return Agent.objects.annotate(full_name=full).filter(exact | Q(full_name__icontains=name))


def _saying(text: str) -> Q:
    fields = ("text", "play_text", "reason", "actor_name", "press__label")
    return Q(*((f"{field}__icontains", text) for field in fields), _connector=Q.OR)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
