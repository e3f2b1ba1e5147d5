"""The clip: what a press meets, and what its outcome, a look and time lead to.

* SUCCESS to a PLAY means queued; for about a second VICIdial does not know of it yet. Inside that window no other
playback command is understood, so only STOP is sent, again and again (FACTS 3.2, 3.3).
* PAUSE and RESUME are the same toggle: only sent in the right state, never repeated (FACTS 3.4).
* An answer that was lost leaves `unknown`, from which only STOP or a replacing PLAY leads out.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from agentapi.commands import Command, PlayClip, RestartClip, ResumeClip
from agentapi.machine.endings import Ending
from agentapi.machine.moments import later
from agentapi.machine.values import (
    Action,
    Finished,
    Go,
    Playback,
    PlaybackStatus,
    Press,
    Refusal,
    Rules,
    Session,
    Verdict,
    Wait,
)
from agentapi.machine.words import REFUSALS, Fault

SETTLING = timedelta(seconds=1.2)
"""How long a PLAY may stay invisible to VICIdial: about 0.6 s, with room for a loaded server (FACTS 3.3)."""
END_LAG = timedelta(seconds=1.1)
"""A clip begins up to 0.6 s after its SUCCESS and its end shows up to 0.5 s late (FACTS 3.3)."""
BEGINS_WITHIN = timedelta(seconds=0.6)
"""How long after its SUCCESS a clip may begin (FACTS 3.3)."""
STOP_LAG = timedelta(seconds=0.8)
"""After a STOP that took hold VICIdial may show the clip up to 0.5 s longer (FACTS 3.3)."""
LAST_MOMENTS = timedelta(seconds=0.5)
"""So near to its estimated end a clip may be over: by the way of an answer, and what a command takes to be heard."""
WAIT = timedelta(seconds=0.25)

_P = PlaybackStatus
_GO: Literal["go"] = "go"
_WAIT: Literal["wait"] = "wait"

# Rows: what is pressed; columns: what plays; `replace` is a PLAY whose button replaces.
PLAYBACK_CHECKS: dict[str, dict[PlaybackStatus, str]] = {
    "play": {
        _P.IDLE: _GO, _P.STARTING: "already_playing", _P.PLAYING: "already_playing",
        _P.PAUSED: "already_playing", _P.STOPPING: _WAIT, _P.UNKNOWN: "playing_unknown",
    },
    "replace": {
        _P.IDLE: _GO, _P.STARTING: _WAIT, _P.PLAYING: _GO,
        _P.PAUSED: _GO, _P.STOPPING: _WAIT, _P.UNKNOWN: _GO,
    },
    "stop": {
        _P.IDLE: "not_playing", _P.STARTING: _GO, _P.PLAYING: _GO,
        _P.PAUSED: _GO, _P.STOPPING: "already_stopping", _P.UNKNOWN: _GO,
    },
    "pause": {
        _P.IDLE: "not_playing", _P.STARTING: _WAIT, _P.PLAYING: _GO,
        _P.PAUSED: "already_paused", _P.STOPPING: "already_stopping", _P.UNKNOWN: "playing_unknown",
    },
    "resume": {
        _P.IDLE: "not_paused", _P.STARTING: "not_paused", _P.PLAYING: "not_paused",
        _P.PAUSED: _GO, _P.STOPPING: "already_stopping", _P.UNKNOWN: "playing_unknown",
    },
    "restart": {
        _P.IDLE: "not_playing", _P.STARTING: _WAIT, _P.PLAYING: _GO,
        _P.PAUSED: _GO, _P.STOPPING: "already_stopping", _P.UNKNOWN: "playing_unknown",
    },
}  # fmt: skip


# What is not in a table changes nothing: the command certainly did nothing.
PLAYBACK_AFTER: dict[tuple[Action, Ending], PlaybackStatus] = {
    (Action.PLAY, Ending.ACCEPTED): _P.STARTING,
    (Action.PLAY, Ending.ALREADY_PLAYING): _P.UNKNOWN,
    (Action.PLAY, Ending.UNANSWERED): _P.UNKNOWN,
    (Action.STOP, Ending.ACCEPTED): _P.STOPPING,
    (Action.STOP, Ending.NOTHING_PLAYING): _P.IDLE,
    (Action.STOP, Ending.UNANSWERED): _P.UNKNOWN,
    (Action.PAUSE, Ending.ACCEPTED): _P.PAUSED,
    (Action.PAUSE, Ending.NOTHING_PLAYING): _P.IDLE,
    (Action.PAUSE, Ending.UNANSWERED): _P.UNKNOWN,
    (Action.RESUME, Ending.ACCEPTED): _P.PLAYING,
    (Action.RESUME, Ending.NOTHING_PLAYING): _P.IDLE,
    (Action.RESUME, Ending.UNANSWERED): _P.UNKNOWN,
    (Action.RESTART, Ending.ACCEPTED): _P.PLAYING,
    (Action.RESTART, Ending.NOTHING_PLAYING): _P.IDLE,
    (Action.RESTART, Ending.UNANSWERED): _P.UNKNOWN,
}


def check_clip(playback: Playback, press: Press, now: datetime) -> Verdict:
    """Whether this press may be sent for the clip as it is, whoever is on the line."""
    if press.action is Action.PLAY and playback.status is _P.STARTING and playback.audio == press.audio:
        return _refusal("already_starting")
    row = "replace" if press.action is Action.PLAY and press.replace else press.action.value
    word = PLAYBACK_CHECKS[row][playback.status]
    if word == _GO and (blind := _blind_until(playback, row, now)):
        return Wait(blind)
    if word == _GO:
        return Go()
    until = playback.until
    return Wait(until if until and until > now else now + WAIT) if word == _WAIT else _refusal(word)


def position(playback: Playback, now: datetime) -> float | None:
    """Seconds of the clip that should have been played by now; None where nothing is known of it."""
    if playback.status in (_P.IDLE, _P.UNKNOWN) or playback.began_at is None:
        return None
    held = playback.status in (_P.PAUSED, _P.STOPPING)
    running = 0.0 if held else (now - playback.began_at).total_seconds()
    return round(min(playback.duration_seconds, max(0.0, playback.position_seconds + running)), 3)


def _blind_until(playback: Playback, row: str, now: datetime) -> datetime | None:
    """Until when a stop or a replacing PLAY could miss the clip, because VICIdial does not know of it yet (FACTS 3.3).

    A replacing PLAY would play over it. A stop could take hold of the clip that was replaced, whose end VICIdial sees
    late; where nothing was replaced, a stop that comes too early is refused, and repeating it is safe.
    """
    if playback.settles_at is None or playback.settles_at <= now:
        return None
    missed = row == "replace" or (row == "stop" and playback.replaced)
    return playback.settles_at if missed and playback.status in (_P.STARTING, _P.UNKNOWN) else None


def left_behind(playback: Playback, last_seen: datetime | None) -> Playback:
    """The clip once the session is another one: over, unless it was played since the one before was last seen. Then
    nobody can say in which of the two it plays.
    """
    if playback.status is _P.IDLE or not last_seen or not later(playback.began_at, last_seen):
        return Playback()
    return replace(playback, status=_P.UNKNOWN, evidence=None, until=_end(playback), fault=Fault.WHICH_SESSION)


def alone(playback: Playback, at: datetime) -> Playback:
    """The clip, with the moment from which on the customer can't have heard it."""
    if playback.status is _P.IDLE or playback.alone_at:
        return playback
    return replace(playback, alone_at=at, alone_seconds=position(playback, at))


def call_ended(playback: Playback, at: datetime) -> Playback:
    """The clip after its call: it plays into the agent's conference, which stays; but who knows (FACTS 3.7)."""
    if playback.status in (_P.IDLE, _P.STOPPING, _P.UNKNOWN):
        return alone(playback, at)
    left = alone(playback, at)
    return replace(left, status=_P.UNKNOWN, until=_end(playback), fault=Fault.CALL_ENDED)


def restart_steps(playback: Playback, rules: Rules) -> tuple[tuple[Action, Command], ...]:
    """What to send for a restart, in order (FACTS 3.5)."""
    if not rules.pause_supported:
        return ((Action.PLAY, PlayClip(playback.audio, replace=True)),)
    restart: tuple[Action, Command] = (Action.RESTART, RestartClip())
    if playback.status is _P.PAUSED:
        return ((Action.RESUME, ResumeClip()), restart)
    return (restart,)


def playback_after(playback: Playback, press: Press, ending: Ending, at: datetime) -> Playback:
    """The clip after a command that ended so."""
    if ending is Ending.NOTHING_PLAYING and later(playback.settles_at, at):
        return playback  # Inside the window the answer proves nothing (FACTS 3.3).
    status = PLAYBACK_AFTER.get((press.action, ending))
    if status in (_P.PAUSED, _P.PLAYING) and _may_be_over(playback, at):
        return replace(_unknown_playback(playback, press, at), evidence="seen", fault=Fault.AT_ITS_END)
    match status:
        case None:
            return playback
        case _P.IDLE:
            return Playback()
        case _P.STARTING:
            return _started(playback, press, at)
        case _P.STOPPING:
            return replace(_held(playback, at), status=status, until=at + STOP_LAG)
        case _P.PAUSED:
            return replace(_held(playback, at), status=status, until=None)
        case _P.PLAYING:
            return _running(replace(_from(playback, press, at), evidence="seen", fault=None))
        case _P.UNKNOWN if ending is Ending.ALREADY_PLAYING:
            return _playing_after_all(playback)
        case _P.UNKNOWN:
            return _unknown_playback(playback, press, at)


def _may_be_over(playback: Playback, at: datetime) -> bool:
    """Whether a command that VICIdial took may have met nothing: an end shows up to 0.5 s late (FACTS 3.3)."""
    ends = playback.until if playback.status is _P.PLAYING else None
    return ends is not None and ends - END_LAG - LAST_MOMENTS <= at


def _held(playback: Playback, at: datetime) -> Playback:
    """The clip kept where it is; its place stays unknown where it was unknown."""
    place = position(playback, at)
    began_at = None if place is None else at
    return replace(playback, position_seconds=place or 0.0, began_at=began_at, evidence="seen", fault=None)


def _from(playback: Playback, press: Press, at: datetime) -> Playback:
    """The clip that runs from `at` on: from its beginning, where nobody has missed any of it yet, or from where it was
    held.
    """
    if press.action is not Action.RESTART:
        return replace(playback, began_at=at)
    seen = None if playback.seen_seconds is None else 0.0
    again = replace(playback, position_seconds=0.0, began_at=at, seen_seconds=seen)
    return replace(again, alone_at=None, alone_seconds=None)


def _started(playback: Playback, press: Press, at: datetime) -> Playback:
    clip = press if press.audio else playback
    return Playback(
        status=_P.STARTING,
        button=clip.button,
        clip=clip.clip,
        audio=clip.audio,
        began_at=at,
        duration_seconds=clip.duration_seconds,
        evidence="accepted",
        settles_at=at + SETTLING,
        until=at + SETTLING,
        click=clip.click,
    )


def _running(playback: Playback) -> Playback:
    """A clip that plays, with the moment at which its length will have elapsed."""
    if playback.began_at is None:
        return replace(playback, status=_P.PLAYING)
    left = timedelta(seconds=max(0.0, playback.duration_seconds - playback.position_seconds))
    return replace(playback, status=_P.PLAYING, until=playback.began_at + left + END_LAG)


def _playing_after_all(playback: Playback) -> Playback:
    """VICIdial proved that a clip plays (FACTS 3.6): the one that we know of, or one that we don't."""
    if playback.status is not _P.IDLE:
        return replace(playback, evidence="seen")
    return Playback(status=_P.UNKNOWN, evidence="seen", fault=Fault.FOREIGN_CLIP)


def _unknown_playback(playback: Playback, press: Press, at: datetime) -> Playback:
    """A clip of which nobody can say whether it plays; `until` is when it is over in any case.

    A lost PLAY or RESTART may have begun or not, so the later of two ends counts. What may be paused never ends.
    """
    end = _end(playback)
    if press.action in (Action.PAUSE, Action.RESUME) or (playback.status is not _P.IDLE and end is None):
        end = None
    elif press.action is Action.PLAY:
        end = max(filter(None, (end, _end(_started(playback, press, at)))))
    elif press.action is Action.RESTART:
        end = _end(_running(_from(playback, press, at)))
    if press.action is Action.PLAY:
        playback = replace(_started(playback, press, at), evidence=None, replaced=press.replace or not press.audio)
    return replace(playback, status=_P.UNKNOWN, until=end, fault=Fault.NOBODY_KNOWS)


def _end(playback: Playback) -> datetime | None:
    """When the clip will be over by itself; None where there is none, or where nobody can say."""
    return _running(playback).until if playback.status is _P.STARTING else playback.until


def moved_on(playback: Playback) -> Playback:
    """One step of time: a window that closed makes it playing, anything else has ended."""
    return _running(playback) if playback.status is _P.STARTING else Playback()


def _refusal(code: str) -> Refusal:
    return Refusal(code, REFUSALS[code])


def is_over(playback: Playback, at: datetime) -> bool:
    """Whether the clip's length had elapsed for sure, however late it began after its SUCCESS (FACTS 3.3)."""
    if playback.status not in (_P.STARTING, _P.PLAYING):
        return False
    end = _end(playback)
    return end is not None and end - END_LAG + BEGINS_WITHIN <= at


def finished(playback: Playback, session: Session, at: datetime) -> Finished:
    """What is left to learn of a clip whose length had passed, at `at` or before."""
    return Finished(
        click=playback.click,
        at=min(at, _end(playback) or at),
        duration_seconds=playback.duration_seconds,
        seen_seconds=playback.seen_seconds,
        evidence=playback.evidence,
        session_id=session.session_id,
        lead_id=playback.lead_id,
        call_id=playback.call_id,
    )
