"""recording, the mono function: the agent's whole session, in one file (FACTS 2).

A wish that waits shows as a recording without a number on PHP 8, and not at all on PHP 7.4 (FACTS 2.4). After an END
"not recording" comes before the audio has ended (FACTS 2.6). STOP with nothing running sticks, so none is sent on
a guess (FACTS 2.5).
"""

from datetime import timedelta

from agentapi.machine.endings import Ending
from agentapi.machine.values import Action, CaptureStatus, Sight, Transitions

_C = CaptureStatus

MONO = Transitions(
    checks={
        Action.CAPTURE_BEGIN: {
            _C.IDLE: "go", _C.STARTING: "capture_starting", _C.ACTIVE: "already_capturing",
            _C.STOPPING: "capture_stopping", _C.UNKNOWN: "capture_unknown",
        },
        Action.CAPTURE_END: {
            _C.IDLE: "not_capturing", _C.STARTING: "wait", _C.ACTIVE: "go",
            _C.STOPPING: "capture_stopping", _C.UNKNOWN: "wait",
        },
    },
    after={
        (Action.CAPTURE_BEGIN, Ending.ACCEPTED): _C.STARTING,
        (Action.CAPTURE_BEGIN, Ending.UNANSWERED): _C.UNKNOWN,
        (Action.CAPTURE_END, Ending.ACCEPTED): _C.STOPPING,
        (Action.CAPTURE_END, Ending.STOP_ERROR): _C.UNKNOWN,
        (Action.CAPTURE_END, Ending.UNANSWERED): _C.UNKNOWN,
    },
    seen={
        (_C.IDLE, Sight.OFF): _C.IDLE,
        (_C.IDLE, Sight.OTHER): _C.ACTIVE,
        (_C.IDLE, Sight.PENDING): _C.STARTING,
        (_C.STARTING, Sight.OFF): _C.STARTING,
        (_C.STARTING, Sight.OTHER): _C.ACTIVE,
        (_C.STARTING, Sight.PENDING): _C.STARTING,
        (_C.ACTIVE, Sight.OFF): _C.IDLE,
        (_C.ACTIVE, Sight.SAME): _C.ACTIVE,
        (_C.ACTIVE, Sight.OTHER): _C.ACTIVE,
        (_C.ACTIVE, Sight.PENDING): _C.STARTING,
        (_C.STOPPING, Sight.OFF): _C.IDLE,
        (_C.STOPPING, Sight.SAME): _C.STOPPING,
        (_C.STOPPING, Sight.OTHER): _C.ACTIVE,
        (_C.STOPPING, Sight.PENDING): _C.STOPPING,
        (_C.UNKNOWN, Sight.OFF): _C.IDLE,
        (_C.UNKNOWN, Sight.SAME): _C.ACTIVE,
        (_C.UNKNOWN, Sight.OTHER): _C.ACTIVE,
        (_C.UNKNOWN, Sight.PENDING): _C.STARTING,
    },
    # STOP is SUCCESS then, or an error on PHP 7.4, and nothing is recorded (FACTS 2.5, 2.6).
    end_takes_back=True,
    # The agent's screen ends the audio in its one-second loop (FACTS 2.3, 2.6).
    proves_end_after=timedelta(seconds=1.2),
)  # fmt: skip
