"""The agents: who is logged in, in which session, in which of VICIdial's states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentapi.simulator.playback import Conference
from agentapi.simulator.recording import Screen

Status = Literal["READY", "QUEUE", "INCALL", "PAUSED", "CLOSER"]

FIRST_SESSION = 8600051
FIRST_LEAD = 5000
FIRST_PHONE = 3125550000
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
    number: int
    campaign: str = "TESTCAMP"
    group: str = "AGENTS"
    logged_in: bool = True
    customer_gone: bool = False
    calls_today: int = 0
    vendor_code: str = ""

    @property
    def alt_user(self) -> str:
        """The other name by which an API caller may address the agent."""
        return f"crm{self.user}"

    @property
    def has_customer(self) -> bool:
        """Whether somebody listens: on a call, and the customer has not hung up (FACTS 4.2)."""
        return self.logged_in and self.status == "INCALL" and not self.customer_gone

    @property
    def lead_id(self) -> int:
        return FIRST_LEAD + self.number if self.status == "INCALL" else 0

    @property
    def phone(self) -> str:
        return str(FIRST_PHONE + self.number) if self.status == "INCALL" else ""

    @property
    def caller_id(self) -> str:
        return f"M405090807{self.lead_id:010d}" if self.status == "INCALL" else ""

    @property
    def sub_status(self) -> str:
        return "DEAD" if self.status == "INCALL" and self.customer_gone else ""

    def enter(self, status: Status, now: float) -> None:
        """Go to another state at `now`; leaving a call ends what plays and what records."""
        self.conference.clear()
        self.screen.end_all(now)
        self.status, self.customer_gone = status, False
        self.screen.lead_id, self.screen.customer = self.lead_id, self.phone
