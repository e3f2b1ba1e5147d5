"""A push that was lost on its way: the panel learns by itself, soon, what it missed."""

import pytest

from panel import presence as presence_module
from panel import push
from panel.presence import presence


@pytest.fixture
def lost(monkeypatch, unwatched):
    """From when it is called, no push arrives."""
    monkeypatch.setattr(presence_module, "ON_ITS_WAY_SECONDS", 0)
    return lambda: monkeypatch.setattr(push._Outbox, "__call__", lambda _: None)


async def look(tab) -> list[str]:
    """Let the process look after its sockets, and give the kinds of message that it brought."""
    before = len(tab.heard)
    await presence.catch_up()
    await tab.listen()
    return [message["type"] for message in tab.heard[before:]]


async def test_a_lost_state_is_read_from_the_database(floor, alice, lost):
    tab = await floor.tab(alice)
    lost()
    press = await tab.press("play", button="recorded-line")
    await floor.work()
    assert tab.told(press) == []
    assert await look(tab) == ["snapshot"]
    assert tab.state["playback"]["status"] == "starting"
    assert [click["status"] for click in tab.heard[-1]["clicks"] if click["id"] == press] == ["done"]


async def test_the_lost_end_of_a_click_that_changed_nothing_is_read_too(floor, alice, lost):
    tab = await floor.tab(alice)
    await floor.work()
    press = await tab.press("play", button="recorded-line")
    version = tab.versions[-1]
    lost()
    floor.clock.move(6)
    await floor.work()
    assert await look(tab) == ["snapshot"]
    assert tab.told(press) == ["queued"]
    assert [click["status"] for click in tab.heard[-1]["clicks"]] == ["expired"]
    assert tab.versions[-1] == version


async def test_a_press_of_which_every_word_was_lost_is_read_too(floor, alice, lost):
    tab = await floor.tab(alice)
    await floor.work()
    lost()
    press = await tab.press("play", button="recorded-line")
    floor.clock.move(6)
    await floor.work()
    assert await look(tab) == ["snapshot"]
    assert [click["status"] for click in tab.heard[-1]["clicks"] if click["id"] == press] == ["expired"]


async def test_a_panel_that_missed_nothing_is_told_nothing(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="recorded-line")
    await floor.work()
    assert await look(tab) == []
