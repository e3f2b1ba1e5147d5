"""A clip counts as played in full only where a look after its end still found the customer."""

from panel.models import Click


async def play(floor, alice, seconds: float):
    tab = await floor.tab(alice)
    await floor.later(6)
    press = await tab.press("play", button="recorded-line")
    await floor.later(seconds)
    return press


async def end_of(press) -> Click:
    return await Click.objects.aget(pk=press)


async def test_one_question_at_its_end_finds_the_customer(floor, alice):
    press = await play(floor, alice, 1)
    asked = floor.simulator.floor.counts["stereo_recording"]
    await floor.later(6)
    assert (await end_of(press)).play_end == "full"
    assert floor.simulator.floor.counts["stereo_recording"] == asked + 1


async def test_a_call_that_ended_in_between_makes_it_unknown_and_tells_where_the_customer_was_last_seen(floor, alice):
    press = await play(floor, alice, 0.7)
    floor.simulator.floor.hang_up("1000")
    await floor.later(8)
    click = await end_of(press)
    assert click.play_end == "unknown"
    assert click.play_text == "The customer was last seen at 0.0 of 4.0 s."


async def test_a_session_that_changed_is_not_a_clip_that_never_played(floor, alice):
    press = await play(floor, alice, 1)
    floor.simulator.floor.log_out("1000")
    floor.simulator.floor.log_in("1000", session_id="9600999")
    await floor.later(8)
    click = await end_of(press)
    assert click.play_end == "unknown"
    assert "not playing" not in click.play_text


async def test_where_nobody_can_look_it_is_unknown(floor, alice):
    floor.simulator.floor.accounts.find("apiuser").functions = ["audio_playback"]
    press = await play(floor, alice, 25)
    assert (await end_of(press)).play_end == "unknown"


async def test_the_floor_tells_of_a_customer_who_hung_up_while_the_agent_stayed(with_floor, alice):
    press = await play(with_floor, alice, 1)
    with_floor.simulator.floor.customer_hangs_up("1000")
    await with_floor.later(12)
    assert (await end_of(press)).play_end in {"unknown", "cut"}


async def test_the_floor_tells_of_another_call_with_the_same_status(with_floor, alice):
    press = await play(with_floor, alice, 1)
    with_floor.simulator.floor.put_on_call("1000")
    await with_floor.later(12)
    assert (await end_of(press)).play_end in {"unknown", "cut"}


async def test_the_floor_s_look_at_the_end_makes_it_full(with_floor, alice):
    press = await play(with_floor, alice, 8)
    assert (await end_of(press)).play_end == "full"
