"""The demo's file: it can be imported, and the simulator has what it names."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from agentapi.commands import audio_warning
from agentapi.simulator.floor import Floor, other_dialers
from agentapi.simulator.run import ZONE
from agentapi.simulator.store import CLIPS
from panel.configuration.importing import import_configuration
from panel.models import Agent, Board
from panel.selectors.people import roles_of

DEMO: dict[str, Any] = json.loads((Path(__file__).parents[3] / "demo" / "config.json").read_text())


@pytest.mark.django_db
def test_it_is_imported_without_a_warning():
    assert import_configuration(DEMO, {}).warnings == ()
    agents = list(Agent.objects.order_by("agent_user"))
    assert [(a.user.username, a.agent_user, a.dialer.name, a.board.name) for a in agents] == [
        ("alice", "1000", "main", "Sales"),
        ("bob", "1001", "main", "Sales"),
        ("carol", "1002", "off", "Sales"),
        ("dave", "1003", "old", "Sales"),
    ]
    alice = agents[0]
    assert alice.user.check_password("clipdeck-demo")
    assert roles_of(alice.user) == frozenset()
    buttons = Board.objects.get(name="Sales").buttons.all()
    assert len(buttons) == 10
    assert [button.hotkey for button in buttons] == list("1234567890")


def test_the_simulator_is_each_dialer_and_has_its_agents():
    floors = {"main": Floor.demo(), **other_dialers()}
    paths = {dialer["name"]: urlsplit(dialer["url"]).path for dialer in DEMO["dialers"]}
    assert paths == {"main": "/agc/api.php", "off": "/off/agc/api.php", "old": "/old/agc/api.php"}
    assert [dialer["non_agent"]["url"] for dialer in DEMO["dialers"]] == [
        dialer["url"].replace("agc/api.php", "vicidial/non_agent_api.php") for dialer in DEMO["dialers"]
    ]
    assert {dialer["timezone"] for dialer in DEMO["dialers"]} == {str(ZONE)}
    for agent in DEMO["agents"]:
        assert floors[agent["dialer"]].agent(agent["agent_user"]).name == agent["name"]


@pytest.mark.parametrize("clip", DEMO["clips"], ids=lambda clip: clip["name"])
def test_the_simulator_has_each_clip_with_its_length(clip):
    assert CLIPS[clip["audio"]] == clip["duration_seconds"]
    assert audio_warning(clip["audio"]) == ""
    words_per_second = len(clip["transcript"].split()) / clip["duration_seconds"]
    assert 2.0 <= words_per_second <= 3.0
