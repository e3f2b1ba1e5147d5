"""What VICIdial is asked without a press, within the budget of each dialer, and what its answers bring to light."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agentapi import machine, pace
from agentapi.commands import AskCapture, AskFloor, AskVersion
from agentapi.floors import Seat
from agentapi.machine import Rules, State
from agentapi.outcomes import Accepted, Outcome
from agentapi.worker import Inquiry
from panel.guard import guarded, readable
from panel.models import Click, Dialer, Session
from panel.selectors.states import can_load, current, floor_tells, load, rules_of
from panel.services import capabilities, links, sessions

LEASE = timedelta(seconds=8)
"""How long a question may be under way before another worker may ask the same."""
AT_ONCE = 3
"""How many questions may go to a dialer at the same moment; the rest of the budget is spread evenly. A large budget
allows a quarter of it: a worker looks four times in a second, and more often only where it ran out of threads.
"""
PUT_OFF = timedelta(minutes=1)
"""For how long a session is left alone that cannot be worked on."""
LOOK_AGAIN_EVERY = timedelta(minutes=10)
"""How often a server's build and clock are looked at, and whether it can record meanwhile."""
FLOOR_AGAIN_AFTER = timedelta(seconds=1)
FLOOR_WRITTEN_EVERY = timedelta(seconds=25)
"""A session that the floor only confirms is written and pushed no more often than this."""


def due(limit: int, now: datetime) -> list[Inquiry]:
    """Let time pass for the sessions that it changes; return the questions to ask now, each leased to the caller."""
    _let_time_pass(limit, now)
    asks: list[Inquiry] = []
    for dialer in readable(Dialer.objects.exclude(link=Dialer.Link.LOGIN_REFUSED)):
        with guarded("Finding out what to ask", dialer=dialer.name):
            asks.extend(islice(_asks_of(dialer, now), limit - len(asks)))
    return asks


def observed(ask: Inquiry, outcome: Outcome, asked_at: datetime, now: datetime) -> None:
    """Record what a question brought."""
    match ask.command:
        case AskFloor():
            _floor_observed(ask, outcome, asked_at, now)
        case AskVersion():
            links.note_probe(ask.dialer_id, outcome, asked_at, now)
            capabilities.version_told(ask.dialer_id, outcome, now)
        case AskCapture() as command:
            try:
                if ask.agent_id is not None:
                    sessions.change(ask.agent_id, partial(_asked, outcome, asked_at, now), now)
            finally:
                # What cannot be kept of one agent proves all the same that the dialer answers.
                links.note(ask.dialer_id, [outcome], now)
                capabilities.told(Dialer.objects.get(pk=ask.dialer_id), command, outcome, now)


def _asked(outcome: Outcome, asked_at: datetime, now: datetime, state: State, rules: Rules) -> State:
    return machine.asked(state, outcome, rules, asked_at, now)


def _let_time_pass(limit: int, now: datetime) -> None:
    moved = (
        Session.objects.filter(~Exists(_busy()), moves_at__lte=now)
        .order_by("moves_at")
        .values_list("agent_id", flat=True)
    )
    for agent_id in moved[: limit * 4]:
        with guarded("Letting time pass for a session", agent=agent_id):
            state = sessions.change(agent_id, lambda state, _: state, now)
            if state.finished:
                _bring_floor_forward(agent_id, now)
            continue
        Session.objects.filter(agent_id=agent_id).update(moves_at=now + PUT_OFF)


def _bring_floor_forward(agent_id: int, now: datetime) -> None:
    """A clip has just ended: where the floor tells who still has their customer, it is asked now and not only at its
    next turn.
    """
    dialer = Dialer.objects.get(agents=agent_id)
    if floor_tells(dialer, now) and dialer.floor_seen_at and now - dialer.floor_seen_at > FLOOR_AGAIN_AFTER:
        Dialer.objects.filter(pk=dialer.pk, floor_ask_at=dialer.floor_ask_at).update(floor_ask_at=now)


def _asks_of(dialer: Dialer, now: datetime) -> Iterator[Inquiry]:
    if dialer.link == Dialer.Link.UNREACHABLE or dialer.doubted_at or dialer.proved_at is None:
        yield from _probe(dialer, now)
        return
    if _floor_is_due(dialer, now):
        yield Inquiry(dialer.pk, links.floor_credentials(dialer), AskFloor())
    yield from _about_dialer(dialer, now)
    for agent_id in _asked_for(dialer).filter(ask_at__lte=now)[: _at_once()]:
        if not _slot(dialer, now):
            return
        yield from _leased_if_able(agent_id, now)


def _asked_for(dialer: Dialer) -> QuerySet[Session, int]:
    """Agents of this dialer about whom something is to be asked, the most pressing first."""
    rows = Session.objects.filter(~Exists(_busy()), agent__dialer=dialer, ask_at__isnull=False)
    return rows.order_by("-ask_urgent", "ask_at").values_list("agent_id", flat=True)


def _busy() -> QuerySet[Click]:
    """What is on its way for the agent of a session."""
    return Click.objects.filter(agent=OuterRef("agent"), status=Click.Status.SENT)


def _about_dialer(dialer: Dialer, now: datetime) -> Iterator[Inquiry]:
    """What changes seldom: the server's build and clock, and whether it still cannot record (FACTS 7.1, 7.2)."""
    if (dialer.look_again_at and dialer.look_again_at > now) or not _is_watched(dialer, now) or not _slot(dialer, now):
        return
    turn = Dialer.objects.filter(pk=dialer.pk, look_again_at=dialer.look_again_at)
    if not turn.update(look_again_at=now + LOOK_AGAIN_EVERY):
        return
    yield Inquiry(dialer.pk, links.probing(dialer), AskVersion())
    if not rules_of(dialer, now).can_capture:
        yield _about_nobody(dialer, now)


def _is_watched(dialer: Dialer, now: datetime) -> bool:
    """Whether anybody wants to know anything of this dialer's agents."""
    anybody = Q(watched_until__gt=now) | Q(ask_at__isnull=False)
    return _walls_watch(dialer, now) or Session.objects.filter(anybody, agent__dialer=dialer).exists()


def _probe(dialer: Dialer, now: datetime) -> Iterator[Inquiry]:
    """One question at a time tries a dialer that is away, that left a call unanswered, or whose login is new.

    After an answer without a verdict it is one that needs no login, since each login may be a counted refusal.
    """
    watching = Session.objects.filter(Q(watched_until__gt=now) | Q(ask_at__isnull=False), agent__dialer=dialer)
    agent_id = watching.order_by("-ask_urgent", "ask_at").values_list("agent_id", flat=True).first()
    turn = Dialer.objects.filter(Q(probe_at=None) | Q(probe_at__lte=now), pk=dialer.pk)
    if agent_id is None and not _walls_watch(dialer, now):
        return
    if dialer.version_first:
        if turn.update(probe_at=now + LEASE):
            yield Inquiry(dialer.pk, links.probing(dialer), AskVersion())
        return
    if turn.update(probe_at=now + LEASE) and links.may_call(dialer, now):
        about_agent = _leased_if_able(agent_id, now, probe=True) if agent_id is not None else []
        yield from about_agent or [_about_nobody(dialer, now)]


def _about_nobody(dialer: Dialer, now: datetime) -> Inquiry:
    """A question whose answer tells of the dialer alone (FACTS 1.6)."""
    command = AskCapture(rules_of(dialer, now).capture)
    return Inquiry(dialer.pk, links.probing(dialer), command, agent_user=links.NO_AGENT)


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


def _leased_if_able(agent_id: int, now: datetime, *, probe: bool = False) -> list[Inquiry]:
    """The same as below; none, for a while, where this agent's session cannot be worked on."""
    with guarded("Asking about an agent", agent=agent_id):
        return _leased(agent_id, now, probe=probe)
    Session.objects.filter(agent_id=agent_id).update(ask_at=now + PUT_OFF)
    return []


@transaction.atomic
def _leased(agent_id: int, now: datetime, *, probe: bool = False) -> list[Inquiry]:
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
        Inquiry(
            dialer_id=dialer.pk,
            dialer=links.probing(dialer) if probe else links.credentials(dialer),
            command=AskCapture(rules_of(dialer, now).asks[0]),
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
    if not _is_watched(dialer, now):
        return False
    turn = Dialer.objects.filter(pk=dialer.pk, floor_ask_at=dialer.floor_ask_at)
    return bool(turn.update(floor_ask_at=now + max(settings.WATCH_FLOOR_EVERY, LEASE)))


def _floor_observed(ask: Inquiry, outcome: Outcome, asked_at: datetime, now: datetime) -> None:
    if isinstance(outcome, Accepted) and outcome.floor is not None:
        for session in readable(Session.objects.filter(agent__dialer=ask.dialer_id).select_related("agent__dialer")):
            with guarded("Holding an agent against the floor", agent=session.agent.agent_user):
                _seat(session, outcome.floor.seat(session.agent.agent_user), asked_at, now)
    links.note_floor(ask.dialer_id, outcome, asked_at, now)


def _seat(session: Session, seat: Seat | None, asked_at: datetime, now: datetime) -> None:
    """Hold one session against the floor; written only where it brings news, or once in a while."""
    known, rules = load(session.state, session.agent.agent_user), rules_of(session.agent.dialer, now)
    found = machine.seated(known, seat, rules, asked_at, now)
    if found == known and can_load(session.state):
        return
    checked = known.session.checked_at
    unchanged = machine.same_seat(known, found) and can_load(session.state)
    if unchanged and checked is not None and now - checked < FLOOR_WRITTEN_EVERY:
        return
    sessions.change(session.agent_id, lambda state, rules: machine.seated(state, seat, rules, asked_at, now), now)
