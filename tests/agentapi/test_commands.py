import pytest

from agentapi.commands import (
    AskCapture,
    AskVersion,
    BeginCapture,
    EndCapture,
    PauseClip,
    PlayClip,
    RestartClip,
    ResumeClip,
    StopClip,
    TakeBackBegin,
    audio_warning,
    checked_audio,
    checked_label,
)
from agentapi.errors import AgentApiError, BadCommand

STEREO, MONO = {"function": "stereo_recording"}, {"function": "recording"}
CLIP = {"function": "audio_playback"}


@pytest.mark.parametrize(
    ("command", "params"),
    [
        (PlayClip("ss-noservice"), CLIP | {"stage": "PLAY", "value": "ss-noservice", "dial_override": "N"}),
        (PlayClip("a", replace=True), CLIP | {"stage": "PLAY", "value": "a", "dial_override": "Y"}),
        (StopClip(), CLIP | {"stage": "STOP"}),
        (PauseClip(), CLIP | {"stage": "PAUSE"}),
        (ResumeClip(), CLIP | {"stage": "RESUME"}),
        (RestartClip(), CLIP | {"stage": "RESTART"}),
        (BeginCapture(), STEREO | {"value": "BEGIN"}),
        (BeginCapture("_MIDCALL"), STEREO | {"value": "BEGIN", "stage": "_MIDCALL"}),
        (BeginCapture("x", "recording"), MONO | {"value": "START", "stage": "x"}),
        (EndCapture(), STEREO | {"value": "END"}),
        (EndCapture("recording"), MONO | {"value": "STOP"}),
        (AskCapture(), STEREO | {"value": "STATUS"}),
        (AskCapture("recording"), MONO | {"value": "STATUS"}),
        (TakeBackBegin(), STEREO | {"value": "STATUSX"}),
        (AskVersion(), {"function": "version"}),
    ],
)
def test_each_command_sends_exactly_these_words(command, params):
    assert command.params() == params


@pytest.mark.parametrize("label", ["", "_MIDCALL", "a" * 14, "-_0Az"])
def test_good_labels(label):
    assert checked_label(label) == label == BeginCapture(label).label


@pytest.mark.parametrize("audio", ["a", "ss-noservice", "0123", "_" * 70])
def test_good_audio_names(audio):
    assert checked_audio(audio) == audio == PlayClip(audio).audio


@pytest.mark.parametrize("bad", ["a\n", "\n", "a b", "a|b", "é", "٣", "ß", "a.wav", "a/b", "<b>", "a\x00", "\u212a"])
def test_what_vicidial_would_mangle_is_refused(bad):
    for make in (checked_label, BeginCapture, checked_audio, PlayClip):
        with pytest.raises(BadCommand):
            make(bad)


@pytest.mark.parametrize("word", ["START", "BEGIN"])
@pytest.mark.parametrize("label", ["{}", "_RE{}", "{}UP", "a_{}_b"])
def test_a_label_that_would_begin_another_recording_is_refused(word, label):
    for written in (word, word.lower(), word.title()):
        with pytest.raises(BadCommand, match=f"may not hold {word}: VICIdial would begin another recording"):
            BeginCapture(label.format(written), "recording")


@pytest.mark.parametrize(
    "word",
    [
        "AGENT",
        "CALLID",
        "CAMPAIGN",
        "CUSTPHONE",
        "EPOCH",
        "FULLDATE",
        "INGROUP",
        "LEADID",
        "RECID",
        "TINYDATE",
        "VENDORLEADCODE",
    ],
)
def test_a_label_with_a_word_that_vicidial_replaces_is_refused(word):
    for label in (word, word.lower(), f"_{word}", f"{word}_"):
        if len(label) <= 14:
            with pytest.raises(BadCommand, match=f"may not hold {word}: VICIdial puts something else"):
                checked_label(label)


def test_lengths_and_the_empty_name():
    for make, bad in ((BeginCapture, "a" * 15), (PlayClip, "a" * 71), (PlayClip, "")):
        with pytest.raises(BadCommand) as caught:
            make(bad)
        assert isinstance(caught.value, AgentApiError)
        assert isinstance(caught.value, ValueError)


def test_a_long_audio_name_is_warned_of():
    assert audio_warning("a" * 20) == ""
    assert "may cut" in audio_warning("a" * 21)
