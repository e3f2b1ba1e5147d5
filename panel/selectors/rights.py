"""What lets a socket stay open. Each kind of right tells which of many are still held: thousands must cost little."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar, Self

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import Q

from panel.models import Agent, Token
from panel.selectors.people import ADMIN
from panel.selectors.tokens import good, stands

NOT_LOGGED_IN = 4401
NOT_ALLOWED = 4403

AT_ONCE = 500
"""How many a query names: every database takes that many parameters."""


class Right(ABC):
    """Something that must stay true while a socket is open; where it lapses, `code` and `text` close the socket.

    A new kind is a frozen dataclass that says in `held` which of many still hold. Equal ones are looked up once.
    """

    code: ClassVar[int]
    text: ClassVar[str]

    @classmethod
    @abstractmethod
    def held(cls, rights: set[Self], now: datetime) -> Iterable[Self]:
        """Those that still hold, of at most `AT_ONCE` of this kind: in one query."""


def lapsed(rights: Iterable[Right], now: datetime) -> set[Right]:
    """Those that hold no more, of any number of any kinds."""
    kinds: dict[type[Right], set[Right]] = defaultdict(set)
    for right in rights:
        kinds[type(right)].add(right)
    return {
        right
        for kind, of_kind in kinds.items()
        for some in _in_parts(of_kind)
        for right in some.difference(kind.held(some, now))
    }


@dataclass(frozen=True)
class LoggedIn(Right):
    """The session of the cookie is still there. Django never hands a session's key on to another person."""

    session_key: str = field(repr=False)
    code = NOT_LOGGED_IN
    text = "You were logged out."

    @classmethod
    def held(cls, rights: set[Self], now: datetime) -> Iterable[Self]:
        sessions = Session.objects.filter(pk__in=[right.session_key for right in rights], expire_date__gt=now)
        return map(cls, sessions.values_list("pk", flat=True))


@dataclass(frozen=True)
class SamePassword(Right):
    """The password is the one that this login was made with; `password` is its hash as it is stored."""

    user_id: int
    password: str = field(repr=False)
    code = NOT_LOGGED_IN
    text = "Your password was changed. Log in again."

    @classmethod
    def held(cls, rights: set[Self], now: datetime) -> Iterable[Self]:  # noqa: ARG003 - the same for every kind
        users = User.objects.filter(pk__in=[right.user_id for right in rights])
        return (cls(*row) for row in users.values_list("pk", "password"))


@dataclass(frozen=True)
class TokenIsGood(Right):
    """The token that bought this socket's ticket was not revoked, is not too old, and its login is as it was paired."""

    token_id: int
    code = NOT_LOGGED_IN
    text = "This connection was revoked or is too old. Pair again."

    @classmethod
    def held(cls, rights: set[Self], now: datetime) -> Iterable[Self]:
        tokens = Token.objects.filter(good(now), pk__in=[right.token_id for right in rights])
        rows = tokens.select_related("agent__user").only("made_under", "agent__user__password")
        return (cls(token.pk) for token in rows if stands(token, token.agent.user))


@dataclass(frozen=True)
class ActiveUser(Right):
    """The login is there and was not closed."""

    user_id: int
    code = NOT_ALLOWED
    text = "This login was closed. Ask your administrator."

    @classmethod
    def held(cls, rights: set[Self], now: datetime) -> Iterable[Self]:  # noqa: ARG003 - the same for every kind
        users = User.objects.filter(pk__in=[right.user_id for right in rights], is_active=True)
        return map(cls, users.values_list("pk", flat=True))


@dataclass(frozen=True)
class OwnPanel(Right):
    """The login is still this agent's."""

    user_id: int
    agent_id: int
    code = NOT_ALLOWED
    text = "This login is not this agent's any more. Ask your administrator."

    @classmethod
    def held(cls, rights: set[Self], now: datetime) -> Iterable[Self]:  # noqa: ARG003 - the same for every kind
        agents = Agent.objects.filter(pk__in=[right.agent_id for right in rights])
        return (cls(*row) for row in agents.values_list("user_id", "pk"))


@dataclass(frozen=True)
class HasRole(Right):
    """The login has at least one of these roles; a superuser is an admin."""

    user_id: int
    roles: frozenset[str]
    code = NOT_ALLOWED
    text = "Your role was changed. Ask your administrator."

    @classmethod
    def held(cls, rights: set[Self], now: datetime) -> Iterable[Self]:  # noqa: ARG003 - the same for every kind
        users = User.objects.filter(Q(groups__isnull=False) | Q(is_superuser=True))
        rows = users.filter(pk__in=[right.user_id for right in rights]).values_list(
            "pk", "groups__name", "is_superuser"
        )
        roles: dict[int, set[Any]] = defaultdict(set)
        for user_id, group, is_superuser in rows:
            roles[user_id] |= {group, ADMIN} if is_superuser else {group}
        return (right for right in rights if right.roles & roles[right.user_id])


def _in_parts(rights: set[Right]) -> Iterator[set[Right]]:
    each = iter(rights)
    while part := set(islice(each, AT_ONCE)):
        yield part
