"""The agents: who is logged in, in which session, in which of VICIdial's states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentapi.simulator.calls import Call
from agentapi.simulator.playback import Conference
from agentapi.simulator.screen import Screen

Status = Literal["READY", "QUEUE", "INCALL", "PAUSED", "CLOSER"]

FIRST_SESSION = 8600051
FIRST_CONFBRIDGE = 9600051
"""Stereo needs ConfBridge, whose sessions are 9600xxx (FACTS 7.14)."""
NAMED = 2
"""How many agents of a crowd keep the names of the demonstration: Alice and Bob."""


@dataclass(frozen=True, slots=True)
class Person:
    """An agent as the floor is set up with it."""

    user: str
    name: str
    status: Status


DEMO: tuple[Person, ...] = (
    Person("1000", "Alice", "INCALL"),
    Person("1001", "Bob", "INCALL"),
    Person("1002", "Carol", "READY"),
    Person("1003", "Dave", "QUEUE"),
    Person("1004", "Erin", "PAUSED"),
    Person("1005", "Frank", "CLOSER"),
)

SWITCHED_OFF: tuple[Person, ...] = (Person("1002", "Carol", "INCALL"), Person("1004", "Erin", "PAUSED"))
"""Who works at the demonstration's server whose stereo switch is off."""
TOO_OLD: tuple[Person, ...] = (Person("1003", "Dave", "INCALL"), Person("1005", "Frank", "READY"))
"""Who works at the one that is too old to know stereo_recording."""


def crowd(count: int) -> tuple[Person, ...]:
    """`count` agents from 1000 on, all on a call: for load tests."""
    return tuple(
        Person(str(1000 + i), DEMO[i].name if i < NAMED else f"Agent {1000 + i}", "INCALL") for i in range(count)
    )


@dataclass(slots=True)
class Agent:
    """One agent, with the conference and the screen that belong to the session."""

    user: str
    name: str
    status: Status
    session_id: str
    server: str
    conference: Conference
    screen: Screen
    alt_user: str
    """The other name by which an API caller may address the agent."""
    campaign: str = "TESTCAMP"
    group: str = "AGENTS"
    logged_in: bool = True
    calls_today: int = 0
    vendor_code: str = ""
    disposing: Call | None = None
    """The call that is over while its disposition screen is open."""

    @property
    def call(self) -> Call | None:
        """The call in which the agent stands, the customer gone or not."""
        return self.screen.call

    @property
    def customer_gone(self) -> bool:
        """Whether the customer has hung up while the agent still stands in the call (FACTS 7.9)."""
        return self.call is not None and not self.call.is_alive

    @property
    def has_customer(self) -> bool:
        """Whether somebody listens: on a call, not on hold, and the customer has not hung up (FACTS 4.2)."""
        return self.logged_in and self.call is not None and self.call.has_listener

    @property
    def _shown_call(self) -> Call | None:
        return self.call or self.disposing

    @property
    def lead_id(self) -> int:
        """The lead of the call; it stands there until the disposition is set."""
        return self._shown_call.lead_id if self._shown_call else 0

    @property
    def phone(self) -> str:
        return self.call.phone if self.call else ""

    @property
    def caller_id(self) -> str:
        return self.call.caller_id if self.call else ""

    @property
    def sub_status(self) -> str:
        """VICIdial's real-time sub status (FACTS 4.2): 3-WAY for two agents with the same lead."""
        call = self.call
        if call is None:
            return "DISPO" if self.disposing is not None else ""
        if not call.is_alive:
            return "DEAD"
        if call.is_parked:
            return "PARK"
        return "3-WAY" if len(call.agents) > 1 else ""

    def advance(self, now: float) -> None:
        """Bring conference and screen to `now`, in epoch seconds."""
        self.conference.advance(now, self.caller_id if self.has_customer else "")
        self.screen.advance(now)
