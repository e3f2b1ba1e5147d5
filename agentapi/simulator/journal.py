"""What was asked and what was answered: a bounded memory and an exact count."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from agentapi.simulator.accounts import clean_password

KEPT = 200
LONGEST = 2000
MASK = "********"
SHORTEST_MASKED = 4


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request and its answer, the password masked. `time` is in epoch seconds; `executed` is False where a fault
    kept the request from being carried out.
    """

    number: int
    time: float
    script: str
    function: str
    agent_user: str
    stage: str
    value: str
    status: int
    body: str
    fault: str = ""
    executed: bool = True


@dataclass(slots=True)
class Journal:
    """The last requests, the newest last, and how often each function was called in all."""

    records: deque[RequestRecord] = field(default_factory=lambda: deque(maxlen=KEPT))
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, kept: int | None) -> Journal:
        """A journal that remembers this many requests, or all."""
        return cls(deque(maxlen=kept))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def add(
        self,
        *,
        time: float,
        script: str,
        function: str,
        agent_user: str,
        stage: str,
        value: str,
        password: str,
        status: int,
        body: bytes,
        fault: str,
        executed: bool,
    ) -> None:
        """Note a call; the password is given only so that it can be masked in what is kept."""
        self.counts[function] += 1
        text = body.decode("utf-8", "replace")
        refused = text.startswith("ERROR: Invalid Username/Password")
        record = RequestRecord(
            self.total,
            time,
            script,
            _mask(function, password),
            _mask(agent_user, password),
            _mask(stage, password),
            _mask(value, password),
            status,
            _mask(text, password, always=refused),
            fault,
            executed,
        )
        self.records.append(record)


def _mask(text: str, password: str, *, always: bool = False) -> str:
    """Cut a text to what is worth keeping, without the password in it.

    A password of a letter or two is masked only where it is known to be echoed, as masking it
    everywhere would make every text unreadable.
    """
    for secret in (password, clean_password(password)):
        if secret and (always or len(secret) >= SHORTEST_MASKED):
            text = text.replace(secret, MASK)
    return text.encode("utf-8", "replace").decode("utf-8")[:LONGEST]
