"""What a VICIdial server has to have before agents work with it: one look at each, with at most one refused login.

Nothing that is asked changes anything there: the agent that is asked about does not exist, and so is not logged in
(FACTS 1.6, 1.14). Permissions are looked at before that (FACTS 7.2).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from agentapi.capability import Capability, capability_of
from agentapi.client import AgentApi, Dialer
from agentapi.commands import AskCapture, AskFloor, AskSounds, AskVersion, CaptureFunction, Command, StopClip
from agentapi.outcomes import Accepted, NotSent, Outcome, Refused, Silence, Unanswered, Unsupported
from agentapi.replies import Reason
from agentapi.versions import ServerVersion

NO_AGENT = "clipdecktest"
"""Nobody's VICIdial user: that nobody of this name is logged in is the answer to a good login (FACTS 1.6)."""
CLOCK_TOLERANCE_SECONDS = 5.0
ZONE_TOLERANCE = timedelta(minutes=10)
NAMES_SHOWN = 5


class Check(StrEnum):
    """What is looked at, in the order in which it is told."""

    REACHABLE = "reachable"
    CLOCK = "clock"
    ZONE = "zone"
    BUILD = "build"
    LOGIN = "login"
    ENGLISH = "english"
    PLAYBACK = "playback"
    MONO = "mono"
    STEREO = "stereo"
    SWITCH = "switch"
    FLOOR = "floor"
    STORE = "store"


class Verdict(StrEnum):
    """FAILS is for what is needed; whatever Clipdeck can do without is a WARNING."""

    OK = "ok"
    WARNING = "warning"
    FAILS = "fails"
    NOT_LOOKED_AT = "not_looked_at"


class Code(StrEnum):
    """What was found; each has its words and its remedy where it is shown."""

    FINE = "fine"
    AFTER = "after"
    TOO_SOON = "too_soon"
    NOT_CONFIGURED = "not_configured"
    NOT_USED = "not_used"
    NOT_TOLD = "not_told"
    AWAY = "away"
    SILENT = "silent"
    NO_VERDICT = "no_verdict"
    NO_API = "no_api"
    LOGIN_REFUSED = "login_refused"
    TRANSLATED = "translated"
    API_OFF = "api_off"
    BAD_SOURCE = "bad_source"
    REFUSED = "refused"
    CLOCK_OFF = "clock_off"
    ZONE_OFF = "zone_off"
    TOO_OLD = "too_old"
    NO_PERMISSION = "no_permission"
    SWITCHED_OFF = "switched_off"
    NO_AUDIO_STORE = "no_audio_store"
    CLIPS_MISSING = "clips_missing"


@dataclass(frozen=True)
class Finding:
    """What one check found. `detail` is a figure, a name or VICIdial's own masked words."""

    check: Check
    verdict: Verdict
    code: Code
    detail: str = ""


@dataclass(frozen=True)
class Subject:
    """What is looked at: a server's agent API, how it is used, and its non-agent API where there is one.

    `audios` are the clips' names in the audio store. Without `may_log_in` only what needs no login is looked at.
    """

    agent_api: Dialer
    capture: CaptureFunction
    timezone: str
    audios: frozenset[str] = frozenset()
    non_agent_api: Dialer | None = None
    may_log_in: bool = True


@dataclass
class Report:
    """What was found, and the answers that tell more than that; `asked_at` and `answered_at` are the version's."""

    findings: list[Finding] = field(default_factory=list)
    version: ServerVersion | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    login: Outcome | None = None
    capture: Outcome | None = None
    floor: Outcome | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing that is needed fails, and the login was looked at."""
        login = any(each.check is Check.LOGIN and each.verdict is Verdict.OK for each in self.findings)
        return login and not any(each.verdict is Verdict.FAILS for each in self.findings)


def preflight(api: AgentApi, subject: Subject, clock: Callable[[], datetime]) -> Report:
    """Look at everything, one call after the other; `clock` tells UTC. Takes some seconds where a server is slow."""
    look = _Look(api, subject, clock)
    look.at_the_server()
    look.at_the_login()
    look.at_the_functions()
    look.at_the_floor()
    look.at_the_store()
    return look.report


class _Look:
    """One look; each step notes its findings. After a login that was not taken no other login is tried."""

    def __init__(self, api: AgentApi, subject: Subject, clock: Callable[[], datetime]) -> None:
        self._api, self._subject, self._clock = api, subject, clock
        self._shut: Code | None = None if subject.may_log_in else Code.TOO_SOON
        self.report = Report()

    def at_the_server(self) -> None:
        self.report.asked_at = self._clock()
        outcome = self._api.execute(self._subject.agent_api, "", AskVersion())
        self.report.answered_at = self._clock()
        match outcome:
            case Accepted(version=ServerVersion() as version):
                self.report.version = version
                self._note(Check.REACHABLE, Verdict.OK)
            case Refused() | Accepted():
                self._note(Check.REACHABLE, Verdict.OK)
            case Unsupported(text=text):
                self._note(Check.REACHABLE, Verdict.FAILS, Code.NO_API, text)
            case _:
                self._note(Check.REACHABLE, Verdict.FAILS, *_silence(outcome))
        if self.report.findings[-1].verdict is not Verdict.OK:
            self._shut = Code.AFTER
        self._clocks()
        self._build()

    def at_the_login(self) -> None:
        if not self._may_log_in():
            for check in (Check.LOGIN, Check.ENGLISH, Check.MONO):
                self._not_looked_at(check)
            return
        outcome = self.report.login = self._ask(AskCapture("recording"))
        self._login(outcome)
        if isinstance(outcome, Unanswered) and outcome.silence is Silence.TRANSLATED:
            self._note(Check.ENGLISH, Verdict.FAILS, Code.TRANSLATED)
        elif self._may_log_in():
            self._note(Check.ENGLISH, Verdict.OK)
        else:
            self._not_looked_at(Check.ENGLISH)
        # Where stereo may not be asked about, mono's question tells whether a customer is there.
        worst = Verdict.FAILS if self._subject.capture == "recording" else Verdict.WARNING
        self._function(Check.MONO, outcome if self._may_log_in() else None, worst)

    def at_the_functions(self) -> None:
        self._function(Check.PLAYBACK, self._ask(StopClip()) if self._may_log_in() else None, Verdict.FAILS)
        if self._subject.capture == "recording":
            self.report.capture = self.report.login
            for check in (Check.SWITCH, Check.STEREO):
                self._note(check, Verdict.NOT_LOOKED_AT, Code.NOT_USED)
            return
        outcome = self.report.capture = self._ask(AskCapture("stereo_recording")) if self._may_log_in() else None
        # The switch is looked at before the permission (FACTS 7.2).
        capability = None if outcome is None else capability_of(outcome)
        match capability:
            case Capability.TOO_OLD:
                self._note(Check.SWITCH, Verdict.FAILS, Code.TOO_OLD)
                self._note(Check.STEREO, Verdict.NOT_LOOKED_AT, Code.AFTER)
            case Capability.SWITCHED_OFF:
                self._note(Check.SWITCH, Verdict.FAILS, Code.SWITCHED_OFF)
                self._note(Check.STEREO, Verdict.NOT_LOOKED_AT, Code.AFTER)
            case None:
                self._not_looked_at(Check.SWITCH)
                self._function(Check.STEREO, outcome, Verdict.FAILS)
            case _:
                self._note(Check.SWITCH, Verdict.OK)
                self._function(Check.STEREO, outcome, Verdict.FAILS)

    def at_the_floor(self) -> None:
        outcome = self.report.floor = self._ask_non_agent(Check.FLOOR, AskFloor())
        if outcome is None:
            return
        if isinstance(outcome, Accepted) and outcome.floor is not None:
            self._note(Check.FLOOR, Verdict.OK, detail=f"agents listed: {len(outcome.floor.seats)}")
        else:
            self._note(Check.FLOOR, Verdict.WARNING, *_refusal(outcome))

    def at_the_store(self) -> None:
        outcome = self._ask_non_agent(Check.STORE, AskSounds())
        if outcome is None:
            return
        if not isinstance(outcome, Accepted) or outcome.sounds is None:
            self._note(Check.STORE, Verdict.WARNING, *_refusal(outcome))
        elif missing := sorted(self._subject.audios - outcome.sounds):
            shown = ", ".join(missing[:NAMES_SHOWN]) + (", …" if len(missing) > NAMES_SHOWN else "")
            self._note(Check.STORE, Verdict.WARNING, Code.CLIPS_MISSING, shown)
        else:
            self._note(Check.STORE, Verdict.OK, detail=f"files: {len(outcome.sounds)}")

    def _clocks(self) -> None:
        version, asked_at, at = self.report.version, self.report.asked_at, self.report.answered_at
        if version is None or version.epoch is None or asked_at is None or at is None:
            self._note(Check.CLOCK, Verdict.NOT_LOOKED_AT, Code.NOT_TOLD)
            self._note(Check.ZONE, Verdict.NOT_LOOKED_AT, Code.NOT_TOLD)
            return
        theirs = datetime.fromtimestamp(version.epoch, UTC)
        ahead = (theirs - (asked_at + (at - asked_at) / 2)).total_seconds()
        fine = abs(ahead) <= CLOCK_TOLERANCE_SECONDS
        told = f"{ahead:+.0f} s"
        self._note(Check.CLOCK, Verdict.OK if fine else Verdict.WARNING, Code.FINE if fine else Code.CLOCK_OFF, told)
        if version.local is None:
            self._note(Check.ZONE, Verdict.NOT_LOOKED_AT, Code.NOT_TOLD)
            return
        there = theirs.astimezone(ZoneInfo(self._subject.timezone)).replace(tzinfo=None)
        fine = abs(version.local - there) <= ZONE_TOLERANCE
        told = f"{version.local:%H:%M} there, {there:%H:%M} in {self._subject.timezone}"
        self._note(Check.ZONE, Verdict.OK if fine else Verdict.WARNING, Code.FINE if fine else Code.ZONE_OFF, told)

    def _build(self) -> None:
        version = self.report.version
        if version is None or version.build is None:
            self._note(Check.BUILD, Verdict.NOT_LOOKED_AT, Code.NOT_TOLD)
            return
        told = f"{version.version}, build {version.build}"
        old = not version.knows_stereo and self._subject.capture == "stereo_recording"
        self._note(Check.BUILD, Verdict.FAILS if old else Verdict.OK, Code.TOO_OLD if old else Code.FINE, told)

    def _login(self, outcome: Outcome) -> None:
        match outcome:
            case Refused(reason=Reason.NOT_LOGGED_IN | Reason.NO_PERMISSION | Reason.NOT_VALID) | Accepted():
                self._note(Check.LOGIN, Verdict.OK)
            case Unanswered(silence=Silence.TRANSLATED):
                self._note(Check.LOGIN, Verdict.OK)
            case _:
                self._shut = Code.AFTER
                self._note(Check.LOGIN, Verdict.FAILS, *_refusal(outcome))

    def _function(self, check: Check, outcome: Outcome | None, worst: Verdict) -> None:
        """Whether a function may be used: that nobody is logged in is the answer of one that may (FACTS 7.2)."""
        match outcome:
            case None:
                self._not_looked_at(check)
            case Accepted() | Refused(reason=Reason.NOT_LOGGED_IN | Reason.NOTHING_PLAYING | Reason.NO_CONFERENCE):
                self._note(check, Verdict.OK)
            case Unanswered(silence=Silence.TRANSLATED):
                self._note(check, Verdict.NOT_LOOKED_AT, Code.TRANSLATED)
            case _:
                self._note(check, worst, *_refusal(outcome))

    def _ask(self, command: Command, api: Dialer | None = None) -> Outcome:
        """One question with a login. Where it is refused, or gets no verdict, it was the last one (FACTS 1.7, 1.8)."""
        dialer = api or self._subject.agent_api
        outcome = self._api.execute(dialer, "" if api else NO_AGENT, command)
        match outcome:
            case Unanswered(silence=Silence.TRANSLATED):
                pass
            case Refused(reason=Reason.LOGIN_REFUSED) | Unanswered() | NotSent():
                self._shut = Code.AFTER
        return outcome

    def _may_log_in(self) -> bool:
        return self._shut is None

    def _ask_non_agent(self, check: Check, command: Command) -> Outcome | None:
        api = self._subject.non_agent_api
        if api is None:
            self._note(check, Verdict.NOT_LOOKED_AT, Code.NOT_CONFIGURED)
        elif not self._may_log_in():
            self._not_looked_at(check)
        else:
            return self._ask(command, api)
        return None

    def _not_looked_at(self, check: Check) -> None:
        self._note(check, Verdict.NOT_LOOKED_AT, self._shut or Code.AFTER)

    def _note(self, check: Check, verdict: Verdict, code: Code = Code.FINE, detail: str = "") -> None:
        self.report.findings.append(Finding(check, verdict, code, detail))


_REFUSALS = {
    Reason.LOGIN_REFUSED: Code.LOGIN_REFUSED,
    Reason.NO_PERMISSION: Code.NO_PERMISSION,
    Reason.API_OFF: Code.API_OFF,
    Reason.BAD_SOURCE: Code.BAD_SOURCE,
    Reason.NO_AUDIO_STORE: Code.NO_AUDIO_STORE,
}


def _refusal(outcome: Outcome) -> tuple[Code, str]:
    """Why an outcome is not what was hoped for, and VICIdial's words."""
    match outcome:
        case Refused(reason=reason, text=text):
            return _REFUSALS.get(reason, Code.REFUSED), text
        case Unsupported(text=text):
            return Code.NO_API, text
        case _:
            return _silence(outcome)


def _silence(outcome: Outcome) -> tuple[Code, str]:
    text = getattr(outcome, "text", "")
    match outcome:
        case NotSent():
            return Code.AWAY, text
        case Unanswered(silence=Silence.NO_VERDICT):
            return Code.NO_VERDICT, text
        case Unanswered(silence=Silence.TRANSLATED):
            return Code.TRANSLATED, text
        case _:
            return Code.SILENT, text
