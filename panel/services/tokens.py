"""Tokens and tickets: given, used once, taken back."""

import logging
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from panel.models import Agent, Pairing, Ticket, Token
from panel.selectors.tokens import hashed, login_of, stands

log = logging.getLogger(__name__)

TOKEN_LIFETIME = timedelta(days=90)
TICKET_LIFETIME = timedelta(seconds=30)
TICKETS_AT_ONCE = 100
TICKETS_KEPT = timedelta(hours=1)
"""So long the log can tell a ticket that is used twice from one that never was."""


class TooManyTicketsError(Exception):
    """A token has bought more tickets within their lifetime than all of its panels could need."""


def issue(agent: Agent, origin: str, name: str, now: datetime) -> tuple[str, Token]:
    """A new token: in clear, for this moment only, and as it is kept."""
    secret = secrets.token_urlsafe(32)
    token = Token.objects.create(
        agent=agent,
        token_hash=hashed(secret),
        origin=origin,
        name=name,
        made_under=login_of(agent.user),
        created_at=now,
        expires_at=now + TOKEN_LIFETIME,
    )
    return secret, token


def buy_ticket(token: Token, now: datetime) -> tuple[str, datetime]:
    """A ticket of 128 random bits, and until when it is good. TooManyTicketsError where a token asks without end."""
    Ticket.objects.filter(expires_at__lte=now - TICKETS_KEPT).delete()
    secret = secrets.token_urlsafe(16)
    with transaction.atomic():
        # Whoever writes here first, counts first.
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
        if token.tickets.filter(expires_at__gt=now).count() >= TICKETS_AT_ONCE:
            raise TooManyTicketsError("Too many tickets were asked for. Try again in half a minute.")
        ticket = Ticket.objects.create(token=token, ticket_hash=hashed(secret), expires_at=now + TICKET_LIFETIME)
    return secret, ticket.expires_at


def use_ticket(secret: str, now: datetime) -> Token | None:
    """Use a ticket up: its token, with the agent's login; None where it is unknown, too old, used before or revoked, or
    where the login is not the one that was paired.
    """
    tickets = Ticket.objects.filter(ticket_hash=hashed(secret))
    usable = tickets.filter(used_at=None, expires_at__gt=now, token__revoked_at=None, token__expires_at__gt=now)
    if usable.update(used_at=now):
        token = tickets.select_related("token__agent__user").get().token
        return token if stands(token, token.agent.user) else None
    if used := tickets.exclude(used_at=None).select_related("token__agent__user").first():
        log.warning("A socket ticket of %s was used a second time, and refused.", used.token)
    return None


def revoke_all(user: User, by: User | None, now: datetime) -> None:
    """Take back what was paired with a login that was closed or got a new password; `by` is None for an import."""
    revoked = Token.objects.filter(agent__user=user, revoked_at=None).update(revoked_at=now, revoked_by=by)
    waiting, _ = Pairing.objects.filter(agent__user=user, collected_at=None).delete()
    if revoked or waiting:
        log.info("%s extensions of %s were revoked with its login.", revoked + waiting, user)


def carry_over(user: User, made_under: str) -> None:
    """The same password is kept in another form now: what was made under it stays good."""
    for kind in (Token, Pairing):
        kind.objects.filter(agent__user=user, made_under=made_under).update(made_under=login_of(user))


def revoke(token: Token, by: User, now: datetime) -> None:
    """Take a token back; its sockets close within seconds. A second time changes nothing."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, revoked_by=by):
        log.info("%s was revoked by %s.", token, by)
