"""VICIdial's answers as values: text -> Reply. The text is untrusted (FACTS 1.10) and is masked here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MASK = "***"
SHOWN_CHARACTERS = 300
SURELY_NO_WORD = 6
"""From this length on a secret is masked wherever it stands, within longer words too."""

VERDICT_LINE = re.compile(r"(SUCCESS|ERROR|NOTICE): (.*)")
REFUSED_LOGIN = re.compile(r"[^|]*: ?\|[^|]*\|(?:.*\|)?(?:BAD|LOCK|IPBLOCK|ERRSERVERS|GOOD)\|")
"""Words in whatever language, a colon, and then bars with one of these tails among them (FACTS 1.7)."""
REFUSED_LOGIN_TAIL = re.compile(r"\|(BAD|LOCK|IPBLOCK|ERRSERVERS|GOOD)(?=\|)")
REFUSED_LOGIN_WORDS = "Invalid Username/Password"
TRANSLATED_LINE = re.compile(r"^([^\W\d_]{2,20}) ?: .* - .*\S", re.MULTILINE)
"""An answer line whose verdict, in capitals, is a word of another language (FACTS 1.12)."""
SQL = re.compile(
    r"\b(SELECT\s.*?\sFROM|(INSERT|REPLACE)\s.*?\bINTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM)\b.*", re.IGNORECASE
)
PASSWORD = re.compile(r"(pass(?:word)?\s*=\s*)('[^']*'|\"[^\"]*\"|[^\s&'\"]+)", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\u200a\u2010-\u2027\u202f-\u2065\u206a-\ufefe\uff00-\uffef]+")
"""Control characters, those that change the direction of what follows, and whatever lies outside the basic plane."""


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
    NO_AUDIO_STORE = "no_audio_store"
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
        (Verdict.ERROR, r"sounds_list CENTRAL SOUND CONTROL IS NOT ACTIVE", Reason.NO_AUDIO_STORE),
        (Verdict.ERROR, r"audio store web directory does not exist", Reason.NO_AUDIO_STORE),
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
    An override PLAY that stopped another clip answers two lines (FACTS 1.4). `translated` tells that there is none
    because the answer is in another language (FACTS 1.12).
    """

    lines: tuple[Line, ...]
    text: str
    empty: bool
    translated: bool = False

    @property
    def line(self) -> Line | None:
        deciding = [line for line in self.lines if line.verdict is not Verdict.NOTICE]
        candidates = deciding or list(self.lines)
        return candidates[-1] if candidates else None

    def says(self, reason: Reason) -> bool:
        """Whether any line means this."""
        return any(line.reason is reason for line in self.lines)


@dataclass(frozen=True)
class Login:
    """The login of a call: its user, and its secrets, which are the password in every form in which it may come back.

    None of the secrets may come out of an answer.
    """

    user: str = ""
    secrets: tuple[str, ...] = ()

    def refused_in(self, line: str) -> str | None:
        """What may be shown of a line that refuses the login; None where it is another line.

        Known by its English words, by its shape in any other language, or by this login itself between bars, with
        something behind it (FACTS 1.7): its user alone where a colon stands before, however its password is spelled.
        Of what follows the words, the tail alone tells something: a wrong password from a lock-out.
        """
        if line.startswith(("SUCCESS: ", "NOTICE: ")):
            return None
        words, known, _ = line.partition(REFUSED_LOGIN_WORDS)
        if not known and not REFUSED_LOGIN.match(line) and not self._stands_in(line):
            return None
        words = _words(words + known if known else line).rstrip(": ")
        # The last one: a user or password that is called LOCK stands before it.
        tails = REFUSED_LOGIN_TAIL.findall(line)
        return f"{words}: {tails[-1]}" if tails else words

    def masked(self, text: str) -> str:
        """The text without the secrets. A short one is masked where it stands alone: within other words it is chance,
        and masking it would garble them.
        """
        for secret in sorted(filter(None, self.secrets), key=len, reverse=True):
            text = re.sub(_whole(secret), MASK, text)
        return PASSWORD.sub(rf"\1{MASK}", text)

    def _stands_in(self, line: str) -> bool:
        users = {self.user, re.sub(r"[^-_0-9a-zA-Z]", "", self.user)} - {""}
        echoes = (f"|{user}|{secret}|" for user in users for secret in self.secrets if secret)
        tails = (rf": ?\|{re.escape(user)}\|[^|]*\|(.*)" for user in users)
        behind = [line.partition(echo)[2] for echo in echoes]
        behind += [found[1] for tail in tails if (found := re.search(tail, line))]
        return any(text.strip("| ") for text in behind)


def plain(field: str, longest: int) -> str:
    """A field of an answer without control characters, at most `longest` characters: it is untrusted (FACTS 1.10)."""
    return UNPRINTABLE.sub("", field).strip()[:longest]


def parse(body: str, secrets: Iterable[str] = (), user: str = "") -> Reply:
    """A response body -> Reply. Never raises: noise around the answer lines is passed over (FACTS 1.4).

    `secrets` are the credentials of the call; none of them is in the texts and fields that come out. Verdicts and
    reasons are read before masking, so that a password such as "recording" can't hide them. `user` is the call's own:
    beside the password it tells a refused login whose words and tail are not known.
    """
    body, login = body.replace("\r\n", "\n"), Login(user, tuple(secrets))
    read = [(text, _line(text, login)) for text in body.split("\n")]
    lines = tuple(line for _, line in read if line)
    translated = not lines and any(word.isupper() for word in TRANSLATED_LINE.findall(body))
    refused = any(line.reason is Reason.LOGIN_REFUSED for line in lines)
    # What was echoed of a refused login may go on in the lines behind it.
    said = (line.text if line else "" if refused else _words(text) for text, line in read)
    return Reply(lines, _shown(login.masked("\n".join(said))), empty=not body.strip(), translated=translated)


def _words(line: str) -> str:
    """What may be shown of a line of which nobody knows what it holds: a login is echoed between bars (FACTS 1.7)."""
    return line.partition("|")[0]


def _whole(secret: str) -> str:
    pattern = re.escape(secret)
    return pattern if len(secret) >= SURELY_NO_WORD else rf"(?<![0-9A-Za-z]){pattern}(?![0-9A-Za-z])"


def _line(line: str, login: Login) -> Line | None:
    """A line of the body as an answer line; None where it is noise."""
    refused = login.refused_in(line)
    found = VERDICT_LINE.fullmatch(line)
    if found is None:
        # Where the words of a refused login are translated, so is its verdict (FACTS 1.7).
        return Line(Verdict.ERROR, Reason.LOGIN_REFUSED, (), _shown(login.masked(refused))) if refused else None
    verdict, text = Verdict(found[1]), found[2].strip()
    reason = next(
        (reason for wanted, pattern, reason in _REASONS if wanted is verdict and pattern.match(text)), Reason.OTHER
    )
    if refused is not None:
        reason = Reason.LOGIN_REFUSED if reason is Reason.OTHER else reason
        text = refused.removeprefix(f"{verdict}: ")
    if reason in (Reason.OTHER, Reason.LOGIN_REFUSED):
        return Line(verdict, reason, (), _shown(f"{verdict}: {login.masked(_words(text))}"))
    # An error's own text holds a dash before its fields; a recording's file name may hold one within them.
    clean = login.masked(text)
    _, dash, tail = clean.partition(" - ") if verdict is Verdict.NOTICE else clean.rpartition(" - ")
    fields = tuple(part.strip() for part in tail.split("|")) if dash else ()
    return Line(verdict, reason, fields, _shown(f"{verdict}: {clean}"))


def _shown(text: str) -> str:
    printable = UNPRINTABLE.sub(" ", TAG.sub(" ", SQL.sub(MASK, text))).strip()
    return printable if len(printable) <= SHOWN_CHARACTERS else printable[: SHOWN_CHARACTERS - 1] + "…"
