"""The whole floor in one answer."""

import json
from pathlib import Path

import pytest

from agentapi.commands import AskFloor
from agentapi.floors import Seat, seats_of
from agentapi.outcomes import Accepted, Refused, Unanswered, from_body
from agentapi.replies import Reason

ANSWERS = {answer["id"]: answer for answer in json.loads((Path(__file__).parent / "answers.json").read_text())}
HEADER = "user|campaign_id|session_id|status|lead_id|callerid|calls_today|full_name|user_group|user_level"


def test_a_recorded_floor_tells_who_sits_where():
    seats = seats_of(ANSWERS["na-li-1"]["body"])
    assert seats is not None
    assert len(seats) == 20
    assert seats["1000"] == Seat("INCALL", "8600051")
    assert seats["1001"] == Seat("PAUSED", "8600052")


def test_the_question_is_the_one_that_was_recorded():
    recorded = ANSWERS["na-li-1"]["params"]
    asked = AskFloor().params()
    assert asked == {name: recorded[name] for name in asked}


def test_a_table_without_its_header_is_no_table():
    assert seats_of(ANSWERS["na-li-2"]["body"]) is None
    assert isinstance(from_body(AskFloor(), ANSWERS["na-li-2"]["body"]), Unanswered)


def test_nobody_logged_in_is_an_empty_floor():
    outcome = from_body(AskFloor(), ANSWERS["na-li-3"]["body"])
    assert isinstance(outcome, Accepted)
    assert outcome.floor == {}


def test_a_sub_status_tells_of_a_customer_who_has_gone():
    body = f"{HEADER}|pause_code|sub_status\n1000|C|8600051|INCALL|5|M5|0|Alice|AGENTS|1||DEAD\n"
    assert seats_of(body) == {"1000": Seat("INCALL", "8600051", "DEAD")}


@pytest.mark.parametrize("noise", ["<br />\n<b>Warning</b>: Undefined variable\n", "a|b\n", "\n\n", "|" * 30 + "\n"])
def test_noise_around_the_table_is_passed_over(noise):
    row = "1000|C|8600051|READY|0||0|Alice|AGENTS|1\n"
    outcome = from_body(AskFloor(), f"{noise}{HEADER}\n{noise}{row}{noise}")
    assert isinstance(outcome, Accepted)
    assert outcome.floor == {"1000": Seat("READY", "8600051")}


def test_a_refused_login_is_refused_and_masked():
    body = "ERROR: Invalid Username/Password: |apiuser|canary|0|1|BAD|0|api|SELECT pass='canary'|\n"
    outcome = from_body(AskFloor(), body, ("canary",))
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.LOGIN_REFUSED
    assert "canary" not in outcome.text
