"""The wall's socket: who gets in, what is told first and later, and who is never told."""

import asyncio
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone

from agentapi import machine
from panel import push
from panel.groups import WALL
from panel.models import Click, Session, Worker
from panel.selectors.states import store
from panel.selectors.wall import cards
from panel.services import alerts, boards, sessions, workers
from panel.wall.consumer import WallConsumer

OWN_HOST = (b"host", b"deck.example")
IN_CALL = machine.Session("INCALL", "8600051")


async def refused_with(user, *headers) -> int:
    socket = WebsocketCommunicator(WallConsumer.as_asgi(), "/ws/wall/", headers=[OWN_HOST, *headers])
    socket.scope["user"] = user
    await socket.connect()
    answer = await socket.receive_output()
    assert answer["type"] == "websocket.close", "A card was sent before the refusal."
    return int(answer["code"])


def change(agent, status="INCALL"):
    """The agent's state changed, as any service would have it."""
    sessions.change(agent.pk, lambda *_: machine.State(machine.Session(status)), timezone.now())


async def test_nobody_gets_in_without_a_login(transactional_db):
    assert await refused_with(AnonymousUser()) == 4401


@pytest.mark.parametrize("name", ["eve", "otto", "alice"])
async def test_who_is_no_supervisor_has_no_wall(transactional_db, request, do, name, eve, otto, alice):
    who = request.getfixturevalue(name)
    assert await refused_with(getattr(who, "user", who)) == 4403


async def test_a_page_of_another_site_is_refused(transactional_db, ada):
    assert await refused_with(ada, (b"origin", b"https://evil.example")) == 4403


async def test_the_wall_comes_first_then_what_changes(walls, do, sue, alice, team_a):
    wall = await walls(sue)
    first = wall.heard[0]
    assert (first["type"], first["protocol"]) == ("wall", 1)
    assert [card["name"] for card in first["agents"]] == ["Alice"]
    assert [board["name"] for board in first["boards"]] == ["Sales"]
    await do(change, alice)
    update = await wall.until("agents")
    assert [card["state"]["session"]["status"] for card in update["agents"]] == ["INCALL"]
    assert update["version"] > first["version"]


async def test_resync_brings_the_whole_again(walls, sue, team_a):
    wall = await walls(sue)
    await wall.say(type="resync")
    again = await wall.until("wall")
    assert again["version"] > wall.heard[0]["version"]


async def test_ping_is_answered_and_nonsense_named(walls, sue):
    wall = await walls(sue)
    await wall.say(type="ping")
    await wall.until("pong")
    await wall.say(type="click", id=str(uuid4()), agent=1, action="play")
    assert (await wall.until("rejected"))["code"] == "malformed"
    await wall.socket.send_to(bytes_data=b"{}")
    assert (await wall.until("rejected"))["code"] == "malformed"


async def test_a_supervisor_without_a_team_is_told_of_nobody(walls, do, sue, alice):
    wall = await walls(sue)
    await do(change, alice)
    await wall.settle()
    assert wall.cards() == {}


async def test_sue_is_never_told_a_byte_about_team_b(walls, do, sue, ada, alice, bob, team_a, team_b):
    """Whatever happens to Bob: not his name, not his number, not his board, team or buttons."""
    wall, everybody = await walls(sue), await walls(ada)
    for each in (wall, everybody):
        await each.say(type="watch", agent=bob.pk)
    await do(alice.board.__class__.objects.update, alert_paused_seconds=1)
    await do(
        sessions.change,
        bob.pk,
        lambda *_: machine.State(IN_CALL, machine.Capture(fault=machine.Fault.NOT_ENDED)),
        timezone.now(),
    )
    await do(
        sessions.change,
        bob.pk,
        lambda *_: machine.State(IN_CALL, machine.Capture(fault=machine.Fault.NOT_BEGUN)),
        timezone.now(),
    )
    await do(alerts.review, timezone.now())
    click = await do(Click.objects.create, id=uuid4(), agent=bob, actor=bob.user, action="play", press={"clip": "bobs"},
                     requested_at=timezone.now(), not_before=timezone.now(), expires_at=timezone.now())  # fmt: skip
    await do(push.push_click, click)
    while not (await everybody.until("clicks"))["clicks"]:
        pass
    await do(boards.changed)
    await do(change, alice)
    await everybody.until("wall")
    await everybody.settle()
    await wall.settle()
    told = "\n".join(wall.texts)
    assert "Alice" in told
    for word in (
        "Bob",
        "1001",
        "Collections",
        "bobs",
        "Team B",
        '"tom',
        "Tom",
        f'"key":{bob.pk},',
        f'"agent":{bob.pk},',
    ):
        assert word not in told, word
    assert "Bob" in "\n".join(everybody.texts)
    assert any(message["type"] == "alerts" and message["alerts"] for message in everybody.heard)


async def test_who_is_given_a_team_is_told_of_it_at_once(walls, do, sue, bob, team_a, team_b):
    wall = await walls(sue)
    await do(team_b.supervisors.add, sue)
    await wall.until("wall")
    assert set(wall.cards()) == {"1000", "1001"}


async def test_who_loses_a_team_is_told_of_it_no_more(walls, do, sue, alice, bob, team_a, team_b):
    await do(team_b.supervisors.add, sue)
    wall = await walls(sue)
    await do(team_b.supervisors.remove, sue)
    await wall.until("wall")
    assert set(wall.cards()) == {"1000"}
    before = len(wall.texts)
    await do(change, bob)
    await do(change, alice)
    await wall.settle()
    assert "1001" not in "\n".join(wall.texts[before:])


async def test_who_loses_the_role_is_closed(walls, do, sue, team_a):
    wall = await walls(sue)
    await do(sue.groups.remove, await do(Group.objects.get, name="supervisor"))
    while (answer := await wall.socket.receive_output(timeout=5))["type"] != "websocket.close":
        pass
    assert answer["code"] == 4403


async def test_two_viewers_of_the_same_scope_share_one_message(walls, do, sue, ada, alice, team_a, monkeypatch):
    first, second = await walls(sue), await walls(ada)
    read = []

    def counted(keys, now):
        read.append(keys)
        return cards(keys, now)

    monkeypatch.setattr("panel.selectors.wall.cards", counted)
    await do(change, alice)
    assert (await first.until("agents")) == (await second.until("agents"))
    assert first.texts[-1] == second.texts[-1]
    assert [keys for keys in read if alice.pk in keys] == [{alice.pk}]


async def test_a_change_that_the_layer_lost_is_found(walls, do, sue, alice, team_a):
    await do(sessions.ensure_session, alice)
    wall = await walls(sue)
    state = store(machine.State(machine.Session("PAUSED")))
    await do(Session.objects.filter(agent=alice).update, version=5, state=state)
    update = await wall.until("agents")
    assert [card["version"] for card in update["agents"]] == [5]


async def test_an_opened_and_a_closed_panel_show(walls, do, sue, alice, team_a):
    await do(sessions.ensure_session, alice)
    wall = await walls(sue)
    await do(sessions.watch, [alice.pk], timezone.now())
    assert [card["panel_open"] for card in (await wall.until("agents"))["agents"]] == [True]
    await do(Session.objects.update, watched_until=timezone.now())
    assert [card["panel_open"] for card in (await wall.until("agents"))["agents"]] == [False]


async def test_the_last_worker_s_end_reaches_every_card_and_is_an_alert(walls, do, sue, team_a):
    await do(workers.sign_in, "w", timezone.now())
    wall = await walls(sue)
    assert wall.cards()["1000"]["state"]["link"]["worker"] == "ok"
    await do(Worker.objects.all().delete)
    await wall.until("agents")
    await wall.settle()
    assert wall.cards()["1000"]["state"]["link"]["worker"] == "away"
    assert [alert["kind"] for alert in [m for m in wall.heard if m["type"] == "alerts"][-1]["alerts"]] == [
        "worker_away"
    ]


async def test_no_byte_reaches_a_foreign_supervisor(walls, do, sue, tom, alice, bob, team_a, team_b):
    """Not even that something happened: Bob is recorded, is an alert, and is calm again; Sue's wall stays silent."""
    await do(workers.sign_in, "w", timezone.now())
    wall, toms = await walls(sue), await walls(tom)
    await wall.settle()
    before, first = len(wall.texts), wall.heard[0]["version"]
    for capture in (machine.Capture(fault=machine.Fault.NOT_BEGUN), machine.Capture()):
        changed = machine.State(IN_CALL, capture)
        await do(sessions.change, bob.pk, lambda *_, changed=changed: changed, timezone.now())
        await do(alerts.review, timezone.now())
        while bool((await toms.until("alerts"))["alerts"]) is (capture.fault is None):
            pass
    await wall.settle()
    assert wall.texts[before:] == []
    await do(change, alice)
    assert (await wall.until("agents"))["version"] == first + 1


@pytest.fixture
def listening(monkeypatch) -> list[str]:
    """The channels that joined the walls' group and did not leave it again."""
    layer, joined = get_channel_layer(), []
    add, discard = layer.group_add, layer.group_discard

    async def group_add(group, channel) -> None:
        # As Redis does, which answers over the network.
        await asyncio.sleep(0.01)
        joined.extend([channel] if group == WALL else [])
        await add(group, channel)

    async def group_discard(group, channel) -> None:
        if group == WALL:
            joined.remove(channel)
        await discard(group, channel)

    monkeypatch.setattr(layer, "group_add", group_add, raising=False)
    monkeypatch.setattr(layer, "group_discard", group_discard, raising=False)
    return joined


async def test_walls_opened_at_the_same_moment_are_told_by_one_hub(walls, listening, ada, sue, tom, team_a, team_b):
    await asyncio.gather(*(walls(user) for user in (ada, sue, tom, ada, sue)))
    assert len(listening) == 1


async def test_the_last_wall_that_closes_ends_the_hub(walls, listening, sue, team_a):
    wall = await walls(sue)
    assert len(listening) == 1
    await wall.socket.disconnect()
    await asyncio.sleep(0)
    assert listening == []
