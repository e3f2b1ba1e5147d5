"""A BEGIN is a wish that may wait: for the screen, and, without a customer, for the next call (FACTS 7.4)."""

import pytest
from asgiref.sync import sync_to_async

from panel.models import Alert
from panel.services import alerts


async def open_alerts(floor) -> list[str]:
    await sync_to_async(alerts.review)(floor._now())
    return [alert.kind async for alert in Alert.objects.filter(cleared_at=None)]


@pytest.fixture
async def waiting(floor, alice):
    """A BEGIN that a frozen screen does not carry out."""
    tab = await floor.tab(alice)
    await floor.later(1)
    floor.simulator.floor.freeze("1000")
    press = await tab.press("capture_begin")
    assert await floor.ended(tab, press) == ("done", None)
    await floor.later(12)
    assert tab.state["capture"]["fault_code"] == "waiting_for_screen"
    return tab


async def test_a_begin_without_a_customer_is_refused_with_what_it_would_do(floor, alice):
    floor.simulator.floor.pause("1000")
    tab = await floor.tab(alice)
    await floor.later(3)
    press = await tab.press("capture_begin")
    assert await floor.ended(tab, press) == ("failed", "no_customer")
    assert "next call" in tab.heard[-1]["text"] or any("next call" in m.get("text", "") for m in tab.heard)
    assert not [request for request in floor.simulator.floor.requests if request.value == "BEGIN"]


async def test_a_hidden_tab_begins_within_a_minute_and_it_is_ours(floor, alice):
    tab = await floor.tab(alice)
    floor.simulator.floor.hide("1000")
    await floor.later(15)
    await tab.press("capture_begin")
    await floor.later(70)
    capture = tab.state["capture"]
    assert (capture["status"], capture["ours"], capture["fault_code"]) == ("active", True, None)


async def test_an_end_cannot_take_it_back_and_says_so(floor, alice, waiting):
    press = await waiting.press("capture_end")
    assert await floor.ended(waiting, press) == ("failed", "cannot_take_back")


async def test_an_end_takes_it_back_where_the_dialer_allows_the_accident(floor, alice, dialer, waiting):
    dialer.take_back_begin = True
    await sync_to_async(dialer.save)()
    press = await waiting.press("capture_end")
    assert await floor.ended(waiting, press) == ("done", None)
    floor.simulator.floor.unfreeze("1000")
    await floor.later(75)
    assert waiting.state["capture"]["status"] == "idle"
    assert floor.simulator.floor.truth().recordings_of("1000") == []


async def test_one_that_waits_when_the_call_ends_is_an_alert_until_the_next_call_shows_it(floor, alice, waiting):
    floor.simulator.floor.hang_up("1000", disposition=False)
    await floor.later(31)
    assert waiting.state["capture"]["fault_code"] == "will_begin_in_next_call"
    assert await open_alerts(floor) == ["begins_by_itself"]
    floor.simulator.floor.unfreeze("1000")
    await floor.later(5)
    floor.simulator.floor.put_on_call("1000")
    await floor.later(31)
    capture = waiting.state["capture"]
    assert (capture["status"], capture["ours"], capture["fault_code"]) == ("active", True, "begun_in_other_call")
    assert "begins_by_itself" not in await open_alerts(floor)


async def test_a_disposition_that_cleared_it_is_known_once_the_next_call_has_lasted(floor, alice, waiting):
    floor.simulator.floor.hang_up("1000")
    await floor.later(31)
    assert waiting.state["capture"]["fault_code"] == "will_begin_in_next_call"
    floor.simulator.floor.unfreeze("1000")
    floor.simulator.floor.put_on_call("1000")
    await floor.later(110)
    assert (waiting.state["capture"]["status"], waiting.state["capture"]["fault_code"]) == ("idle", None)


async def test_pressing_again_records_in_the_next_call(floor, alice, waiting):
    floor.simulator.floor.hang_up("1000", disposition=False)
    await floor.later(31)
    floor.simulator.floor.put_on_call("1000")
    await floor.later(31)
    floor.simulator.floor.unfreeze("1000")
    press = await waiting.press("capture_begin")
    await floor.later(3)
    assert await floor.ended(waiting, press) in [("done", None), ("failed", "already_capturing")]
    capture = waiting.state["capture"]
    assert (capture["status"], capture["ours"]) == ("active", True)
    assert len(floor.simulator.floor.truth().running("1000")) == 1


async def test_the_floor_shows_the_disposition_that_cleared_it(floor, alice, dialer, waiting):
    dialer.non_agent_url = floor.simulator.non_agent_url
    dialer.non_agent_user, dialer.non_agent_password = "apiuser", "apipass"
    await sync_to_async(dialer.save)()
    floor.simulator.floor.end_call("1000")
    await floor.later(6)
    assert waiting.state["session"]["sub_status"] == "DISPO"
    assert await open_alerts(floor) == ["begins_by_itself"]
    floor.simulator.floor.dispose("1000")
    await floor.later(6)
    assert waiting.state["capture"]["fault_code"] is None
    assert await open_alerts(floor) == []


async def test_a_call_replaced_between_two_looks_at_the_floor_keeps_the_alert(with_floor, alice):
    floor = with_floor
    tab = await floor.tab(alice)
    await floor.later(60)
    floor.simulator.floor.freeze("1000")
    await tab.press("capture_begin")
    await floor.later(20)
    floor.simulator.floor.hang_up("1000", disposition=False)
    floor.simulator.floor.put_on_call("1000")
    await floor.later(20)
    assert await open_alerts(floor) == ["begins_by_itself"]
    floor.simulator.floor.unfreeze("1000")
    await floor.later(20)
    assert tab.state["capture"]["fault_code"] == "begun_in_other_call"


async def test_a_customer_who_has_just_hung_up_is_found_by_the_floor_before_a_begin(with_floor, alice):
    tab = await with_floor.tab(alice)
    await with_floor.later(6)
    with_floor.simulator.floor.customer_hangs_up("1000")
    with_floor.clock.move(2)
    press = await tab.press("capture_begin")
    assert await with_floor.ended(tab, press) == ("failed", "no_customer")


async def test_it_is_looked_after_where_no_panel_is_open(floor, alice, waiting):
    await waiting.socket.disconnect()
    floor.tabs.remove(waiting)
    floor.clock.move(301)
    await floor.later(61)
    floor.simulator.floor.hang_up("1000", disposition=False)
    await floor.later(61)
    assert await open_alerts(floor) == ["begins_by_itself"]
