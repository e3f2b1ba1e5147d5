"""What the ledger is told of each play: how far the customer heard it."""

from agentapi.simulator.faults import FaultKind
from panel.models import Click


async def end_of(press: str) -> tuple[str, float | None]:
    click = await Click.objects.aget(pk=press)
    return click.play_end, click.play_seconds


async def test_a_clip_that_was_left_alone_was_played_in_full(floor, alice):
    tab = await floor.tab(alice)
    press = await tab.press("play", button="recorded-line")
    await floor.later(2)
    assert await end_of(press) == ("", None)
    await floor.later(4)
    assert await end_of(press) == ("full", 4.0)


async def test_a_replaced_clip_was_cut_and_both_answer_lines_were_read(floor, alice):
    tab = await floor.tab(alice)
    first = await tab.press("play", button="mini-miranda")
    await floor.later(3)
    second = await tab.press("play", button="greeting")
    await floor.work()
    assert next(m for m in reversed(tab.heard) if m.get("id") == second)["reason"] == "replaced"
    verdict, seconds = await end_of(first)
    assert verdict == "cut"
    assert seconds is not None
    assert 2.5 <= seconds <= 3.5
    assert (await Click.objects.aget(pk=first)).play_text.startswith("Another clip replaced it at ")
    await floor.later(4)
    assert await end_of(second) == ("full", 2.0)


async def test_a_stopped_clip_tells_where(floor, alice):
    tab = await floor.tab(alice)
    press = await tab.press("play", button="mini-miranda")
    await floor.later(5)
    await tab.press("stop")
    await floor.later(2)
    verdict, seconds = await end_of(press)
    assert verdict == "stopped"
    assert seconds is not None
    assert 4.5 <= seconds <= 5.5
    assert (await Click.objects.aget(pk=press)).play_evidence == "seen"


async def test_a_lost_answer_leaves_an_end_that_nobody_knows(floor, alice):
    tab = await floor.tab(alice)
    floor.simulator.floor.faults.add(FaultKind.CUT_AFTER, function="audio_playback")
    press = await tab.press("play", button="recorded-line")
    await floor.later(8)
    assert await end_of(press) == ("unknown", None)


async def test_an_agent_who_logs_out_hears_no_more(floor, alice):
    tab = await floor.tab(alice)
    press = await tab.press("play", button="mini-miranda")
    await floor.later(3)
    floor.simulator.floor.log_out("1000")
    await tab.press("pause")
    await floor.work()
    assert (await end_of(press))[0] == "cut"
