"""What follows from what, for one agent's session. Pure: no clock, no database, no network.

The rules, and where they come from:
  * SUCCESS to a BEGIN is a wish; only a numeric recording id proves it (FACTS 2.3, 2.4). END waits for the
    beginning, and no second BEGIN is sent meanwhile (FACTS 2.5).
  * SUCCESS to a PLAY means queued; for about a second VICIdial does not know of it yet. Inside that window no
    other playback command is understood, so only STOP is sent, again and again (FACTS 3.2, 3.3).
  * PAUSE and RESUME are the same toggle: only sent in the right state, never repeated (FACTS 3.4).
  * An answer that was lost leaves `unknown`: from it only STOP or a replacing PLAY leads out for playback, and a
    STATUS for a recording.

`check` tells whether a press may go now, `steps` what to send for it, `after` and `seen` what an outcome or an
observation changes, `tick` what time alone changes, `moves_at` when to look again. Times are aware UTC
datetimes; lengths are seconds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from agentapi.commands import (
    AskCapture,
    BeginCapture,
    CaptureFunction,
    Command,
    EndCapture,
    PauseClip,
    PlayClip,
    RestartClip,
    ResumeClip,
    StopClip,
)
from agentapi.floors import Seat
from agentapi.outcomes import (
    Accepted,
    CaptureSeen,
    Expired,
    NotSent,
    Outcome,
    Refused,
    Unanswered,
    Unsupported,
)
from agentapi.replies import Reason

SETTLING = timedelta(seconds=1.2)
"""How long a PLAY may stay invisible to VICIdial: about 0.6 s, with room for a loaded server (FACTS 3.3)."""
END_LAG = timedelta(seconds=1.1)
"""A clip begins up to 0.6 s after its SUCCESS and its end shows up to 0.5 s late (FACTS 3.3)."""
STOP_LAG = timedelta(seconds=0.8)
"""After a STOP that took hold VICIdial may show the clip up to 0.5 s longer (FACTS 3.3)."""
LAST_MOMENTS = timedelta(seconds=0.5)
"""So near to its estimated end a clip may be over: by the way of an answer, and what a command takes to be heard."""
CAPTURE_LAG = timedelta(seconds=1.2)
"""The agent screen begins and ends the audio in its one-second loop (FACTS 2.3, 2.6)."""
CAPTURE_DEADLINE = timedelta(seconds=10)
"""A BEGIN comes to life within 0.3 to 1.1 s, or the agent screen is closed or frozen (FACTS 2.3)."""
WAIT = timedelta(seconds=0.25)
KNOWN_FOR = timedelta(seconds=10)
"""What was seen of a session longer ago than this is asked for again before a press rests on it."""

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


Evidence = Literal["accepted", "seen"]


@dataclass(frozen=True)
class Session:
    """The agent's VICIdial session: `status` is VICIdial's own word, LOGGED_OUT or UNKNOWN.

    `since` is when that status was first seen. `checked_at` is when it was last seen, `asked_at` when a STATUS was last
    sent. `customer_gone` tells that the agent still stands in a call whose customer has hung up, as the floor said at
    `customer_at`: a STATUS does not tell that (FACTS 4.2).
    """

    status: str = UNKNOWN_SESSION
    session_id: str = ""
    checked_at: datetime | None = None
    asked_at: datetime | None = None
    since: datetime | None = None
    customer_gone: bool = False
    customer_at: datetime | None = None


@dataclass(frozen=True)
class Capture:
    """The two-channel (or mono) recording. `since` is when `status` was entered, `wished_at` when VICIdial took a BEGIN
    that no agent screen has carried out yet.
    """

    status: CaptureStatus = CaptureStatus.IDLE
    recording_id: str = ""
    filename: str = ""
    label: str = ""
    began_at: datetime | None = None
    checked_at: datetime | None = None
    since: datetime | None = None
    ours: bool = False
    fault: str | None = None
    wished_at: datetime | None = None


@dataclass(frozen=True)
class Playback:
    """The clip. `position_seconds` is what had been played at `began_at`; `until` is when time alone moves it on.

    Until `settles_at` VICIdial may not know of the clip; `replaced` tells that it may then still know of another one.
    `click` is the press that began it; `alone_at` is when the customer was first seen to have gone while it played, and
    `alone_seconds` how far it had come by then.
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
    fault: str | None = None
    click: str = ""
    alone_at: datetime | None = None
    alone_seconds: float | None = None


@dataclass(frozen=True)
class State:
    """All that is known of one agent."""

    session: Session = Session()
    capture: Capture = Capture()
    playback: Playback = Playback()


@dataclass(frozen=True)
class Rules:
    """What the dialer's configuration says."""

    capture: CaptureFunction = "stereo_recording"
    pause_supported: bool = True


@dataclass(frozen=True)
class Press:
    """One thing a person asked for, with all that is needed to carry it out; `click` is its id."""

    action: Action
    button: str = ""
    clip: str = ""
    audio: str = ""
    duration_seconds: float = 0.0
    replace: bool = False
    label: str = ""
    without_customer: bool = False
    click: str = ""


@dataclass(frozen=True)
class Go:
    """It may be sent now."""


@dataclass(frozen=True)
class Wait:
    """It will be right a little later: look again at `until`."""

    until: datetime


@dataclass(frozen=True)
class Refusal:
    """It is wrong in this state; `text` says why to the person who pressed."""

    code: str
    text: str


Verdict = Go | Wait | Refusal
_GO: Literal["go"] = "go"
_WAIT: Literal["wait"] = "wait"

REFUSALS: dict[str, str] = {
    "not_playing": "Nothing is playing.",
    "not_paused": "No clip is paused.",
    "already_paused": "The clip is paused already.",
    "already_playing": "Another clip is playing. Stop it first.",
    "already_starting": "This clip is starting already.",
    "already_stopping": "The clip is being stopped already.",
    "playing_unknown": "It is not known whether a clip is playing. Press stop first.",
    "pause_unsupported": "This VICIdial server cannot pause clips.",
    "already_capturing": "The recording is running already.",
    "capture_starting": "The recording is starting already.",
    "capture_stopping": "The recording is being ended. Wait a moment.",
    "not_capturing": "No recording is running.",
    "capture_unknown": "It is not known whether a recording is running. Clipdeck is asking VICIdial.",
    "capture_unsupported": "This VICIdial server cannot record in stereo. It needs revision 3947 or later.",
    "logged_out": "The agent is not logged in to VICIdial.",
    "no_customer": "No customer is on the line: nobody would hear the clip.",
}

_P = PlaybackStatus
_C = CaptureStatus

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

CAPTURE_CHECKS: dict[str, dict[CaptureStatus, str]] = {
    "capture_begin": {
        _C.IDLE: _GO, _C.STARTING: "capture_starting", _C.ACTIVE: "already_capturing",
        _C.STOPPING: "capture_stopping", _C.UNKNOWN: "capture_unknown", _C.UNSUPPORTED: "capture_unsupported",
    },
    "capture_end": {
        _C.IDLE: "not_capturing", _C.STARTING: _WAIT, _C.ACTIVE: _GO,
        _C.STOPPING: "capture_stopping", _C.UNKNOWN: _WAIT, _C.UNSUPPORTED: "capture_unsupported",
    },
}  # fmt: skip


class Ending(StrEnum):
    """The outcome of a command, as far as the tables below care."""

    ACCEPTED = "accepted"
    NOTHING_PLAYING = "nothing playing"
    ALREADY_PLAYING = "already playing"
    STOP_ERROR = "stop error"
    UNANSWERED = "unanswered"
    UNSUPPORTED = "unsupported"
    NO_SESSION = "no session"
    NO_CHANGE = "no change"


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

CAPTURE_AFTER: dict[tuple[Action, Ending], CaptureStatus] = {
    (Action.CAPTURE_BEGIN, Ending.ACCEPTED): _C.STARTING,
    (Action.CAPTURE_BEGIN, Ending.UNANSWERED): _C.UNKNOWN,
    (Action.CAPTURE_BEGIN, Ending.UNSUPPORTED): _C.UNSUPPORTED,
    (Action.CAPTURE_END, Ending.ACCEPTED): _C.STOPPING,
    (Action.CAPTURE_END, Ending.STOP_ERROR): _C.UNKNOWN,
    (Action.CAPTURE_END, Ending.UNANSWERED): _C.UNKNOWN,
    (Action.CAPTURE_END, Ending.UNSUPPORTED): _C.UNSUPPORTED,
}


class Sight(StrEnum):
    """What a STATUS shows of a recording; `pending` is a wish nobody carried out yet (FACTS 2.4)."""

    ON = "on"
    PENDING = "pending"
    OFF = "off"


CAPTURE_SEEN: dict[tuple[CaptureStatus, Sight], CaptureStatus] = {
    (_C.IDLE, Sight.ON): _C.ACTIVE,
    (_C.IDLE, Sight.PENDING): _C.STARTING,
    (_C.IDLE, Sight.OFF): _C.IDLE,
    (_C.STARTING, Sight.ON): _C.ACTIVE,
    (_C.STARTING, Sight.PENDING): _C.STARTING,
    (_C.STARTING, Sight.OFF): _C.STARTING,
    (_C.ACTIVE, Sight.ON): _C.ACTIVE,
    (_C.ACTIVE, Sight.PENDING): _C.STARTING,
    (_C.ACTIVE, Sight.OFF): _C.IDLE,
    (_C.STOPPING, Sight.ON): _C.STOPPING,
    (_C.STOPPING, Sight.PENDING): _C.STOPPING,
    (_C.STOPPING, Sight.OFF): _C.IDLE,
    (_C.UNKNOWN, Sight.ON): _C.ACTIVE,
    (_C.UNKNOWN, Sight.PENDING): _C.STARTING,
    (_C.UNKNOWN, Sight.OFF): _C.IDLE,
    (_C.UNSUPPORTED, Sight.ON): _C.ACTIVE,
    (_C.UNSUPPORTED, Sight.PENDING): _C.STARTING,
    (_C.UNSUPPORTED, Sight.OFF): _C.IDLE,
}

FAULT_NOT_BEGUN = (
    "VICIdial took the command, but the agent screen did not carry it out: it may be closed or frozen. Try again. "
    "Should the screen wake up, the recording may begin after all."
)
FAULT_BEGIN_NOT_SEEN = "VICIdial has not told yet whether the recording began: it could not be asked in time."
FAULT_BEGIN_NEVER_SEEN = (
    "No recording runs now. Whether one ran since it was begun could not be seen: look for it in VICIdial."
)
FAULT_FOREIGN_NOT_BEGUN = "Somebody else wished for a recording that the agent screen did not begin. It still may."
FAULT_NOT_ENDED = "VICIdial took the command to end the recording, but nothing confirms that it ended."
FAULT_ENDED_ELSEWHERE = "The recording ended, and not by Clipdeck. Begin another one if it is still needed."
FAULT_FOREIGN_CLIP = (
    "VICIdial says that a clip is playing: one that Clipdeck did not start, or one longer than configured."
)
FAULT_WHICH_SESSION = "The agent's VICIdial session changed: nobody can say whether the clip plays in the new one."
FAULT_CALL_ENDED = "The call ended while the clip was on: nobody can say whether it still is."
FAULT_AT_ITS_END = "VICIdial took the command just as the clip ended: nobody can say whether it was in time."
FAULT_NOBODY_KNOWS = "The answer was lost: nobody can say whether VICIdial carried it out."


def check(state: State, press: Press, rules: Rules, now: datetime) -> Verdict:
    """Whether this press may be sent now. Every combination of action and status is in the tables."""
    if state.session.status == LOGGED_OUT and _fresh(state.session, now):
        return _refusal("logged_out")
    if press.action in (Action.CAPTURE_BEGIN, Action.CAPTURE_END):
        if nothing_known(state):
            return Go() if press.action is Action.CAPTURE_BEGIN else _refusal("capture_unknown")
        return _verdict(CAPTURE_CHECKS[press.action][state.capture.status], now + WAIT)
    if press.action in (Action.PAUSE, Action.RESUME) and not rules.pause_supported:
        return _refusal("pause_unsupported")
    return _check_clip(state, press, now)


def _check_clip(state: State, press: Press, now: datetime) -> Verdict:
    playback = state.playback
    if press.action is Action.PLAY and playback.status is _P.STARTING and playback.audio == press.audio:
        return _refusal("already_starting")
    heard = press.action in (Action.PLAY, Action.RESUME, Action.RESTART)
    if heard and not press.without_customer and _known_without_customer(state.session, now):
        return _refusal("no_customer")
    row = "replace" if press.action is Action.PLAY and press.replace else press.action.value
    word = PLAYBACK_CHECKS[row][playback.status]
    if word == _GO and (blind := _blind_until(playback, row, now)):
        return Wait(blind)
    return _verdict(word, playback.until if _later(playback.until, now) and playback.until else now + WAIT)


def expected(state: State, press: Press, now: datetime) -> State:
    """The state as if this press, which is still on its way, had been accepted: what the next press is held against."""
    return after(state, press, Accepted(), now)


def needs_asking(state: State, press: Press, now: datetime) -> bool:
    """Whether VICIdial must be asked before this press.

    A clip without a customer would play to nobody; and a recording that somebody else began would be taken for ours.
    """
    if press.action is Action.CAPTURE_BEGIN:
        return not _recent(state.capture.checked_at, now)
    return (
        press.action is Action.PLAY
        and not press.without_customer
        and not (_with_customer(state.session) and _fresh(state.session, now))
    )


def may_go_on(press: Press, outcome: Outcome) -> bool:
    """Whether what the question before this press brought allows it.

    A server that does not know the question plays clips all the same.
    """
    if isinstance(outcome, Accepted) and outcome.seen:
        sight = outcome.seen
        if press.action is Action.CAPTURE_BEGIN:
            return not sight.recording_id and not sight.pending
        return sight.agent_status == WITH_CUSTOMER
    return isinstance(outcome, Unsupported) and press.action is Action.PLAY


def steps(state: State, press: Press, rules: Rules) -> tuple[tuple[Action, Command], ...]:
    """What to send, in order, each with the action for `after`. RESTART while paused resumes first (FACTS 3.5)."""
    match press.action:
        case Action.PLAY:
            return ((Action.PLAY, PlayClip(press.audio, press.replace)),)
        case Action.STOP:
            return ((Action.STOP, StopClip()),)
        case Action.PAUSE:
            return ((Action.PAUSE, PauseClip()),)
        case Action.RESUME:
            return ((Action.RESUME, ResumeClip()),)
        case Action.CAPTURE_BEGIN:
            return ((Action.CAPTURE_BEGIN, BeginCapture(press.label, rules.capture)),)
        case Action.CAPTURE_END:
            return ((Action.CAPTURE_END, EndCapture(rules.capture)),)
        case Action.RESTART:
            return _restart(state.playback, rules)


def after(state: State, press: Press, outcome: Outcome, at: datetime) -> State:
    """The state after `outcome` of `press`, known at `at`.

    A PLAY without an audio of its own is a restart by a replacing PLAY: the clip at hand begins again.
    """
    ending = _ending(outcome)
    if ending is Ending.NO_SESSION:
        return _logged_out(state, at)
    if press.action in (Action.CAPTURE_BEGIN, Action.CAPTURE_END):
        return replace(state, capture=_capture_after(state.capture, press, ending, at))
    playback = _playback_after(state.playback, press, ending, at)
    if isinstance(outcome, Accepted) and outcome.replaced:
        playback = replace(playback, replaced=True)
    return replace(state, playback=playback)


def seen(state: State, sight: CaptureSeen, asked_at: datetime, at: datetime) -> State:
    """The state after a STATUS answer. What was asked before the recording's state last changed says nothing of it."""
    if not _outdated(state.session, asked_at):
        state = _session_seen(state, Seat(sight.agent_status, sight.session_id), asked_at, at)
    elif sight.session_id != state.session.session_id:
        return state
    session = replace(state.session, asked_at=max(asked_at, state.session.asked_at or asked_at))
    capture = state.capture
    if not _later(capture.since, asked_at) and not _later(capture.checked_at, asked_at):
        capture = _capture_seen(capture, sight, at)
    return replace(state, session=session, capture=capture)


def seated(state: State, seat: Seat | None, asked_at: datetime, at: datetime) -> State:
    """The state after the floor was seen: `seat` is where this agent sits, None where they are not logged in."""
    if _outdated(state.session, asked_at):
        return state
    if seat is None:
        return _logged_out(state, at)
    state = _session_seen(state, seat, asked_at, at)
    gone = state.session.status == WITH_CUSTOMER and bool(seat.sub_status)
    playback = _alone(state.playback, at) if gone else state.playback
    session = replace(state.session, customer_gone=gone, customer_at=at)
    return replace(state, session=session, playback=playback)


def nothing_known(state: State) -> bool:
    """Whether VICIdial never told anything of this agent's recording: it may well be running."""
    capture = state.capture
    return capture.status is _C.IDLE and capture.checked_at is None and capture.wished_at is None


def same_seat(one: State, other: State) -> bool:
    """Whether two states differ in nothing but when the session was checked."""
    session = replace(other.session, checked_at=one.session.checked_at, customer_at=one.session.customer_at)
    return one == replace(other, session=session)


def asked(state: State, outcome: Outcome, asked_at: datetime, at: datetime) -> State:
    """The state after a STATUS call with any outcome. No answer changes nothing but when it was last asked."""
    if isinstance(outcome, Accepted) and outcome.seen:
        return seen(state, outcome.seen, asked_at, at)
    if _outdated(state.session, asked_at):
        return state
    if _ending(outcome) is Ending.NO_SESSION:
        state = _logged_out(state, at)
    elif isinstance(outcome, Unsupported):
        state = replace(state, capture=Capture(status=_C.UNSUPPORTED, since=at, checked_at=at))
    return replace(state, session=replace(state.session, asked_at=asked_at))


def tick(state: State, at: datetime) -> State:
    """What time alone changes: windows that close, clips that end by their length, deadlines that pass."""
    playback, capture = state.playback, state.capture
    if playback.until and playback.until <= at:
        playback = _playback_moved_on(playback)
        if playback.until and playback.until <= at:
            playback = _playback_moved_on(playback)
    if capture.since and capture.since + CAPTURE_DEADLINE <= at:
        capture = _capture_overdue(capture, at)
    return replace(state, playback=playback, capture=capture)


def moves_at(state: State) -> datetime | None:
    """When time alone changes this state next; None where it does not."""
    moments = [state.playback.until]
    if state.capture.status in (_C.STARTING, _C.STOPPING) and state.capture.since:
        moments.append(state.capture.since + CAPTURE_DEADLINE)
    return min((moment for moment in moments if moment), default=None)


def position(playback: Playback, now: datetime) -> float | None:
    """Seconds of the clip that should have been played by now; None where nothing is known of it."""
    if playback.status in (_P.IDLE, _P.UNKNOWN) or playback.began_at is None:
        return None
    held = playback.status in (_P.PAUSED, _P.STOPPING)
    running = 0.0 if held else (now - playback.began_at).total_seconds()
    return round(min(playback.duration_seconds, max(0.0, playback.position_seconds + running)), 3)


def _outdated(session: Session, asked_at: datetime) -> bool:
    """Whether something newer is known than an answer to what was asked then."""
    return _later(session.checked_at, asked_at)


def _later(moment: datetime | None, asked_at: datetime) -> bool:
    return moment is not None and moment > asked_at


def _fresh(session: Session, now: datetime) -> bool:
    return _recent(session.checked_at, now)


def _recent(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is not None and now - seen_at <= KNOWN_FOR


def _known_without_customer(session: Session, now: datetime) -> bool:
    if session.status == WITH_CUSTOMER:
        return session.customer_gone and _recent(session.customer_at, now)
    return session.status != UNKNOWN_SESSION and _fresh(session, now)


def _with_customer(session: Session) -> bool:
    return session.status == WITH_CUSTOMER and not session.customer_gone


def _blind_until(playback: Playback, row: str, now: datetime) -> datetime | None:
    """Until when a stop or a replacing PLAY could miss the clip, because VICIdial does not know of it yet (FACTS 3.3).

    A replacing PLAY would play over it. A stop could take hold of the clip that was replaced, whose end VICIdial sees
    late; where nothing was replaced, a stop that comes too early is refused, and repeating it is safe.
    """
    if playback.settles_at is None or playback.settles_at <= now:
        return None
    missed = row == "replace" or (row == "stop" and playback.replaced)
    return playback.settles_at if missed and playback.status in (_P.STARTING, _P.UNKNOWN) else None


def _session_seen(state: State, seat: Seat, asked_at: datetime, at: datetime) -> State:
    """Status and session as VICIdial says. Another session ends what was assumed of the one before."""
    before = state.session
    status, session_id = seat.status or UNKNOWN_SESSION, seat.session_id or before.session_id
    session = replace(
        before,
        status=status,
        session_id=session_id,
        checked_at=at,
        since=before.since if status == before.status else at,
        customer_gone=before.customer_gone and status == before.status and _recent(before.customer_at, at),
    )
    capture, playback = state.capture, state.playback
    if before.status == WITH_CUSTOMER != status:
        playback = _call_ended(playback, at)
    if before.session_id and session_id != before.session_id:
        # What was wished for since the session before was last seen may be a wish in the new one.
        capture = capture if _later(capture.since, before.checked_at or asked_at) else Capture()
        playback = playback if _later(playback.began_at, asked_at) else _left_behind(playback, before.checked_at)
    return State(session, capture, playback)


def _left_behind(playback: Playback, last_seen: datetime | None) -> Playback:
    """The clip once the session is another one: over, unless it was played since the one before was last seen. Then
    nobody can say in which of the two it plays.
    """
    if playback.status is _P.IDLE or not last_seen or not _later(playback.began_at, last_seen):
        return Playback()
    return replace(playback, status=_P.UNKNOWN, evidence=None, until=_end(playback), fault=FAULT_WHICH_SESSION)


def _alone(playback: Playback, at: datetime) -> Playback:
    """The clip, with the moment from which on the customer can't have heard it."""
    if playback.status is _P.IDLE or playback.alone_at:
        return playback
    return replace(playback, alone_at=at, alone_seconds=position(playback, at))


def _call_ended(playback: Playback, at: datetime) -> Playback:
    """The clip after its call: it plays into the agent's conference, which stays; but who knows (FACTS 3.7)."""
    if playback.status in (_P.IDLE, _P.STOPPING, _P.UNKNOWN):
        return _alone(playback, at)
    alone = _alone(playback, at)
    return replace(alone, status=_P.UNKNOWN, until=_end(playback), fault=FAULT_CALL_ENDED)


def _refusal(code: str) -> Refusal:
    return Refusal(code, REFUSALS[code])


def _verdict(word: str, later: datetime) -> Verdict:
    if word == _GO:
        return Go()
    return Wait(later) if word == _WAIT else _refusal(word)


def _restart(playback: Playback, rules: Rules) -> tuple[tuple[Action, Command], ...]:
    if not rules.pause_supported:
        return ((Action.PLAY, PlayClip(playback.audio, replace=True)),)
    restart: tuple[Action, Command] = (Action.RESTART, RestartClip())
    if playback.status is _P.PAUSED:
        return ((Action.RESUME, ResumeClip()), restart)
    return (restart,)


def _ending(outcome: Outcome) -> Ending:
    match outcome:
        case Accepted():
            return Ending.ACCEPTED
        case Unanswered():
            return Ending.UNANSWERED
        case Unsupported():
            return Ending.UNSUPPORTED
        case Refused(reason=Reason.NOTHING_PLAYING):
            return Ending.NOTHING_PLAYING
        case Refused(reason=Reason.ALREADY_PLAYING):
            return Ending.ALREADY_PLAYING
        case Refused(reason=Reason.STOP_ERROR):
            return Ending.STOP_ERROR
        case Refused(reason=Reason.NOT_LOGGED_IN):
            return Ending.NO_SESSION
        case Refused() | NotSent() | Expired():
            return Ending.NO_CHANGE


def _logged_out(state: State, at: datetime) -> State:
    before = state.session
    since = before.since if before.status == LOGGED_OUT else at
    return State(session=Session(LOGGED_OUT, "", at, before.asked_at, since), capture=Capture(checked_at=at))


def _playback_after(playback: Playback, press: Press, ending: Ending, at: datetime) -> Playback:
    if ending is Ending.NOTHING_PLAYING and _later(playback.settles_at, at):
        return playback  # Inside the window the answer proves nothing (FACTS 3.3).
    status = PLAYBACK_AFTER.get((press.action, ending))
    if status in (_P.PAUSED, _P.PLAYING) and _may_be_over(playback, at):
        return replace(_unknown_playback(playback, press, at), evidence="seen", fault=FAULT_AT_ITS_END)
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
    """The clip that runs from `at` on: from its beginning, or from where it was held."""
    begin = 0.0 if press.action is Action.RESTART else playback.position_seconds
    return replace(playback, position_seconds=begin, began_at=at)


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
    return Playback(status=_P.UNKNOWN, evidence="seen", fault=FAULT_FOREIGN_CLIP)


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
    return replace(playback, status=_P.UNKNOWN, until=end, fault=FAULT_NOBODY_KNOWS)


def _end(playback: Playback) -> datetime | None:
    """When the clip will be over by itself; None where there is none, or where nobody can say."""
    return _running(playback).until if playback.status is _P.STARTING else playback.until


def _playback_moved_on(playback: Playback) -> Playback:
    """One step of time: a window that closed makes it playing, anything else has ended."""
    return _running(playback) if playback.status is _P.STARTING else Playback()


def _capture_after(capture: Capture, press: Press, ending: Ending, at: datetime) -> Capture:
    status = CAPTURE_AFTER.get((press.action, ending))
    match status:
        case None:
            return capture
        case _C.STARTING:
            return Capture(
                status=status, label=press.label, since=at, checked_at=capture.checked_at, ours=True, wished_at=at
            )
        case _C.UNKNOWN if press.action is Action.CAPTURE_BEGIN:
            fault = FAULT_NOBODY_KNOWS
            return Capture(status=status, label=press.label, since=at, ours=True, fault=fault, wished_at=at)
        case _C.UNSUPPORTED:
            return Capture(status=status, since=at, checked_at=at)
        case _C.UNKNOWN if ending is Ending.UNANSWERED:
            return replace(capture, status=status, since=at, fault=FAULT_NOBODY_KNOWS)
        case _:
            return replace(capture, status=status, since=at, fault=None)


def _capture_seen(capture: Capture, sight: CaptureSeen, at: datetime) -> Capture:
    what = Sight.ON if sight.recording_id else Sight.PENDING if sight.pending else Sight.OFF
    if capture.fault == FAULT_BEGIN_NOT_SEEN and what is Sight.PENDING:
        return _not_begun(replace(capture, checked_at=at))
    if capture.fault == FAULT_BEGIN_NOT_SEEN and what is Sight.OFF:
        # So late it proves only that none runs now.
        return replace(capture, status=_C.IDLE, since=None, checked_at=at, fault=FAULT_BEGIN_NEVER_SEEN)
    status = CAPTURE_SEEN[capture.status, what]
    if _too_early_to_deny(capture, what, at) or _known_to_hang(capture, what):
        return replace(capture, checked_at=at)
    if status is _C.ACTIVE:
        return _capture_active(capture, sight, at)
    if status is capture.status:
        # A fault that is still true stays in sight until the next press.
        return replace(capture, checked_at=at)
    if status is _C.STARTING:
        ours = _awaited(capture)
        label = capture.label if ours else ""
        return Capture(status=status, label=label, checked_at=at, since=at, ours=ours, wished_at=at)
    if _awaited(capture):
        # The agent screen may carry the wish out later.
        return replace(capture, status=status, since=None, checked_at=at, fault=None)
    elsewhere = capture.status is _C.ACTIVE and capture.ours
    return Capture(checked_at=at, fault=FAULT_ENDED_ELSEWHERE if elsewhere else None)


def _capture_active(capture: Capture, sight: CaptureSeen, at: datetime) -> Capture:
    if capture.recording_id == sight.recording_id:
        since = capture.since if capture.status is _C.ACTIVE else at
        fault = FAULT_NOT_ENDED if capture.fault == FAULT_NOT_ENDED else None
        return replace(capture, status=_C.ACTIVE, checked_at=at, since=since, fault=fault)
    ours = _awaited(capture)
    return Capture(
        status=_C.ACTIVE,
        recording_id=sight.recording_id,
        filename=sight.filename,
        label=capture.label if ours else "",
        began_at=(capture.since if ours else None) or at,
        checked_at=at,
        since=at,
        ours=ours,
    )


def _awaited(capture: Capture) -> bool:
    """Whether a recording that shows up now is the one that we wished for and never saw."""
    return capture.ours and not capture.recording_id


def _known_to_hang(capture: Capture, what: Sight) -> bool:
    """On PHP 8 a wish stays visible for ever; once its deadline passed, it is no news that it is there (FACTS 2.4)."""
    return what is Sight.PENDING and capture.fault in (FAULT_NOT_BEGUN, FAULT_FOREIGN_NOT_BEGUN)


def _too_early_to_deny(capture: Capture, what: Sight, at: datetime) -> bool:
    """Whether "not recording" proves nothing yet.

    An END shows it at once, before the agent screen ends the audio (FACTS 2.6); a begin whose answer was lost may still
    be a wish that a STATUS of PHP 7.4 does not show (FACTS 2.4).
    """
    if what is Sight.OFF and capture.status is _C.STOPPING and capture.since is not None:
        return at - capture.since < CAPTURE_LAG
    return (
        what is Sight.OFF
        and capture.status is _C.UNKNOWN
        and not capture.recording_id
        and capture.since is not None
        and at - capture.since < CAPTURE_DEADLINE
    )


def _seen_not_to_begin(capture: Capture) -> bool:
    """Whether VICIdial was asked when a recording that begins would have shown (FACTS 2.3)."""
    wished, seen_at = capture.since, capture.checked_at
    return wished is not None and seen_at is not None and seen_at >= wished + CAPTURE_LAG


def _not_begun(capture: Capture) -> Capture:
    """The agent screen did not carry the wish out, as VICIdial was seen to show.

    Still ours: a screen that wakes up later carries it out after all. No `since`, because nothing changed at VICIdial
    now: a sight that is on its way counts.
    """
    fault = FAULT_NOT_BEGUN if capture.ours else FAULT_FOREIGN_NOT_BEGUN
    return replace(capture, status=_C.IDLE, since=None, fault=fault)


def _capture_overdue(capture: Capture, at: datetime) -> Capture:
    if capture.status is _C.STARTING and _seen_not_to_begin(capture):
        return _not_begun(capture)
    if capture.status is _C.STARTING:
        # The `since` stays: what is asked from now on comes late enough to say that nothing runs.
        return replace(capture, status=_C.UNKNOWN, fault=FAULT_BEGIN_NOT_SEEN)
    if capture.status is _C.STOPPING:
        return replace(capture, status=_C.UNKNOWN, since=at, fault=FAULT_NOT_ENDED)
    return capture


def ask_command(rules: Rules) -> AskCapture:
    """The STATUS of this dialer's kind of recording."""
    return AskCapture(rules.capture)
