import json
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentapi.commands import (
    AskCapture,
    AskFloor,
    BeginCapture,
    CaptureFunction,
    Command,
    EndCapture,
    PlayClip,
    StopClip,
    TakeBackBegin,
)
from agentapi.outcomes import Accepted, CaptureSeen, Outcome, Refused, Unanswered, Unsupported, from_reply
from agentapi.replies import MASK, Reason, Verdict, parse

HERE = Path(__file__).parent
ANSWERS = json.loads((HERE / "answers.json").read_text()) + json.loads((HERE / "answers-stereo.json").read_text())
BODIES = [answer for answer in ANSWERS if answer["http_status"] == 200]

# What begins the deciding line -> what it means. The other recorded bodies hold no verdict at all.
MEANINGS = {
    "SUCCESS: recording function sent": (Accepted, Reason.SENT),
    "SUCCESS: audio_playback function sent": (Accepted, Reason.SENT),
    "SUCCESS: stereo_recording function sent": (Accepted, Reason.SENT),
    "NOTICE: not stereo_recording": (Accepted, Reason.CAPTURE_OFF),
    "NOTICE: stereo_recording active": (Accepted, Reason.CAPTURE_ACTIVE),
    "ERROR: stop stereo_recording error": (Refused, Reason.STOP_ERROR),
    "ERROR: stereo_recording not valid": (Refused, Reason.NOT_VALID),
    "ERROR: no user found": (Refused, Reason.NOT_LOGGED_IN),
    "NOTICE: not recording": (Accepted, Reason.CAPTURE_OFF),
    "NOTICE: recording active": (Accepted, Reason.CAPTURE_ACTIVE),
    "ERROR: stop recording error": (Refused, Reason.STOP_ERROR),
    "ERROR: audio_playback error - audio already playing": (Refused, Reason.ALREADY_PLAYING),
    "ERROR: audio_playback error - no audio playing": (Refused, Reason.NOTHING_PLAYING),
    "ERROR: agent_user is not logged in": (Refused, Reason.NOT_LOGGED_IN),
    "ERROR: Invalid Username/Password": (Refused, Reason.LOGIN_REFUSED),
    "ERROR: auth USER DOES NOT HAVE PERMISSION": (Refused, Reason.NO_PERMISSION),
    "ERROR: System API NOT ACTIVE": (Refused, Reason.API_OFF),
    "ERROR: Invalid Source": (Refused, Reason.BAD_SOURCE),
    "ERROR: recording not valid": (Refused, Reason.NOT_VALID),
    "ERROR: audio_playback not valid": (Refused, Reason.NOT_VALID),
    "ERROR: no fronter found": (Refused, Reason.OTHER),
    "ERROR: sounds_list CENTRAL": (Refused, Reason.NO_AUDIO_STORE),
    "ERROR: agent_status INVALID": (Refused, Reason.OTHER),
    "ERROR: logged_in_agents NO": (Accepted, Reason.NOBODY_LOGGED_IN),
    "ERROR: audio store web directory": (Refused, Reason.NO_AUDIO_STORE),
    "ERROR: recording_lookup USER": (Refused, Reason.OTHER),
}
WITHOUT_VERDICT = {
    "ver-2", "ver-3", "rec-fr", "aud-fr", "de-2", "de-4", "db-2", "na-sl-tab-date", "na-sl-tab-size", "na-sl-sf",
    "na-sl-nosrc", "na-as-1", "na-as-2", "na-as-3", "na-li-1", "na-li-2", "na-rl-2", "na-rl-4", "na-ud-1", "na-post",
    "p74-13", "st-version",
}  # fmt: skip
EMPTY = {"st-head", "st-fn-upper", "st-old-status", "st-old-begin"} | {
    "unk-4",
    "rec-head",
    "na-sl-tab-none",
    "na-sl-nofmt",
    "na-sl-csv",
}


def command_of(answer: dict[str, Any]) -> Command:
    params = answer["params"]
    if answer["function"] == "logged_in_agents":
        return AskFloor()
    if answer["function"] == "audio_playback":
        return PlayClip("x") if params.get("stage") == "PLAY" else StopClip()
    function: CaptureFunction = "stereo_recording" if answer["function"] == "stereo_recording" else "recording"
    match params.get("value"):
        case "STOP" | "END":
            return EndCapture(function)
        case "STATUSX" if function == "stereo_recording":
            return TakeBackBegin()
        case str(value) if value.startswith(("START", "BEGIN")):
            return BeginCapture(function=function)
        case _:
            return AskCapture(function)


def deciding(body: str) -> str | None:
    """An independent reading: the last line with a verdict, SUCCESS and ERROR before NOTICE."""
    lines = [line for line in body.split("\n") if line.startswith(("SUCCESS: ", "ERROR: ", "NOTICE: "))]
    return next((line for line in reversed(lines) if not line.startswith("NOTICE")), lines[-1] if lines else None)


def texts(value: object) -> str:
    return repr(astuple(value))  # type: ignore[call-overload]


@pytest.mark.parametrize("answer", BODIES, ids=lambda answer: answer["id"])
def test_every_recorded_answer_means_what_it_says(answer):
    secrets = (answer["params"].get("pass", ""),)
    reply = parse(answer["body"], secrets)
    outcome: Outcome = from_reply(command_of(answer), reply)
    line = deciding(answer["body"])
    if line is None:
        assert reply.line is None
        assert type(outcome) is (Unsupported if answer["id"] in EMPTY else Unanswered)
        assert answer["id"] in EMPTY | WITHOUT_VERDICT
        return
    kind, reason = next(meaning for start, meaning in MEANINGS.items() if line.startswith(start))
    assert reply.line is not None
    assert (reply.line.verdict, reply.line.reason) == (Verdict(line.split(":")[0]), reason)
    assert type(outcome) is kind
    if isinstance(outcome, Accepted) and isinstance(command_of(answer), AskCapture) and reason is not Reason.SENT:
        fields = line.split(" - ", 1)[1].split("|")
        running = fields[1].isdigit()
        assert outcome.seen == CaptureSeen(
            function="stereo_recording" if answer["function"] == "stereo_recording" else "recording",
            recording_id=fields[1] if running else "",
            filename=fields[2] if running else "",
            pending=reason is Reason.CAPTURE_ACTIVE and not running,
            started=fields[4] if running else "",
            session_id=fields[6],
            agent_status=fields[7],
        )


@pytest.mark.parametrize("answer", BODIES, ids=lambda answer: answer["id"])
def test_no_recorded_password_survives(answer):
    password = answer["params"].get("pass", "")
    for secrets in ((password,), ()) if "Invalid Username" in answer["body"] else ((password,),):
        reply = parse(answer["body"], secrets)
        shown = texts(reply) + texts(from_reply(command_of(answer), reply))
        assert not password or f"|{password}|" not in shown
        assert not password or f"'{password}'" not in shown
        if "Invalid Username" in answer["body"]:
            assert "SELECT" not in shown
            assert not password or password not in shown


def test_the_login_tail_keeps_only_its_word():
    def text(tail: str) -> str:
        line = parse(f"ERROR: Invalid Username/Password: |LOCK|GOOD|{tail}|\n").line
        assert line is not None
        return line.text

    for word in ("BAD|0|api|SELECT 1", "LOCK", "IPBLOCK", "ERRSERVERS", "GOOD"):
        assert text(f"0|1|{word}") == f"ERROR: Invalid Username/Password: {word.split('|')[0]}"


def test_an_override_play_answers_two_lines():
    body = next(answer for answer in ANSWERS if answer["id"] == "aud-5")["body"]
    outcome = from_reply(PlayClip("greeting", replace=True), parse(body))
    assert isinstance(outcome, Accepted)
    assert outcome.replaced
    assert outcome.text == "SUCCESS: audio_playback function sent - greeting|PLAY|1000"


def test_an_active_recording_tells_its_eight_fields():
    body = "NOTICE: stereo_recording active - 1000|121242|20120810-012008__6666_ - x|s|t|s|8600051|PAUSED\r\n"
    outcome = from_reply(AskCapture(), parse(body))
    assert isinstance(outcome, Accepted)
    assert outcome.seen is not None
    assert outcome.seen == CaptureSeen(
        "stereo_recording", "121242", "20120810-012008__6666_ - x", False, "", "8600051", "PAUSED"
    )


@pytest.mark.parametrize("name", ["", "plain", "a|b", "|", "a|b|c|d|e|f|g|h", "x|2020-01-01 00:00:00|s|1|READY"])
def test_a_file_name_with_bars_shifts_no_field(name):
    body = f"NOTICE: stereo_recording active - 1000|7|{name}|r|2026-03-02 10:00:00|s|9600051|INCALL\n"
    outcome = from_reply(AskCapture(), parse(body))
    assert isinstance(outcome, Accepted)
    assert outcome.seen == CaptureSeen("stereo_recording", "7", name, False, "2026-03-02 10:00:00", "9600051", "INCALL")


@pytest.mark.parametrize("start", ["", "0000-00-00 00:00:00", "2026-02-30 10:00:00", "soon", "٢026-03-02 10:00:00"])
def test_a_start_that_is_no_time_is_none(start):
    body = f"NOTICE: stereo_recording active - 1000|7|f|r|{start}|s|9600051|INCALL\n"
    outcome = from_reply(AskCapture(), parse(body))
    assert isinstance(outcome, Accepted)
    assert outcome.seen is not None
    assert outcome.seen.started == ""


def test_fields_are_cleaned_and_cut():
    body = f"NOTICE: recording active - 1|{'7' * 99}|{'f' * 999}|r||s|86\x1b00\u202e51|IN\x00CALL{'x' * 99}\n"
    outcome = from_reply(AskCapture("recording"), parse(body))
    assert isinstance(outcome, Accepted)
    seen = outcome.seen
    assert seen == CaptureSeen("recording", "7" * 20, "f" * 200, False, "", "860051", "INCALL" + "x" * 14)


def test_a_short_line_has_empty_fields():
    outcome = from_reply(AskCapture("recording"), parse("NOTICE: recording active - 1000|7|f\n"))
    assert isinstance(outcome, Accepted)
    assert outcome.seen == CaptureSeen("recording", "7", "f", False, "", "", "")


@pytest.mark.parametrize("field", ["BEGIN_MIDCALL", "", "١٢", "1x", "-1", "²"])
def test_an_id_that_is_not_a_number_means_pending(field):
    body = f"NOTICE: recording active - 1000|{field}|file|||s|8600051|INCALL\n"
    outcome = from_reply(AskCapture(), parse(body))
    assert isinstance(outcome, Accepted)
    assert outcome.seen is not None
    assert outcome.seen == CaptureSeen("stereo_recording", "", "", True, "", "8600051", "INCALL")


@pytest.mark.parametrize("body", ["", "\n", " \r\n\t"])
def test_an_empty_body_is_an_unknown_function(body):
    for command in (AskCapture(), PlayClip("x"), StopClip()):
        assert isinstance(from_reply(command, parse(body)), Unsupported)


@pytest.mark.parametrize(
    "body", ["hello", "<html>", "MySQL connect ERROR: x", " SUCCESS: x", "x SUCCESS: y", "SUCCESS:"]
)
def test_a_body_without_a_verdict_proves_nothing(body):
    assert isinstance(from_reply(StopClip(), parse(body)), Unanswered)


def test_a_notice_to_a_command_is_no_verdict():
    assert isinstance(from_reply(BeginCapture(), parse("NOTICE: recording active - 1|2|f|||s|1|X\n")), Unanswered)


@pytest.mark.parametrize("secret", ["", "in", "recording", "active", "NOTICE", "no", "INC", "1"])
def test_a_secret_that_is_a_piece_of_a_word_hides_no_verdict(secret):
    outcome = from_reply(AskCapture(), parse("NOTICE: recording active - 1000|121242|f|||s|8600051|INCALL\n", [secret]))
    assert isinstance(outcome, Accepted)
    assert outcome.seen is not None
    assert outcome.seen == CaptureSeen("stereo_recording", "121242", "f", False, "", "8600051", "INCALL")


def test_a_short_secret_is_masked_where_it_stands_alone():
    assert parse("(in) pass in 'in' thing", ["in"]).text == f"({MASK}) pass {MASK} '{MASK}' thing"


def test_markup_and_control_characters_are_not_shown_and_long_texts_are_cut():
    assert parse("ERROR: x <script>\x00\x1b[1m").text == "ERROR: x   [1m"
    assert len(parse("x" * 5000).text) == 300


@given(st.text(), st.lists(st.text(), max_size=3))
def test_parsing_never_raises(body, secrets):
    reply = parse(body, secrets)
    for command in (AskCapture(), PlayClip("x")):
        from_reply(command, reply)


@given(
    st.text(alphabet="abcXYZ019", min_size=6, max_size=12),
    st.sampled_from(["SUCCESS: ", "ERROR: Invalid Username/Password: |u|", "NOTICE: recording active - 1|", "<b>", ""]),
    st.text(max_size=30),
    st.text(max_size=30),
)
def test_a_secret_never_comes_out(secret, start, before, after):
    reply = parse(f"{start}{before}{secret}{after}\n", [secret])
    assert secret not in texts(reply).replace("recording active", "")
