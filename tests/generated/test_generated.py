"""Random presses, answers, delays, losses, log-outs and restarts: what is shown stays true.

Hypothesis looks for a sequence that breaks a rule of `truth` and shortens it. The quick profile runs the same
examples each time; `CONTRIBUTING.md` says how to look further.
"""

from contextlib import ExitStack
from unittest import mock
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from requests import Session as HttpSession

from agentapi.machine import Action
from agentapi.simulator.faults import FaultKind
from panel.models import Click
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
    (1, "settle"),
)
# One rule for everything: hypothesis leaves whole rules out of an example, and without presses nothing happens.
ONE_DEED = st.one_of(
    *[st.tuples(st.just(name), *map(st.sampled_from, how)) for often, name, *how in DEEDS for _ in range(often)]
)


class Shift(RuleBasedStateMachine):
    """An hour at work of Alice's, as bad as it can be. What goes wrong heals after a while, so that work goes on."""

    def __init__(self, agent) -> None:
        super().__init__()
        self.agent = agent
        self.presses: list[UUID] = []
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        self.world = World(agent)

    @initialize(seed=st.integers(0, 9), php=st.sampled_from([8, 7]))
    def begin(self, seed, php):
        self.stack.enter_context(mock.patch("panel.push._send", self.world.push))
        self.stack.enter_context(mock.patch("panel.push._changed"))  # The wall is not looked at here.
        # It would close the connection that holds the example's transaction.
        self.stack.enter_context(mock.patch("panel.queue.close_old_connections"))
        self.stack.enter_context(mock.patch.object(HttpSession, "get_adapter", return_value=self.world.wire))
        self.world.begin(seed, php)

    @rule(what=ONE_DEED)
    def happens(self, what):
        name, *how = what
        getattr(self, f"_{name}")(*how)

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

    def _settle(self):
        self.world.heal()
        self.world.pass_time(SETTLED_AFTER)
        assert truth.once_settled(self.world) is None

    @invariant()
    def nothing_wrong_is_shown(self):
        assert truth.at_all_times(self.world) is None

    def teardown(self):
        try:
            self._settle()
        finally:
            self.world.end()
            self.stack.close()


@pytest.mark.django_db
def test_whatever_happens_what_is_shown_is_true(alice):
    run_state_machine_as_test(lambda: Shift(alice))  # type: ignore[arg-type]  # Whatever makes one will do.
