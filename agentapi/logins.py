"""Keeps a refused login from locking the whole floor out.

Ten wrong tries lock the API user for 15 minutes, and then the right password is refused too (FACTS 1.8). So a login
that was not proved just now is tried by one call at a time, and each good answer lets one more go beside it; whoever
waits when a call fails is not sent.
"""

import time
from collections import deque
from collections.abc import Callable
from threading import Condition

from agentapi.client import AgentApi, Dialer
from agentapi.commands import AskVersion, Command
from agentapi.outcomes import Accepted, Expired, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason

PROVED_FOR_SECONDS = 1.0
"""For how long a good answer lets one more call go at the same time."""
WAIT_SECONDS = 2.0
"""How long a call waits for those before it; a click that waited longer would come too late."""
REFUSED_FOR_SECONDS = 2.0
"""For how long a refused login is not tried again here, whatever those who have not heard of it yet ask for."""

REFUSED = "VICIdial refuses Clipdeck's login, so this was not sent."
FAILED = "VICIdial did not answer the call before this one, so this was not sent."
SLOW = "VICIdial takes too long to answer the calls before this one, so this was not sent."


class LoginGuard:
    """An `AgentApi` around another one. Safe from any thread."""

    def __init__(self, api: AgentApi, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._doors: dict[tuple[str, str, str], _Door] = {}

    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome:
        """Send the command when its turn has come, or say that it was held back. One without a login has no turn."""
        if isinstance(command, AskVersion):
            return self._api.execute(dialer, agent_user, command)
        login = (dialer.url, dialer.user, dialer.password)
        door = self._doors.setdefault(login, _Door(self._clock))
        if problem := door.enter():
            return NotSent(problem, held_back=True)
        outcome: Outcome = Unanswered()
        try:
            outcome = self._api.execute(dialer, agent_user, command)
        finally:
            door.leave(outcome)
        return outcome


class _Door:
    """How many calls with one login may be under way."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = Condition()
        self._inside = 0
        self._good: deque[float] = deque(maxlen=64)
        self._failures = 0
        self._problem = ""
        self._refused_at = float("-inf")

    def enter(self) -> str:
        """Wait for a turn: '' where it came, else why it never will."""
        with self._changed:
            if self._clock() - self._refused_at < REFUSED_FOR_SECONDS:
                return REFUSED
            before = self._failures
            came = self._changed.wait_for(
                lambda: self._failures != before or self._inside < self._allowed(), WAIT_SECONDS
            )
            if self._failures != before:
                return self._problem
            if not came:
                return SLOW
            self._inside += 1
            return ""

    def leave(self, outcome: Outcome) -> None:
        with self._changed:
            self._inside -= 1
            if isinstance(outcome, Expired):
                pass  # It waited too long here or on the way, and was not sent: that says nothing of the login.
            elif _proves_login(outcome):
                self._good.append(self._clock())
            else:
                refused = isinstance(outcome, Refused)
                self._failures += 1
                self._problem = REFUSED if refused else FAILED
                self._refused_at = self._clock() if refused else self._refused_at
            self._changed.notify_all()

    def _allowed(self) -> int:
        while self._good and self._clock() - self._good[0] > PROVED_FOR_SECONDS:
            self._good.popleft()
        return 1 + len(self._good)


def _proves_login(outcome: Outcome) -> bool:
    """Whether VICIdial took the login: it looks at it before anything else (FACTS 1.6, 1.9)."""
    if isinstance(outcome, Refused):
        return outcome.reason is not Reason.LOGIN_REFUSED
    return isinstance(outcome, Accepted | Unsupported)
