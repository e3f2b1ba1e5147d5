"""What is wrong is answered in words and changes nothing."""

import json
from uuid import uuid4

import pytest

from panel.models import Click
from panel.protocol import Rejected, parse

# The same each time: test runners that share the work tell tests apart by their names.
SOME_ID = "8f14e45f-ceea-467f-9d3b-1f1f5b0c7a11"


async def test_the_same_id_on_two_connections_is_one_click(floor, alice):
    one, two = await floor.tab(alice), await floor.tab(alice)
    press = await one.press("play", button="mini-miranda")
    await two.say(type="click", id=press, action="play", button="mini-miranda")
    await floor.work()
    await two.say(type="click", id=press, action="play", button="mini-miranda")
    assert two.told(press)[-1] == "done"
    assert floor.simulator.floor.counts["audio_playback"] == 1


async def test_an_id_of_another_agents_click_is_refused(floor, alice, bob):
    hers, his = await floor.tab(alice), await floor.tab(bob)
    press = await hers.press("play", button="mini-miranda")
    await his.say(type="click", id=press, action="stop")
    assert his.told(press) == ["id_taken"]


async def test_a_double_press_is_one_play(floor, alice):
    one, two = await floor.tab(alice), await floor.tab(alice)
    await one.press("play", button="mini-miranda")
    second = await two.press("play", button="mini-miranda")
    await floor.work()
    third = await one.press("play", button="mini-miranda")
    assert (two.told(second), one.told(third)) == (["already_starting"], ["already_starting"])
    assert floor.simulator.floor.counts["audio_playback"] == 1


async def test_a_button_of_another_agents_board_does_not_exist(floor, alice, bob):
    tab = await floor.tab(alice)
    press = await tab.press("play", button="bobs-own")
    assert tab.told(press) == ["unknown_button"]
    assert await Click.objects.acount() == 0


@pytest.mark.parametrize("button", ["bobs\\u0000own", "x" * 61])
def test_a_name_that_no_button_can_have_is_never_looked_for(button):
    """PostgreSQL would raise at a NUL."""
    answer = parse(f'{{"type": "click", "id": "{uuid4()}", "action": "play", "button": "{button}"}}')
    assert isinstance(answer, Rejected)
    assert answer.code == "unknown_button"


@pytest.mark.parametrize("action", ["stop", "pause", "resume", "restart", "capture_end"])
async def test_an_action_that_does_not_fit_the_state_is_rejected(floor, alice, action):
    tab = await floor.tab(alice)
    press = await tab.press(action)
    await floor.work()
    said = [message for message in tab.heard if message.get("id") == press]
    code = said[-1].get("code") or said[-1]["reason"]
    assert code in {"not_playing", "not_paused", "not_capturing"}
    assert floor.simulator.floor.counts["audio_playback"] == 0


@pytest.mark.parametrize("label", ["fifteen-letters", "a b", "a|b", "é", "x\n"])
async def test_a_label_that_vicidial_would_mangle_is_rejected(floor, alice, label):
    tab = await floor.tab(alice)
    press = await tab.press("capture_begin", label=label)
    assert tab.told(press) == ["bad_label"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "7",
        "null",
        '"click"',
        '{"type":"dance"}',
        '{"type":"click"}',
        '{"type":"click","id":"x","action":"stop"}',
        '{"type":"click","id":"' + SOME_ID + '","action":"explode"}',
        '{"type":"click","id":"' + SOME_ID + '","action":"play"}',
        '{"type":"click","id":"' + SOME_ID + '","action":"play","button":7}',
        "[" * 4000,
        "x" * 100_000,
        '{"type":"ping\\ud800"}',
    ],
)
async def test_a_frame_that_cannot_be_understood_is_rejected_and_the_socket_lives(floor, alice, text):
    tab = await floor.tab(alice)
    await tab.socket.send_to(text_data=text)
    await tab.listen()
    assert tab.heard[-1]["type"] == "rejected"
    assert tab.heard[-1]["text"]
    await tab.listen()


async def test_binary_is_rejected(floor, alice):
    tab = await floor.tab(alice)
    await tab.socket.send_to(bytes_data=json.dumps({"type": "ping"}).encode())
    await tab.listen()
    assert tab.heard[-1]["code"] == "malformed"


async def test_a_press_that_nobody_takes_expires_unsent(floor, alice):
    tab = await floor.tab(alice)
    press = await tab.press("play", button="recorded-line")
    floor.clock.move(6)
    await floor.work()
    assert tab.told(press)[-1] == "expired"
    assert floor.simulator.floor.counts["audio_playback"] == 0
