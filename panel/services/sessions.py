"""Changes of what is known of an agent's session."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from agentapi import machine
from agentapi.machine import Rules, State
from agentapi.pace import Pace, next_ask, unconfirmed
from agentapi.plays import play_ends
from panel import push
from panel.guard import readable
from panel.models import Agent, Click, Session
from panel.prepared import Prepared, PreparedUpdate
from panel.selectors.states import can_load, current, load, rules_of, store

WATCHED_FOR = timedelta(seconds=40)
"""How long an open panel counts as watching after its last sign of life."""


# Every press reads these rows twice: so only what a press needs.
_held_rows = (
    Session.objects.select_for_update(of=("self",))
    .select_related("agent__user", "agent__dialer", "agent__board")
    .defer(
        *(f"agent__user__{name}" for name in ("password", "last_login", "email", "date_joined", "is_staff")),
        "agent__dialer__timezone",
    )
)
_held_row = Prepared(_held_rows.filter(agent_id=0))


def ensure_session(agent: Agent) -> Session:
    """The agent's session row, made at first sight."""
    session, _ = Session.objects.get_or_create(agent=agent)
    return session


def locked(agent_id: int) -> Session:
    """The agent's session, held until the transaction ends, with agent, user, dialer and board at hand.

    Everything that changes an agent's state or clicks holds this row: they happen one after the other.
    """
    for session in _held_row(agent_id):
        return session
    Session.objects.get_or_create(agent=Agent.objects.get(pk=agent_id))
    return _held_rows.get(agent_id=agent_id)


def locked_free(agent_ids: Collection[int]) -> dict[int, Session]:
    """The same for many agents, without those whose session somebody else holds now: agent -> session."""
    rows = _held_rows.select_for_update(of=("self",), skip_locked=True)
    return {session.agent_id: session for session in rows.filter(agent_id__in=agent_ids)}


_KEPT = ("state", "moves_at", "ask_at", "ask_urgent", "version")
_keep_unmoved = PreparedUpdate(Session, sets=_KEPT, where=("id", "version", "state"))


def keep(session: Session, state: State, now: datetime) -> bool:
    """Store the state in the held row; push it with the next version if it changed. Returns whether it did."""
    stored = session.state
    _fill(session, state, now)
    session.save(update_fields=_KEPT)
    return _tell(session, stored, state, now)


def keep_unmoved(session: Session, state: State, now: datetime) -> bool:
    """The same for a row that was read in an earlier transaction. Returns False, and stores nothing, where it is not
    any more as it was read: then hold it and think again.
    """
    stored, version = session.state, session.version
    _fill(session, state, now)
    if not _keep_unmoved(*(getattr(session, name) for name in _KEPT), session.pk, version, stored):
        return False
    _tell(session, stored, state, now)
    return True


def _fill(session: Session, state: State, now: datetime) -> None:
    stored, session.state = session.state, store(state)
    session.moves_at = machine.moves_at(state, rules_of(session.agent.dialer, now))
    session.ask_at = next_ask(state, pace_of(session, state, now))
    session.ask_urgent = unconfirmed(state)
    if session.state != stored and _shows(stored, state):
        session.version += 1


def _tell(session: Session, stored: dict[str, Any], state: State, now: datetime) -> bool:
    """Follow up what was stored instead of `stored`. Returns whether anything changed."""
    if session.state == stored:
        return False
    _keep_play_ends(load(stored), state, now)
    if _shows(stored, state):
        push.push_state(session)
    return True


def pace_of(session: Session, state: State, now: datetime) -> Pace:
    """How often a session in this state is asked about: an idle one only while a panel is open, and seldom where
    something cheaper tells of the whole floor.
    """
    rules = rules_of(session.agent.dialer, now)
    pace: Pace = replace(settings.WATCH_PACE, captures=rules.can_capture)
    if not is_watched(session, now):
        return replace(pace, idle=None, at_changes=rules.floor)
    if rules.floor and (state.capture.checked_at is not None or not rules.can_capture):
        return replace(pace, idle=settings.WATCH_TOLD_EVERY, at_changes=True)
    return pace


def is_watched(session: Session, now: datetime) -> bool:
    """Whether a panel of this session's agent is open."""
    return session.watched_until is not None and session.watched_until > now


def in_flight(agent_id: int) -> bool:
    """Whether a press of this agent is on its way to VICIdial."""
    return Click.objects.filter(agent_id=agent_id, status=Click.Status.SENT).exists()


@transaction.atomic
def change(agent_id: int, step: Callable[[State, Rules], State], now: datetime) -> State:
    """Let time pass for this agent's state, apply `step` to it, keep the result and return it."""
    session = locked(agent_id)
    state, rules = current(session), rules_of(session.agent.dialer, now)
    if not in_flight(agent_id):
        # What is on its way was meant for the clip as it was then.
        state = machine.tick(state, rules, now)
    state = step(state, rules)
    keep(session, state, now)
    return state


@transaction.atomic
def watch(agent_ids: list[int], now: datetime) -> None:
    """Panels of these agents are open: their sessions are asked for at the idle pace until this lapses."""
    sessions = Session.objects.filter(agent_id__in=agent_ids)
    _hold(agent_ids)
    sessions.update(watched_until=now + WATCHED_FOR)
    # What nobody watched was to be asked about never; the next sweep looks at it and finds the right pace.
    sessions.filter(ask_at=None).update(ask_at=now)


@transaction.atomic
def forget(agent_id: int, now: datetime) -> None:
    """What was known of this agent's VICIdial login says nothing any more; open panels are told."""
    session = locked(agent_id)
    if not keep(session, State(), now):
        announce([agent_id])
    Session.objects.filter(pk=session.pk).update(ask_at=now)


@transaction.atomic
def announce(agent_ids: list[int]) -> None:
    """What surrounds these agents' state, such as the link, changed: give each a new version and push it."""
    _hold(agent_ids)
    Session.objects.filter(agent_id__in=agent_ids).update(version=F("version") + 1)
    rows = Session.objects.filter(agent_id__in=agent_ids)
    for session in readable(rows.select_related("agent__user", "agent__dialer", "agent__board")):
        push.push_state(session)


def _hold(agent_ids: list[int]) -> None:
    """Hold many sessions until the transaction ends, always in the same order: else two who do would wait for ever."""
    list(Session.objects.select_for_update().filter(agent_id__in=agent_ids).order_by("agent_id").values_list("pk"))


def _keep_play_ends(before: State, after: State, now: datetime) -> None:
    """Write down how each play ended of which all is known now."""
    for end in play_ends(before, after, now):
        Click.objects.filter(pk=end.click).update(
            play_end=end.verdict,
            play_seconds=end.seconds,
            play_evidence=end.evidence or "",
            play_text=end.text,
            play_ended_at=now,
        )


def _shows(stored: dict[str, Any], after: State) -> bool:
    """Whether more changed than the moment of the last question, which no screen shows."""
    before = load(stored)
    only_asked = before == replace(after, session=replace(after.session, asked_at=before.session.asked_at))
    return not only_asked or not can_load(stored)
