"""A supervisor presses at the wall: a click like any other, with their name, for the agents of their teams only."""

import json
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from panel.models import Click, Team
from panel.wall import hub as hubs
from panel.wall.consumer import WallConsumer


@pytest.fixture
async def wall(floor, sue, alice, monkeypatch):
    """Sue's wall, with Alice on it, watching her clicks."""
    # Time stands still but for the loop's own clock, by which the hub gathers.
    monkeypatch.setattr(hubs, "GATHER_SECONDS", 0.01)
    team = await Team.objects.acreate(name="Sales")
    await sync_to_async(team.agents.add)(alice)
    await sync_to_async(team.supervisors.add)(sue)
    socket = WebsocketCommunicator(WallConsumer.as_asgi(), "/ws/wall/")
    socket.scope["user"] = sue
    connected, _ = await socket.connect()
    assert connected
    yield socket
    await socket.disconnect()


async def until(socket, found) -> dict[str, Any]:
    while True:
        message = json.loads(await socket.receive_from(timeout=5))
        if found(message):
            return dict(message)


async def press(socket, agent, action) -> str:
    press_id = str(uuid4())
    await socket.send_json_to({"type": "click", "id": press_id, "agent": agent.pk, "action": action})
    await socket.send_json_to({"type": "ping"})
    await until(socket, lambda m: m["type"] == "pong")
    return press_id


async def test_she_stops_a_clip_and_the_agent_s_panel_says_who_did(floor, wall, alice, sue):
    tab = await floor.tab(alice)
    await tab.press("play", button="mini-miranda")
    await floor.work()
    await floor.later(3)
    assert tab.state["playback"]["status"] == "playing"

    press_id = await press(wall, alice, "stop")
    await floor.work()

    assert tab.told(press_id)[-1] == "done"
    assert {m["actor"] for m in tab.heard if m.get("id") == press_id} == {"Sue"}
    assert tab.state["playback"]["status"] == "stopping"
    click = await Click.objects.select_related("actor").aget(pk=press_id)
    assert (click.actor, click.actor_name, click.status) == (sue, "Sue", "done")
    await tab.say(type="resync")
    assert [c["actor"] for c in tab.heard[-1]["clicks"]] == [None, "Sue"]


async def test_she_ends_a_capture_and_sees_its_life_on_the_open_card(floor, wall, alice):
    tab = await floor.tab(alice)
    await tab.press("capture_begin")
    await floor.work()
    await floor.later(3)
    assert tab.state["capture"]["status"] == "active"
    await wall.send_json_to({"type": "watch", "agent": alice.pk})
    first = await until(wall, lambda m: m["type"] == "clicks")
    assert [(c["action"], c["status"], c["actor"]) for c in first["clicks"]] == [("capture_begin", "done", None)]

    press_id = await press(wall, alice, "capture_end")
    await floor.work()

    told = await until(wall, lambda m: m["type"] == "clicks" and m["clicks"][0]["status"] == "done")
    assert (told["agent"], told["clicks"][0]["id"], told["clicks"][0]["actor"]) == (alice.pk, press_id, "Sue")
    assert told["clicks"][0]["ended_at"]
    await floor.later(3)
    card = await until(wall, lambda m: "agents" in m and m["agents"][0]["state"]["capture"]["status"] == "idle")
    assert card["agents"][0]["key"] == alice.pk


async def test_what_makes_no_sense_is_rejected_as_it_is_at_the_panel(floor, wall, alice):
    await floor.tab(alice)
    press_id = str(uuid4())
    await wall.send_json_to({"type": "click", "id": press_id, "agent": alice.pk, "action": "stop"})
    answer = await until(wall, lambda m: m["type"] == "rejected")
    assert (answer["id"], answer["code"]) == (press_id, "not_playing")


async def test_the_same_id_again_is_the_same_click(floor, wall, alice):
    tab = await floor.tab(alice)
    await tab.press("play", button="mini-miranda")
    await floor.work()
    await floor.later(3)
    press_id = await press(wall, alice, "stop")
    await wall.send_json_to({"type": "click", "id": press_id, "agent": alice.pk, "action": "stop"})
    assert (await until(wall, lambda m: m.get("id") == press_id))["status"] == "queued"
    assert await Click.objects.filter(action="stop").acount() == 1


async def test_agents_of_other_teams_are_out_of_her_reach(floor, wall, alice, bob):
    tab = await floor.tab(bob)
    before = len(tab.heard)
    press_id = str(uuid4())
    await wall.send_json_to({"type": "click", "id": press_id, "agent": bob.pk, "action": "stop"})
    answer = await until(wall, lambda m: m["type"] == "rejected")
    assert (answer["id"], answer["code"]) == (press_id, "not_your_agent")
    await tab.listen()
    assert len(tab.heard) == before
    assert await Click.objects.acount() == 0


@pytest.mark.parametrize("action", ["play", "pause", "capture_begin"])
async def test_at_the_wall_one_can_only_stop_and_end(floor, wall, alice, action):
    await wall.send_json_to({"type": "click", "id": str(uuid4()), "agent": alice.pk, "action": action})
    assert (await until(wall, lambda m: m["type"] == "rejected"))["code"] == "malformed"
    assert await Click.objects.acount() == 0
