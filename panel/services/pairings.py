"""How an extension gets its token: it shows a code, a person who is logged in confirms it, it comes for the token."""

import logging
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from agentapi.addresses import network_of
from panel.models import Agent, Pairing, Token, WrongCode
from panel.selectors.tokens import awaited, hashed, login_of, stands
from panel.services.tokens import issue

log = logging.getLogger(__name__)

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody takes for another."""

CODE_LENGTH = 8
LIFETIME = timedelta(minutes=10)

GUESSES_WITHIN = timedelta(minutes=15)
GUESSES_OF_A_PERSON = 5
GUESSES_OF_AN_ADDRESS = 50
LINKS_OF_A_PERSON = 20
OPEN_OF_AN_ADDRESS = 200
NEW_A_MINUTE = 100
"""A whole floor may stand behind one address, and come on one morning."""

UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode's kinds of signs that show as nothing, or change how others show."""


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
    """Take a request in, under a name that can be shown. PairingRefusedError where an address asks too often.

    Where one address has many open, the oldest that nobody confirmed makes room: nobody shuts the others out for long.
    """
    name, network = shown(name), network_of(address)
    Pairing.objects.filter(expires_at__lte=now).delete()
    of_network = Pairing.objects.filter(network=network)
    if of_network.filter(created_at__gt=now - timedelta(minutes=1)).count() >= NEW_A_MINUTE:
        log.warning("Pairings are asked for too fast at %s; one was refused.", address)
        raise PairingRefusedError("too_many", "Too many codes were asked for at your address. Try again in a minute.")
    too_old = of_network.filter(decided_at=None).order_by("-created_at", "-pk")[OPEN_OF_AN_ADDRESS - 1 :]
    Pairing.objects.filter(pk__in=list(too_old.values_list("pk", flat=True))).delete()
    code, key = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)), secrets.token_urlsafe(32)
    pairing = Pairing.objects.create(
        code=code,
        key_hash=hashed(key),
        origin=origin,
        name=name,
        address=address,
        network=network,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return Begun(code, key, pairing.expires_at)


def look_up(typed: str, user: User, address: str, now: datetime, *, by_link: bool) -> Pairing:
    """The open request that shows this code. PairingRefusedError where there is none, or after too many guesses.

    A code that was decided on is no guess. Those of links are counted apart: whoever was led to some can still type.
    """
    WrongCode.objects.filter(at__lte=now - GUESSES_WITHIN).delete()
    network = network_of(address)
    with transaction.atomic():
        # One guess of a person at a time: what was counted still holds when this one is written down.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _stop_guessing(user, network, by_link=by_link)
        pairing = Pairing.objects.filter(code=plain(typed), expires_at__gt=now).first()
        if pairing is None:
            WrongCode.objects.create(user=user, network=network, by_link=by_link, at=now)
    if pairing is None:
        log.warning("A wrong pairing code was given by %s at %s.", user, address)
        raise PairingRefusedError("no_such_code", "No extension shows this code. Codes last ten minutes: look again.")
    if pairing.decided_at:
        raise PairingRefusedError("decided", "This code was used already. If nothing is connected, ask for a new one.")
    return pairing


def _stop_guessing(user: User, network: str, *, by_link: bool) -> None:
    guesses = WrongCode.objects.filter(by_link=by_link)
    of_person = guesses.filter(user=user).count()
    if by_link and of_person >= LINKS_OF_A_PERSON:
        raise PairingRefusedError("too_many", "Too many links with wrong codes. Press the button if this one is yours.")
    if not by_link and (
        of_person >= GUESSES_OF_A_PERSON or guesses.filter(network=network).count() >= GUESSES_OF_AN_ADDRESS
    ):
        log.warning("A pairing code of %s at %s was not looked at: too many were wrong.", user, network)
        raise PairingRefusedError("too_many", "Too many wrong codes. Wait 15 minutes, then let the extension make one.")


def decide(pairing: Pairing, agent: Agent, now: datetime, *, allow: bool) -> bool:
    """Let the extension in as this agent, or send it away. False where somebody decided before, or it is too late."""
    still_open = Pairing.objects.filter(pk=pairing.pk, decided_at=None, expires_at__gt=now)
    as_whom = {"agent": agent, "made_under": login_of(agent.user)} if allow else {"agent": None}
    done = still_open.update(**as_whom, decided_at=now)
    log.info("Pairing of %r from %s %s by %s.", pairing.name, pairing.origin, "allowed" if allow else "refused", agent)
    return bool(done)


def take_back(pairing: Pairing, by: User) -> bool:
    """End one that was allowed before it has come for its token; False where it was faster."""
    deleted, _ = Pairing.objects.filter(pk=pairing.pk, collected_at=None).delete()
    if deleted:
        log.info("Pairing of %r from %s was taken back by %s.", pairing.name, pairing.origin, by)
    return bool(deleted)


def collect(key: str, origin: str | None, now: datetime) -> Paired | None:
    """The token, once, to whoever has the key; None while nobody has confirmed. PairingRefusedError at the end."""
    pairing = Pairing.objects.filter(key_hash=hashed(key), expires_at__gt=now, collected_at=None).first()
    if pairing is None or origin not in {None, pairing.origin}:
        raise _gone()
    if pairing.decided_at is None:
        return None
    if pairing.agent_id is None:
        raise PairingRefusedError("pairing_refused", "The request was refused. Begin again if that was a mistake.")
    with transaction.atomic():
        # Whoever marks it, collects: a second one that asks at the same moment finds nothing.
        if not awaited(now).filter(pk=pairing.pk).update(collected_at=now):
            raise _gone()
        agent = Agent.objects.select_related("user").get(pk=pairing.agent_id)
        if not stands(pairing, agent.user):
            raise _gone()
        secret, token = issue(agent, pairing.origin, pairing.name, now)
    return Paired(secret, token)


def _gone() -> PairingRefusedError:
    return PairingRefusedError("pairing_gone", "This code was used or is too old. Begin again.")


def shown(name: str) -> str:
    """A name as it is shown to whoever decides. PairingRefusedError where it could show as another, or not at all."""
    trimmed = name.strip()
    kinds = {unicodedata.category(sign) for sign in trimmed}
    if kinds & UNSEEN or not any(kind[0] in "LNPS" for kind in kinds):
        raise PairingRefusedError("malformed", "The name must be seen: no line breaks, no control or invisible signs.")
    return trimmed


def plain(typed: str) -> str:
    """A code as somebody types it -> as it is kept."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())
