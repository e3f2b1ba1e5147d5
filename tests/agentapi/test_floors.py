"""The whole floor in one answer."""

import json
from pathlib import Path

import pytest

from agentapi.commands import AskFloor
from agentapi.floors import Floor, Seat, floor_of
from agentapi.outcomes import Accepted, Refused, Unanswered, from_body
from agentapi.replies import Reason

ANSWERS = {answer["id"]: answer for answer in json.loads((Path(__file__).parent / "answers.json").read_text())}
HEADER = "user|campaign_id|session_id|status|lead_id|callerid|calls_today|full_name|user_group|user_level"


def test_a_recorded_floor_tells_who_sits_where():
    floor = floor_of(ANSWERS["na-li-1"]["body"])
    assert floor is not None
    assert len(floor.seats) == 20
    assert floor.seat("1000") == Seat("INCALL", "8600051", "", "1000", "5000", "M4050908070000005000")
    assert floor.seat("1001") == Seat("PAUSED", "8600052", "", "1001", "0", "")
    assert floor.seat("nobody") is None


def test_the_question_is_the_one_that_was_recorded():
    recorded = ANSWERS["na-li-1"]["params"]
    asked = AskFloor().params()
    assert asked == {name: recorded[name] for name in asked}


def test_a_table_without_its_header_is_no_table():
    assert floor_of(ANSWERS["na-li-2"]["body"]) is None
    assert isinstance(from_body(AskFloor(), ANSWERS["na-li-2"]["body"]), Unanswered)


def test_nobody_logged_in_is_an_empty_floor():
    outcome = from_body(AskFloor(), ANSWERS["na-li-3"]["body"])
    assert isinstance(outcome, Accepted)
    assert outcome.floor == Floor()


def test_a_sub_status_tells_of_a_customer_who_has_gone():
    body = f"{HEADER}|pause_code|sub_status\n1000|C|8600051|INCALL|5|M5|0|Alice|AGENTS|1||DEAD\n"
    assert floor_of(body) == Floor((Seat("INCALL", "8600051", "DEAD", "1000", "5", "M5"),))


@pytest.mark.parametrize("name", ["Al|ice", "|", "a|b|c|d", "||||DEAD|", "DEAD|DEAD"])
def test_a_name_with_bars_shifts_nothing(name):
    body = f"{HEADER}|pause_code|sub_status\n1000|C|8600051|INCALL|5|M5|0|{name}|AGENTS|1|BREAK|PARK\n"
    assert floor_of(body) == Floor((Seat("INCALL", "8600051", "PARK", "1000", "5", "M5"),))


def test_users_are_found_whatever_the_letter_case():
    floor = floor_of(f"{HEADER}\nJSmith|C|8600777|READY|0||0|Smith|AGENTS|1\n")
    assert floor is not None
    for user in ("JSmith", "jsmith", "JSMITH"):
        seat = floor.seat(user)
        assert seat is not None
        assert seat.user == "JSmith"
    assert floor.seat("J.Smith") is None


def test_fields_are_cleaned_and_cut():
    body = f"{HEADER}|pause_code|sub_status\n1000|C|86\x0000\x1b51|INCALL|5|{'M' * 99}|0|A|G|1||{'D' * 99}\n"
    floor = floor_of(body)
    assert floor is not None
    assert floor.seat("1000") == Seat("INCALL", "860051", "D" * 20, "1000", "5", "M" * 40)


@pytest.mark.parametrize("noise", ["<br />\n<b>Warning</b>: Undefined variable\n", "a|b\n", "\n\n", "|" * 30 + "\n"])
def test_noise_around_the_table_is_passed_over(noise):
    row = "1000|C|8600051|READY|0||0|Alice|AGENTS|1\n"
    outcome = from_body(AskFloor(), f"{noise}{HEADER}\n{noise}{row}{noise}")
    assert isinstance(outcome, Accepted)
    assert outcome.floor == Floor((Seat("READY", "8600051", "", "1000", "0"),))


def test_a_refused_login_is_refused_and_masked():
    body = "ERROR: Invalid Username/Password: |apiuser|canary|0|1|BAD|0|api|SELECT pass='canary'|\n"
    outcome = from_body(AskFloor(), body, ("canary",))
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.LOGIN_REFUSED
    assert "canary" not in outcome.text
