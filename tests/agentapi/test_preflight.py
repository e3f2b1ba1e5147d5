"""What a look at a server finds, and that it costs one refused login at most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agentapi.client import Dialer
from agentapi.commands import AskCapture, AskFloor, AskSounds, AskVersion, Command, StopClip
from agentapi.outcomes import NotSent, Outcome, Silence, Unanswered, from_body
from agentapi.preflight import NO_AGENT, Check, Code, Report, Subject, Verdict, preflight

NOW = datetime(2026, 11, 25, 20, 56, 39, tzinfo=UTC)
AGENT_API = Dialer("main", "http://v/agc/api.php", "apiuser", "canary")
NON_AGENT_API = Dialer("main", "http://v/vicidial/non_agent_api.php", "apiuser", "canary")
NOBODY = f"ERROR: agent_user is not logged in - {NO_AGENT}\n"
REFUSED = "ERROR: Invalid Username/Password: |apiuser|canary|0|1|BAD|0|api|SELECT pass='canary'|\n"
SWITCHED_OFF = "ERROR: stereo_recording not valid - STATUS|clipdecktest\n"
NO_PERMISSION = "ERROR: auth USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION - x|apiuser|y|ADMIN\n"
HEADER = "user|campaign_id|session_id|status|lead_id|callerid|calls_today|full_name|user_group|user_level"
GOOD: dict[Command, str] = {
    AskVersion(): f"VERSION: 2.14-84|BUILD: 260302-1142|DATE: 2026-11-25 15:56:39|EPOCH: {NOW.timestamp():.0f}\n",
    AskCapture("recording"): NOBODY,
    StopClip(): "ERROR: agent_user is not logged in - STOP|clipdecktest\n",
    AskCapture("stereo_recording"): NOBODY,
    AskFloor(): f"{HEADER}\n1000|C|9600051|INCALL|5|M5|0|Alice|AGENTS|1\n",
    AskSounds(): "0\tgreeting.wav\t2026-11-21 11:45:50.\t32044\t1795261550\n1\tpark.gsm\t2026-11-21 11:45:50.\t1\t1\n",
}
Script = dict[Command, str | Outcome]


class Server:
    """Answers each question as scripted, and remembers what it was asked."""

    def __init__(self, script: Script) -> None:
        self.script: Script = {**GOOD, **script}
        self.asked: list[Command] = []

    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome:
        non_agent = isinstance(command, AskFloor | AskSounds)
        assert dialer == (NON_AGENT_API if non_agent else AGENT_API)
        assert agent_user == ("" if non_agent or isinstance(command, AskVersion) else NO_AGENT)
        self.asked.append(command)
        answer = self.script[command]
        return from_body(command, answer, (dialer.password,), dialer.user) if isinstance(answer, str) else answer


def look(server: Server, **changes) -> Report:
    subject = Subject(AGENT_API, "stereo_recording", "America/New_York", non_agent_api=NON_AGENT_API)
    return preflight(server, replace(subject, **changes), lambda: NOW)


def found(script: Script, **changes) -> dict[Check, tuple[Verdict, Code]]:
    return {each.check: (each.verdict, each.code) for each in look(Server(script), **changes).findings}


def test_a_server_that_has_everything_passes():
    server = Server({})
    report = look(server, audios=frozenset({"greeting"}))
    assert [each.check for each in report.findings if each.verdict is not Verdict.OK] == []
    assert sorted(each.check for each in report.findings) == sorted(Check)
    assert report.passed
    assert server.asked == list(GOOD)
    details = {each.check: each.detail for each in report.findings}
    assert details[Check.BUILD] == "2.14-84, build 260302"
    assert (details[Check.FLOOR], details[Check.STORE]) == ("agents listed: 1", "files: 2")


def test_a_mono_dialer_is_not_asked_about_stereo():
    server = Server({})
    report = look(server, capture="recording", non_agent_api=None)
    assert server.asked == [AskVersion(), AskCapture("recording"), StopClip()]
    not_looked_at = {each.check: each.code for each in report.findings if each.verdict is Verdict.NOT_LOOKED_AT}
    assert not_looked_at == {
        Check.SWITCH: Code.NOT_USED,
        Check.STEREO: Code.NOT_USED,
        Check.FLOOR: Code.NOT_CONFIGURED,
        Check.STORE: Code.NOT_CONFIGURED,
    }
    assert report.passed


@pytest.mark.parametrize(
    "answer",
    [REFUSED, Unanswered("HTTP 500", Silence.NO_VERDICT), Unanswered("late"), NotSent("refused"), "hello", ""],
    ids=str,
)
def test_after_a_login_that_was_not_taken_no_other_is_tried(answer):
    server = Server({AskCapture("recording"): answer})
    report = look(server)
    assert server.asked == [AskVersion(), AskCapture("recording")]
    assert not report.passed
    verdicts = {each.check: each.verdict for each in report.findings}
    assert verdicts.pop(Check.LOGIN) is Verdict.FAILS
    for check in (Check.ENGLISH, Check.MONO, Check.PLAYBACK, Check.SWITCH, Check.STEREO, Check.FLOOR, Check.STORE):
        assert verdicts[check] is Verdict.NOT_LOOKED_AT
    assert "canary" not in str(report)


def test_a_refused_non_agent_login_is_the_last_one():
    server = Server({AskFloor(): REFUSED})
    report = look(server)
    assert AskSounds() not in server.asked
    findings = {each.check: (each.verdict, each.code) for each in report.findings}
    assert findings[Check.FLOOR] == (Verdict.WARNING, Code.LOGIN_REFUSED)
    assert findings[Check.STORE] == (Verdict.NOT_LOOKED_AT, Code.AFTER)
    assert report.passed


def test_within_a_minute_only_what_needs_no_login_is_looked_at():
    server = Server({})
    report = look(server, may_log_in=False)
    assert server.asked == [AskVersion()]
    assert not report.passed
    assert {each.code for each in report.findings if each.verdict is Verdict.NOT_LOOKED_AT} == {Code.TOO_SOON}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (NotSent("no route"), Code.AWAY),
        (Unanswered("late"), Code.SILENT),
        ("<html>hello</html>", Code.NO_VERDICT),
        ("", Code.NO_API),
    ],
)
def test_a_server_that_is_not_there_is_asked_nothing_else(answer, code):
    server = Server({AskVersion(): answer})
    report = look(server)
    assert server.asked == [AskVersion()]
    assert (report.findings[0].check, report.findings[0].verdict, report.findings[0].code) == (
        Check.REACHABLE,
        Verdict.FAILS,
        code,
    )
    assert not report.passed


@pytest.mark.parametrize(
    ("command", "answer", "check", "expected"),
    [
        (AskCapture("recording"), "ERROR: System API NOT ACTIVE\n", Check.LOGIN, (Verdict.FAILS, Code.API_OFF)),
        (AskCapture("recording"), "ERROR: Invalid Source - \n", Check.LOGIN, (Verdict.FAILS, Code.BAD_SOURCE)),
        (AskCapture("recording"), NO_PERMISSION, Check.LOGIN, (Verdict.OK, Code.FINE)),
        (AskCapture("recording"), NO_PERMISSION, Check.MONO, (Verdict.WARNING, Code.NO_PERMISSION)),
        (StopClip(), NO_PERMISSION, Check.PLAYBACK, (Verdict.FAILS, Code.NO_PERMISSION)),
        (AskCapture(), NO_PERMISSION, Check.STEREO, (Verdict.FAILS, Code.NO_PERMISSION)),
        (AskCapture(), NO_PERMISSION, Check.SWITCH, (Verdict.OK, Code.FINE)),
        (AskCapture(), SWITCHED_OFF, Check.SWITCH, (Verdict.FAILS, Code.SWITCHED_OFF)),
        (AskCapture(), SWITCHED_OFF, Check.STEREO, (Verdict.NOT_LOOKED_AT, Code.AFTER)),
        (AskCapture(), "", Check.SWITCH, (Verdict.FAILS, Code.TOO_OLD)),
        (AskCapture(), Unanswered("late"), Check.STEREO, (Verdict.FAILS, Code.SILENT)),
        (AskSounds(), NO_PERMISSION, Check.STORE, (Verdict.WARNING, Code.NO_PERMISSION)),
        (
            AskSounds(),
            "ERROR: sounds_list CENTRAL SOUND CONTROL IS NOT ACTIVE: |apiuser|0|\n",
            Check.STORE,
            (Verdict.WARNING, Code.NO_AUDIO_STORE),
        ),
    ],
)  # fmt: skip
def test_each_finding_has_its_code(command, answer, check, expected):
    assert found({command: answer})[check] == expected


def test_mono_without_permission_fails_where_it_is_what_the_dialer_records_with():
    answers = found({AskCapture("recording"): NO_PERMISSION}, capture="recording")
    assert answers[Check.MONO] == (Verdict.FAILS, Code.NO_PERMISSION)


def test_a_translated_server_has_taken_the_login_and_fails_by_its_language():
    answers = found({AskCapture("recording"): "ERREUR: agent_user n'est pas connecté - clipdecktest\n"})
    assert answers[Check.LOGIN] == (Verdict.OK, Code.FINE)
    assert answers[Check.ENGLISH] == (Verdict.FAILS, Code.TRANSLATED)
    assert answers[Check.MONO] == (Verdict.NOT_LOOKED_AT, Code.TRANSLATED)


def version(*, build: str = "260302", ahead: float = 0, local_hours: float = -5) -> Script:
    theirs = NOW + timedelta(seconds=ahead)
    local = theirs + timedelta(hours=local_hours)
    text = f"VERSION: 2.14-84|BUILD: {build}-1142|DATE: {local:%Y-%m-%d %H:%M:%S}|EPOCH: {theirs.timestamp():.0f}\n"
    return {AskVersion(): text}


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [(0, Verdict.OK), (4, Verdict.OK), (-4, Verdict.OK), (6, Verdict.WARNING), (-90, Verdict.WARNING)],
)
def test_a_clock_that_differs_is_warned_of(ahead, verdict):
    report = look(Server(version(ahead=ahead)))
    finding = next(each for each in report.findings if each.check is Check.CLOCK)
    assert (finding.verdict, finding.detail) == (verdict, f"{ahead:+d} s")
    zone = next(each for each in report.findings if each.check is Check.ZONE)
    assert zone.verdict is Verdict.OK


@pytest.mark.parametrize(("hours", "verdict"), [(-5, Verdict.OK), (-4, Verdict.WARNING), (0, Verdict.WARNING)])
def test_another_zone_than_the_dialers_is_warned_of(hours, verdict):
    assert found(version(local_hours=hours))[Check.ZONE][0] is verdict


def test_a_build_without_stereo_fails_only_where_stereo_is_wanted():
    old = version(build="250829")
    assert found(old)[Check.BUILD] == (Verdict.FAILS, Code.TOO_OLD)
    assert found(old, capture="recording")[Check.BUILD] == (Verdict.OK, Code.FINE)


def test_clips_that_the_store_does_not_have_are_named():
    report = look(Server({}), audios=frozenset({"greeting", "park", *"abcdefg"}))
    finding = report.findings[-1]
    assert (finding.check, finding.verdict, finding.code) == (Check.STORE, Verdict.WARNING, Code.CLIPS_MISSING)
    assert finding.detail == "a, b, c, d, e, …"
    assert report.passed
