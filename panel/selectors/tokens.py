"""Which tokens are good, and whose they are."""

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from panel.models import Agent, Pairing, Token

COLLECTED_WITHIN = timedelta(minutes=1)
"""After a pairing was allowed: the extension asks every two seconds."""


def hashed(secret: str) -> str:
    """How a token, a ticket or a key is kept: they are random and long, so a plain hash is all that they need."""
    return hashlib.sha256(secret.encode()).hexdigest()


def login_of(user: User) -> str:
    """What a token is made under: who it is, with which password. Keyed, so that nothing can be guessed from it."""
    return salted_hmac("panel.tokens.login", f"{user.pk} {user.password}", algorithm="sha256").hexdigest()


def stands(made: Token | Pairing, user: User) -> bool:
    """Whether the agent's login is the one that this was made under, with the same password."""
    return constant_time_compare(made.made_under, login_of(user))


def good(now: datetime) -> Q:
    """Tokens that were not revoked, are not too old, and whose login is open; whether it `stands` is for Python."""
    return Q(revoked_at=None, expires_at__gt=now, agent__user__is_active=True)


def awaited(now: datetime) -> QuerySet[Pairing]:
    """The pairings that were allowed and can still come for their token, if their login `stands`."""
    in_time = Pairing.objects.filter(collected_at=None, decided_at__gt=now - COLLECTED_WITHIN)
    return in_time.filter(agent__user__is_active=True)


def token_of(secret: str) -> Token | None:
    """The token that this is, good or not, with its agent, board and dialer; None where there is none."""
    tokens = Token.objects.select_related("agent__user", "agent__board", "agent__dialer")
    return tokens.filter(token_hash=hashed(secret)).first()


def tokens_of(agent: Agent, now: datetime) -> list[Token]:
    """The tokens of an agent that could still be used, the newest first."""
    return [token for token in Token.objects.filter(good(now), agent=agent) if stands(token, agent.user)]


def awaited_of(agent: Agent, now: datetime) -> list[Pairing]:
    """The pairings that an agent allowed and that can still come for their token."""
    return [pairing for pairing in awaited(now).filter(agent=agent) if stands(pairing, agent.user)]
