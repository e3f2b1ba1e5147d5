"""The function `stereo_recording`: it reads rows and writes wishes, and no wish ever shows (FACTS 7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentapi.simulator import php
from agentapi.simulator.accounts import User, clean_user
from agentapi.simulator.addressing import Addressed, addressed, no_permission, nobody_named
from agentapi.simulator.params import Params
from agentapi.simulator.recording import WORDS, Kind, clean_label, cut_label
from agentapi.simulator.reply import Answer
from agentapi.simulator.timing import stamp

if TYPE_CHECKING:
    from agentapi.simulator.floor import Floor

FUNCTION, WORD = Kind.STEREO.value, WORDS[Kind.STEREO]


def stereo(floor: Floor, params: Params, user: User) -> Answer:
    """Answer one call of `stereo_recording`: value and switch first, then permission, then the agent (FACTS 7.2)."""
    value = params.get("value")
    # The value is matched anywhere in the text: STATUSX and PENDING pass too (FACTS 2.8, 7.4).
    is_valid = re.search(f"{WORD.begin}|{WORD.end}|STATUS", value) is not None
    if floor.switched_off or not is_valid or nobody_named(params):
        return Answer(f"ERROR: {FUNCTION} not valid - {value}|{clean_user(params.get('agent_user'))}\n")
    if not user.may(FUNCTION):
        return no_permission(value, user, FUNCTION)
    who = addressed(floor, params, "")
    if isinstance(who, Answer):
        return who
    return _status(floor, who) if value == "STATUS" else _wish(floor, who, value, params.get("stage"))


def _wish(floor: Floor, who: Addressed, value: str, stage: str) -> Answer:
    """Write BEGIN or END down. END wants a live row, and without one takes no waiting BEGIN back (FACTS 7.6)."""
    if WORD.end in value and floor.live.newest(who.agent.user) is None:
        warnings = php.NO_LIVE_ROW if floor.warns else ""
        return Answer(f"{warnings}{who.line}ERROR: stop {FUNCTION} error - {who.bare}\n")
    if WORD.begin in value:
        label = cut_label(clean_label(stage))
        if label is None:
            return Answer(status=500, seconds=floor.timing.hang)
        value += label
    who.agent.screen.ask(value, floor.now)
    return Answer(f"{who.line}SUCCESS: {FUNCTION} function sent - {who.name}|{value}||||{who.place}\n")


def _status(floor: Floor, who: Addressed) -> Answer:
    """The newest live row, true or left over; a wish that waits never shows (FACTS 7.3, 7.8)."""
    row = floor.live.newest(who.agent.user)
    if row is None:
        return Answer(f"{who.line}NOTICE: not {FUNCTION} - {who.bare}\n")
    fields = f"{row.id}|{row.filename}|{row.server}|{stamp(row.started_at, floor.zone)}"
    return Answer(f"{who.line}NOTICE: {FUNCTION} active - {who.name}|{fields}|{who.place}\n")
