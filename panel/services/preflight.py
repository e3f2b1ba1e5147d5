"""The preflight of one dialer: run, kept, and put into words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agentapi.capability import capability_of
from agentapi.client import AgentApi
from agentapi.preflight import Check, Code, Finding, Report, Subject, Verdict, preflight
from panel.models import Clip, Dialer
from panel.services import links

TITLES = {
    Check.REACHABLE: "Reachable",
    Check.CLOCK: "Clock",
    Check.ZONE: "Time zone",
    Check.BUILD: "Build",
    Check.LOGIN: "Login",
    Check.ENGLISH: "Answers in English",
    Check.PLAYBACK: "Permission for audio_playback",
    Check.MONO: "Permission for recording",
    Check.STEREO: "Permission for stereo_recording",
    Check.SWITCH: "Stereo recording switched on",
    Check.FLOOR: "Non-agent API",
    Check.STORE: "Audio store",
}

REMEDIES = {
    Code.FINE: ("", ""),
    Code.AFTER: ("Not looked at, because of what was found before.", "Put that right first, then test again."),
    Code.TOO_SOON: ("The login was tried less than a minute ago.", "Wait a minute: ten wrong tries lock the login."),
    Code.NOT_CONFIGURED: ("No non-agent access is configured.", "Clipdeck works without one."),
    Code.NOT_USED: ("This dialer records in mono.", ""),
    Code.NOT_TOLD: ("The server does not tell.", "See that the address is that of agc/api.php."),
    Code.AWAY: ("The server cannot be reached.", "See the address, the network between, and DIALER_HOSTS."),
    Code.SILENT: ("The server did not answer.", "See whether its web server and database are up."),
    Code.NO_VERDICT: (
        "The server answered, but not as VICIdial's API does.",
        "See the address and the web server's error log. A login may be refused and counted, or the audio store empty.",
    ),
    Code.NO_API: ("The answer is empty.", "See that the address is that of VICIdial's API."),
    Code.LOGIN_REFUSED: (
        "VICIdial refuses the login.",
        "Correct user and password; see that the user is active, may use the API, and is not locked.",
    ),
    Code.TRANSLATED: (
        "VICIdial does not answer in English, which is the one language that Clipdeck reads.",
        "Set the language of the API user to English in VICIdial.",
    ),
    Code.API_OFF: ("The agent API is switched off.", "Switch it on in VICIdial's system settings."),
    Code.BAD_SOURCE: ("VICIdial does not take the source.", "Give one of 2 to 20 letters or digits."),
    Code.REFUSED: ("VICIdial refuses the call.", "See what it says."),
    Code.CLOCK_OFF: (
        "The clocks of the server and of Clipdeck differ.",
        "Let both keep time by NTP. Clipdeck reckons with the difference as it was when it last looked.",
    ),
    Code.ZONE_OFF: (
        "The server's local time is not that of the dialer's time zone.",
        "Set the dialer's time zone to the one of its web server.",
    ),
    Code.TOO_OLD: (
        "This VICIdial has no stereo_recording, which came with build 250830.",
        "Update VICIdial, or let this dialer record in mono. Clips work all the same.",
    ),
    Code.NO_PERMISSION: (
        "The API user has no permission for it.",
        "Allow it the function in VICIdial, in the user's list of API functions.",
    ),
    Code.SWITCHED_OFF: (
        "Stereo recording is switched off in VICIdial, as it is by default.",
        "Switch it on in VICIdial's system settings, or let this dialer record in mono. Clips work all the same.",
    ),
    Code.NO_AUDIO_STORE: (
        "VICIdial has no central audio store.",
        "Switch central sound control on in VICIdial's system settings, else clips may be missing on a server.",
    ),
    Code.CLIPS_MISSING: (
        "Clips of this dialer's boards are not in the audio store; VICIdial would play nothing and say that it did.",
        "Upload them to VICIdial's audio store, or correct their audio names.",
    ),
}
"""Each code -> what it means, and what to do."""

VERDICTS = {
    Verdict.OK: "ok",
    Verdict.WARNING: "warning",
    Verdict.FAILS: "fails",
    Verdict.NOT_LOOKED_AT: "not looked at",
}


@dataclass(frozen=True)
class Line:
    """One finding in words: `found` says what it is, `remedy` what to do; either may be empty."""

    verdict: Verdict
    title: str
    found: str
    remedy: str

    @property
    def word(self) -> str:
        return VERDICTS[self.verdict]


def run(dialer: Dialer, api: AgentApi, clock: Callable[[], datetime]) -> Report:
    """Look at everything that this dialer needs, and keep what was learned. A good login lets calls go on.

    The login is tried at most once a minute; what was looked at without it is told all the same.
    """
    report = preflight(api, _subject(dialer, clock()), clock)
    _keep(dialer, report, clock())
    return report


def lines(report: Report) -> list[Line]:
    """What was found, in words."""
    return [_line(finding) for finding in report.findings]


def _line(finding: Finding) -> Line:
    found, remedy = REMEDIES[finding.code]
    told = f"{found} ({finding.detail})" if found and finding.detail else found or finding.detail
    return Line(finding.verdict, TITLES[finding.check], told, remedy)


def _subject(dialer: Dialer, now: datetime) -> Subject:
    audios = Clip.objects.filter(buttons__board__agents__dialer=dialer).values_list("audio", flat=True)
    return Subject(
        agent_api=links.credentials(dialer),
        capture="stereo_recording" if dialer.capture == Dialer.Capture.STEREO else "recording",
        timezone=dialer.timezone,
        audios=frozenset(audios),
        non_agent_api=links.floor_credentials(dialer) if dialer.non_agent_url else None,
        may_log_in=links.may_test(dialer, now),
    )


def _keep(dialer: Dialer, report: Report, now: datetime) -> None:
    if report.version is not None and report.asked_at is not None and report.answered_at is not None:
        links.note_version(dialer.pk, report.version, report.asked_at, report.answered_at)
    if report.login is not None:
        links.tested(dialer, report.login, now)
    if report.capture is not None and (capability := capability_of(report.capture)) is not None:
        links.note_capability(dialer.pk, capability, now)
    if report.floor is not None:
        # Tested last, since a good login of the agent API lets the floor be asked for again.
        links.note_floor(dialer.pk, report.floor, now, now)
