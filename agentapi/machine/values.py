"""What the machine knows, is asked and answers, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from agentapi.capability import Capability
from agentapi.commands import CaptureFunction
from agentapi.machine.endings import Ending
from agentapi.machine.words import Fault

LOGGED_OUT = "LOGGED_OUT"
UNKNOWN_SESSION = "UNKNOWN"
WITH_CUSTOMER = "INCALL"


class Action(StrEnum):
    """What a person can ask for."""

    PLAY = "play"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    CAPTURE_BEGIN = "capture_begin"
    CAPTURE_END = "capture_end"


class CaptureStatus(StrEnum):
    """UNSUPPORTED is only shown, where the dialer cannot record; it is never a session's own."""

    IDLE = "idle"
    STARTING = "starting"
    ACTIVE = "active"
    STOPPING = "stopping"
    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"


class PlaybackStatus(StrEnum):
    IDLE = "idle"
    STARTING = "starting"
    PLAYING = "playing"
    PAUSED = "paused"
    STOPPING = "stopping"
    UNKNOWN = "unknown"


class Sight(StrEnum):
    """What a STATUS shows of a recording: none, the one that is known already, another one, or a wish that nobody
    has carried out yet, which mono alone shows (FACTS 2.4, 7.3).
    """

    OFF = "off"
    SAME = "same"
    OTHER = "other"
    PENDING = "pending"


Evidence = Literal["accepted", "seen"]
Question = Literal["status", "floor"]
"""What VICIdial can be asked before a press: an agent's STATUS, or who sits where on the whole floor."""


@dataclass(frozen=True)
class Session:
    """The agent's VICIdial session: `status` is VICIdial's own word, LOGGED_OUT or UNKNOWN.

    `since` is when that status was first seen. `checked_at` is when it was last seen, `asked_at` when a STATUS was last
    sent. `sub_status`, `lead_id` and `call_id` are what the floor told at `floor_at`, which a STATUS does not
    (FACTS 4.2), and `gone_at` when it first told this sub status, if no customer hears anything with it. `call_after`
    is the last look before the present call and login: what began earlier belongs to others.
    `absent_at` is when the floor's list lacked this agent and no STATUS has told since, `uncovered` that the list lacks
    an agent who is logged in (FACTS 4.3).
    """

    status: str = UNKNOWN_SESSION
    session_id: str = ""
    checked_at: datetime | None = None
    asked_at: datetime | None = None
    since: datetime | None = None
    sub_status: str = ""
    lead_id: str = ""
    call_id: str = ""
    floor_at: datetime | None = None
    gone_at: datetime | None = None
    call_after: datetime | None = None
    absent_at: datetime | None = None
    uncovered: bool = False


@dataclass(frozen=True)
class Capture:
    """The recording. `since` is when `status` was entered, `checked_at` when a STATUS last told of it.

    `began_at` is when it began by VICIdial's clock, brought to ours; where that can't be told, when it was first seen.
    `ours` is None where nobody can say whose it is. `wished_at` is when VICIdial took a BEGIN that no screen has
    carried out yet. `left_at` is when the call of that BEGIN, or of this recording, was seen to have ended. `begun_at`
    is the last BEGIN that may have come to life, `ended_at` the last END of this recording that VICIdial may have
    taken; `our_ids` are recordings known to be ours. `beneath` is the recording that VICIdial already called active
    when a BEGIN was sent, `clear_at` the look that showed none before it.
    """

    status: CaptureStatus = CaptureStatus.IDLE
    recording_id: str = ""
    filename: str = ""
    label: str = ""
    began_at: datetime | None = None
    checked_at: datetime | None = None
    since: datetime | None = None
    ours: bool | None = False
    fault: Fault | None = None
    wished_at: datetime | None = None
    left_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    our_ids: tuple[str, ...] = ()
    beneath: str = ""
    clear_at: datetime | None = None


@dataclass(frozen=True)
class Playback:
    """The clip. `position_seconds` is what had been played at `began_at`; `until` is when time alone moves it on.

    Until `settles_at` VICIdial may not know of the clip; `replaced` tells that it may then still know of another one.
    `click` is the press that began it, `lead_id` and `call_id` the call of that moment, as far as the floor had told of
    it. `seen_seconds` is how far it had come when the customer was last seen,
    `alone_at` when the customer was first seen to have gone, and `alone_seconds` how far it had come by then.
    """

    status: PlaybackStatus = PlaybackStatus.IDLE
    button: str = ""
    clip: str = ""
    audio: str = ""
    began_at: datetime | None = None
    position_seconds: float = 0.0
    duration_seconds: float = 0.0
    evidence: Evidence | None = None
    settles_at: datetime | None = None
    until: datetime | None = None
    replaced: bool = False
    fault: Fault | None = None
    click: str = ""
    lead_id: str = ""
    call_id: str = ""
    seen_seconds: float | None = None
    alone_at: datetime | None = None
    alone_seconds: float | None = None


@dataclass(frozen=True)
class Finished:
    """A clip whose length had passed by `at`, until a look tells whether the customer was still there.

    The rest is as it was while it played; `call_id` and `lead_id` are empty where no floor told of them.
    """

    click: str
    at: datetime
    duration_seconds: float
    seen_seconds: float | None
    evidence: Evidence | None
    session_id: str
    lead_id: str = ""
    call_id: str = ""


@dataclass(frozen=True)
class State:
    """All that is known of one agent."""

    session: Session = Session()
    capture: Capture = Capture()
    playback: Playback = Playback()
    finished: tuple[Finished, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What the dialer's configuration says, and what is known of the server itself.

    `asks` are the functions by which an agent's STATUS may be asked for, the best first; none where no permission is
    left. `clock_ahead` is what to take from a time of the server, read as if it were UTC, to get ours; None where its
    clock is not known (FACTS 7.1, 7.15). `mono_limit` is when VICIdial itself ends a mono recording.
    """

    capture: CaptureFunction = "stereo_recording"
    pause_supported: bool = True
    capability: Capability = Capability.NOT_KNOWN
    asks: tuple[CaptureFunction, ...] = ("stereo_recording", "recording")
    floor: bool = False
    clock_ahead: timedelta | None = None
    take_back_begin: bool = False
    mono_limit: timedelta = timedelta(minutes=60)

    @property
    def can_capture(self) -> bool:
        """Whether nothing is known that keeps the dialer from recording."""
        return self.capability in (Capability.OK, Capability.NOT_KNOWN)


@dataclass(frozen=True)
class Press:
    """One thing a person asked for, with all that is needed to carry it out; `click` is its id.

    `confirmed` tells that they were asked whether they mean it, `end_others` that the board lets them end recordings
    that were not begun here.
    """

    action: Action
    button: str = ""
    clip: str = ""
    audio: str = ""
    duration_seconds: float = 0.0
    replace: bool = False
    label: str = ""
    without_customer: bool = False
    end_others: bool = True
    confirmed: bool = False
    click: str = ""


@dataclass(frozen=True)
class Go:
    """It may be sent now."""


@dataclass(frozen=True)
class Wait:
    """It will be right a little later: look again at `until`."""

    until: datetime


@dataclass(frozen=True)
class Ask:
    """VICIdial must be asked first."""

    question: Question = "status"


@dataclass(frozen=True)
class Refusal:
    """It is wrong in this state; `text` says why to the person who pressed.

    `seen_at` is the look that it rests on: it is no verdict any more a second later, and `question` would renew it.
    None where it rests on no look.
    """

    code: str
    text: str
    seen_at: datetime | None = None
    question: Question = "status"


Verdict = Go | Wait | Ask | Refusal


@dataclass(frozen=True)
class Transitions:
    """One kind of recording as tables: what a press meets, what an outcome and a sight lead to.

    `checks` holds `go`, `wait` or a code of REFUSALS. `needs_customer` tells that a BEGIN records the customer's
    channel, `end_takes_back` that an END wipes a BEGIN that waits. `proves_end_after` is how long after an END
    "not recording" proves nothing.
    """

    checks: Mapping[Action, Mapping[CaptureStatus, str]]
    after: Mapping[tuple[Action, Ending], CaptureStatus]
    seen: Mapping[tuple[CaptureStatus, Sight], CaptureStatus]
    needs_customer: bool = False
    end_takes_back: bool = False
    proves_end_after: timedelta = field(default=timedelta())
