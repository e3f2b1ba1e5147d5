"""Changes of what is known of an agent's session."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from agentapi import machine
from agentapi.machine import State
from panel import push
from panel.models import Agent, Session
from panel.selectors.states import load, store

WATCHED_FOR = timedelta(seconds=40)
"""How long an open panel counts as watching after its last sign of life."""


def ensure_session(agent: Agent) -> Session:
    """The agent's session row, made at first sight."""
    session, _ = Session.objects.get_or_create(agent=agent)
    return session


def locked(agent_id: int) -> Session:
    """The agent's session, held until the transaction ends, with agent, user, dialer and board at hand.

    Everything that changes an agent's state or clicks holds this row: they happen one after the other.
    """
    agent = Agent.objects.select_related("user", "dialer", "board").get(pk=agent_id)
    session, _ = Session.objects.select_for_update().get_or_create(agent_id=agent_id)
    session.agent = agent
    return session


def keep(session: Session, state: State, now: datetime) -> bool:
    """Store the state in the held row; push it with the next version if it changed. Returns whether it did."""
    before = session.state
    session.state = store(state)
    session.due_at = machine.next_moment(state, _watched(session, now))
    changed: bool = session.state != before
    if changed and not _only_asked_again(load(before), state):
        session.version += 1
        push.push_state(session)
    session.save(update_fields=["state", "due_at", "version"])
    return changed


@transaction.atomic
def change(agent_id: int, step: Callable[[State], State], now: datetime) -> State:
    """Let time pass for this agent's state, apply `step` to it, keep the result and return it."""
    session = locked(agent_id)
    state = step(machine.tick(load(session.state), now))
    keep(session, state, now)
    return state


@transaction.atomic
def watch(agent_ids: list[int], now: datetime) -> None:
    """Panels of these agents are open: their sessions are asked for at the idle pace until this lapses."""
    sessions = Session.objects.filter(agent_id__in=agent_ids)
    _hold(agent_ids)
    sessions.update(watched_until=now + WATCHED_FOR)
    # What nobody watched was due never; the next sweep asks and finds the right pace.
    woken = sessions.filter(Q(due_at=None) | Q(due_at__gt=now + machine.ASK_IDLE))
    if woken.update(due_at=now):
        push.ring()


@transaction.atomic
def announce(agent_ids: list[int]) -> None:
    """What surrounds these agents' state, such as the link, changed: give each a new version and push it."""
    _hold(agent_ids)
    Session.objects.filter(agent_id__in=agent_ids).update(version=F("version") + 1)
    for session in Session.objects.filter(agent_id__in=agent_ids).select_related(
        "agent__user", "agent__dialer", "agent__board"
    ):
        push.push_state(session)


def _hold(agent_ids: list[int]) -> None:
    """Hold many sessions until the transaction ends, always in the same order: else two who do would wait for ever."""
    list(Session.objects.select_for_update().filter(agent_id__in=agent_ids).order_by("agent_id").values_list("pk"))


def _watched(session: Session, now: datetime) -> bool:
    return session.watched_until is not None and session.watched_until > now


def _only_asked_again(before: State, after: State) -> bool:
    """Whether nothing changed but the moment of the last question, which no screen shows."""
    return before == State(
        session=_with_asked_of(before, after),
        capture=after.capture,
        playback=after.playback,
    )


def _with_asked_of(before: State, after: State) -> machine.Session:
    return replace(after.session, asked_at=before.session.asked_at)
