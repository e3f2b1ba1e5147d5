"""What really happened on the floor: what a test holds the claims of a panel against.

No answer of VICIdial's tells it. The tables are what VICIdial believes; this is what was recorded and heard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from agentapi.simulator.playback import ROUNDING, Channel, Piece
from agentapi.simulator.recording import Recording


@dataclass(frozen=True, slots=True)
class Play:
    """One accepted PLAY and what became of it; times are epoch seconds, `pieces` what sounded, and to whom."""

    agent_user: str
    clip: str
    asked_at: float
    length: float
    pieces: tuple[Piece, ...]

    def heard_seconds(self, caller_id: str | None = None) -> float:
        """For how many seconds a customer heard it, or the customer of that call; repeats count again."""
        return sum(p.seconds for p in self.pieces if p.caller_id and caller_id in (None, p.caller_id))

    @property
    def callers(self) -> tuple[str, ...]:
        """The calls whose customers heard something of it."""
        return tuple(dict.fromkeys(piece.caller_id for piece in self.pieces if piece.caller_id))

    @property
    def sounded_seconds(self) -> float:
        """For how many seconds it sounded in the conference, whether anybody heard it or not."""
        return sum(piece.seconds for piece in self.pieces)

    @property
    def is_full(self) -> bool:
        """Whether one customer heard every second of the clip."""
        return any(self._covers(caller_id) for caller_id in self.callers)

    def _covers(self, caller_id: str) -> bool:
        reached = 0.0
        for piece in sorted((p for p in self.pieces if p.caller_id == caller_id), key=lambda p: p.position):
            if piece.position > reached + ROUNDING:
                return False
            reached = max(reached, piece.position + piece.seconds)
        return reached >= self.length - ROUNDING


@dataclass(frozen=True, slots=True)
class Truth:
    """All recordings and plays of a floor until `now`, in the order of their beginnings.

    A recording here is sound, not a row: it has an end as soon as nothing was recorded any more, although STATUS may
    call it active for an hour (FACTS 7.8, 7.9).
    """

    now: float
    recordings: tuple[Recording, ...]
    plays: tuple[Play, ...]

    def recordings_of(self, agent_user: str) -> list[Recording]:
        return [entry for entry in self.recordings if entry.agent_user == agent_user]

    def plays_of(self, agent_user: str) -> list[Play]:
        return [play for play in self.plays if play.agent_user == agent_user]

    def running(self, agent_user: str, moment: float | None = None) -> list[Recording]:
        """What recorded this agent's call at a moment, in epoch seconds; without one, now."""
        at = self.now if moment is None else moment
        return [
            entry
            for entry in self.recordings_of(agent_user)
            if entry.started_at <= at and (entry.ended_at is None or at < entry.ended_at)
        ]


def truth_of(now: float, recordings: Iterable[Recording], played: Iterable[tuple[str, Channel]]) -> Truth:
    """Copies of it all, which stay as they are; `played` names the agent with each clip."""
    plays = [
        Play(user, channel.clip, channel.asked_at, channel.length, tuple(replace(p) for p in channel.pieces))
        for user, channel in played
    ]
    return Truth(now, tuple(replace(entry) for entry in recordings), tuple(sorted(plays, key=lambda p: p.asked_at)))
