"""What sounds in one agent's conference, and what the channel table shows of it.

The two differ, and that is the whole difficulty of audio_playback: a command acts on the channel
table, which the telephony daemons refresh late (FACTS 3.3).
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from agentapi.simulator.timing import Timing

ROUNDING = 1e-6


class Action(Enum):
    HANG_UP = "hang up"
    TOGGLE = "toggle"
    RESTART = "restart"


@dataclass(slots=True)
class Piece:
    """A stretch in which a clip sounded without a break, from `position` seconds of the clip on.

    `caller_id` is the call whose customer heard it, empty where it sounded to nobody (FACTS 3.2).
    """

    began_at: float
    ended_at: float
    position: float
    caller_id: str = ""

    @property
    def seconds(self) -> float:
        return self.ended_at - self.began_at

    def is_continued_by(self, other: Piece) -> bool:
        gap = abs(self.position + self.seconds - other.position)
        return self.caller_id == other.caller_id and self.ended_at == other.began_at and gap < ROUNDING


@dataclass(slots=True)
class Channel:
    """One clip on its way through the conference. Times are epoch seconds, lengths seconds."""

    clip: str
    length: float
    asked_at: float
    since: float
    """When `position` was true: the beginning, the last pause, the last restart."""
    visible_from: float
    late: float
    """How long after its end the channel table still shows this channel."""
    position: float = 0.0
    paused: bool = False
    ended_at: float | None = None
    queued: list[tuple[float, Action]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    """What sounded so far, and to whom."""
    told: float = 0.0
    """Until when `pieces` tells."""

    def advance(self, now: float, caller_id: str = "") -> None:
        """Carry out, in the order of time, everything that has happened until `now`.

        `caller_id` is the call whose customer has been listening since the last time; empty for nobody.
        """
        while self.ended_at is None:
            end = None if self.paused else self.since + (self.length - self.position)
            due = self.queued[0][0] if self.queued else None
            if due is not None and due <= now and (end is None or due <= end):
                self._sounded(due, caller_id)
                self._perform(*self.queued.pop(0))
            elif end is not None and end <= now:
                self._sounded(end, caller_id)
                self.ended_at = end
            else:
                self._sounded(now, caller_id)
                return

    def _sounded(self, until: float, caller_id: str) -> None:
        begin = max(self.told, self.since)
        if self.paused or until <= begin:
            return
        piece = Piece(begin, until, self.position_at(begin), caller_id)
        self.told = until
        if self.pieces and self.pieces[-1].is_continued_by(piece):
            self.pieces[-1].ended_at = until
        else:
            self.pieces.append(piece)

    def _perform(self, moment: float, action: Action) -> None:
        if action is Action.HANG_UP:
            self.ended_at = moment
        elif action is Action.TOGGLE:
            self.position = self.position_at(moment)
            self.since = max(self.since, moment)
            self.paused = not self.paused
        elif not self.paused:
            # Asterisk swallows a RESTART while the clip is paused (FACTS 3.5).
            self.position = 0.0
            self.since = max(self.since, moment)

    def position_at(self, now: float) -> float:
        """How many seconds of the clip have been heard at `now`."""
        if self.paused or now < self.since:
            return self.position
        return min(self.length, self.position + now - self.since)

    def present(self, now: float) -> bool:
        """Whether the channel sounds, or would if it were not paused."""
        return self.ended_at is None and self.since <= now

    def visible(self, now: float) -> bool:
        """Whether the channel table shows the channel at `now`."""
        if now < self.visible_from:
            return False
        return self.ended_at is None or now < self.ended_at + self.late

    def forgotten(self, now: float) -> bool:
        return self.ended_at is not None and now >= self.ended_at + self.late


@dataclass(slots=True)
class Conference:
    """The clips of one agent's session, the oldest first."""

    timing: Timing
    rng: random.Random
    channels: list[Channel] = field(default_factory=list)
    memory: deque[Channel] = field(default_factory=deque)
    """All that was ever played here, the oldest first, as far as it is remembered."""

    def advance(self, now: float, caller_id: str = "") -> None:
        """Bring all channels to `now`, in epoch seconds, and forget those that are over.

        `caller_id` is the call whose customer has been in the conference since the last time.
        """
        for channel in self.channels:
            channel.advance(now, caller_id)
        self.channels = [channel for channel in self.channels if not channel.forgotten(now)]

    def play(self, clip: str, length: float, now: float) -> None:
        """Queue a clip of `length` seconds; it can be heard, and later be seen, after a while."""
        late = self.rng.uniform(0.0, self.timing.end_late)
        begin = now + self.timing.play_audible
        channel = Channel(clip, length, now, begin, now + self.timing.play_visible, late)
        self.channels.append(channel)
        self.memory.append(channel)

    def visible(self, now: float) -> Channel | None:
        """The first channel in the table: the only one that a command ever touches."""
        return next((channel for channel in self.channels if channel.visible(now)), None)

    def act(self, action: Action, now: float) -> None:
        """Queue an action for the first visible channel, if there is one."""
        channel = self.visible(now)
        if channel is not None:
            channel.queued.append((now + self.timing.action, action))

    def present(self, now: float) -> list[Channel]:
        """The channels that are in the conference at `now`, paused ones included."""
        return [channel for channel in self.channels if channel.present(now)]

    def audible(self, now: float) -> list[str]:
        """The clips that sound at `now`."""
        return [channel.clip for channel in self.present(now) if not channel.paused]

    def clear(self) -> None:
        """End everything at once, as hanging up or logging out does; advance to that moment first."""
        self.channels = []
