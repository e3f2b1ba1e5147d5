"""What a screen is told of an agent's session."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import models
from django.utils import timezone

from agentapi import machine
from agentapi.capability import Capability
from agentapi.commands import CaptureFunction
from agentapi.machine import Action, CaptureStatus, Fault, Press, Refusal, Rules, State
from panel.models import Agent, Board, Button, Click, Dialer, Session, Worker
from panel.protocol import (
    AgentView,
    BoardView,
    ButtonView,
    CaptureView,
    ClickView,
    LinkView,
    PlaybackView,
    SessionView,
    Snapshot,
    StateMessage,
    StateView,
)
from panel.selectors.people import NO_PASSWORDS, name_of

log = logging.getLogger(__name__)

CLOCK_KNOWN_FOR = timedelta(hours=1)
WORKER_GONE_AFTER = timedelta(seconds=5)
WAITS_TOO_LONG = timedelta(seconds=3)
"""Nothing keeps a press that may be sent, or all threads of a worker, for so long unless something is wrong."""
CLICKS_SHOWN = 20
NO_WORKER = "No worker is running: nothing can be sent to VICIdial."


def load(stored: dict[str, Any], whose: str = "") -> State:
    """The stored form -> the machine's state. Where this code cannot read it, nothing is known of that agent, which is
    said in the log; what VICIdial tells next is stored instead.
    """
    try:
        return msgspec.convert(stored, State)
    except msgspec.ValidationError as error:
        log.error("What is stored of an agent cannot be read: %s", error, extra={"agent": whose} if whose else {})  # noqa: TRY400
        return State()


def can_load(stored: dict[str, Any]) -> bool:
    """Whether this code can read what is stored of an agent."""
    try:
        msgspec.convert(stored, State)
    except msgspec.ValidationError:
        return False
    return True


def current(session: Session) -> State:
    """What is known of a session whose dialer is at hand: where the whole floor was seen since, that saw it too.

    Each answer of the floor is held against every session, and written down only where it brings news.
    """
    state = load(session.state, session.agent.agent_user)
    known, floor = state.session, session.agent.dialer.floor_seen_at
    listed = not known.uncovered and known.absent_at is None
    if known.checked_at is None or floor is None or known.checked_at >= floor or not listed:
        return state
    return replace(state, session=replace(known, checked_at=floor, floor_at=floor if known.floor_at else None))


def store(state: State) -> Any:
    """The machine's state -> its stored form."""
    return msgspec.to_builtins(state)


def rules_of(dialer: Dialer, now: datetime) -> Rules:
    """What this dialer's configuration allows, and what is known of the server at `now`."""
    own: CaptureFunction = "recording" if dialer.capture == Dialer.Capture.MONO else "stereo_recording"
    other: CaptureFunction = "stereo_recording" if own == "recording" else "recording"
    capability = Capability(dialer.capability)
    can_tell = capability in (Capability.OK, Capability.NOT_KNOWN)
    return Rules(
        capture=own,
        pause_supported=dialer.pause_supported,
        capability=capability,
        asks=(own, other) if can_tell else (other,),
        floor=floor_tells(dialer, now),
        clock_ahead=_clock_ahead(dialer, now),
        take_back_begin=dialer.take_back_begin,
        mono_limit=timedelta(minutes=dialer.mono_limit_minutes),
    )


def floor_tells(dialer: Dialer, now: datetime) -> bool:
    """Whether this dialer's floor was asked for with success lately, and goes on to be."""
    seen = dialer.floor_seen_at
    return bool(dialer.non_agent_url and not dialer.floor_text and seen and now - seen < settings.WATCH_FLOOR_EVERY * 3)


def _clock_ahead(dialer: Dialer, now: datetime) -> timedelta | None:
    """What the server's local time is ahead of our UTC, as long as it was looked at lately: its zone may have moved."""
    ahead, looked = dialer.clock_ahead_seconds, dialer.version_at
    if ahead is None or looked is None or now - looked > CLOCK_KNOWN_FOR:
        return None
    return timedelta(seconds=ahead)


def press_of(button: Button, board: Board) -> Press:
    """The press of this button, with all that is needed to carry it out even if the button changes meanwhile."""
    return Press(
        action=Action.PLAY,
        button=button.name,
        clip=button.clip.name,
        audio=button.clip.audio,
        duration_seconds=button.clip.duration_seconds,
        replace=button.while_playing == Button.WhilePlaying.REPLACE,
        without_customer=board.play_without_customer,
    )


def press_for(action: Action, board: Board, *, confirmed: bool = False) -> Press:
    """The press of a control that is no button of the board."""
    return Press(action, without_customer=board.play_without_customer, end_others=board.end_others, confirmed=confirmed)


@dataclass(frozen=True)
class Truth:
    """What the database says now of some agents and clicks: each agent's version, and which of the clicks ended."""

    versions: Mapping[int, int]
    ended: frozenset[UUID]


def truth_of(agent_ids: Collection[int], click_ids: Collection[UUID]) -> Truth:
    """What the database says now of these agents and clicks."""
    versions = Session.objects.filter(agent_id__in=agent_ids).values_list("agent_id", "version")
    ended = Click.objects.filter(pk__in=click_ids).exclude(status__in=Click.OPEN).values_list("pk", flat=True)
    return Truth(dict(versions), frozenset(ended))


def worker_alive(now: datetime) -> bool:
    """Whether any worker was seen lately."""
    return Worker.objects.filter(seen_at__gt=now - WORKER_GONE_AFTER).exists()


def has_free_worker(now: datetime) -> bool:
    """Whether any worker that was seen lately has had a free thread lately."""
    alive = Worker.objects.filter(seen_at__gt=now - WORKER_GONE_AFTER)
    return alive.filter(full_seconds__lt=WAITS_TOO_LONG.total_seconds()).exists()


def oldest_waiting(now: datetime) -> timedelta:
    """For how long the press waits that could be sent and is not; what stands behind another one, or before a login
    that is being tried, waits for VICIdial.
    """
    waiting = Click.objects.filter(status=Click.Status.QUEUED, agent__dialer__proved_at__isnull=False)
    oldest = waiting.exclude(agent__clicks__status=Click.Status.SENT).aggregate(oldest=models.Min("not_before"))
    return max(now - (oldest["oldest"] or now), timedelta())


def worker_seen_at() -> datetime | None:
    """When any worker was last seen; asked for once a second at most, since every push wants to know."""
    return seen_in_second(int(timezone.now().timestamp()))


@lru_cache(maxsize=1)
def seen_in_second(_: int) -> datetime | None:
    """When any worker was last seen, as the first one who asked in this second learned."""
    seen: datetime | None = Worker.objects.aggregate(last=models.Max("seen_at"))["last"]
    return seen


def link_view(dialer: Dialer, now: datetime) -> LinkView:
    """The way to VICIdial: the dialer as it last answered, and whether any worker is there to ask it."""
    return link_of(dialer, worker_seen_at(), now)


def link_of(dialer: Dialer, seen_at: datetime | None, now: datetime) -> LinkView:
    """The same, where it is known already when any worker was last seen."""
    if seen_at is not None and seen_at > now - WORKER_GONE_AFTER:
        return LinkView(dialer.link, "ok", dialer.link_since, dialer.link_text)
    return LinkView(dialer.link, "away", seen_at, NO_WORKER)


def state_message(session: Session) -> StateMessage:
    """The session's whole state as it is now."""
    now = timezone.now()
    return StateMessage(session.version, now, state_view(session, link_view(session.agent.dialer, now), now))


def state_view(session: Session, link: LinkView, now: datetime) -> StateView:
    """The session's whole state as a screen shows it at `now`."""
    agent = session.agent
    rules = rules_of(agent.dialer, now)
    state = machine.tick(current(session), rules, now)
    refused = refusals(state, rules, agent.board, link, now)
    reasons = {name: refusal.text for name, refusal in refused.items() if refusal.seen_at is None}
    return StateView(
        session=_session_view(state),
        link=link,
        capture=_capture_view(state, rules),
        playback=_playback_view(state, now),
        allowed=[action.value for action in Action if action.value not in reasons],
        reasons=reasons,
        doubts={name: refusal.text for name, refusal in refused.items() if refusal.seen_at is not None},
        confirm={action.value: question for action, question in machine.confirmations(state, rules).items()},
        pause_supported=agent.dialer.pause_supported,
    )


def refusals(state: State, rules: Rules, board: Board, link: LinkView, now: datetime) -> dict[str, Refusal]:
    """Why each action would be refused by what is known; `replace` stands for a play whose button replaces.

    What rests on a look is no verdict on a press to come: it is asked for again then.
    """
    closed = link_refusal(link)
    presses = {action.value: press_for(action, board, confirmed=True) for action in Action}
    presses["replace"] = replace(presses[Action.PLAY.value], replace=True)
    verdicts = {name: closed or machine.check(state, press, rules, now) for name, press in presses.items()}
    return {name: verdict for name, verdict in verdicts.items() if isinstance(verdict, Refusal)}


def link_refusal(link: LinkView) -> Refusal | None:
    """Why nothing at all can be sent, or None where the way is open."""
    if link.worker != "ok":
        return Refusal("no_worker", link.text)
    if link.dialer == Dialer.Link.UNREACHABLE:
        return Refusal("dialer_unreachable", link.text or "VICIdial cannot be reached.")
    if link.dialer == Dialer.Link.LOGIN_REFUSED:
        return Refusal("login_refused", link.text or "VICIdial refuses Clipdeck's login. Tell your administrator.")
    return None


def snapshot(agent_id: int) -> Snapshot:
    """Everything that a panel of this agent needs to begin with."""
    now = timezone.now()
    sessions = Session.objects.select_related("agent__user", "agent__dialer", "agent__board")
    session = sessions.defer(*(f"agent__{name}" for name in NO_PASSWORDS)).get(agent_id=agent_id)
    state = state_view(session, link_view(session.agent.dialer, now), now)
    clicks = Click.objects.filter(agent_id=agent_id).order_by("-requested_at")[:CLICKS_SHOWN]
    return Snapshot(
        version=session.version,
        now=now,
        agent=agent_view(session.agent),
        board=board_view(session.agent.board, state.reasons),
        state=state,
        clicks=[click_view(click) for click in reversed(clicks)],
    )


def agent_view(agent: Agent) -> AgentView:
    """Who this is."""
    return AgentView(agent.agent_user, name_of(agent.user), agent.dialer.name)


def board_view(board: Board, reasons: dict[str, str]) -> BoardView:
    """The board's buttons in their order, each with the reason for which it cannot be pressed, or ''."""
    return BoardView(
        board.name, [_button_view(button, reasons) for button in board.buttons.select_related("clip").all()]
    )


def click_view(click: Click) -> ClickView:
    """A click of the recent past."""
    button = click.press.get("button") or None
    actor = click.actor_name or None
    return ClickView(click.id, click.action, button, click.status, click.reason or None, click.text, actor)


def _button_view(button: Button, reasons: dict[str, str]) -> ButtonView:
    reason = reasons.get("replace" if button.while_playing == Button.WhilePlaying.REPLACE else "play", "")
    return ButtonView(
        name=button.name,
        label=button.label,
        clip=button.clip.name,
        hotkey=button.hotkey,
        colour=button.colour,
        duration_seconds=button.clip.duration_seconds,
        enabled=not reason,
        reason=reason,
        transcript=button.clip.transcript,
        while_playing=button.while_playing,
    )


def _session_view(state: State) -> SessionView:
    session = state.session
    return SessionView(
        status=session.status,
        session_id=session.session_id or None,
        checked_at=session.checked_at,
        since=session.since,
        customer_gone=machine.customer_gone(session),
        sub_status=session.sub_status,
    )


def _capture_view(state: State, rules: Rules) -> CaptureView:
    capture, silent_since = state.capture, machine.silent_since(state)
    # Nothing can be done about a recording whose customer has gone, so that is said first (FACTS 7.9).
    fault = Fault.CUSTOMER_LEFT if silent_since else capture.fault
    return CaptureView(
        status=_capture_status(state, rules),
        recording_id=capture.recording_id or None,
        filename=capture.filename or None,
        label=capture.label or None,
        began_at=capture.began_at,
        checked_at=capture.checked_at,
        silent_since=silent_since,
        ours=capture.ours,
        left_over=machine.left_over(state, rules),
        capability=rules.capability,
        capability_text="" if rules.can_capture else machine.REFUSALS[f"capture_{rules.capability}"],
        fault=machine.FAULTS[fault] if fault else None,
        fault_code=fault,
        mono=rules.capture == "recording",
    )


def _capture_status(state: State, rules: Rules) -> CaptureStatus:
    """The recording's status as far as it can be known: a dialer that cannot tell of recordings can't of this one."""
    idle = state.capture.status is CaptureStatus.IDLE
    if not rules.can_capture:
        return CaptureStatus.UNSUPPORTED if idle else CaptureStatus.UNKNOWN
    return CaptureStatus.UNKNOWN if machine.nothing_known(state) else state.capture.status


def _playback_view(state: State, now: datetime) -> PlaybackView:
    playback = state.playback
    return PlaybackView(
        status=playback.status,
        button=playback.button or None,
        clip=playback.clip or None,
        began_at=playback.began_at,
        position_seconds=machine.position(playback, now),
        duration_seconds=playback.duration_seconds or None,
        evidence=playback.evidence,
        fault=machine.FAULTS[playback.fault] if playback.fault else None,
    )
