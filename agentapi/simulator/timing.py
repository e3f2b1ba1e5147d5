"""How long things take on a real server, in seconds, and the type of the injected clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

Clock = Callable[[], float]
"""Gives the time now in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The delays of the telephony daemons and of the agent's browser, all in seconds.

    The defaults are what was measured (FACTS 2.3, 3.3 and 7.4). A test may shorten any of them.
    """

    play_audible: float = 0.3
    """From an accepted PLAY until the customer hears the clip."""
    play_visible: float = 0.6
    """From an accepted PLAY until the channel table shows the clip, so that STOP can find it."""
    end_late: float = 0.5
    """The longest time for which a clip that has ended still stands in the channel table."""
    action: float = 0.1
    """From an accepted STOP, PAUSE, RESUME or RESTART until it can be heard."""
    wish_soonest: float = 0.3
    wish_latest: float = 1.1
    """The bounds between which the agent's screen carries out a mono wish (FACTS 2.3)."""
    begin_soonest: float = 0.37
    begin_latest: float = 1.26
    """The bounds from a stereo BEGIN to the recording, with a visible tab (FACTS 7.4)."""
    end_soonest: float = 0.25
    end_latest: float = 1.17
    """The bounds from a stereo END to the end, with a visible tab (FACTS 7.4)."""
    loop: float = 1.0
    """How often a visible screen looks at a wish that it could not carry out (FACTS 7.4)."""
    hidden_after: float = 10.0
    hidden_loop: float = 60.0
    """A tab that has been hidden for so long runs its loop so seldom (FACTS 7.12)."""
    recording_limit: float = 3600.0
    """The age from which the hourly script closes a row that was left over (FACTS 7.8)."""
    sounds_list: float = 1.0
    """What VICIdial's own listing of the audio store takes, however small it is (FACTS 4.1)."""
    hang: float = 30.0
    """PHP's time limit, which ends the endless loop of FACTS 2.9."""


def stamp(moment: float, zone: tzinfo) -> str:
    """Epoch seconds -> `2026-11-21 10:00:00` in the server's zone, as VICIdial writes times."""
    return datetime.fromtimestamp(int(moment), zone).strftime("%Y-%m-%d %H:%M:%S")


def compact_stamp(moment: float, zone: tzinfo) -> str:
    """Epoch seconds -> `20261121-100000` in the server's zone, as recordings are named."""
    return datetime.fromtimestamp(int(moment), zone).strftime("%Y%m%d-%H%M%S")
