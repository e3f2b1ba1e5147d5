"""What the floor tells of what really happened, whatever VICIdial's answers and tables say."""

import pytest

from tests.agentapi.simulator.scene import START

CLIP, SECONDS = "cd-recorded-line", 4.0


def only_play(scene, agent="1000"):
    (play,) = scene.floor.truth().plays_of(agent)
    return play


def test_a_clip_that_a_customer_heard_from_end_to_end_is_full(scene):
    call = scene.floor.agent("1000").call
    scene.play(CLIP)
    for tenths in range(60):
        scene.to(tenths / 10)
        scene.floor.advance()
    play = only_play(scene)
    assert (play.clip, play.length, play.asked_at) == (CLIP, SECONDS, START)
    assert play.heard_seconds() == pytest.approx(SECONDS)
    assert play.heard_seconds(call.caller_id) == pytest.approx(SECONDS)
    assert play.callers == (call.caller_id,)
    assert len(play.pieces) == 1
    assert play.is_full


def test_a_customer_who_hung_up_heard_the_beginning_only(scene):
    scene.play(CLIP)
    scene.to(1)
    scene.floor.customer_hangs_up("1000")
    scene.to(10)
    play = only_play(scene)
    assert play.heard_seconds() == pytest.approx(0.7)
    assert play.sounded_seconds == pytest.approx(SECONDS)
    assert not play.is_full


def test_hold_cuts_a_hole_into_what_was_heard(scene):
    scene.play(CLIP)
    scene.to(1)
    scene.floor.park("1000")
    scene.to(2)
    scene.floor.retrieve("1000")
    scene.to(10)
    play = only_play(scene)
    assert play.heard_seconds() == pytest.approx(3.0)
    assert not play.is_full


def test_a_pause_cuts_no_hole(scene):
    scene.play(CLIP)
    scene.to(1)
    scene.ask("audio_playback", stage="PAUSE")
    scene.to(60)
    scene.ask("audio_playback", stage="RESUME")
    scene.to(90)
    play = only_play(scene)
    assert play.heard_seconds() == pytest.approx(SECONDS)
    assert play.is_full


def test_a_clip_that_was_begun_again_is_full_and_was_heard_for_longer(scene):
    scene.play(CLIP)
    scene.to(2)
    scene.ask("audio_playback", stage="RESTART")
    scene.to(20)
    play = only_play(scene)
    assert play.heard_seconds() == pytest.approx(1.8 + SECONDS)
    assert play.is_full


def test_two_halves_of_the_same_beginning_are_not_the_whole(scene):
    scene.play(CLIP)
    scene.to(3)
    scene.ask("audio_playback", stage="RESTART")
    scene.to(5)
    scene.ask("audio_playback", stage="STOP")
    scene.to(20)
    play = only_play(scene)
    assert play.heard_seconds() > SECONDS
    assert not play.is_full


def test_a_clip_played_to_nobody_was_heard_by_nobody(scene):
    scene.floor.hang_up("1000")
    scene.play(CLIP)
    scene.to(10)
    play = only_play(scene)
    assert (play.callers, play.heard_seconds()) == ((), 0)
    assert play.sounded_seconds == pytest.approx(SECONDS)


def test_two_customers_in_turn_are_told_apart_and_neither_heard_it_all(scene):
    first = scene.floor.agent("1000").call
    scene.play(CLIP)
    scene.to(1)
    scene.floor.put_on_call("1000")
    scene.play(CLIP)
    scene.to(3)
    scene.floor.hang_up("1000")
    one, two = scene.floor.truth().plays_of("1000")
    assert one.callers == (first.caller_id,)
    assert two.callers != one.callers
    assert [play.is_full for play in (one, two)] == [False, False]


def test_a_recording_ends_with_the_sound_and_not_with_the_row(scene):
    call = scene.floor.agent("1000").call
    scene.stereo("BEGIN")
    scene.to(10)
    scene.floor.customer_hangs_up("1000")
    scene.to(20)
    truth = scene.floor.truth()
    (recording,) = truth.recordings_of("1000")
    assert START + 0.37 <= recording.started_at <= START + 1.26
    assert recording.ended_at == START + 10
    assert (recording.caller_id, recording.lead_id, recording.mode) == (call.caller_id, 5000, "BOTH_CHANNELS")
    assert scene.shown() == 1
    assert truth.running("1000", START + 5) == [recording]
    assert truth.running("1000") == []


def test_a_truth_that_was_told_does_not_change(scene):
    scene.stereo("BEGIN")
    scene.to(5)
    before = scene.floor.truth()
    scene.floor.hang_up("1000")
    assert before.recordings[0].ended_at is None
    assert before.running("1000") == list(before.recordings)
