"""A click's life: requested, claimed, ended."""

import logging
import time
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, UUIDField
from django.utils import timezone

from agentapi import machine
from agentapi.capability import Capability, capability_of
from agentapi.commands import AskFloor, checked_label
from agentapi.errors import BadCommand
from agentapi.machine import Action, Ask, Go, Press, Refusal, State, Wait
from agentapi.outcomes import Accepted, Expired, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason
from agentapi.worker import ANSWER_KEPT_SECONDS, Carried, Job, StepDone, learned
from panel import push
from panel.guard import guarded, is_away
from panel.models import Agent, Board, Button, Click, Dialer, Session
from panel.nearby import Turn, nearby
from panel.prepared import Prepared, PreparedInsert, PreparedUpdate
from panel.protocol import ClickFrame, ClickMessage, Rejected
from panel.selectors.people import name_of
from panel.selectors.states import (
    WORKER_GONE_AFTER,
    current,
    floor_tells,
    link_refusal,
    link_view,
    press_for,
    press_of,
    rules_of,
)
from panel.services import capabilities, links, notes, sessions

log = logging.getLogger(__name__)

FRESH_FOR = timedelta(seconds=5)
"""A click older than this is not sent any more: the moment that it was meant for has passed."""
SEND_FOR = WORKER_GONE_AFTER - timedelta(seconds=2)
"""How long a claimed click may wait in its worker's hands: less than until that one could be taken for dead."""
FRESH_LONGER = {Action.CAPTURE_END: machine.WAITING_AFTER + FRESH_FOR, Action.STOP: 2 * FRESH_FOR}
"""An END waits for its BEGIN, at most until that one's deadline (FACTS 2.5); a STOP for a call that hangs, because it
is safe to send at any time (FACTS 3.3).
"""
EXPIRED_AT_ONCE = 100
FORGOTTEN_AFTER = timedelta(seconds=ANSWER_KEPT_SECONDS + 60)
"""By then the worker that sent a click has given up recording what came of it."""

WORDS: dict[Reason, str] = {
    Reason.ALREADY_PLAYING: "VICIdial says that a clip is playing already.",
    Reason.NOTHING_PLAYING: "VICIdial says that no clip is playing.",
    Reason.NO_CONFERENCE: "The agent's VICIdial session has no conference yet. Log in to the phone first.",
    Reason.NOT_LOGGED_IN: "The agent is not logged in to VICIdial.",
    Reason.LOGIN_REFUSED: "VICIdial refused Clipdeck's login. Tell your administrator.",
    Reason.NO_PERMISSION: "Clipdeck's VICIdial user has no permission for this. Tell your administrator.",
    Reason.API_OFF: "VICIdial's agent API is switched off. Tell your administrator.",
    Reason.BAD_SOURCE: "VICIdial refused the source of the call. Tell your administrator.",
    Reason.STOP_ERROR: "VICIdial says that no recording is running.",
}


@dataclass(frozen=True)
class Ended:
    """How a click ended: one of the last five statuses, a short reason, and words for the person."""

    status: str
    reason: str
    text: str


@dataclass(frozen=True)
class Kept:
    """What was known when a click was sent, so that its end need not be looked up: mostly nothing has moved since."""

    click: Click
    session: Session


WORKER_LOST = Ended("unknown", "worker_lost", "The worker that sent it died before the answer came.")
NOT_RECORDED = Ended("unknown", "not_recorded", "Clipdeck could not store what VICIdial answered. Nobody can say.")
UNREADABLE = Ended("failed", "unreadable", "Clipdeck could not read what was pressed, so it was not sent. Press again.")
TOO_OLD = Ended("expired", "too_old", "Too much time had passed, so it was not sent.")
NOT_LOOKED = Ended("done", "not_looked", "Nobody looked whether a customer is on the line.")
HALF_DONE = Ended("failed", "only_resumed", "The paused clip was resumed, but not restarted. Press restart again.")
"""A restart of a paused clip is two commands, of which the second could not be sent (FACTS 3.5)."""


_insert = PreparedInsert(Click)


def request_click(agent_id: int, actor: User, frame: ClickFrame, came_at: datetime) -> ClickMessage | Rejected | None:
    """Take a press in, or say why not. Its age begins when it came, however long it waited to be looked at. The same id
    again is the same click and tells where it stands.

    None where it was taken in: the one who pressed learns of it as all screens do, by the push. A worker of this
    process that has a thread to spare gets it at once, if it may be sent at once.
    """
    with nearby.turn() as turn:
        return _requested(agent_id, actor, frame, turn, came_at)


@transaction.atomic
def _requested(
    agent_id: int, actor: User, frame: ClickFrame, turn: Turn | None, came_at: datetime
) -> ClickMessage | Rejected | None:
    session = sessions.locked(agent_id)
    now = max(came_at, timezone.now())
    known, waiting = _known_and_waiting(frame.id, agent_id)
    if known is not None:
        return _again(known, agent_id)
    agent = session.agent
    if not agent.user.is_active:
        return _rejected(frame, Refusal("not_allowed", "This login was closed. Tell your administrator."))
    press = _press(agent, frame)
    if isinstance(press, Refusal):
        return _rejected(frame, press)
    press = replace(press, click=str(frame.id))
    closed = link_refusal(link_view(agent.dialer, now))
    verdict = closed or _verdict(session, press, waiting, now)
    if isinstance(verdict, Refusal):
        return _rejected(frame, verdict)
    click = Click(
        id=frame.id,
        agent_id=agent_id,
        actor=actor,
        actor_name="" if actor.pk == agent.user_id else name_of(actor),
        action=press.action.value,
        press=msgspec.to_builtins(press),
        urgent=press.action is Action.STOP,
        requested_at=came_at,
        not_before=came_at,
        expires_at=came_at + FRESH_LONGER.get(press.action, FRESH_FOR),
    )
    if click.expires_at <= now:
        _end(click, TOO_OLD, now, insert=True)
        return None
    overtaken = _overtake(waiting, now) if press.action is Action.STOP else False
    if overtaken and isinstance(_verdict(session, press, list(_open_clicks([agent_id])), now), Refusal):
        _end(click, Ended("done", "overtaken", "The clip was cancelled before it was sent."), now, insert=True)
        return None
    push.push_click(click)
    if turn is not None and not waiting and isinstance(verdict, Go | Ask) and links.may_call(agent.dialer, now):
        _mark_sent(turn.name, click, now)
        _insert(click)
        rules = rules_of(agent.dialer, now)
        job = _job(session, click, press, machine.tick(current(session), rules, now), now)
        push.before_waking(partial(turn.take, job))
        return None
    _insert(click)
    push.ring()
    return None


def claim(worker: str, limit: int, now: datetime) -> list[Job]:
    """Take up to `limit` clicks that may be sent now: at most one per agent, STOP first, oldest first.

    What is too old is expired, what must wait is put off, what became wrong meanwhile is ended as failed.
    """
    ready = (
        Click.objects.filter(Q(not_before__lte=now) | Q(not_before=F("requested_at")), status=Click.Status.QUEUED)
        .exclude(agent__clicks__status=Click.Status.SENT)
        .order_by("-urgent", "requested_at")
        .values_list("agent_id", flat=True)
    )
    agent_ids = list(dict.fromkeys(ready[: limit * 4]))
    if not agent_ids:
        return []
    try:
        return _claimed(worker, agent_ids, limit, now)
    except Exception as error:
        if is_away(error):
            raise
    return _claimed_apart(worker, agent_ids, limit, now)


def waits() -> bool:
    """Whether any click waits to be sent."""
    return Click.objects.filter(status=Click.Status.QUEUED).exists()


def finish_click(worker: str, job: Job, carried: Carried, now: datetime) -> None:
    """Record how a claimed click ended and what that proves. Does nothing where it was taken for lost meanwhile."""
    outcomes = [step.outcome for step in carried.steps if not isinstance(step.command, AskFloor)]
    try:
        dialer = _finish(worker, job, carried, now)
    except Exception as error:
        if not is_away(error):
            links.note(job.dialer_id, outcomes, now)
        raise
    # Apart, because it changes the rows of many agents, each of which somebody else may hold while waiting for this.
    if links.is_news(dialer, outcomes):
        links.note(job.dialer_id, outcomes, now)
    for step in carried.steps:
        capabilities.told(dialer, step.command, step.outcome, step.at)
    if job.press.action is Action.CAPTURE_BEGIN:
        capabilities.look_soon(dialer, now)


def give_up(click_id: UUID, now: datetime) -> None:
    """A click that was sent by a worker that died: nobody can say what became of it, and it is never sent again."""
    _lose(click_id, WORKER_LOST, now)


def set_aside(click_id: UUID, now: datetime) -> None:
    """A click whose answer came and can't be stored. Does nothing where its end is recorded already."""
    _lose(click_id, NOT_RECORDED, now)


def expire(now: datetime) -> None:
    """End what is too old to be sent, whether or not anybody could claim it. Whoever looks may do it, at any time."""
    rows = Click.objects.filter(status=Click.Status.QUEUED, expires_at__lte=now).order_by("expires_at")
    for click_id, agent_id in rows.values_list("pk", "agent_id")[:EXPIRED_AT_ONCE]:
        with guarded("Ending a press that is too old", click=str(click_id)):
            _expire(click_id, agent_id, now)


def ended(action: Action, carried: Carried) -> Ended:
    """What became of a job -> how the click ended."""
    done = carried.steps
    if carried.refusal is not None:
        return Ended("failed", carried.refusal.code, carried.refusal.text)
    if not done or done[-1].action is None:
        return _ended_by_question(done[-1].outcome if done else NotSent("Nothing was sent."))
    outcome = done[-1].outcome
    if isinstance(outcome, NotSent | Expired) and any(step.action is Action.RESUME for step in done[:-1]):
        return HALF_DONE
    match outcome:
        case Accepted(replaced=True):
            return Ended("done", "replaced", "The clip that was playing was stopped for this one.")
        case Accepted():
            return NOT_LOOKED if carried.unseen else Ended("done", "", "")
        case Refused() | Unsupported():
            return _refused(action, outcome)
        case NotSent(text=text):
            return Ended("failed", "not_sent", text or "VICIdial could not be reached.")
        case Unanswered(text=text):
            return Ended("unknown", "unanswered", text)
        case Expired():
            return TOO_OLD


def _refused(action: Action, outcome: Refused | Unsupported) -> Ended:
    """VICIdial said no. To a recording it says so where the function is missing, switched off or not permitted."""
    capability = capability_of(outcome)
    if action in machine.CAPTURES and capability not in (None, Capability.OK):
        code = f"capture_{capability}"
        return Ended("refused", code, machine.REFUSALS[code])
    if isinstance(outcome, Unsupported):
        return Ended("refused", "unsupported", "This VICIdial server does not know the command.")
    return Ended("refused", outcome.reason.value, WORDS.get(outcome.reason) or f"VICIdial refused: {outcome.text}")


def _ended_by_question(outcome: Outcome) -> Ended:
    """The question before the press was not answered, so the press itself was never sent."""
    match outcome:
        case Refused(reason=reason, text=text):
            return Ended("refused", reason.value, WORDS.get(reason) or f"VICIdial refused: {text}")
        case NotSent(text=text):
            return Ended("failed", "not_sent", text or "VICIdial could not be reached.")
        case _:
            return Ended("failed", "not_asked", "VICIdial did not answer the question that comes first. Not sent.")


_end_sent = PreparedUpdate(Click, sets=("status", "reason", "text", "ended_at"), where=("id", "status", "worker"))


@transaction.atomic
def _finish(worker: str, job: Job, carried: Carried, now: datetime) -> Dialer:
    """Record the end, and return the dialer as it is known now. What waits behind this click the worker claims next."""
    session, click = _proved(job, carried.steps, now)
    end = ended(job.press.action, carried)
    if not _end_sent(end.status, end.reason, end.text, now, job.click_id, Click.Status.SENT.value, worker):
        log.warning("The click was ended by another worker before its answer came.")
        transaction.set_rollback(True)
        return session.agent.dialer
    click.status, click.reason, click.text, click.ended_at = end.status, end.reason, end.text, now
    push.push_click(click)
    notes.ended(click)
    notes.answered(carried.steps)
    return session.agent.dialer


def _proved(job: Job, done: Sequence[StepDone], now: datetime) -> tuple[Session, Click]:
    """Store what the answers prove in the agent's session, which is held from then on; returns it, and the click."""
    if isinstance(job.kept, Kept):
        session, click = copy(job.kept.session), copy(job.kept.click)
        if sessions.keep_unmoved(session, _after(session, job, done, now), now):
            return session, click
    session = sessions.locked(job.agent_id)
    sessions.keep(session, _after(session, job, done, now), now)
    return session, Click.objects.get(pk=job.click_id)


def _lose(click_id: UUID, end: Ended, now: datetime) -> None:
    """End a click that was sent as one of which nobody can say anything, in the agent's state too, if that is able to
    take it in.
    """
    try:
        _lost(click_id, end, now)
    except Exception as error:
        if is_away(error):
            raise
        log.exception("What became of a click is lost, and its agent's state cannot take that in.")
        _end_alone(click_id, end, now)


@transaction.atomic
def _lost(click_id: UUID, end: Ended, now: datetime) -> None:
    agent_id = Click.objects.values_list("agent_id", flat=True).get(pk=click_id)
    session = sessions.locked(agent_id)
    click = Click.objects.filter(pk=click_id, status=Click.Status.SENT).first()
    if click is None:
        return
    press = msgspec.convert(click.press, Press)
    rules = rules_of(session.agent.dialer, now)
    state = machine.tick(current(session), rules, now)
    last_action, _ = machine.steps(state, press, rules)[-1]
    press = replace(press, action=last_action)
    sessions.keep(session, machine.after(state, press, Unanswered(end.text), rules, now), now)
    _end(click, end, now)
    push.ring()


@transaction.atomic
def _end_alone(click_id: UUID, end: Ended, now: datetime) -> None:
    click = Click.objects.select_for_update().filter(pk=click_id, status=Click.Status.SENT).first()
    if click is not None:
        _end(click, end, now)
        push.ring()


@transaction.atomic
def _expire(click_id: UUID, agent_id: int, now: datetime) -> None:
    """What somebody else works on is left to them, or to the next look."""
    if not sessions.locked_free([agent_id]):
        return
    click = Click.objects.filter(pk=click_id, status=Click.Status.QUEUED).first()
    if click is not None:
        _end(click, TOO_OLD, now)


@transaction.atomic
def _claimed(worker: str, agent_ids: Sequence[int], limit: int, now: datetime) -> list[Job]:
    """The next click of each of these agents, if it may be sent. What somebody else works on is left to them, or to the
    next sweep.
    """
    held = sessions.locked_free(agent_ids)
    clicks: dict[int, list[Click]] = {agent_id: [] for agent_id in held}
    for click in _open_clicks(held):
        clicks[click.agent_id].append(click)
    jobs: list[Job] = []
    for agent_id in agent_ids:
        if agent_id in held and len(jobs) < limit:
            job = _next(worker, held[agent_id], clicks[agent_id], now)
            jobs += [job] if job else []
    return jobs


def _claimed_apart(worker: str, agent_ids: Sequence[int], limit: int, now: datetime) -> list[Job]:
    """The same one by one, where one of them keeps the others from being claimed: that one is named and left out."""
    jobs: list[Job] = []
    for agent_id in agent_ids:
        if len(jobs) < limit:
            with guarded("Claiming a press", agent=agent_id):
                jobs += _claimed(worker, [agent_id], 1, now)
    return jobs


def _next(worker: str, session: Session, clicks: Sequence[Click], now: datetime) -> Job | None:
    """The first of an agent's open clicks, in their order, that may be sent."""
    if any(click.status == Click.Status.SENT for click in clicks):
        return None
    for click in clicks:
        if click.not_before > now and click.not_before != click.requested_at:
            # Order is kept: what came later does not overtake, except STOP, which sorts first.
            return None
        job = _take(worker, session, click, now)
        if job:
            return job
        if click.status == Click.Status.QUEUED:
            return None
    return None


def _take(worker: str, session: Session, click: Click, now: datetime) -> Job | None:
    if click.expires_at <= now:
        _end(click, TOO_OLD, now)
        return None
    try:
        press = msgspec.convert(click.press, Press)
    except msgspec.ValidationError as error:
        log.error("A press that waits cannot be read: %s", error, extra={"click": str(click.pk)})  # noqa: TRY400
        _end(click, UNREADABLE, now)
        return None
    dialer = session.agent.dialer
    rules = rules_of(dialer, now)
    state = machine.tick(current(session), rules, now)
    closed = _dialer_refusal(dialer)
    verdict = closed or machine.verdict(state, press, rules, now)
    match verdict:
        case Refusal(code=code, text=text):
            _end(click, Ended("failed", code, text), now)
            return None
        case Wait(until=until):
            click.not_before = min(until, click.expires_at)
            click.save(update_fields=["not_before"])
            return None
        case Go() | Ask() if not links.may_call(dialer, now):
            return None
        case Go() | Ask():
            _mark_sent(worker, click, now)
            click.save(update_fields=["status", "sent_at", "worker"])
            return _job(session, click, press, state, now)


def _mark_sent(worker: str, click: Click, now: datetime) -> None:
    click.status, click.sent_at, click.worker = Click.Status.SENT, now, worker
    push.push_click(click)


def _job(session: Session, click: Click, press: Press, state: State, now: datetime) -> Job:
    dialer, send_until = session.agent.dialer, min(now + SEND_FOR, click.expires_at)
    return Job(
        click_id=click.id,
        agent_id=session.agent_id,
        dialer_id=dialer.pk,
        dialer=links.credentials(dialer),
        agent_user=session.agent.agent_user,
        press=press,
        state=state,
        rules=rules_of(dialer, now),
        send_until=send_until,
        send_by=time.monotonic() + (send_until - now).total_seconds(),
        floor=links.floor_credentials(dialer) if floor_tells(dialer, now) else None,
        repeat_until=state.playback.settles_at if press.action is Action.STOP else None,
        kept=Kept(click, session),
    )


def _after(session: Session, job: Job, done: Sequence[StepDone], now: datetime) -> State:
    """What is known of this session once these answers are."""
    rules = rules_of(session.agent.dialer, now)
    # Only up to the moment of sending: a clip whose end was estimated within the flight must still be there to pause.
    state = machine.tick(current(session), rules, done[0].asked_at if done else now)
    for step in done:
        if step.action is None:
            state, rules = learned(state, rules, step, job.agent_user)
        else:
            state = machine.after(
                state, replace(job.press, action=step.action), step.outcome, rules, step.at, sent_at=step.asked_at
            )
    return state


def _press(agent: Agent, frame: ClickFrame) -> Press | Refusal:
    if frame.action is Action.PLAY:
        return _play(agent.board, frame.button or "")
    press = press_for(frame.action, agent.board, confirmed=frame.confirmed)
    if frame.action is Action.CAPTURE_BEGIN:
        try:
            return replace(press, label=checked_label(frame.label or ""))
        except BadCommand as error:
            return Refusal("bad_label", str(error))
    return press


def _play(board: Board, name: str) -> Press | Refusal:
    button = Button.objects.select_related("clip").filter(board=board, name=name).first()
    if button is None:
        return Refusal("unknown_button", f'There is no button "{name[:60]}" on your board.')
    return press_of(button, board)


def _verdict(session: Session, press: Press, waiting: Sequence[Click], now: datetime) -> machine.Verdict:
    """The press held against the state as it will be once all that is on its way was carried out."""
    rules = rules_of(session.agent.dialer, now)
    state = machine.tick(current(session), rules, now)
    for click in waiting:
        with guarded("Weighing a press that waits", click=str(click.pk)):
            state = machine.expected(state, msgspec.convert(click.press, Press), rules, now)
    return machine.verdict(state, press, rules, now)


_known_or_open = Prepared(
    Click.objects.filter(Q(pk=UUID(int=0)) | Q(agent_id=0, status__in=Click.OPEN)).order_by("-urgent", "requested_at")
)


def _known_and_waiting(click_id: UUID, agent_id: int) -> tuple[Click | None, list[Click]]:
    """The click of this id, whosever it is, and the agent's clicks that have not ended, in their order."""
    clicks = _known_or_open(UUIDField().get_db_prep_value(click_id, connection), agent_id)
    return next((click for click in clicks if click.pk == click_id), None), clicks


def _open_clicks(agent_ids: Collection[int]) -> QuerySet[Click]:
    return Click.objects.filter(agent_id__in=agent_ids, status__in=Click.OPEN).order_by("-urgent", "requested_at")


def _overtake(waiting: Sequence[Click], now: datetime) -> bool:
    """STOP cancels what is still queued for the clip. Returns whether there was anything."""
    captures = (Action.CAPTURE_BEGIN.value, Action.CAPTURE_END.value)
    queued = [click for click in waiting if click.status == Click.Status.QUEUED and click.action not in captures]
    for click in queued:
        _end(click, Ended("failed", "overtaken", "Stop was pressed before it was sent."), now)
    return bool(queued)


def _end(click: Click, end: Ended, now: datetime, *, insert: bool = False) -> None:
    click.status, click.reason, click.text, click.ended_at = end.status, end.reason, end.text, now
    if insert:
        _insert(click)
    else:
        click.save(update_fields=["status", "reason", "text", "ended_at"])
    push.push_click(click)
    notes.ended(click)


def _again(click: Click, agent_id: int) -> ClickMessage | Rejected:
    if click.agent_id != agent_id:
        return Rejected(str(click.id), "id_taken", "This id belongs to another click. Use a new one for each press.")
    return push.click_message(click)


def _rejected(frame: ClickFrame, refusal: Refusal) -> Rejected:
    return Rejected(str(frame.id), refusal.code, refusal.text)


def _dialer_refusal(dialer: Dialer) -> Refusal | None:
    """A refused login closes the dialer for everything, queued clicks included (FACTS 1.8)."""
    if dialer.link == Dialer.Link.LOGIN_REFUSED:
        return Refusal("login_refused", dialer.link_text)
    return None


def lost_clicks(alive: Sequence[str], now: datetime) -> QuerySet[Click]:
    """Clicks that were sent by a worker that is not among the living, or so long ago that nobody waits any more."""
    gone = ~Q(worker__in=alive) | Q(sent_at__lt=now - FORGOTTEN_AFTER)
    return Click.objects.filter(gone, status=Click.Status.SENT)
