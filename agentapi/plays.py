"""How a clip's play ended: what an auditor is told of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agentapi.machine import (
    LOGGED_OUT,
    Evidence,
    Finished,
    Playback,
    PlaybackStatus,
    State,
    finished,
    heard_out,
    is_over,
    position,
)


class Verdict(StrEnum):
    """How far a clip was played.

    FULL to its end, by its length, with the customer seen there after it; STOPPED by a press; CUT by another clip, a
    hang-up or a log-out; FAILED where VICIdial proved that it did not play; UNKNOWN where nobody can say.
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


def play_ends(before: State, after: State, at: datetime) -> Iterator[PlayEnd]:
    """The ends of the plays of which all is known now, at `at`, and was not before, however much came in between."""
    for each in before.finished:
        if each not in after.finished:
            yield _of_finished(each, after)
    played = before.playback
    waits = any(each.click == played.click for each in after.finished)
    if not played.click or played.click == after.playback.click or waits:
        return
    if is_over(played, at) and not played.alone_at and not after.playback.click:
        yield _of_finished(finished(played, before.session, at), after)
    else:
        yield _of_played(before, after, at)


def _of_finished(over: Finished, after: State) -> PlayEnd:
    """The end of a clip whose length had passed. Only a look since then, at the same call, shows who heard it."""
    if heard_out(over, after.session):
        verdict, seconds = Verdict.FULL, over.duration_seconds
        text = "Played to its end, by its length, with the customer on the line."
    elif over.seen_seconds is not None:
        verdict, seconds = Verdict.UNKNOWN, over.seen_seconds
        text = f"The customer was last seen at {_words(seconds, over.duration_seconds)}."
    else:
        verdict, seconds = Verdict.UNKNOWN, None
        text = "Its length has passed, but nobody saw a customer while it played."
    return PlayEnd(over.click, verdict, seconds, over.evidence, text)


def _of_played(before: State, after: State, at: datetime) -> PlayEnd:
    played = before.playback
    verdict, why = _verdict(before, after)
    place = played.alone_seconds if played.alone_at else position(played, at)
    seconds = None if verdict is Verdict.FAILED else place
    return PlayEnd(
        played.click, verdict, seconds, played.evidence, why.format(place=_words(place, played.duration_seconds))
    )


def _verdict(before: State, after: State) -> tuple[Verdict, str]:
    """The verdict and its words, in which {place} stands for how far the clip came."""
    played: Playback = before.playback
    if played.alone_at:
        return Verdict.CUT, "The customer had gone by {place}."
    if played.status is PlaybackStatus.STOPPING:
        return Verdict.STOPPED, "Stopped at {place}."
    if played.status is PlaybackStatus.UNKNOWN:
        return Verdict.UNKNOWN, "Nobody can say how far it came."
    if after.playback.click:
        return Verdict.CUT, "Another clip replaced it at {place}."
    if after.session.session_id != before.session.session_id or after.session.status == LOGGED_OUT:
        return Verdict.CUT, "The agent's VICIdial session had ended by {place}."
    return Verdict.FAILED, "VICIdial says that it was not playing at {place}."


def _words(seconds: float | None, duration: float) -> str:
    return f"an unknown place of {duration:.1f} s" if seconds is None else f"{seconds:.1f} of {duration:.1f} s"
