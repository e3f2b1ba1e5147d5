"""VICIdial away, refusing, or silent: every press has one end, and the panel says what is known."""

from asgiref.sync import sync_to_async

from agentapi.simulator.faults import FaultKind
from agentapi.simulator.server import SimulatorServer
from panel.models import Click, Dialer


async def test_no_simulator_means_certainly_not_carried_out(floor, alice):
    tab = await floor.tab(alice)
    await floor.work()
    floor.simulator.stop()
    press = await tab.press("play", button="recorded-line")
    await floor.work()
    assert tab.told(press)[-1] == "failed"
    assert tab.state["link"]["dialer"] == "unreachable"
    assert tab.state["playback"]["status"] == "idle"
    again = await tab.press("play", button="recorded-line")
    assert tab.told(again) == ["dialer_unreachable"]


async def test_a_dialer_that_comes_back_is_noticed_without_a_press(floor, alice):
    tab = await floor.tab(alice)
    await floor.work()
    port = floor.simulator.port
    floor.simulator.stop()
    await floor.later(31)
    assert tab.state["link"]["dialer"] == "unreachable"
    with SimulatorServer(floor.simulator.floor, port=port):
        await floor.later(3)
    assert tab.state["link"]["dialer"] == "ok"
    assert "play" in tab.state["allowed"]


async def test_a_wrong_api_password_stops_every_call_and_shows_no_password(floor, alice, bob):
    alice.dialer.password = "wrongcanary"
    await alice.dialer.asave()
    hers, his = await floor.tab(alice), await floor.tab(bob)
    await floor.work()
    assert hers.state["link"]["dialer"] == his.state["link"]["dialer"] == "login_refused"
    calls = sum(floor.simulator.floor.counts.values())
    press = await his.press("play", button="bobs-own")
    await floor.later(5)
    assert his.told(press) == ["login_refused"]
    assert sum(floor.simulator.floor.counts.values()) == calls
    assert "wrongcanary" not in str(hers.heard) + str(his.heard)
    kept = [click async for click in Click.objects.values()] + [row async for row in Dialer.objects.values("link_text")]
    assert "wrongcanary" not in str(kept)


async def test_a_lost_answer_is_unknown_and_never_sent_again(floor, alice):
    tab = await floor.tab(alice)
    await floor.work()
    floor.simulator.floor.faults.add(FaultKind.CUT_AFTER, function="audio_playback")
    press = await tab.press("play", button="recorded-line")
    await floor.work()
    assert tab.told(press)[-1] == "unknown"
    assert tab.state["playback"]["status"] == "unknown"
    assert "stop" in tab.state["allowed"]
    assert floor.simulator.floor.counts["audio_playback"] == 1
    stop = await tab.press("stop")
    await floor.later(2)
    assert tab.told(stop)[-1] == "done"
    assert floor.simulator.floor.audible("1000") == []


async def test_a_frozen_agent_screen_is_a_visible_fault(floor, alice):
    tab = await floor.tab(alice)
    floor.simulator.floor.freeze("1000")
    await tab.press("capture_begin")
    await floor.work()
    await floor.later(11)
    assert tab.state["capture"]["status"] == "starting"
    assert tab.state["capture"]["fault_code"] == "waiting_for_screen"
    await floor.later(61)
    assert tab.state["capture"]["status"] == "idle"
    assert tab.state["capture"]["fault_code"] == "not_begun"
    assert "capture_begin" in tab.state["allowed"]


async def test_a_server_too_old_for_stereo_says_so(floor, alice):
    floor.simulator.floor.stereo = False
    tab = await floor.tab(alice)
    press = await tab.press("capture_begin")
    await floor.work()
    assert tab.told(press)[-1] == "failed"
    capture = tab.state["capture"]
    assert (capture["status"], capture["capability"]) == ("unsupported", "too_old")
    assert "build 250830" in tab.state["reasons"]["capture_begin"]


async def test_a_clip_without_a_customer_is_refused_with_that_reason(floor, alice):
    tab = await floor.tab(alice)
    floor.simulator.floor.pause("1000")
    floor.clock.move(61)
    await sync_to_async(floor.queue.tend)()
    press = await tab.press("play", button="recorded-line")
    await floor.work()
    assert tab.told(press)[-1] in {"failed", "no_customer"}
    assert floor.simulator.floor.counts["audio_playback"] == 0


async def test_a_worker_that_died_leaves_an_unknown_that_is_never_sent_again(floor, alice):
    tab = await floor.tab(alice)
    press = await tab.press("play", button="recorded-line")
    await Click.objects.filter(pk=press).aupdate(status="sent", worker="dead")
    await floor.later(1)
    assert tab.told(press) == ["queued"]
    # Silence is taken for death only by somebody who has listened for long enough.
    await sync_to_async(floor.queue.tend)()
    await tab.listen()
    assert tab.told(press) == ["queued"]
    for _ in range(5):
        floor.clock.move(1)
        await sync_to_async(floor.queue.tend)()
    await tab.listen()
    assert tab.told(press)[-1] == "unknown"
    assert floor.simulator.floor.counts["audio_playback"] == 0
