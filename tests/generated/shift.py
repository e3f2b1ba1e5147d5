"""An hour at work of Alice's, as bad as it can be: what can happen in it, and how often."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from requests import Session as HttpSession

from agentapi.machine import Action
from agentapi.simulator.faults import FaultKind
from panel.models import Agent, Click
from tests.generated import truth
from tests.generated.world import World

SETTLED_AFTER = 45.0
"""Seconds: a STATUS at the idle pace, half of a deadline and its questions, a dead worker's burial."""
CARRIED_OUT = 4.0
"""Seconds: a turn of a screen in sight, and the STATUS that shows it."""

BUTTONS = ("recorded-line", "mini-miranda", "greeting", "missing")
PRESSES = [*((Action.PLAY, button) for button in BUTTONS), *((each, None) for each in Action if each != Action.PLAY)]
WHILE_PLAYING = {"mini-miranda": "replace", "greeting": "replace"}
LOSSES = [kind for kind in FaultKind if kind is not FaultKind.DELAY]
ON_THE_FLOOR = (
    ("hangup", "call"),
    ("hangup-undisposed", "call"),
    ("end-call", "call"),
    ("customer-gone", "call"),
    ("customer-gone", "hangup-undisposed"),
    ("pause", "call"),
    ("logout", "call"),
    ("emergency-logout", "call"),
    ("elsewhere", "call"),
    ("park", "retrieve"),
    ("park", "call"),
    ("transfer", "call"),
    ("crash", "login"),
    ("freeze", "unfreeze"),
    ("freeze", "unfreeze"),
    ("hide", "show"),
    ("hide", "show"),
    ("unlist", "unlist"),
    ("call", "call"),
    ("call", "call-inbound"),
    ("call-unknown", "call"),
    ("call-recorded", "call"),
)
SETTINGS = (
    ("stereo off", "stereo on"),
    ("may not record in stereo", "may do all"),
    ("may not record", "may do all"),
    ("records by itself", "records on demand"),
    ("logs no end", "logs the end"),
    ("slow", "fast"),
    ("campaign disabled", "campaign enabled"),
    ("warnings", "no warnings"),
)


THEN = (0.0, 0.05, 0.2, 0.4, 0.7, 1.3, 2.0, 3.5, 6.0)
FOR = (0.3, 1.0, 3.0, 7.0, 12.0)
LONG = (0.3, 1.0, 3.0, 7.0, 12.0, 40.0)
# What can happen, how often, and in which ways.
DEEDS = (
    (16, "press_what_is_allowed", range(12), THEN),
    (4, "press", PRESSES, THEN),
    (2, "press_two", PRESSES, PRESSES, THEN),
    (1, "press_again", range(100)),
    (3, "wait", THEN),
    (1, "wait", (15.0, 45.0, 80.0)),
    (2, "record", (0.5, 2.0)),
    (1, "slow", (0.0, 0.02, 0.3, 1.0, 2.0), (0.0, 0.3, 1.0, 2.5, 6.0), FOR),
    (2, "lose", LOSSES, ("audio_playback", "audio_playback", "recording", "recording", "floor")),
    (1, "away", FOR),
    (3, "on_the_floor", ON_THE_FLOOR, LONG),
    (1, "set", SETTINGS, LONG),
    (1, "floor_access", (True, False)),
    (1, "clock_steps", (-0.5, 2.5, 15.0)),
    (1, "others_play", ("PLAY", "STOP", "PAUSE", "RESTART")),
    (1, "others_record", ("BEGIN", "END")),
    (1, "sue_ends", THEN),
    (1, "close_the_panel", FOR),
    (1, "worker_dies", ("now", "claimed", "sent", "answered")),
    (1, "worker_stands_still", FOR),
    (1, "settles"),
)


@dataclass(frozen=True)
class How:
    """What a shift begins with: the floor's dice and PHP, how its dialer records, whether the floor is told of."""

    seed: int = 0
    php: int = 8
    capture: str = "stereo"
    with_floor: bool = False


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
        """Let everything heal and come to its end; AssertionError where what is shown then is wrong, or where nobody
        can record any more.
        """
        world = self.world
        world.heal()
        world.on_the_floor("hangup")
        world.pass_time(SETTLED_AFTER)
        self._holds(truth.once_settled(world))
        world.on_the_floor("call")
        world.pass_time(SETTLED_AFTER)
        self._holds(truth.once_settled(world) or truth.stuck(world))
        if world.state.capture.status == "active":
            # In mono an id stays until somebody clears it, although nothing is recorded any more (FACTS 2.11).
            world.press("capture_end")
            world.pass_time(CARRIED_OUT)
        world.press("capture_begin")
        world.pass_time(CARRIED_OUT)
        self._holds("a recording was begun, but none runs" if truth.nothing_of_ours_runs(world) else None)
        world.press("capture_end")
        world.pass_time(CARRIED_OUT)
        self._holds(None if truth.nothing_of_ours_runs(world) else "a recording was ended, but runs")

    @staticmethod
    def _holds(wrong: str | None) -> None:
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

    def _record(self, then):
        """The two presses without which nothing is ever recorded."""
        recording = self.world.state.capture.status == "active"
        self._press(("capture_end" if recording else "capture_begin", None), then)

    def _sue_ends(self, then):
        self.presses.append(self.world.press("capture_end", by_sue=True))
        self.world.pass_time(then)

    def _wait(self, seconds):
        self.world.pass_time(seconds)

    # -- the network and the floor -----------------------------------------------------------------

    def _slow(self, there, back, seconds):
        wire = self.world.wire
        wire.there, wire.back = there, back
        self.world.later(seconds, wire.is_fast)

    def _lose(self, kind, what):
        functions = {"recording": self.world.function, "floor": "logged_in_agents"}
        self.world.floor.faults.add(kind, function=functions.get(what, what))

    def _away(self, seconds):
        self.world.wire.connected = False
        self.world.later(seconds, self.world.wire.is_connected)

    def _on_the_floor(self, verbs, seconds):
        verb, back = verbs
        self.world.on_the_floor(verb)
        self.world.later(seconds, lambda: self.world.on_the_floor(back))
        if back == "hangup-undisposed" or verb == "crash":
            self.world.later(seconds + 2.0, lambda: self.world.on_the_floor("call"))

    def _set(self, settings, seconds):
        what, back = settings
        self.world.server_set(what)
        self.world.later(seconds, lambda: self.world.server_set(back))

    def _floor_access(self, is_open):
        self.world.floor_access(is_open=is_open)

    def _clock_steps(self, seconds):
        # What a worker sends that stood still while its clock was set back, nobody can tell from what is in time.
        if not self.world.somebody_stands_still():
            self.world.set_clock(seconds)

    def _others_play(self, stage):
        self.world.others_play(stage)

    def _others_record(self, word):
        self.world.others_record(word)

    # -- the panel and the workers -----------------------------------------------------------------

    def _close_the_panel(self, seconds):
        self.world.watched = False
        self.world.later(seconds, self.world.open_the_panel)

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
def shift(agent: Agent, supervisor: User, how: How) -> Iterator[Shift]:
    """A world of its own with an agent at work in it: of what it writes to the database, nothing stays."""
    with (
        transaction.atomic(),
        # It would close the connection that holds the transaction.
        mock.patch("panel.queue.close_old_connections"),
    ):
        world = World(agent, supervisor)
        try:
            with (
                mock.patch("panel.push.get_channel_layer", return_value=world),
                mock.patch("panel.push.home", world),
                mock.patch.object(HttpSession, "get_adapter", return_value=world.wire),
            ):
                world.begin(how.seed, how.php, how.capture, with_floor=how.with_floor)
                yield Shift(world)
        finally:
            world.end()
            transaction.set_rollback(True)
