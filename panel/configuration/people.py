"""Users and agents of a configuration: logins, roles, and who sits at which VICIdial login."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group, User
from django.utils import timezone

from panel.configuration.rows import update
from panel.configuration.schema import AgentEntry, Configuration, UserEntry
from panel.models import Agent, Board, Dialer, Seal, Session
from panel.models.seals import fits, seal
from panel.selectors.people import ADMIN, ROLES
from panel.services import sessions, tokens


def _entries(configuration: Configuration) -> list[UserEntry | AgentEntry]:
    return [*configuration.users, *configuration.agents]


@dataclass(frozen=True)
class Passwords:
    """What is to be stored of the file's passwords, by username: `hashes` of those that the database does not know, and
    `seals`, by which the next import knows those of both kinds again that it had to hash this time.
    """

    hashes: Mapping[str, str]
    seals: Mapping[str, str]


def passwords_of(configuration: Configuration, told: Callable[[int, int], object]) -> Passwords:
    """Look at each password of the file. Hashing takes a good part of a second on purpose, so those whose seal fits are
    passed over; `told` learns after each of the others how many are done, and of how many.
    """
    given = {entry.username: entry.password for entry in _entries(configuration) if entry.password is not None}
    people = get_user_model().objects.filter(username__in=given)
    held = {
        name: (stored, sealed or "")
        for name, stored, sealed in people.values_list("username", "password", "seal__value")
    }
    unproved = [name for name, password in given.items() if name not in held or not _is_sealed(password, held[name])]
    hashes: dict[str, str] = {}
    seals: dict[str, str] = {}
    for done, name in enumerate(unproved, start=1):
        stored, _ = held.get(name, ("", ""))
        if not stored or not check_password(given[name], stored):
            stored = hashes[name] = make_password(given[name])
        seals[name] = seal(given[name], stored)
        told(done, len(unproved))
    return Passwords(hashes, seals)


def _is_sealed(password: str, held: tuple[str, str]) -> bool:
    stored, sealed = held
    return fits(sealed, password, stored)


def put_seals(seals: Mapping[str, str]) -> None:
    """Keep them for the next import; these people are in the database by now."""
    users = dict(get_user_model().objects.filter(username__in=seals).values_list("username", "pk"))
    rows = [Seal(user_id=users[name], value=value) for name, value in seals.items()]
    Seal.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["user"], update_fields=["value"]
    )


def roles_given(user: User) -> frozenset[str]:
    """The roles that somebody was given, also while they are shut out and may use none of them."""
    named = {group.name for group in user.groups.all() if group.name in ROLES}
    return frozenset(named | ({ADMIN} if user.is_superuser else set()))


def import_people(configuration: Configuration, hashes: Mapping[str, str]) -> Iterator[str]:
    """Saves users and agents; yields a line for each that changed."""
    known = User.objects.filter(username__in=[entry.username for entry in _entries(configuration)]).prefetch_related(
        "groups"
    )
    users = {user.username: user for user in known}
    yield from _users(configuration.users, users, hashes)
    yield from _agents(configuration.agents, users, hashes)


def _users(entries: Iterable[UserEntry], users: dict[str, User], hashes: Mapping[str, str]) -> Iterator[str]:
    for entry in entries:
        user = users.setdefault(entry.username, User(username=entry.username))
        had = roles_given(user) if user.pk else frozenset()
        wanted = _login(user, entry, hashes) | _powers(entry.roles, had)
        lines = list(update("users", entry.username, user, wanted, settle=_disconnect))
        if lines and lines[0].startswith("users: +"):
            user.groups.set(_groups(entry.roles))
        elif had != entry.roles:
            yield f"users: ~ {entry.username} (roles: {', '.join(sorted(entry.roles)) or 'none'})"
            user.groups.remove(*Group.objects.filter(name__in=ROLES))
            user.groups.add(*_groups(entry.roles))
        yield from lines


def _powers(roles: frozenset[str], had: frozenset[str]) -> dict[str, bool]:
    """Django's own flags. Whoever never was an admin keeps what the admin pages may have given them."""
    if ADMIN in roles:
        return {"is_staff": True, "is_superuser": True}
    return {"is_staff": False, "is_superuser": False} if ADMIN in had else {}


def _groups(roles: Iterable[str]) -> list[Group]:
    return [Group.objects.get_or_create(name=role)[0] for role in sorted(roles)]


def _login(user: User, entry: UserEntry | AgentEntry, hashes: Mapping[str, str]) -> dict[str, Any]:
    """What an entry says of somebody's login; what it leaves out is kept."""
    wanted: dict[str, Any] = {}
    if entry.username in hashes:
        wanted["password"] = hashes[entry.username]
    if entry.active is not None:
        wanted["is_active"] = entry.active
    if entry.name is not None and entry.name != user.get_full_name():
        wanted |= {"first_name": entry.name, "last_name": ""}
    return wanted


def _agents(entries: tuple[AgentEntry, ...], users: dict[str, User], hashes: Mapping[str, str]) -> Iterator[str]:
    dialers = Dialer.objects.defer("password", "non_agent_password").in_bulk(field_name="name")
    boards = Board.objects.in_bulk(field_name="name")
    held = Agent.objects.filter(user__username__in=[entry.username for entry in entries]).select_related("user")
    rows = {agent.user.username: agent for agent in held}
    wanted = {
        entry.username: {
            "dialer_id": dialers[entry.dialer].pk,
            "agent_user": entry.agent_user,
            "board_id": boards[entry.board].pk,
        }
        for entry in entries
    }
    _free_logins(rows, wanted)
    for entry in entries:
        yield from _agent(entry, users, hashes, rows, wanted[entry.username])


def _free_logins(rows: Mapping[str, Agent], wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """Two agents may swap their logins, which must differ at every moment: so all that change get a stand-in first."""
    for name, row in rows.items():
        if (row.dialer_id, row.agent_user) != (wanted[name]["dialer_id"], wanted[name]["agent_user"]):
            # A tilde stands in no VICIdial login, so no stand-in is taken.
            Agent.objects.filter(pk=row.pk).update(agent_user=f"~{row.pk}")


def _agent(
    entry: AgentEntry,
    users: dict[str, User],
    hashes: Mapping[str, str],
    rows: Mapping[str, Agent],
    wanted: Mapping[str, Any],
) -> Iterator[str]:
    name = entry.username
    user = users.setdefault(name, User(username=name))
    # The user belongs to the agent: it gets a line of its own only where the agent was there before.
    login = list(update("agents", name, user, _login(user, entry, hashes), settle=_disconnect))
    row = rows.get(name) or Agent(user=user)
    lines = list(update("agents", name, row, wanted, settle=_settle))
    yield from lines if row.pk and name not in rows else [*login, *lines]


def forget_session(agent: Agent) -> None:
    """What was known of an agent's old VICIdial login says nothing about the new one; open panels are told."""
    if Session.objects.filter(agent=agent).exists():
        sessions.forget(agent.pk, timezone.now())


def _disconnect(user: User, changed: set[str]) -> None:
    """Extensions were paired with the login as it was: a new password or a closed login ends them."""
    if changed & {"password", "is_active"}:
        tokens.revoke_all(user, None, timezone.now())


def _settle(agent: Agent, changed: set[str]) -> None:
    if changed & {"dialer_id", "agent_user"}:
        forget_session(agent)
