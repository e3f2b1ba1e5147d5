"""A stereo BEGIN without a customer would begin by itself in the next call, so none is sent (FACTS 7.4)."""

import pytest

from agentapi.machine import NO_CUSTOMER_TO_RECORD, Ask, Go, Refusal, Session, State, verdict
from tests.agentapi.looks import BEGIN, MONO, STEREO, at, floor, in_call, look, seat, sight


@pytest.mark.parametrize("status", ["READY", "PAUSED", "QUEUE", "CLOSER"])
def test_without_a_customer_it_is_refused_with_the_reason(status):
    state = look(in_call(-20), 0, sight(status=status))
    assert verdict(state, BEGIN, STEREO, at(1)) == Refusal("no_customer", NO_CUSTOMER_TO_RECORD, at(0))
    assert "next call" in NO_CUSTOMER_TO_RECORD


def test_what_is_older_than_a_second_is_asked_for():
    paused = look(in_call(-20), 0, sight(status="PAUSED"))
    assert verdict(paused, BEGIN, STEREO, at(1.1)) == Ask()
    assert verdict(in_call(), BEGIN, STEREO, at(1)) == Go()
    assert verdict(in_call(), BEGIN, STEREO, at(1.1)) == Ask()
    assert verdict(State(), BEGIN, STEREO, at(0)) == Ask()


def test_an_answer_that_names_no_status_shows_no_customer():
    assert verdict(look(State(), 0, sight(status="")), BEGIN, STEREO, at(0.5)) == Ask()


@pytest.mark.parametrize("sub_status", ["DEAD", "PARK", "DISPO"])
def test_a_customer_who_is_gone_by_the_floor_is_none(sub_status):
    state = floor(in_call(-1), 0, seat(sub_status=sub_status))
    refused = verdict(look(state, 0.2), BEGIN, STEREO, at(0.5))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.seen_at, refused.question) == ("no_customer", at(0), "floor")
    assert verdict(look(state, 2), BEGIN, STEREO, at(2.5)) == Ask("floor")


@pytest.mark.parametrize("sub_status", ["", "3-WAY", "NEWWORD"])
def test_a_sub_status_that_says_nothing_else_leaves_the_customer_there(sub_status):
    state = look(floor(in_call(-1), 0, seat(sub_status=sub_status)), 0.2)
    assert verdict(state, BEGIN, STEREO, at(0.5)) == Go()


def test_mono_records_the_agents_session_and_needs_none():
    state = look(State(session=Session("PAUSED")), 0, sight(status="PAUSED"), MONO)
    assert verdict(state, BEGIN, MONO, at(0.5)) == Go()
