"""An hour at work of Alice's, as bad as it can be: what can happen in it, and how often."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import UUID

from django.db import transaction
from requests import Session as HttpSession

from agentapi.machine import Action
from agentapi.simulator.faults import FaultKind
from panel.models import Agent, Click
from tests.generated import truth
from tests.generated.world import World

SETTLED_AFTER = 40.0
"""Seconds: a STATUS at the idle pace, a deadline and its questions, a dead worker's burial."""

BUTTONS = ("recorded-line", "mini-miranda", "greeting", "missing")
PRESSES = [*((Action.PLAY, button) for button in BUTTONS), *((each, None) for each in Action if each != Action.PLAY)]
WHILE_PLAYING = {"mini-miranda": "replace", "greeting": "replace"}
LOSSES = [kind for kind in FaultKind if kind is not FaultKind.DELAY]
ON_THE_FLOOR = ("hangup", "customer-gone", "pause", "logout", "elsewhere")


THEN = (0.0, 0.05, 0.2, 0.4, 0.7, 1.3, 2.0, 3.5, 6.0)
FOR = (0.3, 1.0, 3.0, 7.0, 12.0)
# What can happen, how often, and in which ways.
DEEDS = (
    (16, "press_what_is_allowed", range(12), THEN),
    (4, "press", PRESSES, THEN),
    (2, "press_two", PRESSES, PRESSES, THEN),
    (1, "press_again", range(100)),
    (3, "wait", THEN),
    (1, "slow", (0.0, 0.02, 0.3, 1.0, 2.0), (0.0, 0.3, 1.0, 2.5, 6.0), FOR),
    (2, "lose", LOSSES, ("audio_playback", "audio_playback", "stereo_recording")),
    (1, "away", FOR),
    (1, "on_the_floor", ON_THE_FLOOR, FOR),
    (1, "freeze", FOR),
    (1, "others_play", ("PLAY", "STOP", "PAUSE", "RESTART")),
    (1, "others_record", ("BEGIN", "END")),
    (1, "close_the_panel", FOR),
    (1, "worker_dies", ("now", "claimed", "sent", "answered")),
    (1, "worker_stands_still", FOR),
    (1, "settles"),
)


class Shift:
    """What is done, and what must be true after it. What goes wrong heals after a while, so that work goes on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.presses: list[UUID] = []

    def happens(self, name: str, *how: Any) -> None:
        """One deed of `DEEDS`; AssertionError where what is shown afterwards is wrong."""
        getattr(self, f"_{name}")(*how)
        wrong = truth.at_all_times(self.world)
        assert wrong is None, wrong

    def settle(self) -> None:
        """Let everything heal and come to its end; AssertionError where what is shown then is wrong."""
        self.world.heal()
        self.world.pass_time(SETTLED_AFTER)
        wrong = truth.once_settled(self.world)
        assert wrong is None, wrong

    # -- people press --------------------------------------------------------------------------

    def _press_what_is_allowed(self, number, then):
        reasons = self.world.reasons
        allowed = [
            (action, button) for action, button in PRESSES if WHILE_PLAYING.get(button or "", action) not in reasons
        ]
        self._press(allowed[number % len(allowed)] if allowed else ("stop", None), then)

    def _press(self, press, then):
        self.presses.append(self.world.press(*press))
        self.world.pass_time(then)

    def _press_two(self, first, second, then):
        self.presses += [self.world.press(*press) for press in (first, second)]
        self.world.pass_time(then)

    def _press_again(self, number):
        if self.presses:
            again = Click.objects.filter(pk=self.presses[number % len(self.presses)]).first()
            if again:
                self.world.press(again.action, again.press["button"] or None, again.pk)

    def _wait(self, seconds):
        self.world.pass_time(seconds)

    # -- the network and the floor -----------------------------------------------------------------

    def _slow(self, there, back, seconds):
        wire = self.world.wire
        wire.there, wire.back = there, back
        self.world.at(seconds, wire.is_fast)

    def _lose(self, kind, function):
        self.world.floor.faults.add(kind, function=function)

    def _away(self, seconds):
        self.world.wire.connected = False
        self.world.at(seconds, self.world.wire.is_connected)

    def _on_the_floor(self, verb, seconds):
        self.world.on_the_floor(verb)
        self.world.at(seconds, lambda: self.world.on_the_floor("call"))

    def _freeze(self, seconds):
        self.world.on_the_floor("freeze")
        self.world.at(seconds, lambda: self.world.on_the_floor("unfreeze"))

    def _others_play(self, stage):
        self.world.others_play(stage)

    def _others_record(self, word):
        self.world.others_record(word)

    # -- the panel and the workers -----------------------------------------------------------------

    def _close_the_panel(self, seconds):
        self.world.watched = False
        self.world.at(seconds, self.world.open_the_panel)

    def _worker_dies(self, step):
        if step == "now":
            self.world.processes[0].die()
        else:
            self.world.fate.dies = step

    def _worker_stands_still(self, seconds):
        self.world.fate.stalls = seconds

    def _settles(self):
        self.settle()


@contextmanager
def shift(agent: Agent, seed: int, php: int) -> Iterator[Shift]:
    """A world of its own with an agent at work in it: of what it writes to the database, nothing stays."""
    with (
        transaction.atomic(),
        # It would close the connection that holds the transaction.
        mock.patch("panel.queue.close_old_connections"),
    ):
        world = World(agent)
        try:
            with (
                mock.patch("panel.push.get_channel_layer", return_value=world),
                mock.patch("panel.push.home", world),
                mock.patch.object(HttpSession, "get_adapter", return_value=world.wire),
            ):
                world.begin(seed, php)
                yield Shift(world)
        finally:
            world.end()
            transaction.set_rollback(True)
