"""Each action from the socket to the customer's ear and back to every tab."""


async def test_a_play_is_heard_by_the_customer_and_shown_in_both_tabs(floor, alice):
    one, two = await floor.tab(alice), await floor.tab(alice)
    press = await one.press("play", button="recorded-line")
    await floor.work()
    assert one.told(press) == ["queued", "sent", "done"]
    assert two.told(press) == one.told(press)
    assert one.state["playback"]["status"] == "starting"
    await floor.later(1.5)
    assert floor.simulator.floor.audible("1000") == ["cd-recorded-line"]
    for tab in (one, two):
        assert tab.state["playback"]["status"] == "playing"
        assert tab.state["playback"]["evidence"] == "accepted"
        assert 1.0 <= tab.state["playback"]["position_seconds"] <= 1.5


async def test_a_clip_ends_by_its_length(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="recorded-line")
    await floor.work()
    await floor.later(6)
    assert tab.state["playback"]["status"] == "idle"
    assert floor.simulator.floor.audible("1000") == []


async def test_pause_holds_the_clip_and_resume_goes_on(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="mini-miranda")
    await floor.work()
    await floor.later(2)
    await tab.press("pause")
    await floor.work()
    held = tab.state["playback"]
    assert (held["status"], held["evidence"]) == ("paused", "seen")
    await floor.later(3)
    assert floor.simulator.floor.audible("1000") == []
    assert tab.state["playback"]["position_seconds"] == held["position_seconds"]
    await tab.press("resume")
    await floor.work()
    await floor.later(0.5)
    assert tab.state["playback"]["status"] == "playing"
    assert floor.simulator.floor.audible("1000") == ["cd-mini-miranda"]


async def test_restart_while_paused_resumes_first(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="mini-miranda")
    await floor.work()
    await floor.later(2)
    await tab.press("pause")
    await floor.work()
    await floor.later(1)
    await tab.press("restart")
    await floor.work()
    assert tab.state["playback"]["status"] == "playing"
    assert tab.state["playback"]["position_seconds"] == 0
    await floor.later(0.5)
    assert floor.simulator.floor.audible("1000") == ["cd-mini-miranda"]


async def test_stop_straight_after_play_leaves_silence(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="mini-miranda")
    await floor.work()
    await floor.later(0.25)
    stop = await tab.press("stop")
    await floor.work()
    await floor.later(2.5)
    assert tab.told(stop)[-1] == "done"
    assert tab.state["playback"]["status"] == "idle"
    assert floor.simulator.floor.audible("1000") == []


async def test_a_replacing_button_stops_the_clip_that_plays(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="recorded-line")
    await floor.work()
    await floor.later(1.5)
    press = await tab.press("play", button="mini-miranda")
    await floor.work()
    await floor.later(1)
    assert tab.told(press)[-1] == "done"
    assert floor.simulator.floor.audible("1000") == ["cd-mini-miranda"]


async def test_a_capture_is_active_only_when_vicidial_shows_its_id(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("capture_begin", label="_MIDCALL")
    await floor.work()
    assert tab.state["capture"]["status"] == "starting"
    await floor.later(3)
    (running,) = floor.simulator.floor.recordings("1000")
    capture = tab.state["capture"]
    assert capture["status"] == "active"
    assert capture["recording_id"] == str(running.id)
    assert capture["label"] == "_MIDCALL"
    assert capture["ours"] is True
    await tab.press("capture_end")
    await floor.work()
    assert tab.state["capture"]["status"] == "stopping"
    await floor.later(3)
    assert tab.state["capture"]["status"] == "idle"
    assert floor.simulator.floor.recordings("1000") == []


async def test_an_end_pressed_at_once_waits_for_its_begin(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("capture_begin")
    end = await tab.press("capture_end")
    await floor.work()
    assert tab.told(end) == ["queued"]
    await floor.later(5)
    assert tab.told(end)[-1] == "done"
    assert tab.state["capture"]["status"] == "idle"
    assert floor.simulator.floor.recordings("1000") == []


async def test_a_mono_dialer_records_with_its_own_function(floor, alice):
    alice.dialer.capture = "mono"
    await alice.dialer.asave()
    tab = await floor.tab(alice)
    await tab.press("capture_begin")
    await floor.work()
    await floor.later(3)
    assert tab.state["capture"]["status"] == "active"
    assert tab.state["capture"]["mono"] is True
    assert floor.simulator.floor.counts["stereo_recording"] == 0


async def test_versions_grow_by_one(floor, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="greeting")
    await floor.work()
    await floor.later(4)
    assert tab.versions == list(range(tab.versions[0], tab.versions[0] + len(tab.versions)))
