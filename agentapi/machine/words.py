"""What people are told, by code. Nothing is decided by these sentences."""

from enum import StrEnum

from agentapi.capability import Capability

REFUSALS: dict[str, str] = {
    "not_playing": "Nothing is playing.",
    "not_paused": "No clip is paused.",
    "already_paused": "The clip is paused already.",
    "already_playing": "Another clip is playing. Stop it first.",
    "already_starting": "This clip is starting already.",
    "already_stopping": "The clip is being stopped already.",
    "playing_unknown": "It is not known whether a clip is playing. Press stop first.",
    "pause_unsupported": "This VICIdial server cannot pause clips.",
    "already_capturing": "A recording is running already.",
    "capture_starting": "The recording is starting already.",
    "capture_stopping": "The recording is being ended. Wait a moment.",
    "not_capturing": "No recording is running.",
    "capture_unknown": "It is not known whether a recording is running. Clipdeck is asking VICIdial.",
    "cannot_take_back": (
        "VICIdial cannot take back a recording that waits to begin. Setting a disposition clears it; "
        "once it has begun, it can be ended."
    ),
    "not_yours": "This recording was not begun here, and your board does not let you end it.",
    "needs_confirmation": "Please confirm this first.",
    "capture_too_old": (
        "This VICIdial server is too old to record in stereo: that needs build 250830 or later. "
        "Tell your administrator."
    ),
    "capture_switched_off": "Stereo recording is switched off on this VICIdial server. Tell your administrator.",
    "capture_no_permission": "Clipdeck's VICIdial user may not record. Tell your administrator.",
    "logged_out": "The agent is not logged in to VICIdial.",
    "no_customer": "No customer is on the line: nobody would hear the clip.",
}
NO_CUSTOMER_TO_RECORD = "No customer is on the line: the recording would begin by itself in the next call."
"""The same as `no_customer`, of a recording (FACTS 7.4)."""

CAPABILITIES: dict[Capability, str] = {
    Capability.OK: "",
    Capability.NOT_KNOWN: "",
    Capability.TOO_OLD: (
        "This VICIdial server does not know stereo_recording. Update it to build 250830 or later, "
        "or set the dialer's capture to mono."
    ),
    Capability.SWITCHED_OFF: (
        "Stereo recording is switched off on this VICIdial server. Switch it on in VICIdial's system settings, "
        "or set the dialer's capture to mono."
    ),
    Capability.NO_PERMISSION: (
        "Clipdeck's VICIdial user may not record. Allow the function in the user's API settings in VICIdial."
    ),
}
"""What to do where a dialer cannot record; '' where nothing keeps it from that."""


class Fault(StrEnum):
    """What is wrong, or worth knowing, about a recording or a clip."""

    WAITING_FOR_SCREEN = "waiting_for_screen"
    NOT_BEGUN = "not_begun"
    BEGIN_NOT_SEEN = "begin_not_seen"
    BEGIN_NEVER_SEEN = "begin_never_seen"
    FOREIGN_NOT_BEGUN = "foreign_not_begun"
    WILL_BEGIN_IN_NEXT_CALL = "will_begin_in_next_call"
    BEGUN_IN_OTHER_CALL = "begun_in_other_call"
    NOT_ENDED = "not_ended"
    END_NOT_SEEN = "end_not_seen"
    ANOTHER_RUNS = "another_runs"
    ENDED_ELSEWHERE = "ended_elsewhere"
    NEAR_LIMIT = "near_limit"
    CUSTOMER_LEFT = "customer_left"
    NOBODY_KNOWS = "nobody_knows"
    FOREIGN_CLIP = "foreign_clip"
    WHICH_SESSION = "which_session"
    CALL_ENDED = "call_ended"
    AT_ITS_END = "at_its_end"


FAULTS: dict[Fault, str] = {
    Fault.WAITING_FOR_SCREEN: (
        "Waiting for the agent's VICIdial screen. It may be in a hidden tab, which can take a minute, "
        "it may be closed, or the campaign or in-group does not record."
    ),
    Fault.NOT_BEGUN: (
        "VICIdial took the command, but the agent's screen did not carry it out: it may be closed, or the campaign or "
        "in-group does not record. It may still begin by itself."
    ),
    Fault.BEGIN_NOT_SEEN: "VICIdial has not told yet whether the recording began: it could not be asked in time.",
    Fault.BEGIN_NEVER_SEEN: (
        "No recording runs now. Whether one ran since it was begun could not be seen: look for it in VICIdial."
    ),
    Fault.FOREIGN_NOT_BEGUN: "Somebody else asked for a recording that the agent's screen did not begin. It still may.",
    Fault.WILL_BEGIN_IN_NEXT_CALL: (
        "The recording was not seen to begin in its call and may begin by itself in the next one. "
        "Set a disposition to prevent that, or press again to record then."
    ),
    Fault.BEGUN_IN_OTHER_CALL: "This recording was asked for in an earlier call and began by itself in this one.",
    Fault.NOT_ENDED: "VICIdial took the command to end the recording, but still says that it runs.",
    Fault.END_NOT_SEEN: "VICIdial has not told yet whether the recording ended: it could not be asked in time.",
    Fault.ANOTHER_RUNS: "Another recording still runs.",
    Fault.ENDED_ELSEWHERE: "The recording ended, and not by Clipdeck. Begin another one if it is still needed.",
    Fault.NEAR_LIMIT: "VICIdial will soon end this recording: it has almost reached the limit.",
    Fault.CUSTOMER_LEFT: "The customer has hung up: nothing is recorded any more.",
    Fault.NOBODY_KNOWS: "The answer was lost: nobody can say whether VICIdial carried it out.",
    Fault.FOREIGN_CLIP: (
        "VICIdial says that a clip is playing: one that Clipdeck did not start, or one longer than configured."
    ),
    Fault.WHICH_SESSION: "The agent's VICIdial session changed: nobody can say whether the clip plays in the new one.",
    Fault.CALL_ENDED: "The call ended while the clip was on: nobody can say whether it still is.",
    Fault.AT_ITS_END: "VICIdial took the command just as the clip ended: nobody can say whether it was in time.",
}

CONFIRMATIONS: dict[str, str] = {
    "left_over": (
        "VICIdial still shows an older recording, which probably does not run any more. Begin a new one all the same?"
    ),
    "not_ours": "This recording was not begun here. End it all the same?",
    "whose": "It is not known whether this recording was begun here. End it all the same?",
}
