"""What the rows say and when they are wrong: stacks, left-over rows, forced recordings (FACTS 7.5, 7.7, 7.8, 7.11)."""

import pytest

from agentapi.simulator.live import BY_AGENT
from agentapi.simulator.rules import CampaignRecording, Mode
from tests.agentapi.simulator.scene import START


def begin(scene, at, agent="1000"):
    scene.to(at)
    scene.stereo("BEGIN", agent)
    scene.to(at + 2)


def test_begins_stack_and_each_end_closes_the_newest(scene):
    for at in (0, 2, 4):
        begin(scene, at)
    assert [number for _, number in scene.running()] == [1, 2, 3]
    for shown in (3, 2, 1):
        assert scene.shown() == shown
        scene.stereo("END")
        scene.to(scene.clock.now - START + 2)
    assert (scene.shown(), scene.running()) == (None, [])


def test_two_begins_before_the_screen_looked_are_one(scene):
    scene.stereo("BEGIN")
    scene.to(0.1)
    scene.stereo("BEGIN")
    scene.to(3)
    assert len(scene.running()) == 1


def test_an_end_is_accepted_as_often_as_it_is_sent_while_a_row_is_live(scene):
    begin(scene, 0)
    assert scene.stereo("END").startswith("SUCCESS")
    assert scene.stereo("END").startswith("SUCCESS")


def test_the_agents_end_of_call_closes_the_rows_of_that_call(scene):
    begin(scene, 0)
    scene.floor.hang_up("1000")
    assert scene.shown() is None
    row = scene.floor.live.rows[0]
    assert (row.status, row.ended_at) == ("FINISHED", START + 2)


def test_where_the_server_does_not_stop_recordings_a_row_is_left_over(scene):
    scene.floor.rules.stops_after_call = False
    begin(scene, 0)
    scene.floor.hang_up("1000")
    scene.floor.put_on_call("1000")
    assert (scene.shown(), scene.running()) == (1, [])


def crashed(scene):
    begin(scene, 0)
    scene.floor.crash("1000")
    scene.floor.log_in("1000")


def out_in_an_emergency(scene):
    begin(scene, 0)
    scene.floor.emergency_logout("1000")
    scene.floor.log_in("1000")


@pytest.mark.parametrize("death", [crashed, out_in_an_emergency])
def test_a_row_outlives_its_call_and_its_session_until_the_hourly_script(scene, death):
    death(scene)
    assert (scene.shown(), scene.running()) == (1, [])
    scene.floor.put_on_call("1000")
    scene.to(3600)
    assert scene.shown() == 1
    scene.to(7199)
    assert scene.shown() == 1
    scene.to(7200)
    assert scene.shown() is None


def test_a_crashed_screen_carries_nothing_out_while_the_call_goes_on(scene):
    begin(scene, 0)
    scene.floor.crash("1000")
    scene.stereo("END")
    scene.to(20)
    assert (len(scene.running()), scene.shown()) == (1, 1)
    scene.floor.hang_up("1000")
    assert (scene.running(), scene.shown()) == ([], 1)


def test_an_end_closes_no_left_over_row_and_says_success(scene):
    crashed(scene)
    scene.floor.put_on_call("1000")
    assert scene.stereo("END").startswith("SUCCESS")
    scene.to(5)
    assert scene.shown() == 1


def test_a_begin_over_a_left_over_row_works_and_after_its_end_that_one_shows_again(scene):
    crashed(scene)
    scene.floor.put_on_call("1000")
    begin(scene, 10)
    assert (scene.shown(), scene.running()) == (2, [("stereo_recording", 2)])
    scene.stereo("END")
    scene.to(15)
    assert (scene.shown(), scene.running()) == (1, [])


def test_the_script_run_by_hand_closes_what_is_old_enough(scene):
    crashed(scene)
    scene.floor.live.limit = 60.0
    scene.to(30)
    scene.floor.run_hourly_script()
    assert scene.shown() == 1
    scene.to(90)
    scene.floor.run_hourly_script()
    assert scene.shown() is None


@pytest.mark.parametrize("setting", [CampaignRecording.ALLCALLS, CampaignRecording.ALLFORCE])
def test_a_campaigns_own_recording_shows_as_active_and_an_end_stops_it(scene, setting):
    scene.floor.rules.campaign_recording = setting
    scene.floor.put_on_call("1000")
    assert scene.floor.live.rows[0].kind == BY_AGENT
    assert (scene.shown(), scene.running()) == (1, [("stereo_recording", 1)])
    assert scene.stereo("END").startswith("SUCCESS")
    scene.to(2)
    assert (scene.shown(), scene.running()) == (None, [])


def test_a_campaign_without_stereo_records_the_conference(scene):
    scene.floor.rules.campaign_recording = CampaignRecording.ALLFORCE
    scene.floor.rules.campaign_mode = Mode.DISABLED
    scene.floor.put_on_call("1000")
    assert (scene.shown(), scene.running()) == (None, [("campaign", 1)])


def test_the_left_over_end_stops_what_records_the_present_channel(scene):
    """StopMixMonitor goes to the present channel in any case (FACTS 7.8), whoever's recording it stops."""
    crashed(scene)
    scene.floor.put_on_call("1001")
    begin(scene, 10, "1001")
    scene.floor.transfer("1001", "1000")
    assert scene.running("1001") == [("stereo_recording", 2)]
    scene.stereo("END")
    scene.to(15)
    assert (scene.running("1001"), scene.shown(), scene.shown("1001")) == ([], 1, 2)


def test_hold_music_is_in_the_file(scene):
    begin(scene, 0)
    scene.floor.park("1000")
    scene.to(30)
    assert scene.running() == [("stereo_recording", 1)]
    assert scene.shown() == 1


def test_after_a_transfer_the_first_agents_end_of_call_may_stop_the_seconds_recording(scene):
    begin(scene, 0)
    scene.floor.transfer("1000", "1002")
    begin(scene, 5, "1002")
    assert scene.running("1002") == [("stereo_recording", 2)]
    scene.floor.dispose("1000")
    assert scene.shown() is None
    assert (scene.running("1002"), scene.shown("1002")) == ([], 2)


def test_every_call_has_a_channel_of_its_own(scene):
    first = scene.floor.agent("1000").call
    second = scene.floor.put_on_call("1000")
    assert first.channel != second.channel
    assert not first.is_alive
