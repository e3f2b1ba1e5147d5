"""How a clip's play ended: what an auditor is told of each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agentapi.machine import END_LAG, Evidence, Playback, PlaybackStatus, State, position


class Verdict(StrEnum):
    """How far a clip was played.

    FULL to its end, by its length; STOPPED by a press; CUT by another clip, a hang-up or a log-out; FAILED where
    VICIdial proved that it did not play; UNKNOWN where nobody can say.
    """

    FULL = "full"
    STOPPED = "stopped"
    CUT = "cut"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PlayEnd:
    """The end of the play that the press `click` began, and the evidence that it played at all.

    `seconds` is how far it came, None where nobody knows.
    """

    click: str
    verdict: Verdict
    seconds: float | None
    evidence: Evidence | None
    text: str


def play_end(before: State, after: State, at: datetime) -> PlayEnd | None:
    """The end of the play that was there before and is not any more, known at `at`; None where none ended."""
    played = before.playback
    if not played.click or played.click == after.playback.click:
        return None
    verdict, why = _verdict(before, after, at)
    place = played.alone_seconds if played.alone_at else position(played, at)
    seconds = {Verdict.FULL: played.duration_seconds, Verdict.FAILED: None}.get(verdict, place)
    text = why.format(place=_words(place, played.duration_seconds))
    return PlayEnd(played.click, verdict, seconds, played.evidence, text)


def _verdict(before: State, after: State, at: datetime) -> tuple[Verdict, str]:
    """The verdict and its words, in which {place} stands for how far the clip came."""
    played = before.playback
    if played.alone_at:
        return Verdict.CUT, "The customer had gone by {place}."
    if played.status is PlaybackStatus.STOPPING:
        return Verdict.STOPPED, "Stopped at {place}."
    if played.status is PlaybackStatus.UNKNOWN:
        return Verdict.UNKNOWN, "Nobody can say how far it came."
    if _over(played, at):
        return Verdict.FULL, "Played to its end, by its length."
    if after.playback.click:
        return Verdict.CUT, "Another clip replaced it at {place}."
    if after.session.session_id != before.session.session_id:
        return Verdict.CUT, "The agent's VICIdial session had ended by {place}."
    return Verdict.FAILED, "VICIdial says that it was not playing at {place}."


def _over(played: Playback, at: datetime) -> bool:
    """Whether its length had elapsed, up to what VICIdial shows late (FACTS 3.3)."""
    if played.status is PlaybackStatus.PAUSED:
        return False
    ends = played.until
    if played.status is PlaybackStatus.STARTING or ends is None:
        place = position(played, at)
        return place is not None and place >= played.duration_seconds
    return ends - END_LAG <= at


def _words(seconds: float | None, duration: float) -> str:
    return f"an unknown place of {duration:.1f} s" if seconds is None else f"{seconds:.1f} of {duration:.1f} s"
