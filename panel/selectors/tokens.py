"""Which tokens are good, and whose they are."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from panel.models import Agent, Pairing, Token

COLLECTED_WITHIN = timedelta(minutes=1)
"""After a pairing was allowed: the extension asks every two seconds."""


def hashed(secret: str) -> str:
    """How a token, a ticket or a key is kept: they are random and long, so a plain hash is all that they need."""
    return hashlib.sha256(secret.encode()).hexdigest()


def good(now: datetime) -> Q:
    """Tokens that were neither revoked nor are too old."""
    return Q(revoked_at=None, expires_at__gt=now)


def awaited(now: datetime) -> QuerySet[Pairing]:
    """The pairings that were allowed and can still come for their token."""
    return Pairing.objects.filter(agent__isnull=False, collected_at=None, decided_at__gt=now - COLLECTED_WITHIN)


def token_of(secret: str) -> Token | None:
    """The token that this is, good or not, with its agent, board and dialer; None where there is none."""
    tokens = Token.objects.select_related("agent__user", "agent__board", "agent__dialer")
    return tokens.filter(token_hash=hashed(secret)).first()


def tokens_of(agent: Agent, now: datetime) -> list[Token]:
    """The tokens of an agent that could still be used, the newest first."""
    return list(Token.objects.filter(good(now), agent=agent))
