"""A row that nobody closed: shown as left over, in nobody's way (FACTS 7.8)."""

import pytest


@pytest.fixture
async def left_over(floor, alice):
    """Alice's browser crashed in mid-recording; she is back, with another customer."""
    tab = await floor.tab(alice)
    await floor.later(1)
    await tab.press("capture_begin")
    await floor.later(3)
    floor.simulator.floor.crash("1000")
    await floor.later(31)
    floor.simulator.floor.log_in("1000")
    await floor.later(31)
    floor.simulator.floor.put_on_call("1000")
    await floor.later(31)
    assert tab.state["capture"]["left_over"]
    return tab


async def test_a_new_recording_begins_after_a_confirmation(floor, alice, left_over):
    assert "capture_begin" in left_over.state["allowed"]
    assert "capture_begin" in left_over.state["confirm"]
    press = await left_over.press("capture_begin")
    assert await floor.ended(left_over, press) == ("rejected", "needs_confirmation")
    press = await left_over.press("capture_begin", confirmed=True)
    assert await floor.ended(left_over, press) == ("done", None)
    await floor.later(3)
    capture = left_over.state["capture"]
    assert (capture["status"], capture["left_over"], capture["ours"]) == ("active", False, True)
    await left_over.press("capture_end")
    await floor.later(4)
    capture = left_over.state["capture"]
    assert (capture["status"], capture["left_over"]) == ("active", True)
    assert floor.simulator.floor.truth().running("1000") == []


async def test_its_end_is_no_endless_fault(floor, alice, left_over):
    press = await left_over.press("capture_end", confirmed=True)
    await floor.ended(left_over, press)
    await floor.later(90)
    capture = left_over.state["capture"]
    assert (capture["status"], capture["left_over"], capture["fault"]) == ("active", True, None)
    assert "capture_begin" in left_over.state["allowed"]


async def test_what_stands_without_a_customer_is_left_over(floor, alice):
    floor.simulator.floor.rules.stops_after_call = False
    tab = await floor.tab(alice)
    await floor.later(1)
    await tab.press("capture_begin")
    await floor.later(3)
    floor.simulator.floor.hang_up("1000")
    await floor.later(31)
    assert tab.state["capture"]["left_over"]


async def test_one_that_an_end_did_not_end_keeps_nobody_from_recording(floor, alice):
    """No start time betrays it: the call changed between two looks."""
    floor.simulator.floor.rules.stops_after_call = False
    tab = await floor.tab(alice)
    await floor.later(1)
    await tab.press("capture_begin")
    await floor.later(3)
    floor.simulator.floor.hang_up("1000")
    floor.simulator.floor.put_on_call("1000")
    press = await tab.press("capture_end")
    await floor.ended(tab, press)
    await floor.later(75)
    assert tab.state["capture"]["fault_code"] == "not_ended"
    assert "capture_begin" in tab.state["confirm"]
    press = await tab.press("capture_begin", confirmed=True)
    assert await floor.ended(tab, press) == ("done", None)
    await floor.later(3)
    assert (tab.state["capture"]["status"], tab.state["capture"]["ours"]) == ("active", True)
    assert len(floor.simulator.floor.truth().running("1000")) == 1
