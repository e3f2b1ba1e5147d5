"""Which tokens are good, and whose they are."""

import hashlib
from datetime import datetime

from django.db.models import Q

from panel.models import Agent, Token


def hashed(secret: str) -> str:
    """How a token, a ticket or a key is kept: they are random and long, so a plain hash is all that they need."""
    return hashlib.sha256(secret.encode()).hexdigest()


def good(now: datetime) -> Q:
    """Tokens that were neither revoked nor are too old."""
    return Q(revoked_at=None, expires_at__gt=now)


def token_of(secret: str) -> Token | None:
    """The token that this is, good or not, with its agent, board and dialer; None where there is none."""
    tokens = Token.objects.select_related("agent__user", "agent__board", "agent__dialer")
    return tokens.filter(token_hash=hashed(secret)).first()


def tokens_of(agent: Agent, now: datetime) -> list[Token]:
    """The tokens of an agent that could still be used, the newest first."""
    return list(Token.objects.filter(good(now), agent=agent))
