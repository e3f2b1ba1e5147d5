"""Whatever is wrong in a file is named with its place, all at once, and nothing is imported."""

import copy
import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from panel.configuration.errors import ConfigurationError
from panel.configuration.importing import import_configuration
from panel.configuration.reading import read
from panel.models import Agent, Board, Clip, Dialer

GOOD: dict[str, Any] = {
    "dialers": [
        {
            "name": "main",
            "url": "http://127.0.0.1:8099/agc/api.php",
            "user": "apiuser",
            "password": "apipass",
            "non_agent": {"url": "http://127.0.0.1:8099/x.php", "user": "apiuser", "password": "apipass"},
        }
    ],
    "clips": [{"name": "line", "title": "Recorded line", "audio": "cd-line", "duration_seconds": 4.0}],
    "boards": [
        {
            "name": "Sales",
            "buttons": [
                {"name": "line", "clip": "line", "hotkey": "1"},
                {"name": "again", "clip": "line", "hotkey": "q"},
            ],
        }
    ],
    "users": [{"username": "sue", "roles": ["supervisor"], "password": "secret-of-sue"}],
    "agents": [
        {"username": "alice", "password": "pw-a", "dialer": "main", "agent_user": "1000", "board": "Sales"},
        {"username": "bob", "password": "pw-b", "dialer": "main", "agent_user": "1001", "board": "Sales"},
    ],
}
MISSING = object()


def changed(*steps: Any) -> dict[str, Any]:
    """The good file with the value at the path of keys replaced by the last argument, or removed."""
    *path, key, value = steps
    file = copy.deepcopy(GOOD)
    place: Any = file
    for step in path:
        place = place[step]
    if value is MISSING:
        del place[key]
    else:
        place[key] = value
    return file


def problems(file: Any, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        import_configuration(file, environ or {})
    assert not Dialer.objects.exists()
    assert not Clip.objects.exists()
    assert not Board.objects.exists()
    assert not User.objects.exists()
    return caught.value.problems


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ([], ": expected an object, found a list"),
        (changed("colour", 1), "colour: unknown key"),
        (changed("dialers", {}), "dialers: expected a list, found an object"),
        (changed("dialers", 0, "nmae", "x"), "dialers[0].nmae: unknown key"),
        (changed("dialers", 0, "we ird\n", "x"), 'dialers[0]["we ird\\n"]: unknown key'),
        (changed("dialers", 0, "url", MISSING), "dialers[0].url: missing"),
        (changed("dialers", 0, "url", "ftp://x"), "dialers[0].url: Give an address that begins with http"),
        (changed("dialers", 0, "url", 5), "dialers[0].url: expected a text, found a number"),
        (changed("teams", [{"agents": []}]), "teams[0].name: missing"),
        (changed("teams", [{"name": "A", "agents": "alice"}]), "teams[0].agents: expected a list, found a text"),
        (changed("teams", [{"name": "A", "agents": [5]}]), "teams[0].agents[0]: expected a text, found a number"),
        (changed("teams", [{"name": "A", "agents": ["alcie"]}]), 'teams[0].agents[0]: no agent "alcie"'),
        (changed("teams", [{"name": "A", "agents": ["sue"]}]), 'teams[0].agents[0]: no agent "sue"'),
        (changed("teams", [{"name": "A", "supervisors": ["su"]}]), 'teams[0].supervisors[0]: no user "su"'),
        (
            changed("teams", [{"name": "A", "agents": ["bob", "alice", "bob"]}]),
            'teams[0].agents[2]: "bob" stands already at teams[0].agents[0]',
        ),
        (changed("teams", [{"name": "A"}, {"name": "A"}]), 'teams[1].name: "A" stands already at teams[0].name'),
        (
            changed("boards", 0, "alert_capture_minutes", "60"),
            "boards[0].alert_capture_minutes: expected a whole number or null, found a text",
        ),
        (
            changed("boards", 0, "alert_paused_seconds", True),
            "boards[0].alert_paused_seconds: expected a whole number or null, found true or false",
        ),
        (
            changed("boards", 0, "alert_capture_minutes", 0),
            "boards[0].alert_capture_minutes: Ensure this value is greater than or equal to 1.",
        ),
        (changed("boards", 0, "alert_away", None), "boards[0].alert_away: expected true or false, found null"),
        (changed("dialers", 0, "user", ""), "dialers[0].user: This field cannot be blank."),
        (changed("dialers", 0, "user", " x"), "dialers[0].user: the text may not begin or end with a space"),
        (changed("dialers", 0, "user", "a\0b"), "dialers[0].user: the text holds a control character"),
        (changed("dialers", 0, "user", "\ud800"), "dialers[0].user: the text holds half of a character"),
        (changed("dialers", 0, "user", "u" * 21), "dialers[0].user: Ensure this value has at most 20 characters"),
        (changed("dialers", 0, "source", "a"), "dialers[0].source: The source needs 2 to 20"),
        (
            changed("dialers", 0, "capture", "both"),
            'dialers[0].capture: expected one of "stereo", "mono", found "both"',
        ),
        (changed("dialers", 0, "pause_supported", 1), "dialers[0].pause_supported: expected true or false"),
        (changed("dialers", 0, "take_back_begin", "no"), "dialers[0].take_back_begin: expected true or false"),
        (
            changed("dialers", 0, "mono_limit_minutes", None),
            "dialers[0].mono_limit_minutes: expected a whole number, found null",
        ),
        (
            changed("dialers", 0, "mono_limit_minutes", 0),
            "dialers[0].mono_limit_minutes: Ensure this value is greater than or equal to 1.",
        ),
        (changed("boards", 0, "end_others", 1), "boards[0].end_others: expected true or false"),
        (changed("dialers", 0, "timezone", "Mars"), "dialers[0].timezone: There is no time zone"),
        (changed("dialers", 0, "password", MISSING), 'dialers[0].password: missing, and dialer "main" is new'),
        (changed("dialers", 0, "password", ""), "dialers[0].password: the password is empty"),
        (
            changed("dialers", 0, "password", 7),
            'dialers[0].password: expected a text or {"env": "NAME"}, found a number',
        ),
        (changed("dialers", 0, "password", "pä"), "dialers[0].password: VICIdial passwords hold only"),
        (changed("dialers", 0, "password", {"env": "NO"}), 'dialers[0].password: the environment variable "NO" is not'),
        (changed("dialers", 0, "password", {"env": 1}), "dialers[0].password: an object here is"),
        (changed("dialers", 0, "password", {"env": "A", "x": 1}), "dialers[0].password: an object here is"),
        (changed("dialers", 0, "non_agent", {}), "dialers[0].non_agent.url: missing"),
        (changed("dialers", 0, "non_agent", None), "dialers[0].non_agent: expected an object, found null"),
        (changed("dialers", 0, "non_agent", "password", MISSING), "dialers[0].non_agent.password: missing"),
        (changed("dialers", 0, "non_agent", "password", "|"), "dialers[0].non_agent.password: VICIdial passwords"),
        (changed("clips", 0, "name", "a b"), "clips[0].name: Enter a valid"),
        (changed("clips", 0, "audio", "x.wav"), "clips[0].audio: An audio name may hold"),
        (changed("clips", 0, "audio", "a" * 71), "clips[0].audio: "),
        (changed("clips", 0, "duration_seconds", "4"), "clips[0].duration_seconds: expected a number, found a text"),
        (changed("clips", 0, "duration_seconds", True), "clips[0].duration_seconds: expected a number, found true"),
        (changed("clips", 0, "duration_seconds", 0), "clips[0].duration_seconds: expected a number of seconds above 0"),
        (changed("clips", 0, "duration_seconds", float("inf")), "clips[0].duration_seconds: Ensure this"),
        (changed("clips", 0, "duration_seconds", 10**400), "clips[0].duration_seconds: Ensure this value is less"),
        (changed("clips", 0, "duration_seconds", 3601), "clips[0].duration_seconds: Ensure this value is less"),
        (changed("clips", 0, "transcript", "a\x1b[2J"), "clips[0].transcript: the text holds a control"),
        (changed("boards", 0, "buttons", MISSING), "boards[0].buttons: missing"),
        (changed("boards", 0, "buttons", 0, "clip", "lnie"), 'boards[0].buttons[0].clip: no clip "lnie"'),
        (changed("boards", 0, "buttons", 0, "clip", ""), "boards[0].buttons[0].clip: the name is empty"),
        (changed("boards", 0, "buttons", 0, "colour", "puce"), "boards[0].buttons[0].colour: expected one of"),
        (changed("boards", 0, "buttons", 0, "while_playing", "x"), "boards[0].buttons[0].while_playing: expected one"),
        (changed("boards", 0, "buttons", 0, "hotkey", "ab"), "boards[0].buttons[0].hotkey: "),
        (
            changed("boards", 0, "buttons", 1, "hotkey", "1"),
            'boards[0].buttons[1].hotkey: hot key "1" stands already at',
        ),
        (
            changed("boards", 0, "buttons", 0, "hotkey", "Q"),
            'boards[0].buttons[1].hotkey: hot key "q" stands already at',
        ),
        (changed("boards", 0, "buttons", 1, "name", "line"), 'boards[0].buttons[1].name: "line" stands already at'),
        (changed("users", 0, "roles", ["boss"]), 'users[0].roles[0]: expected one of "supervisor", "admin", "auditor"'),
        (changed("users", 0, "roles", ["admin", "agent"]), 'users[0].roles[1]: agents stand in the section "agents"'),
        (changed("users", 0, "roles", [[]]), "users[0].roles[0]: expected one of"),
        (changed("users", 0, "roles", MISSING), "users[0].roles: missing"),
        (changed("users", 0, "password", MISSING), 'users[0].password: missing, and "sue" is new'),
        (changed("users", 0, "username", "s ue"), "users[0].username: Enter a valid username"),
        (changed("agents", 0, "password", MISSING), 'agents[0].password: missing, and "alice" is new'),
        (changed("agents", 0, "board", "Sale"), 'agents[0].board: no board "Sale"'),
        (changed("agents", 0, "dialer", "man"), 'agents[0].dialer: no dialer "man"'),
        (changed("agents", 0, "agent_user", "10|0"), "agents[0].agent_user: A VICIdial user holds"),
        (changed("agents", 0, "agent_user", 1000), "agents[0].agent_user: expected a text, found a number"),
        (changed("agents", 1, "agent_user", "1000"), 'agents[1].agent_user: "1000" of dialer "main" stands already at'),
        (changed("agents", 1, "username", "alice"), 'agents[1].username: "alice" stands already at agents[0].username'),
        (changed("agents", 1, "username", "Alice"), 'agents[1].username: "Alice" differs from "alice" at agents[0]'),
        (changed("users", 0, "username", "alice"), "agents[0].password: users[0].password says otherwise"),
    ],
)
def test_one_thing_wrong_is_named_with_its_place(file, expected):
    found = problems(file)
    assert any(line.startswith(expected) for line in found), found


@pytest.mark.django_db
def test_all_that_is_wrong_is_named_in_one_run():
    file = changed("agents", 0, "board", "Sale")
    file["clips"][0]["duration_seconds"] = "long"
    file["boards"][0]["buttons"][0]["clip"] = "nothing"
    file["dialers"][0]["urll"] = "x"
    assert [line.split(":")[0] for line in problems(file)] == [
        "dialers[0].urll",
        "clips[0].duration_seconds",
        "boards[0].buttons[0].clip",
        "agents[0].board",
    ]


@pytest.mark.django_db
def test_no_error_holds_a_password():
    file = changed("dialers", 0, "password", "canary|1")
    file["dialers"][0]["non_agent"]["password"] = "canary 2"
    file["dialers"][0]["url"] = "http://me:canary-3@host/"
    file["users"][0]["username"] = "alice"
    file["users"][0]["password"] = "canary-4"
    file["agents"][0]["password"] = "canary-5"
    assert "canary" not in "\n".join(problems(file))


@pytest.mark.django_db
def test_two_agents_who_are_one_to_vicidial_are_not_imported():
    file = changed("agents", 0, "agent_user", "jsmith")
    file["agents"][1]["agent_user"] = "JSmith"
    assert any('"JSmith" of dialer "main" stands already at agents[0]' in line for line in problems(file))
    import_configuration(changed("agents", 0, "agent_user", "jsmith"), {})
    entry = {"username": "eve", "password": "x", "dialer": "main", "agent_user": "JSMITH", "board": "Sales"}
    with pytest.raises(ConfigurationError, match='"JSMITH" of .* belongs to "alice"'):
        import_configuration({"agents": [entry]}, {})


@pytest.mark.django_db
def test_a_login_of_somebody_who_is_not_in_the_file_is_not_taken_away():
    import_configuration(GOOD, {})
    file = {
        "agents": [{"username": "eve", "password": "x", "dialer": "main", "agent_user": "1000", "board": "Sales"}],
    }
    with pytest.raises(ConfigurationError, match=r'agents\[0\]\.agent_user: "1000" of .* belongs to "alice"'):
        import_configuration(file, {})
    assert Agent.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"[]", "expected an object in curly brackets, found a list"),
        (b'{\n  "dialers": [}', "line 2, column 15: this is not JSON"),
        (b'{"dialers": [', "The file breaks off there"),
        (b'{"a": "\xfc"}', "line 1 is not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "line 1 is not UTF-8"),
        (b'{"clips": [{"duration_seconds": NaN}]}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"clips": [{"name": "a", "name": "b"}]}', "clips[0].name: this key stands more than once"),
        (b"[" * 100_000, "brackets stand too deep"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number has too many digits"),
        (b" " * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_file_that_holds_no_configuration_says_why(tmp_path, content, expected):
    file = tmp_path / "config.json"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read(file)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_is_a_folder_says_so(tmp_path):
    with pytest.raises(ConfigurationError, match="there is no such file"):
        read(tmp_path / "nothing.json")
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_a_byte_order_mark_is_no_error(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(GOOD), encoding="utf-8-sig")
    assert read(file) == GOOD


@pytest.mark.parametrize("wrong", [{"env": "NOT_SET"}, "", 7, "with space", {"environment": "X"}])
def test_a_wrong_password_of_a_new_dialer_is_one_problem_and_not_two(db, wrong):
    said = problems(changed("dialers", 0, "password", wrong))
    assert [problem.partition(":")[0] for problem in said] == ["dialers[0].password"]
    said = problems(changed("dialers", 0, "non_agent", "password", wrong))
    assert [problem.partition(":")[0] for problem in said] == ["dialers[0].non_agent.password"]


def test_a_wrong_password_of_somebody_new_in_two_sections_is_one_problem(db):
    file = changed("users", 0, {"username": "alice", "roles": [], "password": {"env": "NOT_SET"}})
    assert [problem.partition(":")[0] for problem in problems(file)] == ["users[0].password"]
    del file["agents"][0]["password"]
    assert [problem.partition(":")[0] for problem in problems(file)] == ["users[0].password"]


def test_half_of_a_character_is_called_that(db):
    said = problems(changed("clips", 0, "title", "Recorded \ud83d"))
    assert said == ("clips[0].title: the text holds half of a character",)
