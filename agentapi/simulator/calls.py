"""Calls: a customer, a lead and a channel of their own for each (FACTS 4.3, 7.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from agentapi.simulator.recording import Recording, RecordingLog

FIRST_LEAD = 5000
FIRST_PHONE = 3125550000


@dataclass(slots=True, eq=False)
class Call:
    """One call, from the customer's channel to the agents who are on it.

    `is_logged` is False for a call that VICIdial's own log does not know (FACTS 7.4). `monitors` are the stereo
    recordings that run on the channel, the oldest first: they are bound to it and end with it.
    """

    lead_id: int
    channel: str
    inbound: bool = False
    is_logged: bool = True
    is_alive: bool = True
    is_parked: bool = False
    agents: list[str] = field(default_factory=list)
    monitors: list[Recording] = field(default_factory=list)

    @property
    def phone(self) -> str:
        return str(FIRST_PHONE + self.lead_id - FIRST_LEAD)

    @property
    def caller_id(self) -> str:
        """The call's id, which is another one for each call (FACTS 4.3); Y stands for inbound ones."""
        return f"{'Y' if self.inbound else 'M'}405090807{self.lead_id:010d}"

    @property
    def has_listener(self) -> bool:
        """Whether a customer hears what sounds in the conference: not on hold, and not gone (FACTS 4.2)."""
        return self.is_alive and not self.is_parked

    def stop_monitor(self, log: RecordingLog, now: float, server: str) -> None:
        """One StopMixMonitor: the recording that was begun last on this channel ends (FACTS 7.7)."""
        if self.monitors:
            log.end(self.monitors.pop(), now, server)

    def hang_up(self, log: RecordingLog, now: float, server: str) -> None:
        """The channel is gone, and with it the sound of all that it recorded (FACTS 7.9)."""
        self.is_alive, self.is_parked = False, False
        while self.monitors:
            self.stop_monitor(log, now, server)


@dataclass(slots=True)
class Exchange:
    """Where calls come from; no two have a lead or a channel in common."""

    count: int = 0

    def connect(self, lead_id: int, *, inbound: bool = False) -> Call:
        """A new call of this lead."""
        self.count += 1
        return Call(lead_id, f"SIP/trunk-{self.count:08x}", inbound)
