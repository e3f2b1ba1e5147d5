"""What VICIdial is asked without a press, within the budget of each dialer, and what its answers bring to light."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agentapi import machine, pace
from agentapi.commands import AskFloor
from agentapi.floors import Seat
from agentapi.outcomes import Accepted, Outcome
from agentapi.worker import Ask
from panel.models import Click, Dialer, Session
from panel.selectors.states import current, load, rules_of
from panel.services import links, sessions

LEASE = timedelta(seconds=8)
"""How long a question may be under way before another worker may ask the same."""
AT_ONCE = 3
"""How many questions may go to a dialer at the same moment; the rest of the budget is spread evenly. A large budget
allows a quarter of it: a worker looks four times in a second, and more often only where it ran out of threads.
"""
FLOOR_WRITTEN_EVERY = timedelta(seconds=25)
"""A session that the floor only confirms is written and pushed no more often than this."""


def due(limit: int, now: datetime) -> list[Ask]:
    """Let time pass for the sessions that it changes; return the questions to ask now, each leased to the caller."""
    _let_time_pass(limit, now)
    dialers = Dialer.objects.exclude(link=Dialer.Link.LOGIN_REFUSED)
    return list(islice((ask for dialer in dialers for ask in _asks_of(dialer, now)), limit))


def observed(ask: Ask, outcome: Outcome, asked_at: datetime, now: datetime) -> None:
    """Record what a question brought."""
    if isinstance(ask.command, AskFloor):
        _floor_observed(ask, outcome, asked_at, now)
        return
    if ask.agent_id is not None:
        sessions.change(ask.agent_id, lambda state: machine.asked(state, outcome, asked_at, now), now)
    links.note(ask.dialer_id, [outcome], now)


def _let_time_pass(limit: int, now: datetime) -> None:
    moved = (
        Session.objects.filter(~Exists(_busy()), moves_at__lte=now)
        .order_by("moves_at")
        .values_list("agent_id", flat=True)
    )
    for agent_id in moved[: limit * 4]:
        sessions.change(agent_id, lambda state: state, now)


def _asks_of(dialer: Dialer, now: datetime) -> Iterator[Ask]:
    if dialer.link == Dialer.Link.UNREACHABLE or dialer.doubted_at or dialer.proved_at is None:
        yield from _probe(dialer, now)
        return
    if _floor_is_due(dialer, now):
        yield Ask(dialer.pk, links.floor_credentials(dialer), AskFloor())
    for agent_id in _asked_for(dialer).filter(ask_at__lte=now)[: _at_once()]:
        if not _slot(dialer, now):
            return
        yield from _leased(agent_id, now)


def _asked_for(dialer: Dialer) -> QuerySet[Session, int]:
    """Agents of this dialer about whom something is to be asked, the most pressing first."""
    rows = Session.objects.filter(~Exists(_busy()), agent__dialer=dialer, ask_at__isnull=False)
    return rows.order_by("-ask_urgent", "ask_at").values_list("agent_id", flat=True)


def _busy() -> QuerySet[Click]:
    """What is on its way for the agent of a session."""
    return Click.objects.filter(agent=OuterRef("agent"), status=Click.Status.SENT)


def _probe(dialer: Dialer, now: datetime) -> Iterator[Ask]:
    """One question at a time tries a dialer that is away, that left a call unanswered, or whose login is new."""
    watching = Session.objects.filter(Q(watched_until__gt=now) | Q(ask_at__isnull=False), agent__dialer=dialer)
    agent_id = watching.order_by("-ask_urgent", "ask_at").values_list("agent_id", flat=True).first()
    turn = Dialer.objects.filter(Q(probe_at=None) | Q(probe_at__lte=now), pk=dialer.pk)
    if agent_id is None and not _walls_watch(dialer, now):
        return
    if turn.update(probe_at=now + LEASE) and links.may_call(dialer, now):
        yield from _leased(agent_id, now, probe=True) if agent_id is not None else [_about_nobody(dialer)]


def _about_nobody(dialer: Dialer) -> Ask:
    """A question whose answer tells of the dialer alone (FACTS 1.6)."""
    command = machine.ask_command(rules_of(dialer))
    return Ask(dialer.pk, links.probing(dialer), command, agent_user=links.NO_AGENT)


def _walls_watch(dialer: Dialer, now: datetime) -> bool:
    return dialer.floor_watched_until is not None and dialer.floor_watched_until > now


def _at_once() -> int:
    limit: int = settings.WATCH_CALLS_PER_SECOND
    return max(1, min(AT_ONCE, limit // 2), limit // 4)


def _slot(dialer: Dialer, now: datetime) -> bool:
    """Whether the dialer's budget allows one more question now, which takes it up.

    A bucket that leaks evenly and holds a few at once: together never more than the limit within any second.
    """
    at_once = _at_once()
    every = timedelta(seconds=1 / max(1, settings.WATCH_CALLS_PER_SECOND - at_once))
    taken = dialer.ask_slot
    slot = max(taken or now, now) + every
    if slot > now + every * at_once:
        return False
    if not Dialer.objects.filter(pk=dialer.pk, ask_slot=taken).update(ask_slot=slot):
        return False
    dialer.ask_slot = slot
    return True


@transaction.atomic
def _leased(agent_id: int, now: datetime, *, probe: bool = False) -> list[Ask]:
    """The question about this agent, leased to the caller; none where it is not due any more."""
    session = sessions.locked(agent_id)
    dialer = session.agent.dialer
    state = current(session)
    asked_for = pace.next_ask(state, sessions.pace_of(session, state, now))
    if not probe and (asked_for is None or asked_for > now):
        Session.objects.filter(pk=session.pk).update(ask_at=asked_for)
        return []
    Session.objects.filter(pk=session.pk).update(ask_at=now + LEASE)
    return [
        Ask(
            dialer_id=dialer.pk,
            dialer=links.probing(dialer) if probe else links.credentials(dialer),
            command=machine.ask_command(rules_of(dialer)),
            agent_id=agent_id,
            agent_user=session.agent.agent_user,
        )
    ]


def _floor_is_due(dialer: Dialer, now: datetime) -> bool:
    """Whether to ask for the whole floor now, which nobody else does then (FACTS 4.3)."""
    if (
        not dialer.non_agent_url
        or dialer.floor_text
        or dialer.proved_at is None
        or (dialer.floor_ask_at and dialer.floor_ask_at > now)
    ):
        return False
    anybody = Q(watched_until__gt=now) | Q(ask_at__isnull=False)
    if not _walls_watch(dialer, now) and not Session.objects.filter(anybody, agent__dialer=dialer).exists():
        return False
    turn = Dialer.objects.filter(pk=dialer.pk, floor_ask_at=dialer.floor_ask_at)
    return bool(turn.update(floor_ask_at=now + max(settings.WATCH_FLOOR_EVERY, LEASE)))


def _floor_observed(ask: Ask, outcome: Outcome, asked_at: datetime, now: datetime) -> None:
    if isinstance(outcome, Accepted) and outcome.floor is not None:
        for session in Session.objects.filter(agent__dialer=ask.dialer_id).select_related("agent__dialer"):
            _seat(session, outcome.floor.get(session.agent.agent_user), asked_at, now)
    links.note_floor(ask.dialer_id, outcome, asked_at, now)


def _seat(session: Session, seat: Seat | None, asked_at: datetime, now: datetime) -> None:
    """Hold one session against the floor; written only where it brings news, or once in a while."""
    known = load(session.state)
    found = machine.seated(known, seat, asked_at, now)
    if found == known:
        return
    checked = known.session.checked_at
    unchanged = machine.same_seat(known, found)
    if unchanged and checked is not None and now - checked < FLOOR_WRITTEN_EVERY:
        return
    sessions.change(session.agent_id, lambda state: machine.seated(state, seat, asked_at, now), now)
