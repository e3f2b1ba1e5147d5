"""How an extension gets its token: it shows a code, a person who is logged in confirms it, it comes for the token."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from panel.models import Agent, Pairing, Token, WrongCode
from panel.selectors.tokens import hashed
from panel.services.tokens import issue

log = logging.getLogger(__name__)

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody takes for another."""

CODE_LENGTH = 8
LIFETIME = timedelta(minutes=10)

GUESSES_WITHIN = timedelta(minutes=15)
GUESSES_OF_A_PERSON = 5
GUESSES_OF_AN_ADDRESS = 50
OPEN_OF_AN_ADDRESS = 200
"""A whole floor may stand behind one address, and come on one morning."""


class PairingRefusedError(Exception):
    """No; `code` is for programs, the text says what to do."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True)
class Begun:
    """What the extension is given: a code to show, a key to ask with, and until when both are good."""

    code: str
    key: str
    expires_at: datetime


@dataclass(frozen=True)
class Paired:
    """A token in clear, this once, and what is kept of it."""

    secret: str
    token: Token


def begin(origin: str, name: str, address: str, now: datetime) -> Begun:
    """Take a request in. PairingRefusedError where one address has too many of them open."""
    Pairing.objects.filter(expires_at__lte=now).delete()
    if Pairing.objects.filter(address=address).count() >= OPEN_OF_AN_ADDRESS:
        log.warning("Too many pairings are open at %s; another one was refused.", address)
        raise PairingRefusedError("too_many", "Too many pairings are open at your address. Try again in ten minutes.")
    code, key = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)), secrets.token_urlsafe(32)
    pairing = Pairing.objects.create(
        code=code,
        key_hash=hashed(key),
        origin=origin,
        name=name,
        address=address,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return Begun(code, key, pairing.expires_at)


def look_up(typed: str, user: User, address: str, now: datetime) -> Pairing:
    """The open request that shows this code. PairingRefusedError where there is none, or after too many guesses."""
    WrongCode.objects.filter(at__lte=now - GUESSES_WITHIN).delete()
    guesses = WrongCode.objects.all()
    if (
        guesses.filter(user=user).count() >= GUESSES_OF_A_PERSON
        or guesses.filter(address=address).count() >= GUESSES_OF_AN_ADDRESS
    ):
        log.warning("A pairing code of %s at %s was not looked at: too many were wrong.", user, address)
        raise PairingRefusedError("too_many", "Too many wrong codes. Wait 15 minutes, then let the extension make one.")
    pairing = Pairing.objects.filter(code=plain(typed), expires_at__gt=now, agent=None, refused_at=None).first()
    if pairing is None:
        WrongCode.objects.create(user=user, address=address, at=now)
        log.warning("A wrong pairing code was given by %s at %s.", user, address)
        raise PairingRefusedError("no_such_code", "No extension shows this code. Codes last ten minutes: look again.")
    return pairing


def decide(pairing: Pairing, agent: Agent, now: datetime, *, allow: bool) -> bool:
    """Let the extension in as this agent, or send it away. False where somebody decided before, or it is too late."""
    still_open = Pairing.objects.filter(pk=pairing.pk, agent=None, refused_at=None, expires_at__gt=now)
    done = still_open.update(agent=agent) if allow else still_open.update(refused_at=now)
    log.info("Pairing of %r from %s %s by %s.", pairing.name, pairing.origin, "allowed" if allow else "refused", agent)
    return bool(done)


def collect(key: str, origin: str | None, now: datetime) -> Paired | None:
    """The token, once, to whoever has the key; None while nobody has confirmed. PairingRefusedError at the end."""
    pairing = Pairing.objects.select_related("agent__user").filter(key_hash=hashed(key), expires_at__gt=now).first()
    if pairing is None or origin not in {None, pairing.origin}:
        raise PairingRefusedError("pairing_gone", "This code was used or is too old. Begin again.")
    if pairing.refused_at:
        raise PairingRefusedError("pairing_refused", "The request was refused. Begin again if that was a mistake.")
    if pairing.agent is None:
        return None
    with transaction.atomic():
        # Whoever deletes it, collects: a second one that asks at the same moment finds nothing.
        deleted, _ = Pairing.objects.filter(pk=pairing.pk).delete()
        if not deleted:
            raise PairingRefusedError("pairing_gone", "This code was used or is too old. Begin again.")
        secret, token = issue(pairing.agent, pairing.origin, pairing.name, now)
    return Paired(secret, token)


def plain(typed: str) -> str:
    """A code as somebody types it -> as it is kept."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())
