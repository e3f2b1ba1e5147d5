"""VICIdial's answers as values: text -> Reply. The text is untrusted (FACTS 1.10) and is masked here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MASK = "***"
SHOWN_CHARACTERS = 300
SURELY_NO_WORD = 6
"""From this length on a secret is masked wherever it stands, within longer words too."""

VERDICT_LINE = re.compile(r"^(SUCCESS|ERROR|NOTICE): (.*)$", re.MULTILINE)
TAG = re.compile(r"<[^>]*>")
UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\ufffc]+")


class Verdict(StrEnum):
    """The word that begins an answer line."""

    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    NOTICE = "NOTICE"


class Reason(StrEnum):
    """What an answer line says, in our words."""

    SENT = "sent"
    CAPTURE_ACTIVE = "capture_active"
    CAPTURE_OFF = "capture_off"
    PREVIOUS_STOPPED = "previous_stopped"
    STOP_ERROR = "stop_error"
    ALREADY_PLAYING = "already_playing"
    NOTHING_PLAYING = "nothing_playing"
    NO_CONFERENCE = "no_conference"
    NOT_LOGGED_IN = "not_logged_in"
    LOGIN_REFUSED = "login_refused"
    NO_PERMISSION = "no_permission"
    API_OFF = "api_off"
    BAD_SOURCE = "bad_source"
    NOT_VALID = "not_valid"
    NOBODY_LOGGED_IN = "nobody_logged_in"
    OTHER = "other"


# The first pattern that begins the line's text names it; every text is in FACTS or was recorded.
_REASONS: tuple[tuple[Verdict, re.Pattern[str], Reason], ...] = tuple(
    (verdict, re.compile(pattern), reason)
    for verdict, pattern, reason in (
        (Verdict.SUCCESS, r"(stereo_recording|recording|audio_playback) function sent", Reason.SENT),
        (Verdict.NOTICE, r"not (stereo_)?recording\b", Reason.CAPTURE_OFF),
        (Verdict.NOTICE, r"(stereo_)?recording active", Reason.CAPTURE_ACTIVE),
        (Verdict.NOTICE, r"audio_playback previous playback stopped", Reason.PREVIOUS_STOPPED),
        (Verdict.ERROR, r"stop (stereo_)?recording error", Reason.STOP_ERROR),
        (Verdict.ERROR, r"audio_playback error - audio already playing", Reason.ALREADY_PLAYING),
        (Verdict.ERROR, r"audio_playback error - no audio playing", Reason.NOTHING_PLAYING),
        (Verdict.ERROR, r"audio_playback error - (entry is empty|no session data)", Reason.NO_CONFERENCE),
        (Verdict.ERROR, r"agent_user is not logged in", Reason.NOT_LOGGED_IN),
        (Verdict.ERROR, r"no user found", Reason.NOT_LOGGED_IN),
        (Verdict.ERROR, r"Invalid Username/Password", Reason.LOGIN_REFUSED),
        (Verdict.ERROR, r"auth USER DOES NOT HAVE PERMISSION", Reason.NO_PERMISSION),
        (Verdict.ERROR, r"System API NOT ACTIVE", Reason.API_OFF),
        (Verdict.ERROR, r"Invalid Source", Reason.BAD_SOURCE),
        (Verdict.ERROR, r"\w+ not valid", Reason.NOT_VALID),
        (Verdict.ERROR, r"logged_in_agents NO LOGGED IN AGENTS", Reason.NOBODY_LOGGED_IN),
    )
)


@dataclass(frozen=True)
class Line:
    """One answer line: its verdict, what it means, its fields after ` - `, and its masked text."""

    verdict: Verdict
    reason: Reason
    fields: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Reply:
    """All answer lines of one body, in order; `text` is the masked body, cut for showing.

    `line` is the one that decides: the last SUCCESS or ERROR, else the last NOTICE, else None (no verdict).
    An override PLAY that stopped another clip answers two lines (FACTS 1.4).
    """

    lines: tuple[Line, ...]
    text: str
    empty: bool

    @property
    def line(self) -> Line | None:
        deciding = [line for line in self.lines if line.verdict is not Verdict.NOTICE]
        candidates = deciding or list(self.lines)
        return candidates[-1] if candidates else None

    def says(self, reason: Reason) -> bool:
        """Whether any line means this."""
        return any(line.reason is reason for line in self.lines)


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets and without what follows a refused login, which echoes the password (FACTS 1.7).

    A short secret is masked where it stands alone: within other words it is chance, and masking it would garble them.
    """
    text = re.sub(r"(Invalid Username/Password:?)[^\n]*", _refused_login, text)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = re.sub(_whole(secret), MASK, text)
    return re.sub(r"(pass(?:word)?\s*=\s*)('[^']*'|\"[^\"]*\"|[^\s&'\"]+)", rf"\1{MASK}", text, flags=re.IGNORECASE)


def parse(body: str, secrets: Iterable[str] = ()) -> Reply:
    """A response body -> Reply. Never raises: noise around the answer lines is passed over (FACTS 1.4).

    `secrets` are the credentials of the call; none of them is in the texts and fields that come out. Verdicts and
    reasons are read before masking, so that a password such as "recording" can't hide them.
    """
    body, secrets = body.replace("\r\n", "\n"), tuple(secrets)
    lines = tuple(_line(Verdict(verdict), text.strip(), secrets) for verdict, text in VERDICT_LINE.findall(body))
    return Reply(lines=lines, text=_shown(redact(body, secrets)), empty=not body.strip())


def _whole(secret: str) -> str:
    pattern = re.escape(secret)
    return pattern if len(secret) >= SURELY_NO_WORD else rf"(?<![0-9A-Za-z]){pattern}(?![0-9A-Za-z])"


def _line(verdict: Verdict, text: str, secrets: Iterable[str]) -> Line:
    reason = next(
        (reason for wanted, pattern, reason in _REASONS if wanted is verdict and pattern.match(text)), Reason.OTHER
    )
    # An error's own text holds a dash before its fields; a recording's file name may hold one within them.
    clean = redact(text, secrets)
    _, dash, tail = clean.partition(" - ") if verdict is Verdict.NOTICE else clean.rpartition(" - ")
    fields = tuple(part.strip() for part in tail.split("|")) if dash else ()
    return Line(verdict, reason, fields, _shown(f"{verdict}: {clean}"))


def _refused_login(match: re.Match[str]) -> str:
    """Keep only the tail's word, which tells a wrong password from a lock-out (FACTS 1.7)."""
    words = re.findall(r"\|(BAD|LOCK|IPBLOCK|ERRSERVERS|GOOD)(?=\|)", match.group(0))
    # The last one: a user or password that is called LOCK stands before it.
    return f"{match.group(1)} {words[-1]}" if words else match.group(1)


def _shown(text: str) -> str:
    plain = UNPRINTABLE.sub(" ", TAG.sub(" ", text)).strip()
    return plain if len(plain) <= SHOWN_CHARACTERS else plain[: SHOWN_CHARACTERS - 1] + "…"
