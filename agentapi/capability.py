"""Whether a dialer's capture function can be used at all, told from an answer to one of its commands."""

from enum import StrEnum

from agentapi.outcomes import Accepted, Outcome, Refused, Unsupported
from agentapi.replies import Reason


class Capability(StrEnum):
    """What a dialer's capture function is good for. It decides about recordings only, never about clips."""

    OK = "ok"
    TOO_OLD = "too_old"
    SWITCHED_OFF = "switched_off"
    NO_PERMISSION = "no_permission"
    NOT_KNOWN = "not_known"


_BY_REASON = {
    # Only exact words are sent, so it is the switch and not the value that is not valid (FACTS 7.2).
    Reason.NOT_VALID: Capability.SWITCHED_OFF,
    Reason.NO_PERMISSION: Capability.NO_PERMISSION,
    # Both are looked at after the switch and the permission (FACTS 7.2).
    Reason.NOT_LOGGED_IN: Capability.OK,
    Reason.STOP_ERROR: Capability.OK,
}


def capability_of(outcome: Outcome) -> Capability | None:
    """The outcome of a capture command -> what it proves of the function; None where it proves nothing."""
    match outcome:
        case Accepted():
            return Capability.OK
        case Unsupported():
            return Capability.TOO_OLD
        case Refused(reason=reason):
            return _BY_REASON.get(reason)
        case _:
            return None
