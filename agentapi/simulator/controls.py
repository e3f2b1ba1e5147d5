"""What the simulator's page can set for a whole server, as named choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentapi.simulator.accounts import FRENCH, LONG_AGO, WRONG_TRIES, User
from agentapi.simulator.rules import CampaignRecording, Mode

if TYPE_CHECKING:
    from agentapi.simulator.floor import Floor

API_USER = "apiuser"
"""The user whose login and permissions the page sets: the one that the demonstration's dialers use."""
EVERYTHING = "everything"
FUNCTIONS = frozenset(
    {
        *("audio_playback", "recording", "stereo_recording"),
        *("agent_status", "logged_in_agents", "recording_lookup", "sounds_list", "user_details"),
    }
)
PERMISSIONS: dict[str, frozenset[str] | None] = {
    EVERYTHING: None,
    **{f"no {name}": FUNCTIONS - {name} for name in ("stereo_recording", "recording", "audio_playback")},
    "neither recording function": FUNCTIONS - {"stereo_recording", "recording"},
    "nothing": frozenset(),
}
PLAIN, WITH_BAR = "FULLDATE_AGENT_", "FULLDATE|AGENT_"


@dataclass(frozen=True, slots=True)
class Control:
    """One setting: its label, the FACTS that it shows, and its choices by name."""

    label: str
    fact: str
    choices: tuple[str, ...]
    read: Callable[[Floor], str]
    write: Callable[[Floor, str], None]


def _user(floor: Floor) -> User:
    user = floor.accounts.find(API_USER)
    if user is None:
        raise ValueError(f"this floor has no API user {API_USER}")
    return user


def _read_stereo(floor: Floor) -> str:
    if not floor.stereo:
        return "too old"
    return "switched off" if floor.switched_off else "on"


def _write_stereo(floor: Floor, choice: str) -> None:
    floor.stereo, floor.switched_off = choice != "too old", choice == "switched off"


def _write_campaign_mode(floor: Floor, choice: str) -> None:
    floor.rules.campaign_mode = Mode(choice)


def _write_ingroup_mode(floor: Floor, choice: str) -> None:
    floor.rules.ingroup_mode = Mode(choice)


def _write_campaign_recording(floor: Floor, choice: str) -> None:
    floor.rules.campaign_recording = CampaignRecording(choice)


def _read_permission(floor: Floor) -> str:
    functions = _user(floor).functions
    return next((name for name, which in PERMISSIONS.items() if which == functions), EVERYTHING)


def _write_permission(floor: Floor, choice: str) -> None:
    _user(floor).functions = PERMISSIONS[choice]


def _read_login(floor: Floor) -> str:
    accounts, user = floor.accounts, _user(floor)
    if accounts.no_active_server:
        return "ERRSERVERS"
    if accounts.blocked_address:
        return "IPBLOCK"
    if user.failed >= WRONG_TRIES:
        return "LOCK"
    if not user.active:
        return "BAD"
    return "good" if user.api_access else "GOOD without access"


def _write_login(floor: Floor, choice: str) -> None:
    """Let every login of the API user end like that, from now on (FACTS 1.7)."""
    accounts, user = floor.accounts, _user(floor)
    accounts.no_active_server = choice == "ERRSERVERS"
    accounts.blocked_address = choice == "IPBLOCK"
    locks = choice == "LOCK"
    user.failed, user.last_login = (WRONG_TRIES, floor.advance()) if locks else (0, LONG_AGO)
    user.active = choice != "BAD"
    user.api_access = choice != "GOOD without access"


def _write_language(floor: Floor, choice: str) -> None:
    _user(floor).phrases = FRENCH if choice == "French" else {}


def _switch(label: str, fact: str, attribute: str, choices: tuple[str, str]) -> Control:
    """A control with two choices, true and false, of an attribute of the floor or, as `rules.…`, of its rules."""
    *path, name = attribute.split(".")

    def place(floor: Floor) -> object:
        return floor.rules if path else floor

    def read(floor: Floor) -> str:
        return choices[0] if getattr(place(floor), name) else choices[1]

    def write(floor: Floor, choice: str) -> None:
        setattr(place(floor), name, choice == choices[0])

    return Control(label, fact, choices, read, write)


def _write_names(floor: Floor, choice: str) -> None:
    floor.rules.filename_template = WITH_BAR if choice == "with a bar" else PLAIN


def _write_limit(floor: Floor, choice: str) -> None:
    floor.live.limit = LIMITS[choice]


def _write_php(floor: Floor, choice: str) -> None:
    floor.php = int(choice)


LIMITS = {"60 minutes": 3600.0, "1 minute": 60.0}
MODES = tuple(Mode)

CONTROLS: dict[str, Control] = {
    "stereo": Control("stereo_recording", "7.1, 7.2", ("on", "switched off", "too old"), _read_stereo, _write_stereo),
    "campaign-mode": Control(
        "Outbound calls are recorded", "7.4", MODES, lambda floor: floor.rules.campaign_mode, _write_campaign_mode
    ),
    "ingroup-mode": Control(
        "Inbound calls are recorded", "7.4", MODES, lambda floor: floor.rules.ingroup_mode, _write_ingroup_mode
    ),
    "campaign-recording": Control(
        "The campaign records",
        "7.11",
        tuple(CampaignRecording),
        lambda floor: floor.rules.campaign_recording,
        _write_campaign_recording,
    ),
    "call-end": _switch("At the end of a call", "7.8", "rules.stops_after_call", ("rows are closed", "rows are left")),
    "asks-twice": _switch("The screen asks for a recording", "7.4", "rules.asks_twice", ("twice", "once")),
    "limit": Control(
        "The hourly script closes rows after",
        "7.8",
        tuple(LIMITS),
        lambda floor: next((name for name, limit in LIMITS.items() if limit == floor.live.limit), "60 minutes"),
        _write_limit,
    ),
    "names": Control(
        "File names",
        "7.3",
        ("plain", "with a bar"),
        lambda floor: "with a bar" if "|" in floor.rules.filename_template else "plain",
        _write_names,
    ),
    "permission": Control("The API user may call", "1.9", tuple(PERMISSIONS), _read_permission, _write_permission),
    "login": Control(
        "The API user's login",
        "1.7, 1.8",
        ("good", "BAD", "LOCK", "IPBLOCK", "ERRSERVERS", "GOOD without access"),
        _read_login,
        _write_login,
    ),
    "refusals": _switch("A refused login", "1.7", "refusals_die", ("is status 500", "is answered")),
    "language": Control(
        "The API user's language",
        "1.12",
        ("English", "French"),
        lambda floor: "French" if _user(floor).phrases else "English",
        _write_language,
    ),
    "api": _switch("The agent API", "1.9", "api_active", ("is active", "is not active")),
    "database": _switch("The database", "1.3", "database_up", ("is up", "is down")),
    "php": Control("PHP", "1.3, 2.4", ("8", "7"), lambda floor: str(floor.php), _write_php),
    "warnings": _switch("PHP's warnings", "1.4, 7.6", "shows_errors", ("are in the answers", "are hidden")),
}


def set_control(floor: Floor, name: str, choice: str) -> None:
    """Choose it; ValueError for a control or a choice that does not exist."""
    control = CONTROLS.get(name)
    if control is None:
        raise ValueError(f"no such setting as {name!r}; known are {', '.join(CONTROLS)}")
    if choice not in control.choices:
        raise ValueError(f"{name} can't be {choice!r}; it is one of {', '.join(control.choices)}")
    floor.advance()
    control.write(floor, choice)
