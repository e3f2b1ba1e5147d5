"""Recordings as they really run, whatever the tables and the answers say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

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
    """One recording; times are epoch seconds, `ended_at` is None while it runs.

    `caller_id` is the call whose customer's channel a stereo recording is bound to, `mode` what of it is in the file
    (FACTS 7.4); both are empty for the others, which record the conference.
    """

    id: int
    kind: Kind
    filename: str
    agent_user: str
    lead_id: int
    started_at: float
    ended_at: float | None = None
    location: str = ""
    caller_id: str = ""
    mode: str = ""


@dataclass(slots=True)
class RecordingLog:
    """All recordings of the floor in the order of their ids, which only ever increase."""

    entries: list[Recording] = field(default_factory=list)
    running: list[Recording] = field(default_factory=list)
    next_id: int = 1

    def begin(self, kind: Kind, filename: str, agent_user: str, lead_id: int, now: float) -> Recording:
        entry = Recording(self.next_id, kind, filename, agent_user, lead_id, now)
        self.entries.append(entry)
        self.running.append(entry)
        self.next_id += 1
        return entry

    def end(self, entry: Recording, now: float, server: str) -> None:
        """End a running recording at `now`; only then does it have a location (FACTS 4.4)."""
        if entry.ended_at is None:
            self.running.remove(entry)
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


def clean_label(label: str) -> str:
    """A label without the four characters that the server deletes."""
    return re.sub(r"['\"\\;]", "", label)


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
