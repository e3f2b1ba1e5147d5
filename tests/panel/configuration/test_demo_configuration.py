"""The demo's file: it can be imported, and the simulator has what it names."""

import json
from pathlib import Path
from typing import Any

import pytest

from agentapi.commands import audio_warning
from agentapi.simulator.store import CLIPS
from panel.configuration.importing import import_configuration
from panel.models import Agent, Board
from panel.selectors.people import roles_of

DEMO: dict[str, Any] = json.loads((Path(__file__).parents[3] / "demo" / "config.json").read_text())


@pytest.mark.django_db
def test_it_is_imported_without_a_warning():
    assert import_configuration(DEMO, {}).warnings == ()
    alice, bob = Agent.objects.order_by("agent_user")
    assert [(a.user.username, a.agent_user, a.board.name) for a in (alice, bob)] == [
        ("alice", "1000", "Sales"),
        ("bob", "1001", "Sales"),
    ]
    assert alice.user.check_password("clipdeck-demo")
    assert roles_of(alice.user) == frozenset()
    buttons = Board.objects.get(name="Sales").buttons.all()
    assert len(buttons) == 10
    assert [button.hotkey for button in buttons] == list("1234567890")


@pytest.mark.parametrize("clip", DEMO["clips"], ids=lambda clip: clip["name"])
def test_the_simulator_has_each_clip_with_its_length(clip):
    assert CLIPS[clip["audio"]] == clip["duration_seconds"]
    assert audio_warning(clip["audio"]) == ""
    words_per_second = len(clip["transcript"].split()) / clip["duration_seconds"]
    assert 2.0 <= words_per_second <= 3.0
