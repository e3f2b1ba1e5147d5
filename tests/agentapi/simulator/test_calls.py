"""Calls on the floor: leads, sub statuses, hold, transfer and 3-way, and how the floor's list tells them (FACTS 4)."""

import pytest

from agentapi.simulator import Floor
from agentapi.simulator.agents import Person

NO_AGENTS = [["ERROR: logged_in_agents NO LOGGED IN AGENTS: apiuser", ""]]


def row(scene, agent="1000"):
    return next(fields for fields in scene.listed() if fields[0] == agent)


def sub_status(scene, agent="1000"):
    return row(scene, agent)[-1]


def test_each_call_has_a_lead_and_a_caller_id_of_its_own(scene):
    first = row(scene)[4:6]
    scene.floor.put_on_call("1000")
    second = row(scene)[4:6]
    assert (first[0], first[1][-4:]) == ("5000", "5000")
    assert first[0] != second[0]
    assert first[1] != second[1]
    scene.floor.put_on_call("1001", inbound=True)
    assert row(scene, "1001")[5].startswith("Y")


def test_the_sub_status_goes_with_the_call(scene):
    floor = scene.floor
    assert (row(scene)[3], sub_status(scene)) == ("INCALL", "")
    floor.park("1000")
    assert (row(scene)[3], sub_status(scene)) == ("INCALL", "PARK")
    floor.retrieve("1000")
    assert sub_status(scene) == ""
    floor.three_way("1000", "1002")
    assert [sub_status(scene, agent) for agent in ("1000", "1002")] == ["3-WAY", "3-WAY"]
    assert row(scene, "1002")[4] == row(scene)[4]
    floor.customer_hangs_up("1000")
    assert [sub_status(scene, agent) for agent in ("1000", "1002")] == ["DEAD", "DEAD"]
    floor.end_call("1000")
    assert (row(scene)[3:5], sub_status(scene)) == (["PAUSED", "5000"], "DISPO")
    floor.dispose("1000")
    assert (row(scene)[3:6], sub_status(scene)) == (["READY", "0", ""], "")


def test_nobody_hears_a_clip_on_hold_and_the_clip_plays_on(scene):
    scene.play("cd-mini-miranda")
    scene.to(2)
    scene.floor.park("1000")
    assert scene.floor.audible("1000") == []
    assert scene.floor.in_conference("1000") == ["cd-mini-miranda"]
    scene.to(4)
    scene.floor.retrieve("1000")
    assert scene.floor.audible("1000") == ["cd-mini-miranda"]


def test_a_transfer_hands_the_customer_on_and_leaves_the_first_agent_at_the_disposition(scene):
    call = scene.floor.agent("1000").call
    scene.floor.transfer("1000", "1002")
    assert sub_status(scene) == "DISPO"
    assert scene.floor.agent("1002").call is call
    assert (call.is_alive, call.agents) == (True, ["1002"])
    scene.floor.hang_up("1002")
    assert not call.is_alive


def test_of_a_three_way_call_the_last_to_leave_ends_it(scene):
    call = scene.floor.agent("1000").call
    scene.floor.three_way("1000", "1002")
    scene.floor.hang_up("1000")
    assert call.is_alive
    scene.floor.hang_up("1002")
    assert not call.is_alive


def test_what_needs_a_customer_is_refused_without_one(scene):
    scene.floor.hang_up("1000")
    with pytest.raises(ValueError, match="1000 has no customer"):
        scene.floor.transfer("1000", "1002")
    with pytest.raises(ValueError, match="1001 is not another agent"):
        scene.floor.three_way("1001", "1001")
    for agent in ("1000", "1002", "1003", "1004", "1005"):
        scene.floor.put_on_call(agent)
    with pytest.raises(ValueError, match="no other agent is free"):
        scene.floor.do("1000", "transfer")


def test_agents_of_campaigns_and_groups_that_the_user_may_not_see_are_missing(scene):
    scene.floor.do("1000", "unlist")
    scene.floor.accounts.find("apiuser").unseen_groups = frozenset({"NIGHT"})
    scene.floor.agent("1001").group = "NIGHT"
    assert [fields[0] for fields in scene.listed()] == ["1002", "1003", "1004", "1005"]
    assert "9600051" in scene.stereo("STATUS")
    for agent in ("1002", "1003", "1004", "1005"):
        scene.floor.do(agent, "unlist")
    assert scene.listed() == NO_AGENTS


def test_a_bar_in_a_name_gives_the_row_a_field_more(scene):
    plain = row(scene)
    scene.floor.do("1000", "name-with-bar")
    barred = row(scene)
    assert len(barred) == len(plain) + 1
    assert barred[:7] == plain[:7]
    assert barred[-4:] == plain[-4:]


def test_the_list_has_the_exact_letter_case_and_the_agent_api_takes_any(scene):
    scene.floor = Floor([Person("JSmith", "Jo", "INCALL")], clock=scene.clock)
    assert scene.listed()[0][0] == "JSmith"
    for asked in ("jsmith", "JSMITH", "JSmith"):
        assert scene.stereo("STATUS", asked).startswith(f"NOTICE: not stereo_recording - {asked}|||||")
        assert scene.mono("STATUS", asked).startswith(f"NOTICE: not recording - {asked}|||||")
    assert scene.play("greeting", "jsmith").strip().endswith("|PLAY|jsmith")
    assert scene.floor.agent("jsmith") is scene.floor.agents["JSmith"]
