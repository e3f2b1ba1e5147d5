"""A refused login in any language and shape is known, and nothing of it is shown but its words and its tail."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentapi.commands import AskCapture, AskFloor, PlayClip
from agentapi.outcomes import Accepted, CaptureSeen, Outcome, Refused, Silence, Unanswered, from_body
from agentapi.replies import Reason, parse

USER, PASSWORD = "apifr", "canary-1"
SQL = f"SELECT count(*) from vicidial_users where user='{USER}' and pass='{PASSWORD}' and user_level > 0;"


def asked(body: str, command=None) -> Outcome:
    return from_body(command or AskCapture(), body, (PASSWORD,), USER)


def refused(body: str, command=None) -> Refused:
    outcome = asked(body, command)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.LOGIN_REFUSED
    shown = outcome.text + parse(body, (PASSWORD,), USER).text
    for hidden in (PASSWORD, "SELECT", "vicidial_users", USER):
        assert hidden not in shown
    return outcome


@pytest.mark.parametrize(
    "words",
    [
        "ERROR: Invalid Username/Password",
        "ERREUR: Identifiant ou mot de passe invalide",
        "ERREUR : Identifiant ou mot de passe invalide ",
        "FEHLER: Ungültiger Benutzername/Passwort",
        "ОШИБКА: Неверное имя пользователя или пароль",
        "错误: 用户名或密码无效",
        "ERROR: Nombre de usuario o contraseña no válidos",
        "Login incorrect, please try again",
        "x",
    ],
)
@pytest.mark.parametrize(
    ("tail", "word"),
    [
        (f"0|1|BAD|0|api|{SQL}|", "BAD"),
        ("0|1|LOCK|", "LOCK"),
        ("0|1|IPBLOCK|", "IPBLOCK"),
        ("0|1|ERRSERVERS|", "ERRSERVERS"),
        ("1|0|GOOD|", "GOOD"),
        ("BAD|", "BAD"),
    ],
)
def test_a_refused_login_is_known_by_its_bars_and_its_tail(words, tail, word):
    outcome = refused(f"{words}: |{USER}|{PASSWORD}|{tail}\n")
    assert outcome.text == f"{words.strip()}: {word}"


def test_the_floors_refusals_are_known_too():
    refused(f"Login incorrect, please try again: |{USER}|{PASSWORD}|BAD|\n", AskFloor())
    refused(f"Too many login attempts, try again in 15 minutes: |{USER}|LOCK|\n", AskFloor())


@pytest.mark.parametrize("tail", ["0|1|NEU|", "0|1|NEU|0|api|" + SQL + "|", "anything"])
def test_our_own_login_between_bars_is_a_refusal_whatever_the_words(tail):
    assert refused(f"MELDUNG: nein: |{USER}|{PASSWORD}|{tail}\n").text == "MELDUNG: nein"
    assert not isinstance(from_body(AskCapture(), f"MELDUNG: nein: |other|{PASSWORD}|x|\n", (PASSWORD,), USER), Refused)


def test_noise_around_it_hides_nothing():
    noise = "<br />\n<b>Warning</b>:  Undefined variable $DB in <b>/srv/api.php</b> on line <b>304</b><br />\n"
    refused(f"{noise}ERREUR: mot de passe: |{USER}|{PASSWORD}|0|1|BAD|0|api|{SQL}|\n{noise}")


@pytest.mark.parametrize("name", ["x: |BAD|", "|BAD|", "a: |u|GOOD|", f"|{USER}|{PASSWORD}|x", "|LOCK|0|BAD|"])
def test_a_file_name_makes_no_refused_login(name):
    body = f"NOTICE: stereo_recording active - 1000|7|{name}|r||s|9600051|INCALL\n"
    outcome = asked(body)
    assert isinstance(outcome, Accepted)
    assert isinstance(outcome.seen, CaptureSeen)
    assert (outcome.seen.recording_id, outcome.seen.agent_status) == ("7", "INCALL")
    assert isinstance(
        asked("SUCCESS: audio_playback function sent - BAD|PLAY: |x|BAD|1000\n", PlayClip("BAD")), Accepted
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("ERROR: auth USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION: |LOCK|sounds_list|\n", Reason.NO_PERMISSION),
        ("ERROR: auth USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION - BAD|GOOD|x|ADMIN\n", Reason.NO_PERMISSION),
        ("ERROR: audio_playback error - no audio playing in agent session - 1|BAD|STOP|1\n", Reason.NOTHING_PLAYING),
        ("ERROR: recording_lookup USER DOES NOT HAVE PERMISSION TO GET RECORDING INFO: |apifr|0|\n", Reason.OTHER),
        ("ERROR: stereo_recording not valid - BAD: |x|1000\n", Reason.NOT_VALID),
    ],
)
def test_other_refusals_stay_what_they_are(body, reason):
    outcome = asked(body)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


@pytest.mark.parametrize(
    "body",
    [
        "AVIS: pas d enregistrement - 1000|||||10.10.10.15|8600051|INCALL\n",
        "SUCCES: fonction envoyee - greeting|PLAY|1000\n",
        "ERREUR : agent_user n'est pas connecté - 1000\n",
        "HINWEIS: keine Aufnahme - 1000|||||s|1|INCALL\n",
    ],
)
def test_an_answer_in_another_language_is_told_as_such(body):
    outcome = asked(body)
    assert isinstance(outcome, Unanswered)
    assert outcome.silence is Silence.TRANSLATED


@pytest.mark.parametrize("body", ["hello", "Warning: a - b\n", "MySQL connect ERROR: x - y\n", "VERSION: 1|BUILD: 2\n"])
def test_noise_is_no_other_language(body):
    outcome = asked(body)
    assert isinstance(outcome, Unanswered)
    assert outcome.silence is Silence.NO_VERDICT


@pytest.mark.parametrize(
    "sql",
    [
        SQL,
        "INSERT INTO vicidial_api_log set user='x'",
        "insert ignore into vicidial_api_log values(1)",
        "UPDATE vicidial_users SET failed_login_count=1",
        "delete from vicidial_live_agents",
    ],
)
def test_nobody_is_shown_a_line_of_sql(sql):
    for body in (f"ERROR: strange - {sql}\n", f"Fatal: near {sql}\n", f"ERROR: x\n{sql}\n"):
        shown = repr([astuple(line) for line in parse(body).lines]) + parse(body).text
        assert "vicidial_" not in parse(body).text
        assert not any("vicidial_" in line.text for line in parse(body).lines)
        assert "***" in shown


@pytest.mark.parametrize("echo", ["canary%2D1", "canary&#45;1", "Y2FuYXJ5LTE=", "CANARY-1", "canary-", "1-yranac", ""])
@pytest.mark.parametrize("tail", ["0|1|NEU|", "0|1|BAD|0|api|", "?"])
def test_a_refusal_that_spells_the_password_otherwise_is_one_all_the_same(echo, tail):
    """Nothing rests on a list of spellings: what stands behind the words is not kept, whatever it is."""
    outcome = asked(f"MELDUNG: nein: |{USER}|{echo}|{tail}{echo}\n")
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.LOGIN_REFUSED
    assert outcome.text == ("MELDUNG: nein: BAD" if "BAD" in tail else "MELDUNG: nein")


@pytest.mark.parametrize("echo", ["canary%2D1", "Y2FuYXJ5LTE=", PASSWORD])
@pytest.mark.parametrize(
    "body",
    [
        "strange |{echo}|\n",
        "ERROR: strange - a|{echo}\n",
        "NOTICE: strange: |{echo}|x\n",
        "SUCCESS: strange - {echo_free}|{echo}\n",
        "|{echo}\n",
        "AVIS: autre - 1000|{echo}\n",
        "ERROR: Invalid Username/Password: |u|{echo}|0|1|BAD|0|api|SELECT x\nand pass is {echo}\n|{echo}\n",
        "Warning: |x ERREUR: nein: |u|{echo}|BAD|\n",
    ],
)
def test_nothing_behind_the_bars_of_a_line_that_is_not_known_is_kept(echo, body):
    body = body.format(echo=echo, echo_free="a")
    shown = repr(parse(body, (PASSWORD,), USER)) + getattr(asked(body), "text", "")
    assert echo not in shown


@given(st.text(), st.text(max_size=5), st.lists(st.text(max_size=5), max_size=2))
def test_reading_never_raises(body, user, secrets):
    parse(body, secrets, user)
