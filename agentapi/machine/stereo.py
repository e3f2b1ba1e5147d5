"""stereo_recording: the customer's channel, recorded by the agent's own screen (FACTS 7).

A wish that waits never shows, and "not recording" is good evidence, since a row stays active until the screen has
carried an END out (FACTS 7.3, 7.7). A second BEGIN stacks, so none is sent while one may wait (FACTS 7.5).
"""

from agentapi.machine.endings import Ending
from agentapi.machine.values import Action, CaptureStatus, Sight, Transitions

_C = CaptureStatus

STEREO = Transitions(
    checks={
        Action.CAPTURE_BEGIN: {
            _C.IDLE: "go", _C.STARTING: "capture_starting", _C.ACTIVE: "already_capturing",
            _C.STOPPING: "capture_stopping", _C.UNKNOWN: "capture_unknown",
        },
        Action.CAPTURE_END: {
            _C.IDLE: "not_capturing", _C.STARTING: "wait", _C.ACTIVE: "go",
            # With nothing to end, VICIdial refuses it and writes nothing (FACTS 7.6).
            _C.STOPPING: "capture_stopping", _C.UNKNOWN: "go",
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
        (_C.STARTING, Sight.OFF): _C.STARTING,
        (_C.STARTING, Sight.OTHER): _C.ACTIVE,
        (_C.ACTIVE, Sight.OFF): _C.IDLE,
        (_C.ACTIVE, Sight.SAME): _C.ACTIVE,
        (_C.ACTIVE, Sight.OTHER): _C.ACTIVE,
        (_C.STOPPING, Sight.OFF): _C.IDLE,
        (_C.STOPPING, Sight.SAME): _C.STOPPING,
        (_C.STOPPING, Sight.OTHER): _C.ACTIVE,
        (_C.UNKNOWN, Sight.OFF): _C.IDLE,
        (_C.UNKNOWN, Sight.SAME): _C.ACTIVE,
        (_C.UNKNOWN, Sight.OTHER): _C.ACTIVE,
    },
    needs_customer=True,
)  # fmt: skip
