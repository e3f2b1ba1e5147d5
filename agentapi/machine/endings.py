"""The outcome of a command, as far as the machine's tables care."""

from enum import StrEnum

from agentapi.outcomes import Accepted, Expired, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason


class Ending(StrEnum):
    """How a command ended."""

    ACCEPTED = "accepted"
    NOTHING_PLAYING = "nothing playing"
    ALREADY_PLAYING = "already playing"
    STOP_ERROR = "stop error"
    UNANSWERED = "unanswered"
    NO_SESSION = "no session"
    NO_CHANGE = "no change"


_REFUSED: dict[Reason, Ending] = {
    Reason.NOTHING_PLAYING: Ending.NOTHING_PLAYING,
    Reason.ALREADY_PLAYING: Ending.ALREADY_PLAYING,
    Reason.STOP_ERROR: Ending.STOP_ERROR,
    Reason.NOT_LOGGED_IN: Ending.NO_SESSION,
}


def ending_of(outcome: Outcome) -> Ending:
    """An outcome -> what it means for a session. What was refused otherwise, or never sent, certainly did nothing."""
    match outcome:
        case Accepted():
            return Ending.ACCEPTED
        case Unanswered():
            return Ending.UNANSWERED
        case Refused(reason=reason):
            return _REFUSED.get(reason, Ending.NO_CHANGE)
        case Unsupported() | NotSent() | Expired():
            return Ending.NO_CHANGE
