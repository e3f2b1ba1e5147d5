"""What can be asked of VICIdial's agent API (and its non-agent API), as frozen values that refuse nonsense.

Each command knows its request parameters, without credentials. The words are exact because VICIdial
matches them loosely and writes what it does not know to its database with SUCCESS (FACTS 2.8).
"""

import re
from dataclasses import dataclass
from typing import Literal

from agentapi.errors import BadCommand

CaptureFunction = Literal["stereo_recording", "recording"]

LABEL = re.compile(r"[-_0-9A-Za-z]{0,14}")
WISHES = ("START", "BEGIN")
"""What the agent's screen looks for anywhere in a wish, and so in a label too (FACTS 7.10)."""
FILE_NAME_WORDS = (
    "AGENT", "CALLID", "CAMPAIGN", "CUSTPHONE", "EPOCH", "FULLDATE", "INGROUP", "LEADID", "RECID", "TINYDATE",
    "VENDORLEADCODE",
)  # fmt: skip
"""What VICIdial replaces in the name of a mono recording's file, the label included (FACTS 2.9)."""
AUDIO = re.compile(r"[-_0-9A-Za-z]{1,70}")
AUDIO_COMFORTABLE_LENGTH = 20


def checked_label(label: str) -> str:
    """The label itself, or BadCommand: VICIdial cuts at 14 bytes, lets `|` through, and takes words within it for
    others, START and BEGIN for a wish of their own (FACTS 2.9, 7.10).
    """
    if not LABEL.fullmatch(label):
        raise BadCommand("A recording label may hold at most 14 letters (A-Z, a-z), digits, dashes and underscores.")
    capitals = label.upper()
    for word in WISHES:
        if word in capitals:
            raise BadCommand(f"A recording label may not hold {word}: VICIdial would begin another recording for it.")
    for word in FILE_NAME_WORDS:
        if word in capitals:
            raise BadCommand(f"A recording label may not hold {word}: VICIdial puts something else in its place.")
    return label


def checked_audio(audio: str) -> str:
    """The clip's name itself, or BadCommand: VICIdial deletes other characters and says SUCCESS (FACTS 3.1)."""
    if not AUDIO.fullmatch(audio):
        raise BadCommand(
            "An audio name may hold 1 to 70 letters (A-Z, a-z), digits, dashes and underscores, "
            "without a folder and without an ending such as .wav."
        )
    return audio


def audio_warning(audio: str) -> str:
    """A sentence where the name works but may be cut in VICIdial's telephony queue (FACTS 3.1), else ''."""
    if len(audio) <= AUDIO_COMFORTABLE_LENGTH:
        return ""
    return f"The audio name {audio} is longer than {AUDIO_COMFORTABLE_LENGTH} characters: VICIdial may cut it."


@dataclass(frozen=True)
class PlayClip:
    """Play a clip of the audio store into the agent's session; `replace` stops the one that plays (FACTS 3)."""

    audio: str
    replace: bool = False

    def __post_init__(self) -> None:
        checked_audio(self.audio)

    def params(self) -> dict[str, str]:
        return {
            "function": "audio_playback",
            "stage": "PLAY",
            "value": self.audio,
            "dial_override": "Y" if self.replace else "N",
        }


@dataclass(frozen=True)
class StopClip:
    """Stop the clip that plays. Safe to repeat: a refused command has queued nothing (FACTS 3.3)."""

    def params(self) -> dict[str, str]:
        return {"function": "audio_playback", "stage": "STOP"}


@dataclass(frozen=True)
class PauseClip:
    """Pause. The very same toggle as `ResumeClip` on the server: never repeat it blindly (FACTS 3.4)."""

    def params(self) -> dict[str, str]:
        return {"function": "audio_playback", "stage": "PAUSE"}


@dataclass(frozen=True)
class ResumeClip:
    """Resume. The very same toggle as `PauseClip` on the server: never repeat it blindly (FACTS 3.4)."""

    def params(self) -> dict[str, str]:
        return {"function": "audio_playback", "stage": "RESUME"}


@dataclass(frozen=True)
class RestartClip:
    """Begin the clip again. Swallowed while paused although the answer is SUCCESS: resume first (FACTS 3.5)."""

    def params(self) -> dict[str, str]:
        return {"function": "audio_playback", "stage": "RESTART"}


@dataclass(frozen=True)
class BeginCapture:
    """Wish for a recording; the agent's own screen carries it out later (FACTS 2.3)."""

    label: str = ""
    function: CaptureFunction = "stereo_recording"

    def __post_init__(self) -> None:
        checked_label(self.label)

    def params(self) -> dict[str, str]:
        word = "BEGIN" if self.function == "stereo_recording" else "START"
        labelled = {"stage": self.label} if self.label else {}
        return {"function": self.function, "value": word, **labelled}


@dataclass(frozen=True)
class EndCapture:
    """End the recording. In mono this ends every recording of the session (FACTS 2.7)."""

    function: CaptureFunction = "stereo_recording"

    def params(self) -> dict[str, str]:
        word = "END" if self.function == "stereo_recording" else "STOP"
        return {"function": self.function, "value": word}


@dataclass(frozen=True)
class TakeBackBegin:
    """Take a waiting stereo BEGIN back, by an accident of VICIdial: the word it does not know overwrites the wish and
    begins nothing (FACTS 7.4). Only for dialers whose configuration allows it.
    """

    def params(self) -> dict[str, str]:
        return {"function": "stereo_recording", "value": "STATUSX"}


@dataclass(frozen=True)
class AskCapture:
    """Ask what is recorded. Also tells the session id and the agent's status, at no extra cost (FACTS 2.10)."""

    function: CaptureFunction = "stereo_recording"

    def params(self) -> dict[str, str]:
        return {"function": self.function, "value": "STATUS"}


@dataclass(frozen=True)
class AskFloor:
    """Ask the non-agent API who is logged in, in which session and status: the whole floor in one call (FACTS 4.3)."""

    def params(self) -> dict[str, str]:
        return {"function": "logged_in_agents", "stage": "pipe", "header": "YES", "show_sub_status": "YES"}


@dataclass(frozen=True)
class AskSounds:
    """Ask the non-agent API for the names in the audio store. Always takes about a second (FACTS 4.1)."""

    def params(self) -> dict[str, str]:
        return {"function": "sounds_list", "format": "tab", "stage": "name"}


@dataclass(frozen=True)
class AskVersion:
    """Ask for the server's build and clock. Needs no login, and is sent without one (FACTS 1.6, 7.1)."""

    def params(self) -> dict[str, str]:
        return {"function": "version"}


PlaybackCommand = PlayClip | StopClip | PauseClip | ResumeClip | RestartClip
CaptureCommand = BeginCapture | EndCapture | TakeBackBegin | AskCapture
Command = PlaybackCommand | CaptureCommand | AskFloor | AskSounds | AskVersion
