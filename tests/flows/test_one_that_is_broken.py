"""One agent's state that this code cannot read, or that fails it, is that agent's trouble alone, and heals."""

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from panel.models import Alert, Click, Dialer, Session
from panel.models.secrets import EncryptedTextField
from panel.selectors import states, wall
from panel.services import alerts, asking, sessions

BROKEN = {"session": {"status": 5}, "playback": {"status": "of a later version"}}


@pytest.fixture
async def both(floor, alice, bob):
    """Two open panels, in a call; what is stored of Alice cannot be read any more."""
    for user in ("1000", "1001"):
        floor.simulator.floor.set_status(user, "INCALL")
    hers, his = await floor.tab(alice), await floor.tab(bob)
    await floor.later(9)
    await Session.objects.filter(agent=alice).aupdate(state=BROKEN, moves_at=timezone.now())
    return hers, his


async def test_time_passes_and_questions_go_for_all_others(floor, both, caplog):
    _, his = both
    press = await his.press("play", button="bobs-own")
    await floor.later(6)
    assert his.told(press) == ["queued", "sent", "done"]
    assert his.state["playback"]["status"] == "idle"
    assert any("cannot be read" in each.getMessage() and each.agent == "1000" for each in caplog.records)


async def test_nothing_is_known_of_them_until_vicidial_tells_something(floor, both, alice):
    hers, _ = both
    await hers.say(type="resync")
    assert hers.state["session"]["status"] == "UNKNOWN"
    await sync_to_async(sessions.watch)([alice.pk], timezone.now())
    await Session.objects.filter(agent=alice).aupdate(ask_at=timezone.now())
    await floor.work()
    assert hers.state["session"]["status"] == "INCALL"
    assert states.can_load((await Session.objects.aget(agent=alice)).state)


async def test_a_press_of_theirs_is_taken_in_and_ends(floor, both):
    hers, _ = both
    press = await hers.press("play", button="greeting")
    await floor.work()
    assert hers.told(press)[-1] == "done"
    assert hers.state["session"]["status"] == "INCALL"


async def test_a_press_that_nobody_can_read_keeps_the_next_one_from_nothing(floor, both):
    _, his = both
    first = await his.press("play", button="bobs-own")
    await Click.objects.filter(pk=first).aupdate(press={"action": "of a later version"})
    second = await his.press("capture_begin")
    assert his.told(second) == ["queued"]
    await floor.later(6)
    assert his.told(first) == ["queued", "failed"]
    assert his.told(second)[-1] == "done"


async def test_the_wall_shows_them_as_broken_and_all_others_as_they_are(both, alice, bob):
    now = timezone.now()
    shown = await sync_to_async(wall.cards)([alice.pk, bob.pk], now)
    assert b'"status":"UNKNOWN"' in bytes(shown[alice.pk].raw)
    assert wall.BROKEN.encode() in bytes(shown[alice.pk].raw)
    assert b'"status":"INCALL"' in bytes(shown[bob.pk].raw)
    assert wall.BROKEN.encode() not in bytes(shown[bob.pk].raw)
    marks = await sync_to_async(wall.marks)([alice.pk, bob.pk], now)
    assert marks == {key: card.mark for key, card in shown.items()}


async def test_a_card_that_fails_otherwise_is_drawn_as_broken(both, alice, bob, monkeypatch):
    view = states.state_view

    def fails(session, link, now):
        if session.agent_id == bob.pk and session.state:
            raise ZeroDivisionError
        return view(session, link, now)

    monkeypatch.setattr(wall, "state_view", fails)
    shown = await sync_to_async(wall.cards)([alice.pk, bob.pk], timezone.now())
    assert wall.BROKEN.encode() in bytes(shown[bob.pk].raw)


def failing_for(monkeypatch, module, name, agent):
    """Let a function fail for one agent alone."""
    works = getattr(module, name)

    def fails(first, *args, **kwargs):
        about = getattr(first, "agent_id", first)
        if about == agent.pk:
            raise ZeroDivisionError
        return works(first, *args, **kwargs)

    monkeypatch.setattr(module, name, fails)


@pytest.mark.parametrize("name", ["change", "locked"])
async def test_what_fails_for_one_agent_goes_on_for_the_others(floor, both, alice, monkeypatch, caplog, name):
    _, his = both
    failing_for(monkeypatch, sessions, name, alice)
    press = await his.press("play", button="bobs-own")
    await floor.later(6)
    assert his.told(press) == ["queued", "sent", "done"]
    assert his.state["playback"]["status"] == "idle"
    named = [each for each in caplog.records if each.name == "panel.guard"]
    assert {each.agent for each in named} == {str(alice.pk)}


async def test_a_look_at_the_whole_floor_reaches_the_others(floor, both, alice, bob, monkeypatch):
    _, his = both
    failing_for(monkeypatch, asking, "_seat", alice)
    fields = {"non_agent_url": floor.simulator.non_agent_url, "non_agent_user": "apiuser"}
    dialer = await Dialer.objects.aget()
    for name, value in {**fields, "non_agent_password": "apipass"}.items():
        setattr(dialer, name, value)
    await dialer.asave()
    floor.simulator.floor.set_status("1001", "PAUSED")
    await floor.later(6)
    assert his.state["session"]["status"] == "PAUSED"


async def test_an_alert_is_raised_for_the_others(both, alice, bob, monkeypatch):
    state = (await Session.objects.aget(agent=bob)).state
    fault = {**state["capture"], "fault": "not_begun"}
    await Session.objects.aupdate(state={**state, "capture": fault})
    failing_for(monkeypatch, alerts, "_of_agent", alice)
    await sync_to_async(alerts.review)(timezone.now())
    raised = [alert.agent_id async for alert in Alert.objects.filter(kind=Alert.Kind.NOT_BEGUN)]
    assert raised == [bob.pk]


async def test_a_push_reaches_the_others(both, alice, bob, monkeypatch):
    _, his = both
    failing_for(monkeypatch, states, "state_view", alice)
    before = his.versions[-1]
    await sync_to_async(sessions.announce)([alice.pk, bob.pk])
    await his.listen()
    assert his.versions[-1] == before + 1


async def test_a_dialer_whose_password_cannot_be_read_stops_no_other(floor, alice, monkeypatch, caplog):
    tab = await floor.tab(alice)
    await Dialer.objects.acreate(name="lost", url="http://127.0.0.1:9/agc/api.php", user="x", password="lost")
    read = EncryptedTextField.from_db_value

    def fails(field, value, *args):
        plain = read(field, value, *args)
        if plain == "lost":
            raise ImproperlyConfigured("its key is gone")
        return plain

    monkeypatch.setattr(EncryptedTextField, "from_db_value", fails)
    await floor.work()
    assert tab.state["session"]["status"] == "INCALL"
    assert any("Reading Dialer" in each.getMessage() for each in caplog.records)
