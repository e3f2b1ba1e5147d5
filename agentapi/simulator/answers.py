"""`/agc/api.php`: what it checks, in which order, and what it answers, word for word.

Every function here takes the floor's state as of now; `Floor.answer` has brought it up to date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentapi.simulator.accounts import User, clean_password, clean_user
from agentapi.simulator.agents import Agent
from agentapi.simulator.params import Params
from agentapi.simulator.playback import Action
from agentapi.simulator.recording import WORDS, Kind, cut_label
from agentapi.simulator.timing import stamp

if TYPE_CHECKING:
    from agentapi.simulator.floor import Floor

LONGEST_CLIP = 70
SHORTEST_SOURCE, LONGEST_SOURCE = 2, 20
SHORTEST_ALT_USER = 2
SHORTEST_STAGE = 4
ACTIONS = {
    "STOP": Action.HANG_UP,
    "PAUSE": Action.TOGGLE,
    "RESUME": Action.TOGGLE,
    "RESTART": Action.RESTART,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a body. `seconds` is how long the server takes before it answers."""

    text: str = ""
    status: int = 200
    seconds: float = 0.0

    @property
    def body(self) -> bytes:
        return self.text.encode("utf-8", "surrogateescape")


DEAD = Answer(status=500)
"""PHP has died: status 500 and nothing in the body (FACTS 1.3)."""


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
    return _translated(_dispatch(floor, params, user, function), user)


def log_in(floor: Floor, params: Params) -> User | Answer:
    """The API user whose login the parameters hold, or the refusal with its echo (FACTS 1.7)."""
    name, password = clean_user(params.get("user")), clean_password(params.get("pass"))
    login = floor.accounts.log_in(name, password, floor.now)
    user = floor.accounts.find(name)
    if login.good and user is not None:
        return user
    fields = f"{name}|{password}|{int(login.auth)}|{int(login.access)}|{login.message}|"
    return Answer(f"ERROR: Invalid Username/Password: |{fields}\n")


def _version(floor: Floor) -> Answer:
    moment = f"DATE: {stamp(floor.now, floor.zone)}|EPOCH: {int(floor.now)}"
    return Answer(f"VERSION: 2.14-82|BUILD: 250122-1010|{moment}\n")


def _dispatch(floor: Floor, params: Params, user: User, function: str) -> Answer:
    if function == "audio_playback":
        return _audio_playback(floor, params, user)
    if function == "recording":
        return _recording(floor, params, user, Kind.MONO)
    if function == "stereo_recording" and floor.stereo:
        return _recording(floor, params, user, Kind.STEREO)
    # A function that the script does not know falls through to the end of it (FACTS 1.5).
    return Answer()


def _translated(reply: Answer, user: User) -> Answer:
    text = reply.text
    for english, other in user.phrases.items():
        text = text.replace(english, other)
    return Answer(text, reply.status, reply.seconds)


def _no_permission(value: str, user: User, function: str) -> Answer:
    text = "auth USER DOES NOT HAVE PERMISSION TO USE THIS FUNCTION"
    return Answer(f"ERROR: {text} - {value}|{user.name}|{function}|{user.group}\n")


def _addressed(floor: Floor, params: Params, prefix: str) -> Agent | Answer:
    """The agent whom `agent_user` or `alt_user` names, or the lines that deny it (FACTS 1.14)."""
    name, other, line = clean_user(params.get("agent_user")), clean_user(params.get("alt_user")), ""
    if not name and other:
        by_other = floor.by_alt_user(other)
        name = by_other.user if by_other else ""
        line = "" if by_other else f"ERROR: no user found - {prefix}{other}\n"
    agent = floor.find(name)
    if agent is None or not agent.logged_in:
        return Answer(f"{line}ERROR: agent_user is not logged in - {prefix}{name}\n")
    return agent


def _nobody_named(params: Params) -> bool:
    return not clean_user(params.get("agent_user")) and len(params.get("alt_user")) < SHORTEST_ALT_USER


def _recording(floor: Floor, params: Params, user: User, kind: Kind) -> Answer:
    """`recording` and `stereo_recording`, which differ in their words only (FACTS 2)."""
    function, words, value = kind.value, WORDS[kind], params.get("value")
    named = params.get("agent_user")
    # The value is matched anywhere in the text: STARTfoo and RESTART pass too (FACTS 2.8).
    if not re.search(f"{words.begin}|{words.end}|STATUS", value) or _nobody_named(params):
        return Answer(f"ERROR: {function} not valid - {value}|{clean_user(named)}\n")
    if not user.may(function):
        return _no_permission(value, user, function)
    agent = _addressed(floor, params, "")
    if isinstance(agent, Answer):
        return agent
    if value == "STATUS":
        return _recording_status(floor, agent, kind)
    return _recording_wish(floor, agent, kind, value, params.get("stage"))


def _recording_wish(floor: Floor, agent: Agent, kind: Kind, value: str, stage: str) -> Answer:
    """Write the wish down; SUCCESS says no more than that (FACTS 2.3)."""
    function, words = kind.value, WORDS[kind]
    if value == words.end and not agent.screen.wishes[kind].can_end(words, floor.php):
        return Answer(f"ERROR: stop {function} error - {_bare(agent)}\n")
    if value == words.begin:
        label = cut_label(stage)
        if label is None:
            return Answer(status=500, seconds=floor.timing.hang)
        value += label
    agent.screen.ask(kind, value, floor.now)
    place = f"{agent.server}|{agent.session_id}|{agent.status}"
    return Answer(f"SUCCESS: {function} function sent - {agent.user}|{value}||||{place}\n")


def _recording_status(floor: Floor, agent: Agent, kind: Kind) -> Answer:
    function, words = kind.value, WORDS[kind]
    wish = agent.screen.wishes[kind]
    if not wish.shows_active(words, floor.php):
        return Answer(f"NOTICE: not {function} - {_bare(agent)}\n")
    fields = f"{wish.text}|{_recorded(floor, wish.text)}"
    place = f"{agent.server}|{agent.session_id}|{agent.status}"
    return Answer(f"NOTICE: {function} active - {agent.user}|{fields}|{place}\n")


def _recorded(floor: Floor, recording_id: str) -> str:
    """File name, server and start of a recording; three empty fields while it is a mere wish."""
    entry = floor.log.find(recording_id)
    if entry is None:
        return "||"
    return f"{entry.filename}|{floor.server}|{stamp(entry.started_at, floor.zone)}"


def _bare(agent: Agent) -> str:
    """The eight fields of an answer that knows of no recording (FACTS 2.1)."""
    return f"{agent.user}|||||{agent.server}|{agent.session_id}|{agent.status}"


def clean_clip(text: str, *, non_latin: bool) -> str:
    """A clip's name as VICIdial keeps it; a server set to other scripts keeps their letters."""
    return re.sub(r"[^-\w]" if non_latin else r"[^-_0-9A-Za-z]", "", text)


def _audio_playback(floor: Floor, params: Params, user: User) -> Answer:
    clip, stage = clean_clip(params.get("value"), non_latin=floor.non_latin), params.get("stage")
    without_clip = stage == "PLAY" and not clip
    if len(stage) < SHORTEST_STAGE or without_clip or _nobody_named(params):
        tail = f"{clip}|{stage}|{clean_user(params.get('agent_user'))}"
        return Answer(f"ERROR: audio_playback not valid - {tail}\n")
    if not user.may("audio_playback"):
        return _no_permission(clip, user, "audio_playback")
    agent = _addressed(floor, params, f"{stage}|")
    if isinstance(agent, Answer):
        return agent
    if not agent.server or not agent.session_id:
        reason = "entry is empty" if agent.server else "no session data"
        return Answer(f"ERROR: audio_playback error - {reason} - {stage}|{agent.user}\n")
    if stage == "PLAY":
        return _play(floor, agent, clip, params.get("dial_override"))
    return _act(floor, agent, clip, stage)


def _play(floor: Floor, agent: Agent, clip: str, override: str) -> Answer:
    """Queue a clip. What the channel table does not show yet stops nobody (FACTS 3.3)."""
    notice, conference = "", agent.conference
    if conference.visible(floor.now):
        if override != "Y":
            reason = "audio already playing in agent session"
            tail = f"{agent.session_id}|{agent.server}|PLAY|{override}|{agent.user}"
            return Answer(f"ERROR: audio_playback error - {reason} - {tail}\n")
        conference.act(Action.HANG_UP, floor.now)
        notice = f"NOTICE: audio_playback previous playback stopped - PLAY|Y|{agent.user}\n"
    seconds = floor.store.seconds(clip) if len(clip) <= LONGEST_CLIP else None
    if seconds is not None:
        # A name without a file is SUCCESS all the same, and nothing sounds (FACTS 3.1).
        conference.play(clip, seconds, floor.now)
    return Answer(f"{notice}SUCCESS: audio_playback function sent - {clip}|PLAY|{agent.user}\n")


def _act(floor: Floor, agent: Agent, clip: str, stage: str) -> Answer:
    """STOP, PAUSE, RESUME and RESTART; a stage that does not exist kills PHP 8 (FACTS 3.6)."""
    if not agent.conference.visible(floor.now):
        tail = f"{agent.session_id}|{agent.server}|{stage}|{agent.user}"
        reason = "no audio playing in agent session"
        return Answer(f"ERROR: audio_playback error - {reason} - {tail}\n")
    action = ACTIONS.get(stage)
    if action is None and floor.php_dies:
        return DEAD
    if action is not None:
        agent.conference.act(action, floor.now)
    return Answer(f"SUCCESS: audio_playback function sent - {clip}|{stage}|{agent.user}\n")
