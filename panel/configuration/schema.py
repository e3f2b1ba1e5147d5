"""The shape of the configuration file: its entries as typed values, and how each key is read.

`parsed` looks at one value after the other and knows nothing of the rest of the file: what refers to what is the
business of `panel.configuration.checks`.
"""

import dataclasses
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models

from agentapi.commands import audio_warning
from panel.configuration.places import below, quoted, word_for
from panel.models import Agent, Board, Button, Clip, Dialer, Team
from panel.models.dialers import valid_password
from panel.selectors.people import ROLES

LONGEST_LABEL = 60
DIALER_SETTINGS = (
    "source",
    "capture",
    "take_back_begin",
    "mono_limit_minutes",
    "pause_supported",
    "timezone",
)
"""What a dialer has besides its name, its addresses and its logins, in the file and in the database."""
BOARD_SETTINGS = (
    "play_without_customer",
    "end_others",
    "alert_capture_minutes",
    "alert_paused_seconds",
    "alert_not_begun",
    "alert_away",
)
"""What a board has besides its name and its buttons, in the file and in the database."""

_User = get_user_model()


@dataclass
class Notes:
    """What is gathered while a file is read: where its environment variables come from, and what was noticed."""

    environ: Mapping[str, str]
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


Reader = Callable[[Any, str, Notes], Any]
"""A value of the file, its place, the notes -> the value to use. Whatever is wrong is noted, and a stand-in returned,
so that one run names all that is wrong."""


def _expected(what: str, value: Any, place: str, notes: Notes) -> None:
    notes.problems.append(f"{place}: expected {what}, found {word_for(value)}")


def _valid(check: Callable[[Any], object], value: Any, place: str, notes: Notes) -> bool:
    """Whether Django's check takes the value; its words are noted where it does not."""
    try:
        check(value)
    except ValidationError as error:
        notes.problems.extend(f"{place}: {message}" for message in error.messages)
        return False
    return True


def _field_check(model: type[models.Model], name: str) -> Callable[[Any], object]:
    """The check of a model's field: length, blankness and validators, with the words that the admin has for them."""
    model_field = model._meta.get_field(name)  # noqa: SLF001 - documented, and private by its name only
    if not isinstance(model_field, models.Field):
        raise TypeError(f"{name} is a relation")
    return lambda value: model_field.clean(value, None)


def _plain(value: Any, place: str, notes: Notes, allowed: str = "") -> bool:
    """Whether this is a text that every database and every page can show."""
    if not isinstance(value, str):
        _expected("a text", value, place, notes)
        return False
    # PostgreSQL and terminals would stumble over both.
    kinds = {unicodedata.category(sign) for sign in value if sign not in allowed}
    for kind, what in (("Cc", "a control character, such as a line break"), ("Cs", "half of a character")):
        if kind in kinds:
            notes.problems.append(f"{place}: the text holds {what}")
            return False
    return True


def text(model: type[models.Model], name: str) -> Reader:
    """One line of text, as the model's field takes it."""
    check = _field_check(model, name)

    def read(value: Any, place: str, notes: Notes) -> str:
        if not _plain(value, place, notes):
            return ""
        if value != value.strip():
            notes.problems.append(f"{place}: the text may not begin or end with a space")
            return ""
        return value if _valid(check, value, place, notes) else ""

    return read


def _username(value: Any, place: str, notes: Notes) -> str:
    # Letters that look alike to people but not to computers are made one, as Django does when it makes a user.
    given: Any = AbstractBaseUser.normalize_username(value) if isinstance(value, str) else value
    name: str = text(_User, "username")(given, place, notes)
    return name


def _transcript(value: Any, place: str, notes: Notes) -> str:
    return value if _plain(value, place, notes, allowed="\n\t") else ""


def _audio(value: Any, place: str, notes: Notes) -> str:
    audio: str = text(Clip, "audio")(value, place, notes)
    if audio and (warning := audio_warning(audio)):
        notes.warnings.append(f"{place}: {warning}")
    return audio


def _reference(value: Any, place: str, notes: Notes) -> str:
    """A name that stands elsewhere; whether it does is seen when everything is read."""
    if not _plain(value, place, notes):
        return ""
    if not value:
        notes.problems.append(f"{place}: the name is empty")
    return str(value)


def choice(values: tuple[str, ...]) -> Reader:
    """One of these words."""
    listed = ", ".join(f'"{value}"' for value in values)

    def read(value: Any, place: str, notes: Notes) -> str:
        if not isinstance(value, str):
            _expected(f"one of {listed}", value, place, notes)
        elif value not in values:
            notes.problems.append(f"{place}: expected one of {listed}, found {quoted(value)}")
        else:
            return value
        return values[0]

    return read


def _boolean(value: Any, place: str, notes: Notes) -> bool:
    if not isinstance(value, bool):
        _expected("true or false", value, place, notes)
    return value is True


def _duration(value: Any, place: str, notes: Notes) -> float:
    # true and false are numbers to Python, but not to whoever writes the file.
    if isinstance(value, bool) or not isinstance(value, int | float):
        _expected("a number", value, place, notes)
    elif not value > 0:
        notes.problems.append(f"{place}: expected a number of seconds above 0")
    # Python's whole numbers may be larger than any fraction it can hold; an hour's limit is passed long before.
    elif _valid(_field_check(Clip, "duration_seconds"), min(value, 1e9), place, notes):
        return float(value)
    return 1.0


def limit(model: type[models.Model], name: str) -> Reader:
    """A whole number, as the model's field takes it, or null for none where the field may be empty."""
    check = _field_check(model, name)
    optional = model._meta.get_field(name).null  # noqa: SLF001 - documented, and private by its name only

    def read(value: Any, place: str, notes: Notes) -> int | None:
        if value is None and optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            _expected("a whole number or null" if optional else "a whole number", value, place, notes)
            return None
        return value if _valid(check, value, place, notes) else None

    return read


def _secret(value: Any, place: str, notes: Notes) -> str:
    """A password given as it is or as `{"env": "NAME"}`; an empty one stands for one that was wrong.

    No message of this function holds one.
    """
    if isinstance(value, dict):
        return _secret_of_environment(value, place, notes)
    if not isinstance(value, str):
        _expected('a text or {"env": "NAME"}', value, place, notes)
    elif not value:
        notes.problems.append(f"{place}: the password is empty")
    elif "\0" in value or not _encodable(value):
        notes.problems.append(f"{place}: the password holds a character that cannot be stored")
    else:
        return value
    return ""


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _secret_of_environment(value: dict[str, Any], place: str, notes: Notes) -> str:
    name = value.get("env")
    if value.keys() != {"env"} or not isinstance(name, str) or not name:
        notes.problems.append(f'{place}: an object here is {{"env": "NAME"}}, with the name of a variable')
        return ""
    # An empty variable is one that somebody forgot to fill.
    if not (found := notes.environ.get(name)):
        notes.problems.append(f"{place}: the environment variable {quoted(name)} is not set")
        return ""
    return found


def _dialer_secret(value: Any, place: str, notes: Notes) -> str:
    found = _secret(value, place, notes)
    return found if found and _valid(valid_password, found, place, notes) else ""


def _roles(value: Any, place: str, notes: Notes) -> frozenset[str]:
    if not isinstance(value, list):
        _expected("a list", value, place, notes)
        return frozenset()
    if "agent" in value:
        here = f"{place}[{value.index('agent')}]"
        notes.problems.append(f'{here}: agents stand in the section "agents", where their board is named as well')
    word = choice(ROLES)
    return frozenset(word(role, f"{place}[{i}]", notes) for i, role in enumerate(value) if role != "agent")


def _references(value: Any, place: str, notes: Notes) -> tuple[str, ...]:
    if not isinstance(value, list):
        _expected("a list", value, place, notes)
        return ()
    return tuple(_reference(name, f"{place}[{index}]", notes) for index, name in enumerate(value))


def listed(kind: type[Any]) -> Reader:
    """A list of entries of one kind."""

    def read(value: Any, place: str, notes: Notes) -> tuple[Any, ...]:
        if not isinstance(value, list):
            _expected("a list", value, place, notes)
            return ()
        return tuple(_entry(kind, item, f"{place}[{index}]", notes) for index, item in enumerate(value))

    return read


def _key(reader: Reader, default: Any = dataclasses.MISSING, *, stand_in: Any = "") -> Any:
    """A key of an entry: how it is read, and what stands for it where it is left out (nothing: it must be there)."""
    metadata = {"read": reader, "stand_in": stand_in}
    return field(default=default, metadata=metadata) if default is not dataclasses.MISSING else field(metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class NonAgentEntry:
    url: str = _key(text(Dialer, "url"))
    user: str = _key(text(Dialer, "user"))
    password: str | None = _key(_dialer_secret, None)


def _non_agent(value: Any, place: str, notes: Notes) -> Any:
    return _entry(NonAgentEntry, value, place, notes)


@dataclass(frozen=True, kw_only=True)
class DialerEntry:
    name: str = _key(text(Dialer, "name"))
    url: str = _key(text(Dialer, "url"))
    user: str = _key(text(Dialer, "user"))
    password: str | None = _key(_dialer_secret, None)
    source: str = _key(text(Dialer, "source"), "clipdeck")
    capture: str = _key(choice(tuple(Dialer.Capture.values)), Dialer.Capture.STEREO.value)
    take_back_begin: bool = _key(_boolean, False)
    mono_limit_minutes: int = _key(limit(Dialer, "mono_limit_minutes"), 60)
    pause_supported: bool = _key(_boolean, True)
    timezone: str = _key(text(Dialer, "timezone"), "UTC")
    non_agent: NonAgentEntry | None = _key(_non_agent, None)  # noqa: RUF009 - a field, as the others


@dataclass(frozen=True, kw_only=True)
class ClipEntry:
    name: str = _key(text(Clip, "name"))
    title: str = _key(text(Clip, "title"))
    audio: str = _key(_audio)
    duration_seconds: float = _key(_duration, stand_in=1.0)
    transcript: str = _key(_transcript, "")
    language: str = _key(text(Clip, "language"), "en")


@dataclass(frozen=True, kw_only=True)
class ButtonEntry:
    name: str = _key(text(Button, "name"))
    clip: str = _key(_reference)
    # Left out, the clip's title is the label.
    label: str | None = _key(text(Button, "label"), None)
    hotkey: str = _key(text(Button, "hotkey"), "")
    colour: str = _key(choice(tuple(Button.Colour.values)), Button.Colour.BLUE.value)
    while_playing: str = _key(choice(tuple(Button.WhilePlaying.values)), Button.WhilePlaying.REFUSE.value)


@dataclass(frozen=True, kw_only=True)
class BoardEntry:
    name: str = _key(text(Board, "name"))
    buttons: tuple[ButtonEntry, ...] = _key(listed(ButtonEntry), stand_in=())
    play_without_customer: bool = _key(_boolean, False)
    end_others: bool = _key(_boolean, True)
    alert_capture_minutes: int | None = _key(limit(Board, "alert_capture_minutes"), 60)
    alert_paused_seconds: int | None = _key(limit(Board, "alert_paused_seconds"), 60)
    alert_not_begun: bool = _key(_boolean, True)
    alert_away: bool = _key(_boolean, True)


@dataclass(frozen=True, kw_only=True)
class UserEntry:
    username: str = _key(_username)
    roles: frozenset[str] = _key(_roles, stand_in=frozenset())
    password: str | None = _key(_secret, None)
    # Left out, these two are kept as they are.
    name: str | None = _key(text(_User, "first_name"), None)
    active: bool | None = _key(_boolean, None)


@dataclass(frozen=True, kw_only=True)
class AgentEntry:
    username: str = _key(_username)
    dialer: str = _key(_reference)
    agent_user: str = _key(text(Agent, "agent_user"))
    board: str = _key(_reference)
    password: str | None = _key(_secret, None)
    name: str | None = _key(text(_User, "first_name"), None)
    active: bool | None = _key(_boolean, None)


@dataclass(frozen=True, kw_only=True)
class TeamEntry:
    name: str = _key(text(Team, "name"))
    agents: tuple[str, ...] = _key(_references, ())
    supervisors: tuple[str, ...] = _key(_references, ())


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The whole file. A section that is left out is an empty one."""

    dialers: tuple[DialerEntry, ...] = _key(listed(DialerEntry), ())
    clips: tuple[ClipEntry, ...] = _key(listed(ClipEntry), ())
    boards: tuple[BoardEntry, ...] = _key(listed(BoardEntry), ())
    users: tuple[UserEntry, ...] = _key(listed(UserEntry), ())
    agents: tuple[AgentEntry, ...] = _key(listed(AgentEntry), ())
    teams: tuple[TeamEntry, ...] = _key(listed(TeamEntry), ())


def parsed(raw: Any, notes: Notes) -> Configuration:
    """A file's object -> the configuration. With problems in the notes, stand-ins hold the places of what was wrong."""
    configuration: Configuration = _entry(Configuration, raw, "", notes)
    return configuration


def _entry(kind: type[Any], raw: Any, place: str, notes: Notes) -> Any:
    """An object of the file -> an entry of this kind; an unknown key, a missing one, a bad value: each is noted."""
    keys = {key.name: key for key in dataclasses.fields(kind)}
    if not isinstance(raw, dict):
        _expected("an object", raw, place, notes)
        return kind(**{name: key.metadata["stand_in"] for name, key in keys.items() if _is_needed(key)})
    known = ", ".join(keys)
    notes.problems.extend(f"{below(place, key)}: unknown key; known are {known}" for key in raw if key not in keys)
    return kind(**{name: value for name, key in keys.items() for value in _value(key, raw, place, notes)})


def _value(key: dataclasses.Field[Any], raw: dict[str, Any], place: str, notes: Notes) -> list[Any]:
    """What stands under the key, in a list; an empty one where the default will do."""
    here = below(place, key.name)
    if key.name in raw:
        return [key.metadata["read"](raw[key.name], here, notes)]
    if not _is_needed(key):
        return []
    notes.problems.append(f"{here}: missing")
    return [key.metadata["stand_in"]]


def _is_needed(key: dataclasses.Field[Any]) -> bool:
    return key.default is dataclasses.MISSING
