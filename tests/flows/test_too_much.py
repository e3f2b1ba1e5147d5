"""A socket that says too much is told so, loses nothing that it said before, and is closed if it goes on."""

import json

from panel import limits
from panel.limits import crowd


async def test_presses_beyond_the_pace_are_rejected_by_name(floor, alice, monkeypatch):
    tab = await floor.tab(alice)
    monkeypatch.setattr(limits, "SOCKET_BURST", 0)
    await tab.socket.send_json_to({"type": "click", "id": "6f1c8c1e-3f86-4a5e-9d6c-0d8c8f0a7b11", "action": "stop"})
    told = json.loads(await tab.socket.receive_from())
    assert told["type"] == "rejected"
    assert (told["id"], told["code"]) == ("6f1c8c1e-3f86-4a5e-9d6c-0d8c8f0a7b11", "too_fast")


async def test_who_goes_on_is_closed_with_a_reason(floor, alice, monkeypatch):
    tab = await floor.tab(alice)
    monkeypatch.setattr(limits, "SOCKET_BURST", 0)
    monkeypatch.setattr(limits, "PATIENCE", 2)
    for _ in range(3):
        await tab.socket.send_json_to({"type": "ping"})
    codes = [json.loads(await tab.socket.receive_from())["code"] for _ in range(2)]
    assert codes == ["too_fast", "too_fast"]
    closed = await tab.socket.receive_output()
    assert (closed["code"], closed["reason"]) == (1008, "This page sent far too much. Load it again.")


async def test_one_socket_too_many_is_refused_with_words(floor, alice, monkeypatch):
    monkeypatch.setattr(limits, "SOCKETS_PER_USER", 1)
    tab = await floor.tab(alice)
    second = type(tab)(alice)
    await second.socket.connect()
    closed = await second.socket.receive_output()
    assert closed["code"] == 1008
    assert "pages open" in closed["reason"]
    await second.socket.disconnect()


async def test_every_socket_is_counted_out_again(floor, alice):
    tab = await floor.tab(alice)
    assert list(crowd._of_user) == [alice.user_id]
    await tab.socket.disconnect()
    assert list(crowd._of_user) == []
    floor.tabs.clear()
