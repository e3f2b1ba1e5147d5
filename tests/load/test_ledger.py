"""The comparison that ends every load and fault test sees what it is there to see."""

from dataclasses import replace

import pytest

from agentapi.simulator.journal import RequestRecord
from tests.load.ledger import ClickRow, troubles


def click(number: int, action: str = "play", status: str = "done", at: float = 0.0, **fields) -> ClickRow:
    """A click of agent 1000 that was pressed at `at`, sent a tenth later, and ended after another one."""
    press = {"audio": "greeting"} if action == "play" else {}
    known = {"requested_at": at, "sent_at": at + 0.1, "ended_at": at + 0.2, **fields}
    return ClickRow(str(number), "1000", action, press, status, "", **known)


def received(stage: str, value: str = "", at: float = 0.0, *, body: str = "SUCCESS: sent") -> RequestRecord:
    """A playback command that came for agent 1000 while the click of that moment was under way."""
    return RequestRecord(0, at + 0.15, "agc/api.php", "audio_playback", "1000", stage, value, 200, body)


PLAY, STOP = click(1), click(2, "stop", at=10)
HEARD = [received("PLAY", "greeting"), received("STOP", at=10)]


def test_what_fits_is_no_trouble():
    assert troubles([PLAY, STOP], HEARD) == []


@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_command_is_seen(lost):
    (trouble,) = troubles([PLAY, STOP], [record for place, record in enumerate(HEARD) if place != lost])[:1]
    assert "missing" in trouble


@pytest.mark.parametrize("place", [0, 1])
def test_a_doubled_command_is_seen(place):
    assert troubles([PLAY, STOP], sorted([*HEARD, HEARD[place]], key=lambda record: record.time)) != []


def test_a_command_that_nobody_pressed_is_seen():
    assert troubles([], HEARD[:1]) != []


def test_another_clip_than_the_one_pressed_is_seen():
    assert troubles([PLAY], [received("PLAY", "ss-noservice")]) != []


@pytest.mark.parametrize("status", ["queued", "sent"])
def test_a_click_that_never_ended_is_seen(status):
    assert any("never ended" in trouble for trouble in troubles([replace(PLAY, status=status)], HEARD[:1]))


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_what_was_certainly_not_sent_must_not_have_come(status):
    assert troubles([replace(PLAY, status=status)], HEARD[:1]) != []
    assert troubles([replace(PLAY, status=status)], []) == []


def test_an_unknown_click_may_have_come_once_or_not_at_all():
    unknown = replace(PLAY, status="unknown")
    assert troubles([unknown], []) == []
    assert troubles([unknown], HEARD[:1]) == []
    assert troubles([unknown], HEARD[:1] * 2) != []


def test_a_stop_may_be_repeated_while_it_finds_nothing():
    nothing = received("STOP", at=10, body="ERROR: no audio playing")
    assert troubles([PLAY, STOP], [HEARD[0], nothing, nothing, HEARD[1]]) == []
    assert troubles([PLAY, STOP], [*HEARD, nothing]) != []


def test_only_stop_overtakes():
    later = click(3, at=5, sent_at=9.0)
    earlier = click(4, at=4, sent_at=9.5)
    heard = [received("PLAY", "greeting", at=8.9), received("PLAY", "greeting", at=9.4)]
    assert any("pressed first" in trouble for trouble in troubles([later, earlier], heard))
    stop = click(5, "stop", at=6, sent_at=8.0)
    assert troubles([later, stop], [received("STOP", at=8.0), heard[0]]) == []
