"""One wish column for both recording functions, and what they do to each other in it (FACTS 7.10)."""

import pytest

from agentapi.simulator import Floor


def test_mono_status_takes_a_waiting_stereo_begin_for_a_recording(scene):
    scene.stereo("BEGIN")
    assert scene.mono("STATUS").startswith("NOTICE: recording active - 1000|BEGIN||||")
    scene.floor.php = 7
    assert scene.mono("STATUS").startswith("NOTICE: not recording")


def test_a_mono_stop_wipes_a_waiting_stereo_begin(scene):
    scene.stereo("BEGIN")
    assert scene.mono("STOP").startswith("SUCCESS")
    scene.to(5)
    assert scene.running() == []


def test_a_mono_start_wipes_a_stereo_begin_and_the_other_way_round(scene):
    scene.stereo("BEGIN")
    scene.mono("START")
    scene.to(3)
    assert scene.running() == [("recording", 1)]
    scene.mono("START")
    scene.stereo("BEGIN")
    scene.to(6)
    assert scene.running() == [("recording", 1), ("stereo_recording", 2)]


@pytest.mark.parametrize("word", ["BEGIN", "END"])
def test_a_stereo_wish_puts_a_mono_recording_beyond_reach(scene, word):
    scene.stereo("BEGIN")
    scene.to(2)
    scene.mono("START")
    scene.to(4)
    assert scene.mono("STATUS").startswith("NOTICE: recording active - 1000|2|")
    scene.stereo(word)
    scene.to(6)
    assert scene.mono("STATUS").startswith("NOTICE: not recording")
    assert scene.mono("STOP").startswith("ERROR: stop recording error")
    assert ("recording", 2) in scene.running()


def test_a_mono_stop_ends_the_conferences_recordings_and_no_stereo_one(scene):
    scene.floor.put_on_call("1000", campaign_recording=True)
    scene.stereo("BEGIN")
    scene.to(2)
    scene.mono("START")
    scene.to(4)
    assert [kind for kind, _ in scene.running()] == ["campaign", "stereo_recording", "recording"]
    scene.mono("STOP")
    scene.to(6)
    assert [kind for kind, _ in scene.running()] == ["stereo_recording"]


def test_a_stereo_label_with_start_in_it_begins_a_mono_recording_too(scene):
    scene.stereo("BEGIN", label="_RESTART")
    scene.to(3)
    assert sorted(kind for kind, _ in scene.running()) == ["recording", "stereo_recording"]


def test_a_mono_label_with_begin_in_it_begins_a_stereo_recording_too(scene):
    scene.mono("START", label="_BEGINNER")
    scene.to(3)
    assert sorted(kind for kind, _ in scene.running()) == ["recording", "stereo_recording"]


def test_on_an_old_server_begin_is_only_a_part_of_a_label(scene):
    scene.floor = Floor.demo(clock=scene.clock, seed=1, stereo=False)
    scene.mono("START", label="_BEGINNER")
    scene.to(3)
    assert scene.running() == [("recording", 1)]


def test_the_column_holds_twenty_bytes(scene):
    scene.floor.freeze("1000")
    scene.stereo("BEGIN" + "x" * 40)
    assert scene.wish == "BEGIN" + "x" * 15
