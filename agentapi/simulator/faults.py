"""Faults on purpose: what a client meets when VICIdial or the network misbehaves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum


class FaultKind(Enum):
    DELAY = "the call is executed, its answer comes late"
    HTTP_500 = "an empty body with status 500"
    EMPTY = "an empty body with status 200, as a server gives that does not know the function"
    GARBAGE = "bytes that mean nothing"
    HTML = "a page of HTML warnings without a verdict"
    NOISE = "the true answer between HTML warnings"
    CUT_BEFORE = "the connection is cut before the call is executed"
    CUT_AFTER = "the call is executed, then the connection is cut"
    HALF = "the call is executed, the connection is cut in the middle of its answer"


NOT_EXECUTED = frozenset({FaultKind.HTTP_500, FaultKind.EMPTY, FaultKind.CUT_BEFORE})

GARBAGE = b"\x00\x8f\xffPK\x03\x04 not an answer \xfe\xfe\n"
WARNING = (
    b"<br />\n<b>Warning</b>:  Undefined variable $DB in <b>/srv/www/htdocs/agc/api.php</b> on line <b>304</b><br />\n"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what happens, for how many seconds, to which calls, and how many times.

    `executes` is None for what is natural to the kind; `times` is None for "until cleared".
    """

    kind: FaultKind
    seconds: float = 0.0
    times: int | None = 1
    function: str | None = None
    agent_user: str | None = None
    executes: bool | None = None

    @property
    def does_execute(self) -> bool:
        """Whether VICIdial carries the call out all the same."""
        return self.kind not in NOT_EXECUTED if self.executes is None else self.executes

    def fits(self, function: str, agent_user: str) -> bool:
        return self.function in (None, function) and self.agent_user in (None, agent_user)


@dataclass(slots=True)
class Faults:
    """The faults to come, in order; the first one that fits a call is used for it."""

    latency: float = 0.0
    """Seconds that every call takes before it is executed."""
    rules: list[Fault] = field(default_factory=list)

    def add(
        self,
        kind: FaultKind,
        *,
        seconds: float = 0.0,
        times: int | None = 1,
        function: str | None = None,
        agent_user: str | None = None,
        executes: bool | None = None,
    ) -> None:
        """Queue a fault for the next `times` calls that fit; ValueError for a number below 1."""
        if seconds < 0 or (times is not None and times < 1):
            raise ValueError("a fault needs seconds of 0 or more and times of 1 or more")
        self.rules.append(Fault(kind, seconds, times, function, agent_user, executes))

    def clear(self) -> None:
        """Forget all faults and the latency."""
        self.rules, self.latency = [], 0.0

    def take(self, function: str, agent_user: str) -> Fault | None:
        """The fault for this call, used up by one."""
        for index, fault in enumerate(self.rules):
            if fault.fits(function, agent_user):
                self._use_up(index, fault)
                return fault
        return None

    def _use_up(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times == 1:
            del self.rules[index]
        else:
            self.rules[index] = replace(fault, times=fault.times - 1)


def spoil(fault: Fault, status: int, body: bytes) -> tuple[int, bytes]:
    """The true status and body -> those that the fault sends in their place."""
    if fault.kind is FaultKind.HTTP_500:
        return 500, b""
    if fault.kind is FaultKind.EMPTY:
        return 200, b""
    if fault.kind is FaultKind.GARBAGE:
        return 200, GARBAGE
    if fault.kind is FaultKind.HTML:
        return 200, WARNING * 40
    if fault.kind is FaultKind.NOISE:
        return status, WARNING * 40 + body + WARNING * 4
    return status, body
