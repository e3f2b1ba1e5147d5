"""Where an answer holds no verdict, the login may have been refused and counted (FACTS 1.7)."""

import logging
from collections import Counter

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from agentapi.outcomes import Accepted, NotSent, Silence, Unanswered
from agentapi.simulator.faults import FaultKind
from agentapi.versions import ServerVersion
from panel.models import Dialer
from panel.services import links

NO_VERDICT = Unanswered("HTTP 500", Silence.NO_VERDICT)
VERSION = Accepted(version=ServerVersion("2.14-84", 260302))
LOGINS = ("stereo_recording", "recording", "audio_playback", "logged_in_agents")


def spoil(floor, kind: FaultKind = FaultKind.HTTP_500) -> None:
    """Every call with a login is answered without a verdict, as a server does that cannot write its log."""
    for function in LOGINS:
        floor.simulator.floor.faults.add(kind, function=function, times=None)


def logins(floor) -> int:
    counts: Counter[str] = floor.simulator.floor.counts
    return sum(counts[function] for function in LOGINS)


@pytest.mark.parametrize("kind", [FaultKind.HTTP_500, FaultKind.GARBAGE, FaultKind.HTML], ids=str)
async def test_three_logins_without_a_verdict_end_it_while_the_version_answers(floor, alice, kind, caplog):
    caplog.set_level(logging.INFO)
    tab = await floor.tab(alice)
    await floor.work()
    before = logins(floor)
    spoil(floor, kind)
    await tab.press("play", button="recorded-line")
    await floor.later(60)
    assert logins(floor) - before == 3
    assert tab.state["link"]["dialer"] == "login_refused"
    assert "gives no verdict on Clipdeck's login" in tab.state["link"]["text"]
    assert tab.state["allowed"] == []
    said = [record.getMessage() for record in caplog.records if record.name == "panel.services.links"]
    assert sum("gives no verdict on Clipdeck's login" in line for line in said) == 1


async def test_a_login_that_is_new_is_held_to_the_same(floor, alice):
    spoil(floor)
    await Dialer.objects.aupdate(proved_at=None)
    await floor.tab(alice)
    before = logins(floor)
    await floor.later(60)
    assert logins(floor) - before == 3
    assert (await Dialer.objects.aget()).link == Dialer.Link.LOGIN_REFUSED


async def test_a_verdict_in_time_counts_from_the_beginning(floor, alice):
    tab = await floor.tab(alice)
    await floor.work()
    for _ in range(4):
        floor.simulator.floor.faults.add(FaultKind.HTTP_500, function="audio_playback", times=1)
        await tab.press("play", button="recorded-line")
        await floor.later(8)
        assert tab.state["link"]["dialer"] == "ok"
    dialer = await Dialer.objects.aget()
    assert (dialer.unanswered_logins, dialer.version_first) == (0, False)


async def test_while_nothing_answers_no_login_is_tried(floor, alice):
    tab = await floor.tab(alice)
    await floor.work()
    floor.simulator.floor.faults.add(FaultKind.HTTP_500, times=None)
    await tab.press("play", button="recorded-line")
    before = logins(floor)
    await floor.later(60)
    assert logins(floor) - before <= 1
    assert tab.state["link"]["dialer"] == "unreachable"
    floor.simulator.floor.faults.clear()
    await floor.later(3)
    assert tab.state["link"]["dialer"] == "ok"


@pytest.mark.django_db
def test_a_server_that_was_silent_altogether_is_not_taken_for_one_that_refuses(dialer):
    now = timezone.now()
    links.note(dialer.pk, [NO_VERDICT] * 3, now)
    links.note_probe(dialer.pk, NO_VERDICT, now, now)
    links.note_probe(dialer.pk, VERSION, now, now)
    assert Dialer.objects.get().link == Dialer.Link.UNREACHABLE
    links.note(dialer.pk, [Accepted()], now)
    assert Dialer.objects.get().link == Dialer.Link.OK


@pytest.mark.django_db
def test_an_answer_that_did_not_come_is_no_refusal(dialer):
    now = timezone.now()
    for _ in range(5):
        links.note(dialer.pk, [Unanswered("late")], now)
        links.note_probe(dialer.pk, VERSION, now, now)
    assert Dialer.objects.get().link == Dialer.Link.UNREACHABLE


@pytest.mark.django_db
def test_a_version_that_cannot_be_asked_for_is_an_outage(dialer):
    now = timezone.now()
    links.note(dialer.pk, [NO_VERDICT], now)
    links.note_probe(dialer.pk, NotSent("refused"), now, now)
    dialer.refresh_from_db()
    assert (dialer.link, dialer.version_first) == (Dialer.Link.UNREACHABLE, True)


async def test_new_credentials_begin_anew(floor, alice):
    tab = await floor.tab(alice)
    await floor.work()
    spoil(floor)
    await tab.press("play", button="recorded-line")
    await floor.later(10)
    assert tab.state["link"]["dialer"] == "login_refused"
    floor.simulator.floor.faults.clear()
    await sync_to_async(links.reopen)(await Dialer.objects.aget(), timezone.now())
    await floor.later(1)
    assert tab.state["link"]["dialer"] == "ok"


async def test_a_floor_without_a_verdict_is_left_after_three(floor, alice, dialer):
    dialer.non_agent_url, dialer.non_agent_user, dialer.non_agent_password = (
        floor.simulator.non_agent_url,
        "apiuser",
        "apipass",
    )
    await dialer.asave()
    tab = await floor.tab(alice)
    await floor.later(6)
    before = floor.simulator.floor.counts["logged_in_agents"]
    floor.simulator.floor.faults.add(FaultKind.HTTP_500, function="logged_in_agents", times=None)
    await floor.later(60)
    assert floor.simulator.floor.counts["logged_in_agents"] - before == 3
    await dialer.arefresh_from_db()
    assert "non-agent API answers without a verdict" in dialer.floor_text
    assert tab.state["link"]["dialer"] == "ok"


@pytest.mark.django_db
def test_a_server_in_another_language_is_told_as_such_and_locks_nobody_out(dialer):
    now = timezone.now()
    french = Unanswered("VICIdial does not answer in English: AVIS", Silence.TRANSLATED)
    for _ in range(5):
        links.note(dialer.pk, [french], now)
    dialer.refresh_from_db()
    assert (dialer.link, dialer.link_text) == (Dialer.Link.UNREACHABLE, links.TRANSLATED_TEXT)
    assert "English" in dialer.link_text
    links.note(dialer.pk, [Accepted()], now)
    dialer.refresh_from_db()
    assert dialer.link == Dialer.Link.OK
