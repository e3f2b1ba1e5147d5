"""The floor's list may lack somebody who is logged in: then a STATUS counts, and the admin is told (FACTS 4.3)."""

import pytest


async def test_who_is_not_listed_is_asked_about_and_stays_logged_in(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    with_floor.simulator.floor.do("1000", "unlist")
    await with_floor.later(12)
    assert tab.state["session"]["status"] == "INCALL"
    press = await tab.press("play", button="recorded-line")
    await with_floor.work()
    assert tab.told(press)[-1] == "done"


async def test_once_known_to_be_missing_nobody_asks_at_every_look(with_floor, alice):
    tab = await with_floor.tab(alice)
    with_floor.simulator.floor.do("1000", "unlist")
    await with_floor.later(12)
    asked = with_floor.simulator.floor.counts["stereo_recording"]
    await with_floor.later(25)
    assert with_floor.simulator.floor.counts["stereo_recording"] - asked <= 2
    assert tab.state["session"]["status"] == "INCALL"


async def test_a_bar_in_a_name_and_another_letter_case_hide_nobody(with_floor, alice):
    tab = await with_floor.tab(alice)
    with_floor.simulator.floor.do("1000", "name-with-bar")
    await with_floor.later(6)
    with_floor.simulator.floor.pause("1000")
    await with_floor.later(6)
    assert tab.state["session"]["status"] == "PAUSED"


@pytest.mark.parametrize(("deed", "gone"), [("park", True), ("customer-gone", True), ("end-call", False)])
async def test_on_hold_and_hung_up_there_is_no_customer(with_floor, alice, deed, gone):
    tab = await with_floor.tab(alice)
    with_floor.simulator.floor.do("1000", deed)
    await with_floor.later(6)
    assert tab.state["session"]["customer_gone"] is gone
    press = await tab.press("play", button="recorded-line")
    await with_floor.work()
    assert tab.told(press)[-1] in {"failed", "no_customer"}
