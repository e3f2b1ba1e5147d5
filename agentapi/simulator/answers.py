"""`/agc/api.php`: what it checks, in which order, and what it answers, word for word.

Every function here takes the floor's state as of now; `Floor.answer` has brought it up to date.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentapi.simulator import php
from agentapi.simulator.accounts import User, clean_password, clean_user
from agentapi.simulator.addressing import Addressed, addressed, no_permission, nobody_named
from agentapi.simulator.mono import mono
from agentapi.simulator.params import Params
from agentapi.simulator.playback import Action
from agentapi.simulator.reply import DEAD, OK, Answer
from agentapi.simulator.stereo import stereo
from agentapi.simulator.timing import stamp

if TYPE_CHECKING:
    from agentapi.simulator.floor import Floor

LONGEST_CLIP = 70
SHORTEST_SOURCE, LONGEST_SOURCE = 2, 20
SHORTEST_STAGE = 4
NEW_BUILD = "2.14-84|BUILD: 260302-1142"
OLD_BUILD = "2.14-82|BUILD: 250122-1010"
"""stereo_recording exists since build 250830 (FACTS 7.1)."""
ACTIONS = {
    "STOP": Action.HANG_UP,
    "PAUSE": Action.TOGGLE,
    "RESUME": Action.TOGGLE,
    "RESTART": Action.RESTART,
}


def before_all_checks(floor: Floor, params: Params) -> Answer | None:
    """What both scripts answer when PHP can't even begin, else None (FACTS 1.3)."""
    if params.has_array and floor.php_dies:
        return DEAD
    return None if floor.database_up else _no_database(floor)


NO_DATABASE = """<br />
<b>Fatal error</b>:  Uncaught mysqli_sql_exception: Connection refused in /srv/www/htdocs/agc/dbconnect_mysqli.php:68
Stack trace:
#0 /srv/www/htdocs/agc/dbconnect_mysqli.php(68): mysqli_connect()
#1 /srv/www/htdocs/agc/api.php(128): require_once('...')
#2 {main}
  thrown in <b>/srv/www/htdocs/agc/dbconnect_mysqli.php</b> on line <b>68</b><br />
"""
"""PHP's own last words, with status 200, on a server that shows its errors to everybody."""


def _no_database(floor: Floor) -> Answer:
    if floor.php_dies and floor.shows_errors:
        return Answer(NO_DATABASE)
    return DEAD if floor.php_dies else Answer("MySQL connect ERROR: Connection refused\n")


def answer(floor: Floor, params: Params) -> Answer:
    """Answer one call of the agent API, in the order of the real script's checks."""
    early = before_all_checks(floor, params)
    if early is not None:
        return early
    function = re.sub(r"[^-_0-9a-zA-Z]", "", params.get("function"))
    if function == "version":
        return _version(floor)
    source = re.sub(r"[^0-9a-zA-Z]", "", params.get("source"))
    if not SHORTEST_SOURCE <= len(source) <= LONGEST_SOURCE:
        return Answer(f"ERROR: Invalid Source - {source}\n")
    return _for_a_user(floor, params, function)


def _for_a_user(floor: Floor, params: Params, function: str) -> Answer:
    user = log_in(floor, params)
    if isinstance(user, Answer):
        return user
    if not floor.api_active:
        return Answer("ERROR: System API NOT ACTIVE\n")
    reply = _dispatch(floor, params, user, function)
    text = user.translated(reply.text)
    if floor.warns and reply.status == OK:
        text = php.BEFORE + text + php.AFTER
    return Answer(text, reply.status, reply.seconds)


def log_in(floor: Floor, params: Params) -> User | Answer:
    """The API user whose login the parameters hold, or the refusal with its echo (FACTS 1.7)."""
    name, password = clean_user(params.get("user")), clean_password(params.get("pass"))
    login = floor.accounts.log_in(name, password, floor.now)
    user = floor.accounts.find(name)
    if login.good and user is not None:
        return user
    if floor.refusals_die and floor.php_dies:
        return DEAD
    fields = f"{name}|{password}|{int(login.auth)}|{int(login.access)}|{login.message}|"
    text = f"ERROR: Invalid Username/Password: |{fields}\n"
    return Answer(user.translated(text) if user is not None else text)


def _version(floor: Floor) -> Answer:
    """The build and the server's clock, without a login (FACTS 1.6, 7.1)."""
    moment = f"DATE: {stamp(floor.now, floor.zone)}|EPOCH: {int(floor.now)}"
    return Answer(f"VERSION: {NEW_BUILD if floor.stereo else OLD_BUILD}|{moment}\n")


def _dispatch(floor: Floor, params: Params, user: User, function: str) -> Answer:
    if function == "audio_playback":
        return _audio_playback(floor, params, user)
    if function == "recording":
        return mono(floor, params, user)
    if function == "stereo_recording" and floor.stereo:
        return stereo(floor, params, user)
    # A function that the script does not know falls through to the end of it (FACTS 1.5).
    return Answer()


def clean_clip(text: str, *, non_latin: bool) -> str:
    """A clip's name as VICIdial keeps it; a server set to other scripts keeps their letters."""
    return re.sub(r"[^-\w]" if non_latin else r"[^-_0-9A-Za-z]", "", text)


def _audio_playback(floor: Floor, params: Params, user: User) -> Answer:
    clip, stage = clean_clip(params.get("value"), non_latin=floor.non_latin), params.get("stage")
    without_clip = stage == "PLAY" and not clip
    if len(stage) < SHORTEST_STAGE or without_clip or nobody_named(params):
        tail = f"{clip}|{stage}|{clean_user(params.get('agent_user'))}"
        return Answer(f"ERROR: audio_playback not valid - {tail}\n")
    if not user.may("audio_playback"):
        return no_permission(clip, user, "audio_playback")
    who = addressed(floor, params, f"{stage}|")
    if isinstance(who, Answer):
        return who
    if not who.agent.server or not who.agent.session_id:
        reason = "entry is empty" if who.agent.server else "no session data"
        return Answer(f"{who.line}ERROR: audio_playback error - {reason} - {stage}|{who.name}\n")
    if stage == "PLAY":
        return _play(floor, who, clip, params.get("dial_override"))
    return _act(floor, who, clip, stage)


def _play(floor: Floor, who: Addressed, clip: str, override: str) -> Answer:
    """Queue a clip. What the channel table does not show yet stops nobody (FACTS 3.3)."""
    notice, agent, conference = who.line, who.agent, who.agent.conference
    if conference.visible(floor.now):
        if override != "Y":
            reason = "audio already playing in agent session"
            tail = f"{agent.session_id}|{agent.server}|PLAY|{override}|{who.name}"
            return Answer(f"{notice}ERROR: audio_playback error - {reason} - {tail}\n")
        conference.act(Action.HANG_UP, floor.now)
        notice += f"NOTICE: audio_playback previous playback stopped - PLAY|Y|{who.name}\n"
    seconds = floor.store.seconds(clip) if len(clip) <= LONGEST_CLIP else None
    if seconds is not None:
        # A name without a file is SUCCESS all the same, and nothing sounds (FACTS 3.1).
        conference.play(clip, seconds, floor.now)
    return Answer(f"{notice}SUCCESS: audio_playback function sent - {clip}|PLAY|{who.name}\n")


def _act(floor: Floor, who: Addressed, clip: str, stage: str) -> Answer:
    """STOP, PAUSE, RESUME and RESTART; a stage that does not exist kills PHP 8 (FACTS 3.6)."""
    agent = who.agent
    if not agent.conference.visible(floor.now):
        tail = f"{agent.session_id}|{agent.server}|{stage}|{who.name}"
        reason = "no audio playing in agent session"
        return Answer(f"{who.line}ERROR: audio_playback error - {reason} - {tail}\n")
    action = ACTIONS.get(stage)
    if action is None and floor.php_dies:
        return DEAD
    if action is not None:
        agent.conference.act(action, floor.now)
    return Answer(f"{who.line}SUCCESS: audio_playback function sent - {clip}|{stage}|{who.name}\n")
