"""One agent's whole world on one clock that stands still unless told: VICIdial, the database, workers, the network.

Nothing runs beside anything else: workers' calls are greenlets, woken in the order of time, so that every run of a
sequence of events is the same. The services, the queue, the worker's `carry_out`, the client and the simulator are
the real ones.
"""

from __future__ import annotations

import heapq
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Min
from greenlet import GreenletExit, getcurrent, greenlet

from agentapi.client import HttpAgentApi
from agentapi.machine import Action, Rules, State
from agentapi.simulator.agents import DEMO
from agentapi.simulator.floor import AGENT_SCRIPT, Floor
from agentapi.simulator.params import Params
from agentapi.simulator.playback import Action as Deed
from agentapi.simulator.recording import WORDS, Kind
from agentapi.simulator.reply import Answer
from agentapi.simulator.rules import CampaignRecording, Mode
from agentapi.worker import Inquiry, Job, carry_out
from panel.models import Agent, Click, Dialer, Session
from panel.protocol import ClickFrame, Rejected
from panel.queue import DatabaseQueue
from panel.selectors.states import link_view, load, rules_of, state_view
from panel.services import clicks, links, sessions
from tests.generated.chronicle import ALICE, Chronicle
from tests.generated.wire import Wire

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CAROL = "1002"
NEW_YORK = ZoneInfo("America/New_York")
NON_AGENT_URL = "http://127.0.0.1:9/vicidial/non_agent_api.php"
SECOND = 1_000_000
SWEEP = 0.25
TEND = 3.0
"""Less often than a worker does: it would be most of what an example costs."""
LONGEST_SILENCE = 1.5
"""But never as long ago as this when it takes a click."""
LOOK = 0.1
"""How often what can be heard is looked at while time passes: no overlap of two clips is shorter than that for long."""
LOOK_IN_SILENCE = 0.5
WATCH = 12.0
RESTART_AFTER = 2.0

QUIET_FOR_CLIPS = frozenset(
    {"customer-gone", "freeze", "unfreeze", "hide", "show", "crash", "park", "retrieve", "unlist"}
)
"""What somebody can do on the floor without ending a clip."""

SETTINGS: dict[str, tuple[str, str, Any]] = {
    "stereo off": ("server", "switched_off", True),
    "stereo on": ("server", "switched_off", False),
    "warnings": ("server", "shows_errors", True),
    "no warnings": ("server", "shows_errors", False),
    "may not record in stereo": ("user", "functions", frozenset({"audio_playback", "recording"})),
    "may not record": ("user", "functions", frozenset({"audio_playback"})),
    "may do all": ("user", "functions", None),
    "records by itself": ("rules", "campaign_recording", CampaignRecording.ALLFORCE),
    "records on demand": ("rules", "campaign_recording", CampaignRecording.ONDEMAND),
    "logs no end": ("rules", "stops_after_call", False),
    "logs the end": ("rules", "stops_after_call", True),
    "slow": ("rules", "asks_twice", True),
    "fast": ("rules", "asks_twice", False),
    "campaign disabled": ("rules", "campaign_mode", Mode.DISABLED),
    "campaign enabled": ("rules", "campaign_mode", Mode.BOTH_CHANNELS),
}
"""What can be set at VICIdial: whose setting, its name, its value."""
HEALTHY = ("stereo on", "may do all", "records on demand", "logs the end", "fast", "campaign enabled")

Step = Literal["claimed", "sent", "answered"]
"""Where in a click's life its worker meets its fate: before the call, in the middle of it, before it is recorded."""


@dataclass
class Outside:
    """What others did that Clipdeck cannot have been told: until it is over, what is shown may be wrong."""

    clip: bool = False
    """A clip of others is in the conference."""
    toggle: bool = False
    """Others paused, resumed or restarted what plays."""
    end: bool = False
    """What played was ended by others, or by the end of the call; `ended_at` is when."""
    ended_at: float = 0.0
    recording_at: float = 0.0
    """When others, or the agent's screen, last did something to the recording."""


@dataclass
class Fate:
    """What happens to the worker of the next click: it dies at a step, or stands still before it sends."""

    dies: Step | None = None
    stalls: float = 0.0


class Process:
    """A worker's process: what it has in hand dies with it."""

    def __init__(self, world: World) -> None:
        self.world, self.queue, self.alive = world, DatabaseQueue(f"worker-{next(world.numbers)}"), True
        self.hands: set[greenlet] = set()
        self.stalled_until = self.tended_at = 0.0

    def sweep(self) -> bool:
        """What the worker's loop does once: show that it lives, hand out clicks, then questions."""
        if self.world.now - self.tended_at > LONGEST_SILENCE:
            self.tend()
        jobs, asks = self.queue.claim(16), self.queue.due(16)
        for job in jobs:
            self._take(lambda job=job: self._carry(job), job.click_id)  # type: ignore[misc]
        for ask in asks:
            self._take(lambda ask=ask: self._ask(ask), None)  # type: ignore[misc]
        return bool(jobs or asks)

    def tend(self) -> None:
        if self.alive and self.world.now >= self.stalled_until:
            self.tended_at = self.world.now
            self.queue.tend(0.0)

    def die(self) -> None:
        self.alive = False
        self.world.at(RESTART_AFTER, self.world.replace_the_dead)
        for hand in list(self.hands):
            hand.throw(GreenletExit)
        self.hands.clear()

    def _take(self, work: Callable[[], None], click_id: UUID | None) -> None:
        def run() -> None:
            try:
                work()
            finally:
                self.hands.discard(hand)

        hand = greenlet(run, parent=self.world.hub)
        hand.process, hand.click_id = self, click_id  # type: ignore[attr-defined]
        self.hands.add(hand)
        self.world.at(0.0, hand.switch)

    def _carry(self, job: Job) -> None:
        world = self.world
        fate, world.fate = world.fate, Fate()
        if fate.stalls:
            self.stalled_until = world.now + fate.stalls
            world.wait(fate.stalls)
        if fate.dies == "claimed":
            self._dies()
        if fate.dies == "sent":
            world.at(world.wire.there + world.wire.back / 2, self.die)
        done = carry_out(world.api, job, world.clock, world.wait)
        if fate.dies == "answered":
            self._dies()
        self.queue.finish(job, done)
        world.committed()

    def _dies(self) -> None:
        # The others in hand are ended from outside: one that ends gives control to the hub, not back to here.
        self.alive = False
        self.world.at(0.0, self.die)
        raise GreenletExit

    def _ask(self, ask: Inquiry) -> None:
        asked_at = self.world.clock()
        outcome = self.world.api.execute(ask.dialer, ask.agent_user, ask.command)
        self.queue.observed(ask, outcome, asked_at)
        self.world.committed()


class Watched(Floor):
    """A floor that tells what it really answered last, whatever became of that on the way."""

    answered = ""

    def answer(self, script: str, params: Params) -> Answer:
        reply = super().answer(script, params)
        self.answered = reply.text
        return reply


class World:
    """Alice, her panel, Sue who supervises her, two workers, and VICIdial with Carol beside Alice."""

    def __init__(self, agent: Agent, supervisor: User) -> None:
        self.agent, self.supervisor, self.numbers, self._order = agent, supervisor, count(1), count()
        self.set_ahead = 0.0
        self._put_in_order = 0
        self.hub = getcurrent()
        self.wire, self.outside, self.fate = Wire(self), Outside(), Fate()
        self.api = HttpAgentApi()
        self.events: list[tuple[int, int, Callable[[], object]]] = []
        self.pushed: list[dict[str, Any]] = []
        self.heard_two: list[str] = []
        self.rejected: list[tuple[float, Action, str]] = []
        self.judged: set[UUID] = set()
        self.clock_set_at = 0.0
        self.watched = True
        self.processes: list[Process] = []
        self._travel = time_machine.travel(NOON, tick=False)
        self._traveller = self._travel.start()

    def begin(self, seed: int, php: int, capture: str, *, with_floor: bool) -> None:
        """Open shop: a floor with these dice and this PHP, a panel, two workers."""
        people = (DEMO[0], DEMO[2])
        self.floor = Watched(people, clock=lambda: self.now, seed=seed, php=php, zone=NEW_YORK, kept=None)
        self.chronicle = Chronicle(self.floor, ALICE, Kind.STEREO if capture == "stereo" else Kind.MONO)
        Dialer.objects.update(capture=capture)
        self.floor_access(is_open=with_floor)
        self._watch_at = self._tend_at = self._due = self.now
        self.processes = [Process(self), Process(self)]
        sessions.ensure_session(self.agent)
        self.pass_time(1.0)

    def end(self) -> None:
        for process in self.processes:
            process.die()
        self._travel.stop()

    # -- time --------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """The true time, by which VICIdial goes."""
        return time.time() - self.set_ahead

    @property
    def _micros(self) -> int:
        # Whole numbers, so that a moment is reached exactly.
        return round(self.now * SECOND)

    @staticmethod
    def clock() -> datetime:
        """The time by Clipdeck's clock."""
        return datetime.now(UTC)

    def true(self, moment: datetime) -> float:
        """A moment by Clipdeck's clock as it stands now -> the true time."""
        return moment.timestamp() - self.set_ahead

    def somebody_stands_still(self) -> bool:
        """Whether a worker does, or will with its next click."""
        return bool(self.fate.stalls) or any(process.stalled_until > self.now for process in self.processes)

    def set_clock(self, seconds: float) -> None:
        """Clipdeck's clock is corrected: what it estimated before is off by as much."""
        self.set_ahead += seconds
        self._traveller.shift(timedelta(seconds=seconds))
        self.outside.toggle, self.chronicle.clock_known = True, False
        self.outside.recording_at = self.clock_set_at = self.now

    def at(self, seconds: float, work: Callable[[], object]) -> None:
        """Let something happen so many seconds from now."""
        heapq.heappush(self.events, (self._micros + round(seconds * SECOND), next(self._order), work))

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """Let somebody do something so many seconds from now, unless all was put in order before."""
        order = self._put_in_order
        self.at(seconds, lambda: work() if order == self._put_in_order else None)

    def wait(self, seconds: float) -> None:
        """Called by a worker's hand: come back here later, but not while its process stands still."""
        hand: Any = getcurrent()
        self.at(seconds, hand.switch)
        self.hub.switch()
        while self.now < hand.process.stalled_until:
            self.at(LOOK, hand.switch)
            self.hub.switch()

    def at_work(self) -> UUID | None:
        """The click for which the running hand works."""
        click_id: UUID | None = getattr(getcurrent(), "click_id", None)
        return click_id

    def pass_time(self, seconds: float) -> None:
        """Let everything happen that happens in this time."""
        end = self._micros + round(seconds * SECOND)
        self._happen()
        while self._micros < end:
            coming = self.events[0][0] if self.events else end
            look = LOOK if self.floor.agents[ALICE].conference.channels else LOOK_IN_SILENCE
            moment = min(end, self._micros + round(look * SECOND), coming)
            self._traveller.shift(timedelta(microseconds=moment - self._micros))
            if coming <= moment or self.now >= min(self._tend_at, self._watch_at, self._due):
                self._happen()
            self._listen()

    def _happen(self) -> None:
        """All that is to be done at this moment."""
        self._routine()
        while True:
            while self.events and self.events[0][0] <= self._micros:
                heapq.heappop(self.events)[2]()
            self._due = self._next_due()
            if self._due > self.now or not self._sweep():
                break
        self.committed()
        # A sweep finds what nobody rang for, such as what stands still with its worker.
        self._due = max(self._due, self.now + SWEEP)

    def _sweep(self) -> bool:
        """The workers take turns; one that stands still is passed over."""
        self.processes.reverse()
        ready = (each for each in self.processes if each.alive and each.stalled_until <= self.now)
        process = next(ready, None)
        return process is not None and process.sweep()

    def _routine(self) -> None:
        """What is done now and then: workers show that they live, an open panel that it is watched."""
        if self.now >= self._tend_at:
            self._tend_at = self.now + TEND
            for process in self.processes:
                process.tend()
        if self.now >= self._watch_at:
            self._watch_at = self.now + WATCH
            if self.watched:
                sessions.watch([self.agent.pk], self.clock())
        self.committed()

    def _next_due(self) -> float:
        """When the database has work for a worker."""
        moments = [*Session.objects.values_list("moves_at", "ask_at").get()]
        moments.append(Click.objects.filter(status="queued").aggregate(first=Min("not_before"))["first"])
        dialer = Dialer.objects.values("link", "doubted_at", "probe_at", "look_again_at", "floor_ask_at").get()
        if dialer["link"] != Dialer.Link.OK or dialer["doubted_at"]:
            moments.append(dialer["probe_at"])
        else:
            # Without a moment it is due, but for a floor that nobody may ask for.
            moments += [dialer["look_again_at"] or self.clock(), dialer["floor_ask_at"]]
        return min((self.true(moment) for moment in moments if moment), default=float("inf"))

    def _listen(self) -> None:
        self.chronicle.note()
        heard = self.floor.in_conference(ALICE)
        if not self.floor.agents[ALICE].conference.channels:
            # What others held or let go on has ended at another time than Clipdeck believes.
            self.outside.end |= self.outside.toggle
            self.outside.clip = self.outside.toggle = False
        if len(heard) > 1 and not self.outside.clip:
            self.heard_two.append(f"{' over '.join(heard)} at {self.now}")

    def committed(self) -> None:
        """Run what waits for a commit: every example is one transaction that is rolled back."""
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for entry in waiting:
            entry[1]()

    async def group_send(self, _: str, message: Mapping[str, Any]) -> None:
        """Stands where messages leave for the layer."""
        self.pushed += map(json.loads, message.get("texts", ()))

    @staticmethod
    def submit(*works: Coroutine[Any, Any, None], first: Callable[[], None] = lambda: None) -> None:
        """Stands where the loop that talks to the layer is woken. Nothing here ever waits for anything."""
        first()
        for work in works:
            with suppress(StopIteration):
                work.send(None)

    # -- what people do ----------------------------------------------------------------------------------------------

    def press(
        self, action: Action | str, button: str | None = None, press_id: UUID | None = None, *, by_sue: bool = False
    ) -> UUID:
        """Somebody presses, and confirms it where that is wanted."""
        frame = ClickFrame(press_id or UUID(int=next(self.numbers)), Action(action), button, confirmed=True)
        actor = self.supervisor if by_sue else self.agent.user
        answer = clicks.request_click(self.agent.pk, actor, frame, self.clock())
        if isinstance(answer, Rejected):
            self.rejected.append((self.now, Action(action), answer.code))
        self.committed()
        self.pass_time(0.0)
        return frame.id

    @property
    def reasons(self) -> dict[str, str]:
        """What the panel does not offer now, and why."""
        session = Session.objects.select_related("agent__user", "agent__dialer", "agent__board").get()
        link = link_view(session.agent.dialer, self.clock())
        return state_view(session, link, self.clock()).reasons

    def on_the_floor(self, verb: str) -> None:
        """Somebody does something at VICIdial."""
        self.outside.recording_at = self.now
        if verb not in QUIET_FOR_CLIPS:
            self._ended_outside()
        self.chronicle.note()
        if verb == "elsewhere":
            self.floor.log_in(ALICE, f"96001{next(self.numbers):02}")
        elif verb == "transfer":
            self._transfer()
        else:
            self.floor.do(ALICE, verb)
        self.chronicle.note("campaign")

    def _transfer(self) -> None:
        """To Carol, who soon ends the call. Without a customer there is nobody to hand on."""
        if self.floor.agents[ALICE].has_customer:
            self.floor.transfer(ALICE, CAROL)
            self.at(5.0, lambda: self.floor.hang_up(CAROL))

    def server_set(self, what: str) -> None:
        """Somebody changes a setting of VICIdial's, or of what Clipdeck may do there."""
        self.outside.recording_at = self.now
        whose, name, value = SETTINGS[what]
        parts = {"server": self.floor, "rules": self.floor.rules, "user": self.floor.accounts.find("apiuser")}
        setattr(parts[whose], name, value)

    @property
    def function(self) -> str:
        """The function with which this dialer records."""
        return self.chronicle.function.value

    def floor_access(self, *, is_open: bool) -> None:
        """Whether Clipdeck may ask for the whole floor."""
        Dialer.objects.update(
            non_agent_url=NON_AGENT_URL if is_open else "",
            non_agent_user="apilist",
            non_agent_password="apipass",
            floor_text="",
            floor_ask_at=self.clock() if is_open else None,
        )

    def others_play(self, stage: str) -> None:
        """A command for clips of which Clipdeck learns nothing."""
        self.outside.clip |= stage == "PLAY"
        self.outside.toggle |= stage in ("PAUSE", "RESTART")
        if stage == "STOP":
            self._ended_outside()
        self._by_others(function="audio_playback", stage=stage, value="cd-state-ny-notice" if stage == "PLAY" else "")

    def _ended_outside(self) -> None:
        self.outside.end, self.outside.ended_at = True, self.now

    def others_record(self, word: str) -> None:
        """A command for recordings of which Clipdeck learns only when it asks."""
        self.outside.recording_at = self.now
        words = WORDS[self.chronicle.function]
        self._by_others(function=self.function, value=words.begin if word == "BEGIN" else words.end)

    def _by_others(self, **params: str) -> None:
        login = {"source": "others", "user": "apifr", "pass": "apipass", "agent_user": ALICE}
        self.chronicle.note()
        answer = self.floor.answer(AGENT_SCRIPT, Params({**login, **params}))
        if params["function"] != "audio_playback":
            self.chronicle.commanded(params["value"], ours=False, written="SUCCESS" in answer.text)

    def open_the_panel(self) -> None:
        self.watched, self._watch_at = True, self.now

    def replace_the_dead(self) -> None:
        self.processes = [each if each.alive else Process(self) for each in self.processes]

    def heal(self) -> None:
        """From now on nothing goes wrong: workers live, VICIdial answers, the panel is open."""
        self._put_in_order += 1
        self.fate = Fate()
        self.floor.faults.clear()
        self.wire.is_fast()
        self.wire.is_connected()
        self.replace_the_dead()
        self.open_the_panel()
        for what in HEALTHY:
            self.server_set(what)
        self.floor.show(ALICE)
        self.floor.unfreeze(ALICE)
        self.floor.agents[ALICE].campaign = self.floor.agents[CAROL].campaign
        if self.floor.agents[ALICE].screen.closed:
            self.on_the_floor("login")
        self.test_the_dialer()

    def test_the_dialer(self) -> None:
        """An admin looks after it: a login that was refused is given anew, and what it can do is asked for again."""
        dialer = Dialer.objects.get()
        if dialer.link == Dialer.Link.LOGIN_REFUSED:
            links.reopen(dialer, self.clock())
        Dialer.objects.update(look_again_at=None)
        self.floor_access(is_open=bool(dialer.non_agent_url))

    # -- the truth ---------------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return load(Session.objects.values_list("state", flat=True).get())

    def paused_by_now(self) -> bool | None:
        """Whether the clip that a command would touch is paused, toggles on their way included; None without a clip."""
        self.floor.advance()
        channel = self.floor.agents[ALICE].conference.visible(self.now)
        if channel is None or channel.ended_at is not None:
            return None
        if any(deed is Deed.HANG_UP for _, deed in channel.queued):
            return None
        return channel.paused ^ (sum(deed is Deed.TOGGLE for _, deed in channel.queued) % 2 == 1)

    @property
    def rules(self) -> Rules:
        return rules_of(Dialer.objects.get(), self.clock())
