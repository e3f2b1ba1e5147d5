"""How a stereo wish is taken up, waits, is lost, or begins in another call (FACTS 7.4 to 7.6, 7.12)."""

import pytest

from agentapi.simulator import Floor
from agentapi.simulator.rules import Mode
from tests.agentapi.simulator.scene import START, Clock, Scene

STEREO = [("stereo_recording", 1)]


@pytest.mark.parametrize("seed", range(10))
def test_a_begin_is_carried_out_within_its_bounds(scene, seed):
    scene.floor = Floor.demo(clock=scene.clock, seed=seed)
    assert scene.stereo("BEGIN") == (
        "SUCCESS: stereo_recording function sent - 1000|BEGIN||||10.10.10.15|9600051|INCALL\n"
    )
    scene.to(0.36)
    assert scene.running() == []
    scene.to(1.27)
    assert scene.running() == STEREO
    assert scene.wish == ""


@pytest.mark.parametrize("seed", range(10))
def test_an_end_is_carried_out_within_its_bounds_and_status_is_active_until_then(scene, seed):
    scene.floor = Floor.demo(clock=scene.clock, seed=seed)
    scene.stereo("BEGIN")
    scene.to(2)
    assert scene.stereo("END").startswith("SUCCESS")
    scene.to(2.24)
    assert (scene.running(), scene.shown()) == (STEREO, 1)
    scene.to(3.18)
    assert (scene.running(), scene.shown()) == ([], None)


def test_status_of_an_active_recording_has_eight_fields(scene):
    scene.stereo("BEGIN")
    scene.to(2)
    fields = scene.stereo("STATUS").strip().partition(" - ")[2].split("|")
    assert fields[:2] == ["1000", "1"]
    assert fields[3:] == ["10.10.10.15", fields[4], "10.10.10.15", "9600051", "INCALL"]
    assert fields[4].startswith("2026-11-21 10:00:0")


def test_a_wish_that_waits_never_shows(scene):
    scene.floor.freeze("1000")
    scene.stereo("BEGIN", label="_X")
    assert scene.wish == "BEGIN_X"
    assert scene.stereo("STATUS").startswith("NOTICE: not stereo_recording")


def test_the_label_is_dropped_and_the_name_comes_from_the_template(scene):
    scene.stereo("BEGIN", label="_MIDCALL")
    scene.to(2)
    assert scene.floor.recordings("1000")[0].filename.endswith("_1000_")


def test_a_file_name_may_hold_a_bar(scene):
    scene.floor.rules.filename_template = "FULLDATE|AGENT"
    scene.stereo("BEGIN")
    scene.to(2)
    fields = scene.stereo("STATUS").strip().split("|")
    assert len(fields) == 9
    assert fields[-3:] == ["10.10.10.15", "9600051", "INCALL"]


def test_without_a_customer_a_begin_waits_and_begins_by_itself_in_the_next_call(scene):
    scene.floor.set_status("1000", "READY")
    assert scene.stereo("BEGIN").startswith("SUCCESS")
    scene.to(300)
    assert (scene.running(), scene.shown(), scene.wish) == ([], None, "BEGIN")
    scene.floor.put_on_call("1000")
    scene.to(301.1)
    assert scene.running() == STEREO
    assert scene.floor.truth().recordings[0].started_at >= START + 300


def test_a_pause_without_a_call_leaves_the_wish(scene):
    scene.floor.set_status("1000", "READY")
    scene.stereo("BEGIN")
    scene.floor.pause("1000")
    assert scene.wish == "BEGIN"


def test_logging_out_takes_the_row_with_the_wish_away(scene):
    scene.floor.set_status("1000", "READY")
    scene.stereo("BEGIN")
    scene.floor.log_out("1000")
    assert scene.wish == ""


def test_an_end_takes_no_waiting_begin_back(scene):
    scene.floor.set_status("1000", "READY")
    scene.stereo("BEGIN")
    assert scene.stereo("END").startswith("ERROR: stop stereo_recording error - 1000|||||")
    assert scene.wish == "BEGIN"
    scene.floor.put_on_call("1000")
    scene.to(3)
    assert scene.running() == STEREO


def test_any_other_wish_takes_it_back_by_accident(scene):
    scene.floor.set_status("1000", "READY")
    scene.stereo("BEGIN")
    assert scene.stereo("STATUSX").startswith("SUCCESS")
    scene.floor.put_on_call("1000")
    scene.to(5)
    assert (scene.running(), scene.wish) == ([], "STATUSX")


@pytest.mark.parametrize("by", ["dispose", "hang_up", "log_out"])
def test_a_disposition_clears_the_wish(scene, by):
    scene.floor.freeze("1000")
    scene.stereo("BEGIN")
    if by == "dispose":
        scene.floor.end_call("1000")
        assert scene.wish == "BEGIN"
    getattr(scene.floor, by)("1000")
    assert scene.wish == ""


def test_a_call_that_ends_without_a_disposition_leaves_it(scene):
    scene.floor.freeze("1000")
    scene.stereo("BEGIN")
    scene.floor.hang_up("1000", disposition=False)
    scene.floor.unfreeze("1000")
    scene.to(60)
    scene.floor.put_on_call("1000")
    scene.to(62)
    assert scene.running() == STEREO


def test_after_the_customer_hung_up_status_stays_active_and_an_end_sticks(scene):
    scene.stereo("BEGIN")
    scene.to(2)
    scene.floor.customer_hangs_up("1000")
    assert (scene.running(), scene.shown()) == ([], 1)
    assert scene.stereo("END").startswith("SUCCESS")
    scene.to(30)
    assert (scene.shown(), scene.wish) == (1, "END")


@pytest.mark.parametrize("why", ["mode", "empty in-group", "unknown call"])
def test_what_may_not_be_recorded_clears_the_wish_and_tells_nobody(scene, why):
    if why == "mode":
        scene.floor.rules.campaign_mode = Mode.DISABLED
    elif why == "empty in-group":
        scene.floor.rules.ingroup_mode = Mode.DISABLED
        scene.floor.put_on_call("1000", inbound=True)
    else:
        scene.floor.put_on_call("1000", is_logged=False)
    assert scene.stereo("BEGIN").startswith("SUCCESS")
    scene.to(3)
    assert (scene.running(), scene.shown(), scene.wish) == ([], None, "")


def test_an_in_group_inherits_nothing_from_the_campaign(scene):
    scene.floor.rules.ingroup_mode = Mode.CUSTOMER_ONLY
    scene.stereo("BEGIN", "1001")
    scene.floor.put_on_call("1000", inbound=True)
    scene.stereo("BEGIN")
    scene.to(2)
    modes = {entry.agent_user: entry.mode for entry in scene.floor.truth().recordings}
    assert modes == {"1000": "CUSTOMER_ONLY", "1001": "BOTH_CHANNELS"}
    assert [mode.holds_clips for mode in Mode] == [False, True, False, True]


def test_a_slow_server_is_asked_twice_and_two_recordings_run(scene):
    scene.floor.rules.asks_twice = True
    scene.stereo("BEGIN")
    scene.to(3)
    assert [number for _, number in scene.running()] == [1, 2]
    assert scene.shown() == 2


def test_a_frozen_screen_carries_nothing_out_until_it_runs_again(scene):
    scene.floor.freeze("1000")
    scene.stereo("BEGIN")
    scene.to(60)
    assert scene.running() == []
    scene.floor.unfreeze("1000")
    scene.to(62)
    assert scene.running() == STEREO


def test_a_tab_that_was_just_hidden_is_still_quick(scene):
    scene.floor.hide("1000")
    scene.to(5)
    scene.stereo("BEGIN")
    scene.to(7)
    assert scene.running() == STEREO


def test_a_hidden_tab_looks_once_a_minute(scene):
    scene.floor.hide("1000")
    scene.to(12)
    scene.stereo("BEGIN")
    scene.to(69.9)
    assert scene.running() == []
    scene.to(70)
    assert scene.running() == STEREO
    scene.stereo("END")
    scene.to(129)
    assert scene.shown() == 1
    scene.to(130)
    assert scene.shown() is None


def test_a_tab_that_comes_to_the_front_looks_soon(scene):
    scene.floor.hide("1000")
    scene.to(12)
    scene.stereo("BEGIN")
    scene.to(20)
    scene.floor.show("1000")
    scene.to(21.3)
    assert scene.running() == STEREO


@pytest.mark.parametrize("value", ["BEGIN", "END", "STATUS"])
def test_where_the_switch_is_off_every_word_is_called_not_valid(value):
    scene = Scene(switched_off=True)
    assert scene.stereo(value) == f"ERROR: stereo_recording not valid - {value}|1000\n"
    assert scene.mono("STATUS").startswith("NOTICE: not recording")
    assert scene.play("greeting").startswith("SUCCESS")


def test_the_switch_may_be_turned_off_while_a_recording_runs(scene):
    scene.stereo("BEGIN")
    scene.to(2)
    scene.floor.switched_off = True
    assert scene.stereo("STATUS").startswith("ERROR: stereo_recording not valid")
    assert scene.running() == STEREO


def test_value_and_switch_are_looked_at_before_the_permission_and_that_before_the_agent(scene):
    floor = scene.floor
    assert "not valid - START|nobody" in scene.ask("stereo_recording", "nobody", value="START", user="apimono")
    assert "PERMISSION" in scene.ask("stereo_recording", "nobody", value="STATUS", user="apimono")
    assert "not logged in - nobody" in scene.ask("stereo_recording", "nobody", value="STATUS")
    floor.switched_off = True
    assert "not valid" in scene.ask("stereo_recording", "nobody", value="STATUS", user="apimono")


def test_an_old_server_answers_with_nothing_and_a_build_that_says_why():
    scene = Scene(stereo=False)
    assert scene.stereo("STATUS") == ""
    assert scene.floor.requests[-1].status == 200
    assert scene.ask("version").startswith("VERSION: 2.14-82|BUILD: 250122-1010|DATE: 2026-11-21 10:00:00|EPOCH: 17952")
    assert "|8600051|" in scene.mono("STATUS")


def test_a_new_server_tells_its_build_and_its_clock_without_a_login(scene):
    told = scene.ask("version", user="", **{"pass": ""})
    assert told == f"VERSION: 2.14-84|BUILD: 260302-1142|DATE: 2026-11-21 10:00:00|EPOCH: {int(START)}\n"


def test_warnings_stand_around_the_stop_error_of_php_8(scene):
    scene.floor.shows_errors = True
    lines = scene.stereo("END").splitlines()
    error = next(number for number, line in enumerate(lines) if line.startswith("ERROR: stop stereo_recording error"))
    assert sum("$recording_id" in line for line in lines[:error]) == 3
    scene.floor.php = 7
    assert scene.stereo("END").startswith("ERROR: stop")


def test_the_same_presses_come_to_the_same_end_with_the_same_seed():
    def story(seed):
        clock = Clock()
        floor = Floor.demo(clock=clock, seed=seed)
        mine = Scene()
        mine.clock, mine.floor = clock, floor
        mine.stereo("BEGIN")
        clock.to(5)
        return floor.recordings("1000")[0].started_at

    assert story(5) == story(5)
    assert len({story(seed) for seed in range(6)}) > 1
