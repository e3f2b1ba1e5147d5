"""Logins: what is echoed, what is counted, and when the door is shut (FACTS 1.7 to 1.11)."""

import pytest

from agentapi.simulator import Floor
from agentapi.simulator.floor import AGENT_SCRIPT
from agentapi.simulator.params import Params


class Clock:
    now = 1795261745.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def floor(clock):
    return Floor.demo(clock=clock)


def ask(floor, password="apipass", user="apiuser", **more):
    values = {
        "source": "test",
        "user": user,
        "pass": password,
        "function": "recording",
        "agent_user": "1000",
        "value": "STATUS",
        **more,
    }
    return floor.serve(AGENT_SCRIPT, Params(values)).text


def test_a_refusal_echoes_the_password_and_the_journal_does_not(floor):
    answer = ask(floor, "hunter2")
    assert answer.startswith("ERROR: Invalid Username/Password: |apiuser|hunter2|0|1|BAD|0|api|SELECT")
    assert answer.count("hunter2") == 2
    assert "hunter2" not in str(floor.requests)


@pytest.mark.parametrize("password", ["x", "wrong!", "pa$$word"])
def test_short_and_filtered_passwords_are_masked_too(floor, password):
    ask(floor, password)
    body = floor.requests[-1].body
    assert "pass='********'" in body


def test_a_password_put_into_another_field_is_masked(floor):
    ask(floor, stage="apipass", value="apipass", agent_user="apipass", function="apipass")
    assert "apipass" not in str(floor.requests)


def test_ten_wrong_tries_lock_for_a_quarter_of_an_hour(floor, clock):
    for _ in range(10):
        assert "|BAD|" in ask(floor, "wrong")
    assert ask(floor).endswith("|0|1|LOCK|\n")
    clock.now += 899
    assert "|LOCK|" in ask(floor)
    clock.now += 2
    assert ask(floor).startswith("NOTICE: not recording")


def test_good_calls_never_reset_the_counter(floor):
    for _ in range(9):
        ask(floor, "wrong")
    assert ask(floor).startswith("NOTICE")
    ask(floor, "wrong")
    assert "|LOCK|" in ask(floor)


def test_somebody_who_only_uses_the_api_has_twenty_tries(floor):
    floor.accounts.find("apilock").api_only = True
    for _ in range(20):
        assert "|BAD|" in ask(floor, "wrong", "apilock")
    assert "|LOCK|" in ask(floor, "apipass", "apilock")


def test_one_locked_user_locks_no_other(floor):
    for _ in range(12):
        ask(floor, "wrong", "apilock")
    assert ask(floor).startswith("NOTICE")


def test_no_access_and_no_permission(floor):
    assert ask(floor, user="apinone").endswith("|1|0|GOOD|\n")
    answer = ask(floor, user="apirec", function="audio_playback", stage="STOP", value="")
    assert "DOES NOT HAVE PERMISSION TO USE THIS FUNCTION - |apirec|audio_playback|ADMIN" in answer


def test_credentials_can_be_tried_on_an_agent_that_does_not_exist(floor):
    assert ask(floor, agent_user="nobody") == "ERROR: agent_user is not logged in - nobody\n"


def test_version_needs_no_login(floor):
    assert ask(floor, "wrong", function="version").startswith("VERSION: 2.14-84|BUILD: 260302-")
    assert floor.accounts.find("apiuser").failed == 0


def test_a_refusal_is_translated_with_the_users_language(floor):
    answer = ask(floor, "wrong", "apifr")
    assert answer.startswith("ERREUR: Identifiant ou mot de passe invalide: |apifr|wrong|0|1|BAD|0|api|SELECT")
    assert ask(floor, "wrong", "nobody").startswith("ERROR: Invalid Username/Password: |nobody|")


def test_where_the_folder_cannot_be_written_a_refusal_is_counted_and_has_no_body(floor):
    floor.refusals_die = True
    assert ask(floor, "wrong") == ""
    assert floor.requests[-1].status == 500
    assert floor.accounts.find("apiuser").failed == 1
    floor.php = 7
    assert "|BAD|" in ask(floor, "wrong")
