"""Recordings, and the wishes by which the agent API asks the agent's screen for them.

The API never records anything. It writes a wish into a column of the agent's row; the agent's
browser finds it in its one-second loop and carries it out (FACTS 2.3).
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import Enum

from agentapi.simulator.timing import Timing, compact_stamp

PHP_8 = 8
LONGEST_LABEL = 14
"""In bytes, not letters."""


class Kind(Enum):
    """Who asked for a recording; the value is the API function's name where there is one."""

    MONO = "recording"
    STEREO = "stereo_recording"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of `value` by which a function begins and ends a recording."""

    begin: str
    end: str


WORDS = {Kind.MONO: Words("START", "STOP"), Kind.STEREO: Words("BEGIN", "END")}


@dataclass(slots=True)
class Recording:
    """One recording; times are epoch seconds, `ended_at` is None while it runs."""

    id: int
    kind: Kind
    filename: str
    agent_user: str
    lead_id: int
    started_at: float
    ended_at: float | None = None
    location: str = ""


@dataclass(slots=True)
class RecordingLog:
    """All recordings of the floor in the order of their ids, which only ever increase."""

    entries: list[Recording] = field(default_factory=list)
    next_id: int = 1

    def begin(self, kind: Kind, filename: str, agent_user: str, lead_id: int, now: float) -> Recording:
        entry = Recording(self.next_id, kind, filename, agent_user, lead_id, now)
        self.entries.append(entry)
        self.next_id += 1
        return entry

    def end(self, entry: Recording, now: float, server: str) -> None:
        """End a running recording at `now`; only then does it have a location (FACTS 4.4)."""
        if entry.ended_at is None:
            entry.ended_at = now
            entry.location = f"http://{server}/RECORDINGS/MP3/{entry.filename}-all.mp3"

    def find(self, recording_id: str) -> Recording | None:
        return next((entry for entry in self.entries if str(entry.id) == recording_id), None)


def filename(template: str, label: str, tokens: dict[str, str]) -> str:
    """The campaign's template, then the label, with every token in either replaced (FACTS 2.9)."""
    name = template + label
    for token, text in tokens.items():
        name = name.replace(token, text)
    return name


@dataclass(slots=True)
class Wish:
    """One column of the agent's row: empty, a word with its label, or a running recording's id."""

    text: str = ""
    due: float | None = None
    """When the screen will carry the word out; None where nothing is to be done."""

    def write(self, text: str, due: float) -> None:
        """Overwrite the column. Whatever stood there and was not carried out is lost (FACTS 2.5)."""
        self.text, self.due = text, due

    def clear(self) -> None:
        self.text, self.due = "", None

    def shows_active(self, words: Words, php: int) -> bool:
        """Whether STATUS calls this column's content a recording (FACTS 2.4).

        PHP 8 takes any text but the bare words for an id, PHP 7 only numbers.
        """
        if self.text in ("", words.begin, words.end):
            return False
        return php >= PHP_8 or self.text.isdigit()

    def can_end(self, words: Words, php: int) -> bool:
        """Whether the end of a recording may be asked for (FACTS 2.5 and 2.6)."""
        if self.text in ("", words.end):
            return False
        return php >= PHP_8 or self.text.isdigit()


@dataclass(slots=True)
class Screen:
    """The recording half of one agent's browser: its wishes and what it records."""

    timing: Timing
    rng: random.Random
    log: RecordingLog
    agent_user: str
    server: str
    zone: tzinfo
    template: str
    wishes: dict[Kind, Wish] = field(default_factory=lambda: {Kind.MONO: Wish(), Kind.STEREO: Wish()})
    running: list[Recording] = field(default_factory=list)
    frozen: bool = False
    lead_id: int = 0
    customer: str = ""

    def ask(self, kind: Kind, text: str, now: float) -> None:
        """Write a wish at `now`; the one-second loop finds it a little later."""
        self.wishes[kind].write(text, now + self._loop_delay())

    def _loop_delay(self) -> float:
        return self.rng.uniform(self.timing.wish_soonest, self.timing.wish_latest)

    def freeze(self) -> None:
        self.frozen = True

    def unfreeze(self, now: float) -> None:
        """Let the loop run again; what still stands in the columns is found a little later."""
        self.frozen = False
        for wish in self.wishes.values():
            if wish.due is not None:
                wish.due = now + self._loop_delay()

    def advance(self, now: float) -> None:
        """Carry out the wishes that are due, the earlier one first. A frozen screen does nothing."""
        if self.frozen:
            return
        due = [(wish.due, kind) for kind, wish in self.wishes.items() if wish.due is not None]
        for moment, kind in sorted(due, key=lambda pair: pair[0]):
            if moment <= now and self.wishes[kind].due is not None:
                self._carry_out(kind, moment)

    def _carry_out(self, kind: Kind, moment: float) -> None:
        wish, words = self.wishes[kind], WORDS[kind]
        wish.due = None
        if words.begin in wish.text:
            entry = self._running_stereo() if kind is Kind.STEREO else None
            if entry is None:
                # The screen removes its command word wherever it stands in the text (FACTS 2.9).
                entry = self.begin(kind, wish.text.replace(words.begin, ""), moment)
            wish.text = str(entry.id)
        elif words.end in wish.text:
            self._end(kind, moment)

    def _running_stereo(self) -> Recording | None:
        """The running stereo recording: a second BEGIN does not stack (FACTS 2.2)."""
        return next((entry for entry in self.running if entry.kind is Kind.STEREO), None)

    def begin(self, kind: Kind, label: str, now: float) -> Recording:
        """Begin to record at `now` with the label behind the file name."""
        tokens = {
            "FULLDATE": compact_stamp(now, self.zone),
            "CUSTPHONE": self.customer,
            "AGENT": self.agent_user,
            "EPOCH": str(int(now)),
            "LEADID": str(self.lead_id),
        }
        name = filename(self.template, label, tokens)
        entry = self.log.begin(kind, name, self.agent_user, self.lead_id, now)
        self.running.append(entry)
        return entry

    def _end(self, kind: Kind, moment: float) -> None:
        """End what the function ends: a mono STOP everything, END only stereo (FACTS 2.2, 2.7)."""
        for entry in list(self.running):
            if kind is Kind.MONO or entry.kind is kind:
                self.log.end(entry, moment, self.server)
                self.running.remove(entry)
        stereo = self.wishes[Kind.STEREO]
        if kind is Kind.MONO and stereo.due is None:
            stereo.clear()

    def end_all(self, now: float) -> None:
        """End every recording and forget every wish: a disposition, a log-out (FACTS 2.11)."""
        for entry in self.running:
            self.log.end(entry, now, self.server)
        self.running = []
        for wish in self.wishes.values():
            wish.clear()


def cut_label(label: str) -> str | None:
    """A label as the server cuts it, to 14 bytes; None where its loop never ends (FACTS 2.9).

    The server takes the last character away until the label is short enough. A label that ends in
    two line feeds has no last character in that sense, and so the loop goes on for ever.
    """
    rest = label.encode("utf-8", "surrogateescape")
    while len(rest) > LONGEST_LABEL:
        shorter = re.sub(rb".$", b"", rest)
        if shorter == rest:
            return None
        rest = shorter
    return rest.decode("utf-8", "surrogateescape")
