"""How a command ended, and what its answer proves.

* Accepted     VICIdial took the command (for a recording: noted the wish, FACTS 2.3)
* Refused      VICIdial said no, with a reason
* NotSent      certainly not carried out: not connected, or never tried
* Unanswered   sent, but no verdict came back: nobody can say
* Unsupported  the server does not know the function (FACTS 1.5)
* Expired      too old before it could be sent; it was not sent
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agentapi.commands import AskCapture, AskFloor, Command
from agentapi.floors import Seat, seats_of
from agentapi.replies import Line, Reason, Reply, Verdict, parse


@dataclass(frozen=True)
class CaptureSeen:
    """What a STATUS answer says of recording and session (FACTS 2, the eight fields; 2.4; 2.10).

    `recording_id` is the digits of a running recording, else ''. `pending` is true for a wish that the agent
    screen has not carried out yet. `agent_status` is VICIdial's own word, such as INCALL.
    """

    recording_id: str
    filename: str
    pending: bool
    session_id: str
    agent_status: str


@dataclass(frozen=True)
class Accepted:
    """VICIdial took the command. `replaced` tells that an override PLAY stopped a clip; `seen` is a STATUS answer,
    `floor` who is logged in, by VICIdial user.
    """

    text: str = ""
    replaced: bool = False
    seen: CaptureSeen | None = None
    floor: Mapping[str, Seat] | None = None


@dataclass(frozen=True)
class Refused:
    """VICIdial said no; nothing was queued (FACTS 3.3)."""

    reason: Reason
    text: str = ""


@dataclass(frozen=True)
class NotSent:
    """Certainly not carried out; `text` says why in words that can be shown.

    `held_back` tells that it was never tried here, so that it says nothing of the way to VICIdial.
    """

    text: str = ""
    held_back: bool = False


@dataclass(frozen=True)
class Unanswered:
    """Sent, and no verdict came back; `text` says how."""

    text: str = ""


@dataclass(frozen=True)
class Unsupported:
    """An empty body: the server does not know the function (FACTS 1.5)."""

    text: str = ""


@dataclass(frozen=True)
class Expired:
    """Too old before it could be sent; it was not sent."""

    text: str = ""


Outcome = Accepted | Refused | NotSent | Unanswered | Unsupported | Expired


def from_body(command: Command, body: str, secrets: Iterable[str] = ()) -> Outcome:
    """The outcome that a response body proves for this command; `secrets` are masked in its texts."""
    reply = parse(body, secrets)
    if isinstance(command, AskFloor) and (seats := seats_of(body)) is not None:
        return Accepted(floor=seats)
    return from_reply(command, reply)


def from_reply(command: Command, reply: Reply) -> Outcome:
    """The outcome that a body proves for this command. A body without a verdict proves nothing."""
    line = reply.line
    if line is None:
        return _without_verdict(reply)
    if isinstance(command, AskCapture) and line.reason in (Reason.CAPTURE_ACTIVE, Reason.CAPTURE_OFF):
        return Accepted(line.text, seen=capture_seen(line))
    if isinstance(command, AskFloor) and line.reason is Reason.NOBODY_LOGGED_IN:
        return Accepted(line.text, floor={})
    if line.verdict is Verdict.SUCCESS:
        return Accepted(line.text, replaced=reply.says(Reason.PREVIOUS_STOPPED))
    if line.verdict is Verdict.ERROR:
        return Refused(line.reason, line.text)
    return Unanswered(f"VICIdial gave no verdict: {line.text}")


def capture_seen(line: Line) -> CaptureSeen:
    """A STATUS line -> what it shows. Fields are read by position, the names in them are not relied on (FACTS 2.1)."""
    fields = line.fields + ("",) * 8
    active = line.reason is Reason.CAPTURE_ACTIVE
    numeric = fields[1].isascii() and fields[1].isdigit()
    return CaptureSeen(
        recording_id=fields[1] if active and numeric else "",
        filename=fields[2] if active and numeric else "",
        pending=active and not numeric,
        session_id=fields[6],
        agent_status=fields[7],
    )


def _without_verdict(reply: Reply) -> Outcome:
    if reply.empty:
        return Unsupported("VICIdial answered with an empty body: it does not know this function.")
    return Unanswered(f"VICIdial gave no verdict: {reply.text}")
