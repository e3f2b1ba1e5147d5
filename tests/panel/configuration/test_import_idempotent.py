"""An import makes the database as the file says; the same again changes nothing."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from agentapi.machine import State
from panel.configuration.importing import import_configuration
from panel.models import Agent, Board, Button, Clip, Dialer, Session, Team
from panel.selectors.states import load

ACCESS = {"url": "http://127.0.0.1:8099/x.php", "user": "apiuser", "password": "apipass"}
FILE: dict[str, Any] = {
    "dialers": [
        {"name": "main", "url": "http://h/api.php", "user": "apiuser", "password": "apipass", "non_agent": ACCESS}
    ],
    "clips": [
        {"name": "line", "title": "Recorded line", "audio": "cd-line", "duration_seconds": 4},
        {"name": "long", "title": "L" * 100, "audio": "cd-a-very-long-name-indeed", "duration_seconds": 4},
    ],
    "boards": [
        {
            "name": "Sales",
            "buttons": [
                {"name": "line", "clip": "line", "hotkey": "1"},
                {"name": "long", "clip": "long", "hotkey": "2", "label": "Long", "while_playing": "replace"},
            ],
        }
    ],
    "users": [
        {"username": "sue", "roles": ["supervisor"], "password": "pw", "name": "Sue"},
        {"username": "ada", "roles": ["admin"], "password": {"env": "ADA"}},
        {"username": "old", "roles": ["auditor"], "password": "pw", "active": False},
    ],
    "agents": [
        {"username": "alice", "password": "pw", "dialer": "main", "agent_user": "1000", "board": "Sales", "name": "A"},
        {"username": "bob", "password": "pw", "dialer": "main", "agent_user": "1001", "board": "Sales"},
    ],
}

pytestmark = pytest.mark.django_db


def imported(file: dict[str, Any], *, dry_run: bool = False) -> tuple[str, ...]:
    return import_configuration(file, {"ADA": "pw-of-ada"}, dry_run=dry_run).changes


@pytest.fixture
def file() -> dict[str, Any]:
    """The file, imported once."""
    imported(FILE)
    return copy.deepcopy(FILE)


def test_a_new_database_gets_everything(file):
    dialer = Dialer.objects.get()
    assert (dialer.name, dialer.password, dialer.source, dialer.timezone) == ("main", "apipass", "clipdeck", "UTC")
    assert (dialer.non_agent_url, dialer.non_agent_password) == (ACCESS["url"], "apipass")
    assert [button.label for button in Button.objects.order_by("position")] == ["Recorded line", "Long"]
    assert Clip.objects.get(name="line").duration_seconds == 4.0
    alice = Agent.objects.get(user__username="alice")
    assert (alice.agent_user, alice.board.name, alice.user.get_full_name()) == ("1000", "Sales", "A")
    assert not alice.user.is_staff
    sue, ada = User.objects.get(username="sue"), User.objects.get(username="ada")
    assert [group.name for group in sue.groups.all()] == ["supervisor"]
    assert (sue.is_staff, sue.is_superuser) == (False, False)
    assert (ada.is_staff, ada.is_superuser) == (True, True)
    assert ada.check_password("pw-of-ada")
    assert not User.objects.get(username="old").is_active


def test_the_same_file_again_changes_nothing(file):
    before = list(User.objects.order_by("pk").values())
    assert imported(file) == ()
    assert list(User.objects.order_by("pk").values()) == before


def test_a_dry_run_names_the_changes_and_makes_none():
    assert imported(FILE, dry_run=True) == (
        "dialers: + main",
        "clips: + line",
        "clips: + long",
        "boards: + Sales",
        "buttons: + Sales/line",
        "buttons: + Sales/long",
        "users: + sue",
        "users: + ada",
        "users: + old",
        "agents: + alice",
        "agents: + bob",
    )
    assert not any(model.objects.exists() for model in (Dialer, Clip, Board, User, Agent, Group))


def test_changes_are_named_by_their_fields(file):
    file["dialers"][0]["url"] = "http://other/api.php"
    file["users"][0]["roles"] = ["auditor"]
    file["users"][0]["password"] = "other"
    file["boards"][0]["play_without_customer"] = True
    file["agents"][0]["name"] = "Alice"
    expected = {
        "dialers: ~ main (url)",
        "boards: ~ Sales (play without customer)",
        "users: ~ sue (roles: auditor)",
        "users: ~ sue (password)",
        "agents: ~ alice (first name)",
    }
    assert set(imported(file, dry_run=True)) == expected
    assert set(imported(file)) == expected
    assert imported(file) == ()
    assert User.objects.get(username="sue").check_password("other")


def test_a_board_is_what_the_file_says_and_other_things_stay(file):
    file["boards"][0]["buttons"] = [file["boards"][0]["buttons"][1]]
    only_boards = {"boards": file["boards"]}
    assert imported(only_boards) == ("buttons: - Sales/line", "buttons: ~ Sales/long (position)")
    assert [button.name for button in Button.objects.all()] == ["long"]
    assert Agent.objects.count() == 2
    assert Clip.objects.count() == 2


def test_agents_swap_their_logins_and_buttons_their_hot_keys(file):
    alice, bob = file["agents"]
    alice["agent_user"], bob["agent_user"] = "1001", "1000"
    one, two = file["boards"][0]["buttons"]
    one["hotkey"], two["hotkey"] = "2", "1"
    imported(file)
    assert Agent.objects.get(user__username="alice").agent_user == "1001"
    assert Agent.objects.get(user__username="bob").agent_user == "1000"
    assert Button.objects.get(name="line").hotkey == "2"
    assert imported(file) == ()


def test_an_agent_may_change_the_letter_case_of_their_own_login(file):
    file["agents"][0]["agent_user"] = "JSmith"
    imported(file)
    file["agents"][0]["agent_user"] = "jsmith"
    imported(file)
    assert Agent.objects.get(user__username="alice").agent_user == "jsmith"


def test_what_was_known_of_an_old_login_is_forgotten(file):
    alice = Agent.objects.get(user__username="alice")
    Session.objects.create(agent=alice, version=7, state={"session": {"status": "INCALL"}})
    file["agents"][0]["agent_user"] = "2000"
    imported(file)
    session = Session.objects.get(agent=alice)
    assert (session.version, load(session.state)) == (8, State())


def test_an_access_that_the_file_leaves_out_is_removed_with_its_password(file):
    del file["dialers"][0]["non_agent"]
    assert imported(file) == ("dialers: ~ main (non agent url, non agent user, non agent password)",)
    dialer = Dialer.objects.get()
    assert (dialer.non_agent_url, dialer.non_agent_user, dialer.non_agent_password) == ("", "", "")


@pytest.mark.parametrize(("key", "value"), [("url", "http://o/api.php"), ("user", "other"), ("password", "other")])
def test_a_new_login_lets_calls_go_out_again(file, key, value):
    refused = Dialer.Link.LOGIN_REFUSED
    Dialer.objects.update(link=refused, link_since=datetime(2026, 11, 21, tzinfo=UTC), link_text="refused")
    imported(file)
    assert Dialer.objects.get().link == refused
    file["dialers"][0][key] = value
    imported(file)
    dialer = Dialer.objects.get()
    assert (dialer.link, dialer.link_text) == (Dialer.Link.OK, "")


def test_passwords_that_no_key_decrypts_are_replaced(file, settings):
    settings.ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    assert imported(file) == ("dialers: ~ main (password, non agent password)",)
    assert Dialer.objects.get().password == "apipass"


def test_roles_that_the_file_takes_away_are_taken_away_and_other_groups_stay(file):
    ada = User.objects.get(username="ada")
    ada.groups.add(Group.objects.create(name="choir"))
    file["users"][1]["roles"] = []
    imported(file)
    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser) == (False, False)
    assert [group.name for group in ada.groups.all()] == ["choir"]


def test_an_agent_may_have_roles_too(file):
    file["users"].append({"username": "alice", "roles": ["supervisor"]})
    assert imported(file) == ("users: ~ alice (roles: supervisor)",)
    assert imported(file) == ()


def test_a_long_audio_name_is_warned_of():
    warnings = import_configuration(FILE, {"ADA": "x"}).warnings
    assert [warning.split(":")[0] for warning in warnings] == ["clips[1].audio"]


def test_a_team_is_what_the_file_says(file):
    file["teams"] = [{"name": "Sales", "agents": ["alice", "bob"], "supervisors": ["sue"]}]
    assert imported(file, dry_run=True) == ("teams: + Sales",)
    assert imported(file) == ("teams: + Sales",)
    assert imported(file) == ()
    team = Team.objects.get()
    assert {agent.user.username for agent in team.agents.all()} == {"alice", "bob"}
    assert [user.username for user in team.supervisors.all()] == ["sue"]
    file["teams"][0]["agents"] = ["bob"]
    del file["teams"][0]["supervisors"]
    assert imported(file) == ("teams: ~ Sales (agents, supervisors)",)
    assert [agent.user.username for agent in team.agents.all()] == ["bob"]
    del file["teams"]
    assert imported(file) == ()
    assert Team.objects.count() == 1


def test_a_board_s_alerts_have_defaults_and_can_be_off(file):
    board = Board.objects.get()
    assert (board.alert_capture_minutes, board.alert_paused_seconds) == (60, 60)
    assert (board.alert_not_begun, board.alert_away) == (True, True)
    file["boards"][0] |= {"alert_capture_minutes": 15, "alert_paused_seconds": None, "alert_away": False}
    assert imported(file) == ("boards: ~ Sales (alert capture minutes, alert paused seconds, alert away)",)
    board.refresh_from_db()
    assert (board.alert_capture_minutes, board.alert_paused_seconds, board.alert_away) == (15, None, False)


def test_settings_of_recordings_have_defaults_and_come_and_go_with_the_file(file):
    dialer, board = Dialer.objects.get(), Board.objects.get()
    assert (dialer.take_back_begin, dialer.mono_limit_minutes, board.end_others) == (False, 60, True)
    file["dialers"][0] |= {"take_back_begin": True, "mono_limit_minutes": 90}
    file["boards"][0] |= {"end_others": False}
    changes = imported(file)
    assert changes == ("dialers: ~ main (take back begin, mono limit minutes)", "boards: ~ Sales (end others)")
    assert imported(file) == ()
    dialer.refresh_from_db()
    board.refresh_from_db()
    assert (dialer.take_back_begin, dialer.mono_limit_minutes, board.end_others) == (True, 90, False)
    del file["dialers"][0]["take_back_begin"]
    assert imported(file) == ("dialers: ~ main (take back begin)",)


def test_another_capture_function_is_looked_at_anew(file):
    Dialer.objects.update(capability="ok", build=260302, unanswered_logins=2)
    file["dialers"][0]["capture"] = "mono"
    imported(file)
    dialer = Dialer.objects.get()
    assert (dialer.capability, dialer.build, dialer.unanswered_logins) == ("not_known", 260302, 2)
