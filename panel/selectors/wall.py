"""What supervisors see: whom they may see, and how these fare."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

import msgspec
from django.contrib.auth.models import User
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from panel.guard import guarded, readable
from panel.models import Agent, Alert, Button, Click, Dialer, Session
from panel.protocol import (
    AgentClickView,
    AlertView,
    ClicksMessage,
    LinkView,
    TroubleView,
    WallAgentView,
    WallBoardView,
    raw,
)
from panel.selectors.people import ADMIN, SUPERVISOR, name_of
from panel.selectors.states import CLICKS_SHOWN, can_load, current, link_of, state_view, worker_seen_at

BROKEN = "What is stored of this agent cannot be read. It heals with the next answer of VICIdial."
TROUBLE_SHOWN_FOR = timedelta(hours=1)
BAD_ENDS = (Click.Status.REFUSED, Click.Status.FAILED, Click.Status.UNKNOWN, Click.Status.EXPIRED)

SEEN_LATELY = timedelta(seconds=15)
"""How long ago VICIdial may have told a status that is shown as the present one, where nobody asks for it again."""

WATCHERS = frozenset({SUPERVISOR, ADMIN})
"""Who has a wall."""

AwareMoment = Annotated[datetime, msgspec.Meta(tz=True)]

Scope = frozenset[int]
"""The keys of the agents whom somebody may see."""


class Mark(NamedTuple):
    """What tells a card that is out of date."""

    version: int
    panel_open: bool
    followed: bool
    link: LinkView
    trouble_at: datetime | None


@dataclass(frozen=True)
class Card:
    """An agent as the wall shows them, serialised."""

    mark: Mark
    raw: msgspec.Raw


@dataclass(frozen=True)
class OpenAlert:
    """An alert, and the agents whom it concerns: who sees one of them sees the alert."""

    view: AlertView
    concerns: Scope


def scopes_of(user_ids: Collection[int]) -> dict[int, Scope]:
    """User -> whom they may see: admins everybody, supervisors the agents of their teams. Who may not see the wall
    at all is missing.
    """
    people = User.objects.filter(pk__in=user_ids, is_active=True)
    admins = set(people.filter(Q(groups__name=ADMIN) | Q(is_superuser=True)).values_list("pk", flat=True))
    supervisors = people.filter(groups__name=SUPERVISOR).exclude(pk__in=admins)
    agents = Agent.objects.filter(user__is_active=True)
    everybody = frozenset(agents.values_list("pk", flat=True)) if admins else frozenset()
    seen: dict[int, set[int]] = {pk: set() for pk in supervisors.values_list("pk", flat=True)}
    for agent_id, user_id in agents.filter(teams__supervisors__in=seen).values_list("pk", "teams__supervisors"):
        if user_id in seen:
            seen[user_id].add(agent_id)
    return dict.fromkeys(admins, everybody) | {user_id: frozenset(agents) for user_id, agents in seen.items()}


def cards(keys: Collection[int], now: datetime) -> dict[int, Card]:
    """The cards of these agents, by key; agents whose panel was never opened have one too."""
    seen_at = worker_seen_at()
    agents = Agent.objects.filter(pk__in=keys).select_related("user", "dialer", "board", "session")
    # Decrypting passwords that nobody asks for would be most of the work.
    agents = agents.defer("dialer__password", "dialer__non_agent_password")
    agents = agents.annotate(trouble_id=Subquery(_last_trouble(now)))
    found: list[Any] = readable(agents)
    troubles = Click.objects.in_bulk([agent.trouble_id for agent in found if agent.trouble_id])
    shown: dict[int, Card] = {}
    for agent in found:
        session = agent.session if hasattr(agent, "session") else Session(agent=agent)
        session.agent, trouble = agent, troubles.get(agent.trouble_id)
        is_broken = not can_load(session.state)
        with guarded("Drawing an agent's card", agent=agent.agent_user):
            shown[agent.pk] = _card(session, trouble, seen_at, now, is_broken=is_broken)
            continue
        nothing = Session(agent=agent, version=session.version)
        with guarded("Drawing the card of an agent of whom nothing is known", agent=agent.agent_user):
            shown[agent.pk] = _card(nothing, trouble, seen_at, now, is_broken=True)
    return shown


def marks(keys: Collection[int], now: datetime) -> dict[int, Mark]:
    """What the cards of these agents would tell of themselves now: cheap enough for a look at the whole floor."""
    seen_at = worker_seen_at()
    dialers = Dialer.objects.defer("password", "non_agent_password").in_bulk()
    links = {pk: link_of(dialer, seen_at, now) for pk, dialer in dialers.items()}
    bad = _troubles(now).filter(agent__in=keys).order_by().values_list("agent")
    troubles = dict(bad.annotate(Max("requested_at")))
    rows = Agent.objects.filter(pk__in=keys).values_list(
        "pk",
        "dialer",
        "session__version",
        "session__watched_until",
        "session__ask_at",
        "session__state__session__checked_at",
    )
    found: dict[int, Mark] = {}
    for key, dialer, version, watched, ask_at, checked in rows:
        seen = _later(_moment(checked), dialers[dialer].floor_seen_at)
        followed = _is_followed(seen, ask_at, links[dialer], now)
        found[key] = Mark(version or 0, _is_open(watched, now), followed, links[dialer], troubles.get(key))
    return found


def boards(keys: Collection[int]) -> list[WallBoardView]:
    """The boards of these agents, with what their buttons are called."""
    named: dict[str, dict[str, str]] = {}
    for board in Agent.objects.filter(pk__in=keys).values_list("board__name", flat=True).distinct():
        named[board] = {}
    for board, name, label in Button.objects.filter(board__name__in=named).values_list("board__name", "name", "label"):
        named[board][name] = label
    return [WallBoardView(name, labels) for name, labels in sorted(named.items())]


def open_alerts() -> list[OpenAlert]:
    """All open alerts, the newest first."""
    alerts = list(Alert.objects.filter(cleared_at=None).select_related("agent__user", "dialer", "acknowledged_by"))
    away: dict[int, set[int]] = {}
    if any(alert.agent_id is None for alert in alerts):
        for key, dialer_id in Agent.objects.filter(board__alert_away=True).values_list("pk", "dialer_id"):
            away.setdefault(dialer_id, set()).add(key)
    return [OpenAlert(_alert_view(alert), _concerned(alert, away)) for alert in alerts]


def clicks_message(key: int, now: datetime) -> ClicksMessage:
    """The last clicks of an agent."""
    clicks = Click.objects.filter(agent=key).order_by("-requested_at")[:CLICKS_SHOWN]
    return ClicksMessage(key, now, [_click_view(click) for click in clicks])


def _last_trouble(now: datetime) -> QuerySet[Click, Any]:
    return _troubles(now).filter(agent=OuterRef("pk")).order_by("-requested_at").values("pk")[:1]


def _troubles(now: datetime) -> QuerySet[Click]:
    return Click.objects.filter(status__in=BAD_ENDS, requested_at__gt=now - TROUBLE_SHOWN_FOR)


def _card(session: Session, trouble: Click | None, seen_at: datetime | None, now: datetime, *, is_broken: bool) -> Card:
    agent = session.agent
    broken = TroubleView(now, "", Click.Status.UNKNOWN, BROKEN) if is_broken else None
    panel_open, link = _is_open(session.watched_until, now), link_of(agent.dialer, seen_at, now)
    followed = _is_followed(current(session).session.checked_at, session.ask_at, link, now)
    view = WallAgentView(
        key=agent.pk,
        agent=agent.agent_user,
        name=name_of(agent.user),
        dialer=agent.dialer.name,
        board=agent.board.name,
        version=session.version,
        now=now,
        panel_open=panel_open,
        followed=followed,
        state=state_view(session, link, now),
        trouble=broken or (_trouble_view(trouble) if trouble else None),
    )
    mark = Mark(session.version, panel_open, followed, link, trouble.requested_at if trouble else None)
    return Card(mark, raw(view))


def _is_open(watched_until: datetime | None, now: datetime) -> bool:
    return watched_until is not None and watched_until > now


def _is_followed(checked_at: datetime | None, ask_at: datetime | None, link: LinkView, now: datetime) -> bool:
    """Whether the status was seen lately, or will be asked for: then it counts until there is another one."""
    if checked_at is not None and checked_at > now - SEEN_LATELY:
        return True
    return ask_at is not None and ask_at > now - SEEN_LATELY and link.dialer == Dialer.Link.OK and link.worker == "ok"


def _moment(stored: object) -> datetime | None:
    """A moment as it is stored; None where there is none, or something else."""
    try:
        return msgspec.convert(stored, AwareMoment)
    except msgspec.ValidationError:
        return None


def _later(checked: datetime | None, floor: datetime | None) -> datetime | None:
    """As `current` has it: the floor confirms only what was seen before."""
    return max(checked, floor) if checked and floor else checked


def _trouble_view(click: Click) -> TroubleView:
    return TroubleView(click.ended_at or click.requested_at, click.action, click.status, click.text)


def _concerned(alert: Alert, away: dict[int, set[int]]) -> Scope:
    if alert.agent_id is not None:
        return frozenset({alert.agent_id})
    if alert.dialer_id is not None:
        return frozenset(away.get(alert.dialer_id, ()))
    return frozenset().union(*away.values())


def _alert_view(alert: Alert) -> AlertView:
    return AlertView(
        id=alert.pk,
        kind=alert.kind,
        agent=alert.agent_id,
        dialer=alert.dialer.name if alert.dialer else None,
        name=name_of(alert.agent.user) if alert.agent else alert.dialer.name if alert.dialer else "",
        text=alert.text,
        raised_at=alert.raised_at,
        acknowledged_by=name_of(alert.acknowledged_by) if alert.acknowledged_by else None,
        acknowledged_at=alert.acknowledged_at,
    )


def _click_view(click: Click) -> AgentClickView:
    return AgentClickView(
        id=click.id,
        action=click.action,
        button=click.press.get("button") or None,
        clip=click.press.get("clip") or None,
        status=click.status,
        reason=click.reason or None,
        text=click.text,
        actor=click.actor_name or None,
        requested_at=click.requested_at,
        sent_at=click.sent_at,
        ended_at=click.ended_at,
    )
