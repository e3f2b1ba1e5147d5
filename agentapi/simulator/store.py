"""The audio store: the sound files that audio_playback can play."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

SortKey = Literal["name", "date", "size"]

MODIFIED = 1795261550.0

WAV_HEADER_BYTES = 44
WAV_BYTES_PER_SECOND = 16000
"""Audio-store files are 8 kHz, 16 bit, mono (FACTS 4.1)."""

CLIPS: Mapping[str, float] = {
    "cd-cancel-rights": 14.0,
    "cd-consent-to-text": 7.5,
    "cd-do-not-call": 5.0,
    "cd-medicare": 18.0,
    "cd-medicare-disclaimer": 18.0,
    "cd-mini-miranda": 11.0,
    "cd-payment-auth": 12.0,
    "cd-recorded-line": 4.0,
    "cd-state-ny-notice": 9.0,
    "cd-tpmo-disclaimer": 21.0,
    "cd-verification-intro": 6.0,
    "cd-verify-intro": 6.0,
    "greeting": 2.0,
    "ss-noservice": 4.0,
}
"""Clip name -> length in seconds: what a new simulator's store holds."""


@dataclass(frozen=True, slots=True)
class SoundFile:
    """One file of the store: its name with the ending, its size in bytes, its time of change."""

    filename: str
    size: int
    modified: float = MODIFIED

    @property
    def clip(self) -> str:
        """The bare name that audio_playback takes (FACTS 3.1)."""
        return self.filename.rpartition(".")[0]

    @property
    def seconds(self) -> float:
        """The length in seconds, computed from the size of a WAV file (FACTS 4.1)."""
        return max(0.0, (self.size - WAV_HEADER_BYTES) / WAV_BYTES_PER_SECOND)


def wav(clip: str, seconds: float) -> SoundFile:
    """A clip's bare name and its length in seconds -> the WAV file of that length."""
    return SoundFile(f"{clip}.wav", WAV_HEADER_BYTES + round(seconds * WAV_BYTES_PER_SECOND))


def demo_files() -> list[SoundFile]:
    return [wav(clip, seconds) for clip, seconds in CLIPS.items()]


@dataclass(slots=True)
class AudioStore:
    """The files in the order of the directory, and whether the folder and the feature are there."""

    files: list[SoundFile] = field(default_factory=demo_files)
    active: bool = True
    folder: str = "/srv/www/htdocs/sounds"
    folder_exists: bool = True

    @classmethod
    def of(cls, clips: Mapping[str, float]) -> AudioStore:
        """Clip name -> seconds, as a store of WAV files."""
        return cls([wav(clip, seconds) for clip, seconds in clips.items()])

    def seconds(self, clip: str) -> float | None:
        """The length in seconds, or None where no such file exists."""
        for file in self.files:
            if file.clip == clip:
                return file.seconds
        return None

    def put(self, clip: str, seconds: float) -> None:
        """Add a clip, or replace the one of that name."""
        self.remove(clip)
        self.files.append(wav(clip, seconds))

    def remove(self, clip: str) -> None:
        self.files = [file for file in self.files if file.clip != clip]

    def sorted_by(self, key: SortKey) -> Iterable[SoundFile]:
        """The files by name, by date or by size, the newest and the largest first."""
        if key == "name":
            return sorted(self.files, key=lambda file: file.filename)
        if key == "date":
            return sorted(self.files, key=lambda file: -file.modified)
        return sorted(self.files, key=lambda file: -file.size)
