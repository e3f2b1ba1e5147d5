"""How much a socket may say, and how many may be open: enough for anybody's fingers, too little to hurt the others.

A whole call center may sit behind one address. So what an address may say grows with the sockets that it has open.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

Key = TypeVar("Key")

SOCKET_RATE, SOCKET_BURST = 30.0, 150.0
"""Frames of one socket, a second and at once. A browser sends about one a second, fast fingers ten."""
ADDRESS_RATE, ADDRESS_RATE_PER_SOCKET = 200.0, 3.0
ADDRESS_BURST_SECONDS = 5.0
PATIENCE = 200.0
"""Frames that are refused, before the socket that goes on with them is closed; one is forgiven a second."""

SOCKETS_PER_USER = 30
SOCKETS_PER_ADDRESS = 10_000


class Pace(Enum):
    """What becomes of a frame."""

    FINE = auto()
    TOO_FAST = auto()
    NO_END = auto()


class Bucket:
    """Holds what was spent lately: it runs dry at `rate` a second and overflows at `burst`."""

    __slots__ = ("_at", "_spent")

    def __init__(self) -> None:
        self._spent = 0.0
        self._at = 0.0

    def take(self, now: float, rate: float, burst: float) -> bool:
        """Spend one, if that is allowed at `now` (seconds of any clock that never goes back)."""
        self._spent = max(0.0, self._spent - (now - self._at) * rate)
        self._at = now
        if self._spent + 1 > burst:
            return False
        self._spent += 1
        return True


class Speech:
    """What one socket said lately, and how often it was told that this is too much."""

    __slots__ = ("frames", "refused")

    def __init__(self) -> None:
        self.frames = Bucket()
        self.refused = Bucket()


class Crowd:
    """The open sockets of this process by person and by network."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._of_user: Counter[int] = Counter()
        self._of_address: Counter[str] = Counter()
        self._said: defaultdict[str, Bucket] = defaultdict(Bucket)

    def enter(self, user_id: int, network: str) -> str:
        """One socket more, from this `network_of` its address. Returns why not, in plain words, or '' if it may be."""
        if self._of_user[user_id] >= SOCKETS_PER_USER:
            return f"This login has {SOCKETS_PER_USER} pages open. Close some of them."
        if self._of_address[network] >= SOCKETS_PER_ADDRESS:
            return "Too many pages are open from this address. Tell your administrator."
        self._of_user[user_id] += 1
        self._of_address[network] += 1
        return ""

    def leave(self, user_id: int, network: str) -> None:
        """One socket less."""
        _less(self._of_user, user_id)
        _less(self._of_address, network)
        if network not in self._of_address:
            self._said.pop(network, None)

    def pace(self, network: str, speech: Speech) -> Pace:
        """What becomes of a frame that just came from a socket of this network."""
        now = self._clock()
        rate = ADDRESS_RATE + ADDRESS_RATE_PER_SOCKET * self._of_address[network]
        if speech.frames.take(now, SOCKET_RATE, SOCKET_BURST) and self._said[network].take(
            now, rate, rate * ADDRESS_BURST_SECONDS
        ):
            return Pace.FINE
        return Pace.TOO_FAST if speech.refused.take(now, 1.0, PATIENCE) else Pace.NO_END


def _less(counted: Counter[Key], key: Key) -> None:
    counted[key] -= 1
    if counted[key] <= 0:
        del counted[key]


crowd = Crowd()
