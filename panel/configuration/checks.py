"""What refers to what: the parts of a file against each other and against what the database holds already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from panel.configuration.dialers import Addresses, addresses_of, passwords_missing
from panel.configuration.places import quoted
from panel.configuration.schema import AgentEntry, BoardEntry, Configuration, UserEntry
from panel.models import Agent, Board, Clip, Dialer

Placed = tuple[str, str]
"""A place in the file and the name that stands there."""


@dataclass(frozen=True)
class Known:
    """What the database holds, by name. `agents` has (dialer, agent_user in small letters) -> username."""

    dialers: Addresses
    clips: frozenset[str]
    boards: frozenset[str]
    usernames: frozenset[str]
    agents: dict[tuple[str, str], str]


def known() -> Known:
    """The database's side of the checks."""
    agents = Agent.objects.values_list("dialer__name", "agent_user", "user__username")
    return Known(
        dialers=addresses_of(Dialer.objects.only("name", "url", "non_agent_url")),
        clips=frozenset(Clip.objects.values_list("name", flat=True)),
        boards=frozenset(Board.objects.values_list("name", flat=True)),
        usernames=frozenset(get_user_model().objects.values_list("username", flat=True)),
        agents={(dialer, agent_user.lower()): username for dialer, agent_user, username in agents},
    )


def problems_between(configuration: Configuration, held: Known) -> Iterator[str]:
    """Names that stand twice, references to nothing, passwords that are needed and missing; each with its place."""
    yield from _names_twice(configuration)
    yield from _dangling(configuration, held)
    yield from passwords_missing(configuration.dialers, held.dialers)
    yield from _people(configuration, held)
    yield from _agent_users(configuration, held)


def _twice(placed: Iterable[Placed], what: str = "") -> Iterator[str]:
    first: dict[str, str] = {}
    for place, name in placed:
        # An empty name stands for one that was wrong, and that is said already.
        if name and name in first:
            yield f"{place}: {what}{quoted(name)} stands already at {first[name]}"
        first.setdefault(name, place)


def _names_twice(configuration: Configuration) -> Iterator[str]:
    yield from _twice((f"dialers[{i}].name", dialer.name) for i, dialer in enumerate(configuration.dialers))
    yield from _twice((f"clips[{i}].name", clip.name) for i, clip in enumerate(configuration.clips))
    yield from _twice((f"boards[{i}].name", board.name) for i, board in enumerate(configuration.boards))
    yield from _twice((f"users[{i}].username", user.username) for i, user in enumerate(configuration.users))
    yield from _twice((f"agents[{i}].username", agent.username) for i, agent in enumerate(configuration.agents))
    yield from _twice((f"teams[{i}].name", team.name) for i, team in enumerate(configuration.teams))
    for i, board in enumerate(configuration.boards):
        yield from _buttons_twice(f"boards[{i}].buttons", board)
    for i, team in enumerate(configuration.teams):
        for key in ("agents", "supervisors"):
            yield from _twice((f"teams[{i}].{key}[{j}]", name) for j, name in enumerate(getattr(team, key)))


def _buttons_twice(place: str, board: BoardEntry) -> Iterator[str]:
    yield from _twice((f"{place}[{i}].name", button.name) for i, button in enumerate(board.buttons))
    # The panel hears q and Q as one key.
    keys = ((f"{place}[{i}].hotkey", button.hotkey.lower()) for i, button in enumerate(board.buttons))
    yield from _twice(keys, "hot key ")


def _dangling(configuration: Configuration, held: Known) -> Iterator[str]:
    dialers = frozenset(held.dialers).union(dialer.name for dialer in configuration.dialers)
    clips = held.clips.union(clip.name for clip in configuration.clips)
    boards = held.boards.union(board.name for board in configuration.boards)
    for i, board in enumerate(configuration.boards):
        buttons = enumerate(board.buttons)
        yield from _absent(((f"boards[{i}].buttons[{j}].clip", button.clip) for j, button in buttons), clips, "clip")
    for i, agent in enumerate(configuration.agents):
        yield from _absent([(f"agents[{i}].dialer", agent.dialer)], dialers, "dialer")
        yield from _absent([(f"agents[{i}].board", agent.board)], boards, "board")
    yield from _dangling_in_teams(configuration, held)


def _dangling_in_teams(configuration: Configuration, held: Known) -> Iterator[str]:
    agents = frozenset(held.agents.values()).union(agent.username for agent in configuration.agents)
    users = held.usernames.union(agents, (user.username for user in configuration.users))
    for i, team in enumerate(configuration.teams):
        named = enumerate(team.agents)
        yield from _absent(((f"teams[{i}].agents[{j}]", name) for j, name in named), agents, "agent")
        named = enumerate(team.supervisors)
        yield from _absent(((f"teams[{i}].supervisors[{j}]", name) for j, name in named), users, "user")


def _absent(placed: Iterable[Placed], there: frozenset[str], what: str) -> Iterator[str]:
    return (f"{place}: no {what} {quoted(name)}" for place, name in placed if name and name not in there)


@dataclass(frozen=True)
class _Person:
    """One entry of `users` or `agents`, with its place."""

    place: str
    entry: UserEntry | AgentEntry


def _persons(configuration: Configuration) -> list[_Person]:
    users = [_Person(f"users[{i}]", user) for i, user in enumerate(configuration.users)]
    agents = [_Person(f"agents[{i}]", agent) for i, agent in enumerate(configuration.agents)]
    return [person for person in (*users, *agents) if person.entry.username]


def _people(configuration: Configuration, held: Known) -> Iterator[str]:
    persons = _persons(configuration)
    by_name: dict[str, list[_Person]] = {}
    for person in persons:
        by_name.setdefault(person.entry.username, []).append(person)
    for name, same in by_name.items():
        yield from _contradictions(same)
        if name not in held.usernames and all(person.entry.password is None for person in same):
            yield from (f"{person.place}.password: missing, and {quoted(name)} is new" for person in same)
    yield from _alike(persons, held)


def _contradictions(same: list[_Person]) -> Iterator[str]:
    """Somebody may stand among the users and among the agents, where both say the same of them or only one speaks."""
    for key in ("password", "name", "active"):
        said = [(person.place, getattr(person.entry, key)) for person in same]
        # An empty one stands for one that was wrong, and that is said already.
        said = [(place, value) for place, value in said if value not in (None, "")]
        yield from (f"{place}.{key}: {said[0][0]}.{key} says otherwise" for place, value in said if value != said[0][1])


def _alike(persons: list[_Person], held: Known) -> Iterator[str]:
    """Names that differ by capital letters only: two people who would take each other's login for a mistyped own."""
    exact = held.usernames
    spelled = {name.casefold(): (name, "") for name in sorted(exact)}
    for person in persons:
        name = person.entry.username
        if name in exact:
            continue
        other, where = spelled.setdefault(name.casefold(), (name, f" at {person.place}.username"))
        if other != name:
            yield f"{person.place}.username: {quoted(name)} differs from {quoted(other)}{where} only by capital letters"


def _agent_users(configuration: Configuration, held: Known) -> Iterator[str]:
    named = {agent.username for agent in configuration.agents}
    first: dict[tuple[str, str], str] = {}
    for i, agent in enumerate(configuration.agents):
        # VICIdial's own look-up ignores the letter case (FACTS 7.16).
        place, login = f"agents[{i}].agent_user", (agent.dialer, agent.agent_user.lower())
        if not all(login):
            continue
        there = f"{quoted(agent.agent_user)} of dialer {quoted(agent.dialer)}"
        if login in first:
            yield f"{place}: {there} stands already at {first[login]}"
        first.setdefault(login, place)
        # Whoever stands in the file too is given their new number by the same import.
        holder = held.agents.get(login)
        if holder is not None and holder not in named:
            yield f"{place}: {there} belongs to {quoted(holder)}, who is in the database but not in this file"
