"""The recording half of one agent's browser.

The API never records anything. It writes a wish into a column of the agent's row; the agent's browser finds it in its
one-second loop and carries it out (FACTS 2.3, 7.4). A screen that is frozen, closed or hidden is why nothing happens.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import tzinfo

from agentapi.simulator.calls import Call
from agentapi.simulator.live import LiveRow, LiveTable
from agentapi.simulator.recording import Kind, Recording, RecordingLog, filename
from agentapi.simulator.rules import Mode, Rules
from agentapi.simulator.timing import Timing, compact_stamp
from agentapi.simulator.wish import Wish


@dataclass(slots=True)
class Server:
    """What all screens of one server share."""

    timing: Timing
    rules: Rules
    log: RecordingLog
    live: LiveTable
    address: str
    zone: tzinfo


@dataclass(slots=True)
class Screen:
    """One agent's screen: the wish that it looks at, the call that it shows, and what it records by itself."""

    server: Server
    rng: random.Random
    agent_user: str
    wish: Wish = field(default_factory=Wish)
    call: Call | None = None
    running: list[Recording] = field(default_factory=list)
    """The recordings of the conference: mono ones and the campaign's own."""
    frozen: bool = False
    closed: bool = False
    hidden_since: float | None = None
    repeats: list[tuple[float, str]] = field(default_factory=list)
    """The stereo words that a slow server is asked for once more, and when (FACTS 7.4)."""

    # -- the loop ------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether the loop runs at all; nothing in any answer tells (FACTS 2.3)."""
        return not (self.frozen or self.closed)

    @property
    def channel(self) -> Call | None:
        """The call whose customer's channel is there, parked or not; else stereo can't act (FACTS 7.4, 7.9)."""
        return self.call if self.call is not None and self.call.is_alive else None

    def ask(self, text: str, now: float) -> None:
        """Write a wish at `now`; the loop finds it a little later."""
        self.wish.write(text, self._seen(now, self._delay(text)))

    def _delay(self, text: str) -> float:
        timing = self.server.timing
        if "BEGIN" in text:
            return self.rng.uniform(timing.begin_soonest, timing.begin_latest)
        if "END" in text:
            return self.rng.uniform(timing.end_soonest, timing.end_latest)
        return self.rng.uniform(timing.wish_soonest, timing.wish_latest)

    def _seen(self, now: float, delay: float) -> float:
        """When a loop that would look after `delay` really looks: a hidden tab does so once a minute (FACTS 7.12)."""
        timing = self.server.timing
        if self.hidden_since is None or now + delay <= self.hidden_since + timing.hidden_after:
            return now + delay
        slow_from = self.hidden_since + timing.hidden_after
        return slow_from + timing.hidden_loop * max(1, math.floor((now - slow_from) / timing.hidden_loop) + 1)

    def hide(self, now: float) -> None:
        """Another tab or window is in front from now on."""
        self.hidden_since = now
        if self.wish.due is not None:
            self.wish.due = self._seen(now, max(0.0, self.wish.due - now))

    def show(self, now: float) -> None:
        self.hidden_since = None
        self._look_soon(now)

    def unfreeze(self, now: float) -> None:
        """Let the loop run again; what still stands in the column is found a little later."""
        self.frozen = False
        self._look_soon(now)

    def open(self) -> None:
        """A fresh screen, as after logging in: visible, with an empty column."""
        self.frozen, self.closed, self.hidden_since = False, False, None
        self.wish.clear()
        self.repeats = []

    def _look_soon(self, now: float) -> None:
        if self.wish.due is not None:
            self.wish.due = self._seen(now, self._delay(self.wish.text))

    def advance(self, now: float) -> None:
        """Do what was due until `now`, in the order of time. A screen that does not run does nothing."""
        while self.is_running:
            due = self.wish.due
            if self.repeats and self.repeats[0][0] <= now and (due is None or self.repeats[0][0] <= due):
                self._monitor(*self.repeats.pop(0), again=True)
            elif due is not None and due <= now:
                self._look(due)
            else:
                return

    # -- carrying out --------------------------------------------------------------------------

    def _look(self, moment: float) -> None:
        """Look at the column: START and BEGIN are found anywhere in it, and both are done (FACTS 7.10)."""
        text = self.wish.text
        self.wish.due = None
        starts, begins = "START" in text, "BEGIN" in text and self.server.rules.knows_stereo
        ends = "END" in text and self.server.rules.knows_stereo and not (starts or begins)
        if begins or ends:
            if self.channel is not None:
                # The column is empty as soon as that request begins (FACTS 7.4).
                self.wish.clear()
                self._monitor(moment, "BEGIN" if begins else "END")
            elif not starts:
                # Refused without a customer: the wish stays and is tried again in the next call too (FACTS 7.4, 7.9).
                self.wish.due = self._seen(moment, self.server.timing.loop)
        if starts:
            # The screen removes its command word wherever it stands in the text (FACTS 2.9).
            self.wish.keep(self.begin(Kind.MONO, text.replace("START", ""), moment).id)
        elif "STOP" in text and not begins:
            self.end_all(moment)

    def _monitor(self, moment: float, word: str, *, again: bool = False) -> None:
        """MonitorStereo or its end, asked for at `moment`; a second time where the server is slow (FACTS 7.4)."""
        call = self.channel
        if call is None:
            return
        if word == "BEGIN":
            self.begin_stereo(call, moment)
        else:
            self._end_stereo(call, moment)
        if self.server.rules.asks_twice and not again:
            self.repeats.append((moment + self.server.timing.loop, word))

    def begin_stereo(self, call: Call, now: float) -> Recording | None:
        """Record the customer's channel: one more row each time (FACTS 7.5), none where the mode forbids (7.4)."""
        mode = self.server.rules.mode_of(call)
        if mode is Mode.DISABLED:
            return None
        # The name comes from the template alone: the label of BEGIN is dropped (FACTS 7.4).
        entry = self._write_down(Kind.STEREO, "", now)
        entry.caller_id, entry.mode = call.caller_id, mode.value
        call.monitors.append(entry)
        place = self.server.address
        self.server.live.add(LiveRow(entry.id, self.agent_user, call.channel, call.lead_id, now, entry.filename, place))
        return entry

    def _end_stereo(self, call: Call, now: float) -> None:
        """Close the newest row on the present channel, if there is one; one StopMixMonitor in any case (FACTS 7.7)."""
        row = self.server.live.newest(self.agent_user, call.channel)
        if row is not None:
            self.server.live.close(row, now)
        call.stop_monitor(self.server.log, now, self.server.address)

    def begin(self, kind: Kind, label: str, now: float) -> Recording:
        """Record the conference from `now` on, with the label behind the file name (FACTS 2.9)."""
        entry = self._write_down(kind, label, now)
        self.running.append(entry)
        return entry

    def _write_down(self, kind: Kind, label: str, now: float) -> Recording:
        lead_id = self.call.lead_id if self.call is not None else 0
        tokens = {
            "FULLDATE": compact_stamp(now, self.server.zone),
            "CUSTPHONE": self.call.phone if self.call is not None else "",
            "AGENT": self.agent_user,
            "EPOCH": str(int(now)),
            "LEADID": str(lead_id),
        }
        name = filename(self.server.rules.filename_template, label, tokens)
        return self.server.log.begin(kind, name, self.agent_user, lead_id, now)

    def end_all(self, now: float) -> None:
        """End all that records the conference: a mono STOP ends the campaign's own too (FACTS 2.7)."""
        for entry in self.running:
            self.server.log.end(entry, now, self.server.address)
        self.running = []

    # -- the call ------------------------------------------------------------------------------

    def take_call(self, call: Call, now: float) -> None:
        """Show a call; the campaign may record it by itself, with the type of the agent's own (FACTS 2.7, 7.11)."""
        self.call = call
        rules = self.server.rules
        if not rules.records_by_itself or not self.is_running:
            return
        if not rules.knows_stereo or rules.mode_of(call) is Mode.DISABLED:
            self.begin(Kind.CAMPAIGN, "", now)
        else:
            self.begin_stereo(call, now)

    def log_end(self, call: Call, now: float) -> None:
        """The agent's end-of-call logging, if the screen lives and the server stops recordings then (FACTS 7.8).

        A customer who was handed on may lose the next agent's recording by it (FACTS 7.13).
        """
        if not (self.is_running and self.server.rules.stops_after_call):
            return
        closed = self.server.live.close_call(self.agent_user, call.channel, call.lead_id, now)
        if closed and call.is_alive:
            call.stop_monitor(self.server.log, now, self.server.address)
