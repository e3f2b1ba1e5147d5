"""The function `recording`: a wish column that is read and written, and nothing else (FACTS 2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentapi.simulator.accounts import User, clean_user
from agentapi.simulator.addressing import Addressed, addressed, no_permission, nobody_named
from agentapi.simulator.params import Params
from agentapi.simulator.recording import WORDS, Kind, clean_label, cut_label
from agentapi.simulator.reply import Answer
from agentapi.simulator.timing import stamp

if TYPE_CHECKING:
    from agentapi.simulator.floor import Floor

FUNCTION, WORD = Kind.MONO.value, WORDS[Kind.MONO]


def mono(floor: Floor, params: Params, user: User) -> Answer:
    """Answer one call of `recording`."""
    value = params.get("value")
    # The value is matched anywhere in the text: STARTfoo and RESTART pass too (FACTS 2.8).
    if not re.search(f"{WORD.begin}|{WORD.end}|STATUS", value) or nobody_named(params):
        return Answer(f"ERROR: {FUNCTION} not valid - {value}|{clean_user(params.get('agent_user'))}\n")
    if not user.may(FUNCTION):
        return no_permission(value, user, FUNCTION)
    who = addressed(floor, params, "")
    if isinstance(who, Answer):
        return who
    return _status(floor, who) if value == "STATUS" else _wish(floor, who, value, params.get("stage"))


def _wish(floor: Floor, who: Addressed, value: str, stage: str) -> Answer:
    """Write the wish down; SUCCESS says no more than that (FACTS 2.3)."""
    screen = who.agent.screen
    if value == WORD.end and not screen.wish.can_end(WORD, floor.php):
        return Answer(f"{who.line}ERROR: stop {FUNCTION} error - {who.bare}\n")
    if value == WORD.begin:
        label = cut_label(clean_label(stage))
        if label is None:
            return Answer(status=500, seconds=floor.timing.hang)
        value += label
    screen.ask(value, floor.now)
    return Answer(f"{who.line}SUCCESS: {FUNCTION} function sent - {who.name}|{value}||||{who.place}\n")


def _status(floor: Floor, who: Addressed) -> Answer:
    wish = who.agent.screen.wish
    if not wish.shows_active(WORD, floor.php):
        return Answer(f"{who.line}NOTICE: not {FUNCTION} - {who.bare}\n")
    fields = f"{wish.text}|{_recorded(floor, wish.text)}"
    return Answer(f"{who.line}NOTICE: {FUNCTION} active - {who.name}|{fields}|{who.place}\n")


def _recorded(floor: Floor, recording_id: str) -> str:
    """File name, server and start of a recording; three empty fields while it is a mere wish (FACTS 2.4)."""
    entry = floor.log.find(recording_id)
    if entry is None:
        return "||"
    return f"{entry.filename}|{floor.server}|{stamp(entry.started_at, floor.zone)}"
