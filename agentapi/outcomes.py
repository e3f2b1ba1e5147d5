"""How a command ended, and what its answer proves.

* Accepted     VICIdial took the command (for a recording: noted the wish, FACTS 2.3)
* Refused      VICIdial said no, with a reason
* NotSent      certainly not carried out: not connected, or never tried
* Unanswered   sent, but no verdict came back: nobody can say
* Unsupported  the server does not know the function (FACTS 1.5)
* Expired      too old before it could be sent; it was not sent
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from agentapi.commands import AskCapture, AskFloor, AskSounds, AskVersion, CaptureFunction, Command
from agentapi.floors import Floor, floor_of
from agentapi.replies import Line, Reason, Reply, Verdict, parse, plain
from agentapi.sounds import sounds_of
from agentapi.versions import ServerVersion, local_time, version_of

LONGEST_WORD = 20
LONGEST_FILE_NAME = 200
BEFORE_FILE_NAME = 2
AFTER_FILE_NAME = 5


@dataclass(frozen=True)
class CaptureSeen:
    """What a STATUS answer says of recording and session (FACTS 2, the eight fields; 2.4; 2.10; 7.3).

    `function` is the one that was asked. `recording_id` is the digits of a running recording, else ''. `pending` is
    true for a wish that the agent screen has not carried out yet; stereo never shows one. `started` is when the
    recording began, "YYYY-MM-DD HH:MM:SS" on the server's clock without a zone, or ''. `agent_status` is VICIdial's
    own word, such as INCALL.
    """

    function: CaptureFunction
    recording_id: str
    filename: str
    pending: bool
    started: str
    session_id: str
    agent_status: str


@dataclass(frozen=True)
class Accepted:
    """VICIdial took the command. `replaced` tells that an override PLAY stopped a clip; `seen` is a STATUS answer,
    `floor` who is logged in, `sounds` the names in the audio store, `version` what the server says of itself, which
    says nothing of our login.
    """

    text: str = ""
    replaced: bool = False
    seen: CaptureSeen | None = None
    floor: Floor | None = None
    sounds: frozenset[str] | None = None
    version: ServerVersion | None = None


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


class Silence(StrEnum):
    """How a call came to be without a verdict.

    NO_VERDICT is an answer without one, which may be a login that was refused and counted (FACTS 1.7); TRANSLATED one
    in another language, and so behind a login that was taken (FACTS 1.12).
    """

    LOST = "lost"
    NO_VERDICT = "no_verdict"
    TRANSLATED = "translated"


@dataclass(frozen=True)
class Unanswered:
    """Sent, and no verdict came back; `text` says how in words, `silence` for programs."""

    text: str = ""
    silence: Silence = Silence.LOST


@dataclass(frozen=True)
class Unsupported:
    """An empty body: the server does not know the function (FACTS 1.5)."""

    text: str = ""


@dataclass(frozen=True)
class Expired:
    """Too old before it could be sent; it was not sent."""

    text: str = ""


Outcome = Accepted | Refused | NotSent | Unanswered | Unsupported | Expired


def from_body(command: Command, body: str, secrets: Iterable[str] = (), user: str = "") -> Outcome:
    """The outcome that a response body proves for this command; `secrets` are masked in its texts, `user` is ours."""
    reply = parse(body, secrets, user)
    if isinstance(command, AskFloor) and (floor := floor_of(body)) is not None:
        return Accepted(floor=floor)
    if isinstance(command, AskSounds) and (sounds := sounds_of(body)) is not None:
        return Accepted(sounds=sounds)
    if isinstance(command, AskVersion) and (version := version_of(body)) is not None:
        return Accepted(version=version)
    return from_reply(command, reply)


def from_reply(command: Command, reply: Reply) -> Outcome:
    """The outcome that a body proves for this command. A body without a verdict proves nothing."""
    line = reply.line
    if line is None:
        return _without_verdict(reply)
    if isinstance(command, AskCapture) and line.reason in (Reason.CAPTURE_ACTIVE, Reason.CAPTURE_OFF):
        return Accepted(line.text, seen=capture_seen(command.function, line))
    if isinstance(command, AskFloor) and line.reason is Reason.NOBODY_LOGGED_IN:
        return Accepted(line.text, floor=Floor())
    if line.verdict is Verdict.SUCCESS:
        return Accepted(line.text, replaced=reply.says(Reason.PREVIOUS_STOPPED))
    if line.verdict is Verdict.ERROR:
        return Refused(line.reason, line.text)
    return Unanswered(f"VICIdial gave no verdict: {line.text}")


def capture_seen(function: CaptureFunction, line: Line) -> CaptureSeen:
    """A STATUS line -> what it shows. Fields are read by position, the names in them are not relied on (FACTS 2.1).

    A file name may hold bars: the first two fields are read from the left, the last five from the right (FACTS 7.3).
    """
    fields = line.fields
    if len(fields) < BEFORE_FILE_NAME + 1 + AFTER_FILE_NAME:
        fields += ("",) * (BEFORE_FILE_NAME + 1 + AFTER_FILE_NAME - len(fields))
    number, (_, start, _, session_id, status) = fields[1], fields[-AFTER_FILE_NAME:]
    active = line.reason is Reason.CAPTURE_ACTIVE
    running = active and number.isascii() and number.isdigit()
    return CaptureSeen(
        function=function,
        recording_id=plain(number, LONGEST_WORD) if running else "",
        filename=plain("|".join(fields[BEFORE_FILE_NAME:-AFTER_FILE_NAME]), LONGEST_FILE_NAME) if running else "",
        pending=active and not running,
        started=start if running and local_time(start) else "",
        session_id=plain(session_id, LONGEST_WORD),
        agent_status=plain(status, LONGEST_WORD),
    )


def _without_verdict(reply: Reply) -> Outcome:
    if reply.empty:
        return Unsupported("VICIdial answered with an empty body: it does not know this function.")
    if reply.translated:
        return Unanswered(f"VICIdial does not answer in English: {reply.text}", Silence.TRANSLATED)
    return Unanswered(f"VICIdial gave no verdict: {reply.text}", Silence.NO_VERDICT)
