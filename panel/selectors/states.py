"""What a screen is told of an agent's session."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from django.db import models
from django.utils import timezone

from agentapi import machine
from agentapi.machine import Action, Press, Refusal, Rules, State
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

WORKER_GONE_AFTER = timedelta(seconds=5)
CLICKS_SHOWN = 20
NO_WORKER = "No worker is running: nothing can be sent to VICIdial."


def load(stored: dict[str, Any]) -> State:
    """The stored form -> the machine's state."""
    return msgspec.convert(stored, State)


def current(session: Session) -> State:
    """What is known of a session whose dialer is at hand: where the whole floor was seen since, that saw it too.

    Each answer of the floor is held against every session, and written down only where it brings news.
    """
    state = load(session.state)
    checked, floor = state.session.checked_at, session.agent.dialer.floor_seen_at
    if checked is None or floor is None or checked >= floor:
        return state
    return replace(state, session=replace(state.session, checked_at=floor))


def store(state: State) -> Any:
    """The machine's state -> its stored form."""
    return msgspec.to_builtins(state)


def rules_of(dialer: Dialer) -> Rules:
    """What this dialer's configuration allows."""
    mono = dialer.capture == Dialer.Capture.MONO
    return Rules("recording" if mono else "stereo_recording", dialer.pause_supported)


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
    state = machine.tick(current(session), now)
    reasons = refusals(state, rules_of(agent.dialer), agent.board, link, now)
    return StateView(
        session=_session_view(state),
        link=link,
        capture=_capture_view(state, agent.dialer),
        playback=_playback_view(state, now),
        allowed=[action.value for action in Action if action.value not in reasons],
        reasons=reasons,
        pause_supported=agent.dialer.pause_supported,
    )


def refusals(state: State, rules: Rules, board: Board, link: LinkView, now: datetime) -> dict[str, str]:
    """Why each action would be refused now, in plain words; `replace` stands for a play whose button replaces."""
    closed = link_refusal(link)
    presses = {action.value: Press(action, without_customer=board.play_without_customer) for action in Action}
    presses["replace"] = Press(Action.PLAY, replace=True, without_customer=board.play_without_customer)
    verdicts = {name: closed or machine.check(state, press, rules, now) for name, press in presses.items()}
    return {name: verdict.text for name, verdict in verdicts.items() if isinstance(verdict, Refusal)}


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
        customer_gone=session.customer_gone,
    )


def _capture_view(state: State, dialer: Dialer) -> CaptureView:
    capture = state.capture
    return CaptureView(
        status=machine.CaptureStatus.UNKNOWN if machine.nothing_known(state) else capture.status,
        recording_id=capture.recording_id or None,
        filename=capture.filename or None,
        label=capture.label or None,
        began_at=capture.began_at,
        checked_at=capture.checked_at,
        ours=capture.ours,
        fault=capture.fault,
        mono=dialer.capture == Dialer.Capture.MONO,
    )


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
        fault=playback.fault,
    )
