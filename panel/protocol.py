"""Every websocket message of protocol 1, typed: text -> frame on the way up, message -> text on the way down.

Times are aware UTC datetimes, lengths are seconds. What an unknown field holds is ignored, so that older servers
take newer clients.
"""

from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec

from agentapi.capability import Capability
from agentapi.machine import Action, CaptureStatus, Evidence, PlaybackStatus

PROTOCOL = 1
LONGEST_FRAME = 4096
LONGEST_NAME = 60

F = TypeVar("F")


class ClickFrame(msgspec.Struct, tag_field="type", tag="click", frozen=True):
    """A press. `button` goes with play, `label` may go with capture_begin, `confirmed` with what is in `confirm`."""

    id: UUID
    action: Action
    button: str | None = None
    label: str | None = None
    confirmed: bool = False


class ResyncFrame(msgspec.Struct, tag_field="type", tag="resync", frozen=True):
    """Asks for the whole state again."""


class PingFrame(msgspec.Struct, tag_field="type", tag="ping", frozen=True):
    """Asks whether anybody is there."""


Frame = ClickFrame | ResyncFrame | PingFrame


class WallClickFrame(msgspec.Struct, tag_field="type", tag="click", frozen=True):
    """A supervisor's press for an agent, by the key of the agent's card."""

    id: UUID
    agent: int
    action: Literal["stop", "capture_end"]
    confirmed: bool = False


class WatchFrame(msgspec.Struct, tag_field="type", tag="watch", frozen=True):
    """Asks for the clicks of one agent, now and as they change; null asks for nobody's any more."""

    agent: int | None


class AcknowledgeFrame(msgspec.Struct, tag_field="type", tag="acknowledge", frozen=True):
    """Somebody looks after this alert."""

    alert: int


WallFrame = WallClickFrame | WatchFrame | AcknowledgeFrame | ResyncFrame | PingFrame


class SessionView(msgspec.Struct, frozen=True):
    """`since` is when this status was first seen; `sub_status` is what the floor tells besides, such as PARK.

    `customer_gone` tells of a call in which no customer hears anything: hung up, on hold, or at its disposition.
    """

    status: str
    session_id: str | None
    checked_at: datetime | None
    since: datetime | None
    customer_gone: bool
    sub_status: str


class LinkView(msgspec.Struct, frozen=True):
    """`dialer` is ok, unreachable or login_refused; `worker` is ok or away; `since` is when it last changed."""

    dialer: str
    worker: str
    since: datetime | None
    text: str


class CaptureView(msgspec.Struct, frozen=True):
    """The recording. `began_at` is when it began by VICIdial, `silent_since` when the customer hung up meanwhile, so
    that nothing is recorded any more. `ours` is null where nobody can say whose it is.

    `left_over` tells of one that VICIdial calls active and that probably does not run. `capability` is what the dialer
    can record at all, with what to do about it in `capability_text`; it never decides about clips. `fault` is for
    people, `fault_code` for programs.
    """

    status: CaptureStatus
    recording_id: str | None
    filename: str | None
    label: str | None
    began_at: datetime | None
    checked_at: datetime | None
    silent_since: datetime | None
    ours: bool | None
    left_over: bool
    capability: Capability
    capability_text: str
    fault: str | None
    fault_code: str | None
    mono: bool


class PlaybackView(msgspec.Struct, frozen=True):
    status: PlaybackStatus
    button: str | None
    clip: str | None
    began_at: datetime | None
    position_seconds: float | None
    duration_seconds: float | None
    evidence: Evidence | None
    fault: str | None


class StateView(msgspec.Struct, frozen=True):
    """`reasons` says in plain words why each action outside `allowed` is refused now. `doubts` says why one that is
    allowed may be refused all the same: VICIdial is asked when it is pressed. `confirm` holds the question for each
    action that wants to be confirmed.

    Without `pause_supported` a dialer knows neither pause nor resume.
    """

    session: SessionView
    link: LinkView
    capture: CaptureView
    playback: PlaybackView
    allowed: list[str]
    reasons: dict[str, str]
    doubts: dict[str, str]
    confirm: dict[str, str]
    pause_supported: bool


class AgentView(msgspec.Struct, frozen=True):
    agent_user: str
    name: str
    dialer: str


class ButtonView(msgspec.Struct, frozen=True):
    name: str
    label: str
    clip: str
    hotkey: str
    colour: str
    duration_seconds: float
    enabled: bool
    reason: str
    transcript: str
    while_playing: str


class BoardView(msgspec.Struct, frozen=True):
    name: str
    buttons: list[ButtonView]


class ClickView(msgspec.Struct, frozen=True):
    """`actor` is who pressed where it was not the agent."""

    id: UUID
    action: str
    button: str | None
    status: str
    reason: str | None
    text: str
    actor: str | None


class TroubleView(msgspec.Struct, frozen=True):
    """The last click of an agent that did not end well."""

    at: datetime
    action: str
    status: str
    text: str


class WallAgentView(msgspec.Struct, frozen=True):
    """A card: `key` tells the agent from all others, `now` is when this was true, `trouble` is of the last hour.

    `followed` tells whether VICIdial is asked about the agent, so that a status that lasts is confirmed.
    """

    key: int
    agent: str
    name: str
    dialer: str
    board: str
    version: int
    now: datetime
    panel_open: bool
    followed: bool
    state: StateView
    trouble: TroubleView | None


class AlertView(msgspec.Struct, frozen=True):
    """`agent` is the key of a card; without agent and dialer it is about the workers."""

    id: int
    kind: str
    agent: int | None
    dialer: str | None
    name: str
    text: str
    raised_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None


class WallBoardView(msgspec.Struct, frozen=True):
    """What the buttons of a board are called."""

    name: str
    labels: dict[str, str]


class AgentClickView(msgspec.Struct, frozen=True):
    """A click as supervisors see it; `actor` is who pressed where it was not the agent."""

    id: UUID
    action: str
    button: str | None
    clip: str | None
    status: str
    reason: str | None
    text: str
    actor: str | None
    requested_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class Snapshot(msgspec.Struct, tag_field="type", tag="snapshot", frozen=True):
    version: int
    now: datetime
    agent: AgentView
    board: BoardView
    state: StateView
    clicks: list[ClickView]
    protocol: int = PROTOCOL


class StateMessage(msgspec.Struct, tag_field="type", tag="state", frozen=True):
    version: int
    now: datetime
    state: StateView


class ClickMessage(msgspec.Struct, tag_field="type", tag="click", frozen=True):
    id: UUID
    status: str
    reason: str | None
    text: str
    action: str
    button: str | None
    actor: str | None


class Rejected(msgspec.Struct, tag_field="type", tag="rejected", frozen=True):
    """It never became a click. `id` is what the client sent, or null where none could be read."""

    id: str | None
    code: str
    text: str


class Pong(msgspec.Struct, tag_field="type", tag="pong", frozen=True):
    """Somebody is there."""


class WallMessage(msgspec.Struct, tag_field="type", tag="wall", frozen=True):
    """All that a supervisor may see. `agents` are WallAgentViews, serialised once for all screens."""

    version: int
    now: datetime
    boards: list[WallBoardView]
    agents: list[msgspec.Raw]
    protocol: int = PROTOCOL


class AgentsMessage(msgspec.Struct, tag_field="type", tag="agents", frozen=True):
    """The agents that changed."""

    version: int
    now: datetime
    agents: list[msgspec.Raw]


class AlertsMessage(msgspec.Struct, tag_field="type", tag="alerts", frozen=True):
    """All open alerts that a supervisor may see, the newest first."""

    now: datetime
    alerts: list[AlertView]


class ClicksMessage(msgspec.Struct, tag_field="type", tag="clicks", frozen=True):
    """The last clicks of one agent, the newest first."""

    agent: int
    now: datetime
    clicks: list[AgentClickView]


Message = (
    Snapshot
    | StateMessage
    | ClickMessage
    | Rejected
    | Pong
    | WallMessage
    | AgentsMessage
    | AlertsMessage
    | ClicksMessage
)

_frames: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)
_wall_frames: msgspec.json.Decoder[WallFrame] = msgspec.json.Decoder(WallFrame)
_messages = msgspec.json.Encoder()


def parse(text: str) -> Frame | Rejected:
    """A panel's text frame -> what it asks, or why it cannot be understood. Never raises."""
    frame = _parsed(_frames, text)
    return _checked(frame) if isinstance(frame, ClickFrame) else frame


def parse_wall(text: str) -> WallFrame | Rejected:
    """A wall's text frame -> what it asks, or why it cannot be understood. Never raises."""
    return _parsed(_wall_frames, text)


def dump(message: Message) -> str:
    """A message -> its JSON text."""
    return _messages.encode(message).decode()


def raw(value: msgspec.Struct) -> msgspec.Raw:
    """A part of a message, serialised once for all messages that hold it."""
    return msgspec.Raw(_messages.encode(value))


def _parsed(decoder: msgspec.json.Decoder[F], text: str) -> F | Rejected:
    if len(text) > LONGEST_FRAME:
        return Rejected(None, "too_long", f"A message may hold at most {LONGEST_FRAME} characters.")
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        return Rejected(id_of(text), "malformed", f"This message is not of protocol {PROTOCOL}: {_plain(error)}")


def _checked(frame: ClickFrame) -> ClickFrame | Rejected:
    if frame.action is Action.PLAY and not frame.button:
        return Rejected(str(frame.id), "malformed", "A play needs the name of its button.")
    # PostgreSQL takes no NUL, not even to look for.
    if frame.button is not None and (len(frame.button) > LONGEST_NAME or "\0" in frame.button):
        return Rejected(str(frame.id), "unknown_button", "There is no such button on this board.")
    return frame


def id_of(text: str) -> str | None:
    """The id of a frame that cannot be understood otherwise, so that its sender knows which one it was."""
    try:
        raw: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and len(found) <= LONGEST_NAME else None


def _plain(error: Exception) -> str:
    return str(error).encode("ascii", "replace").decode()[:200]
