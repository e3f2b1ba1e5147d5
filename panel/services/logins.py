"""Passwords that are tried: each is counted before it is looked at, so that five at once are five, and no more."""

import logging
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from agentapi.addresses import network_of
from panel.models.logins import CLOSED_FOR, LoginTries

log = logging.getLogger(__name__)

FORGOTTEN_AT_ONCE = 100


class LoginClosedError(Exception):
    """No password is looked at before `until`; `for_everybody` who comes from there, or for this name alone."""

    def __init__(self, tries: LoginTries) -> None:
        super().__init__(f"Closed: {tries}")
        self.until = tries.until
        self.for_everybody = not tries.name


def count(name: str, address: str, now: datetime) -> None:
    """Count a try that is about to be made. LoginClosedError where it may not be made, and then it is not counted."""
    network = network_of(address)
    with transaction.atomic():
        # Always in this order, so that two never wait for each other.
        rows = [_held(name, network, now), _held("", network, now)]
        closed = next((row for row in rows if row.is_closed(now)), None)
        if closed is None:
            for row in rows:
                row.count(now)
                row.save(update_fields=("tries", "until"))
    _forget(now)
    if closed:
        raise LoginClosedError(closed)


def wrong(name: str, address: str, now: datetime) -> None:
    """The password that was counted was wrong. LoginClosedError where it was the last one."""
    log.warning("A wrong password was given for %r at %s.", name, address)
    for row in LoginTries.objects.filter(name__in=(name, ""), network=network_of(address)).order_by("-name"):
        if row.is_closed(now):
            log.warning("Logging in is closed for %s until %s.", row, row.until.isoformat(timespec="seconds"))
            raise LoginClosedError(row)


def give_back(name: str, address: str, tries: int | None = None) -> None:
    """Take back so many tries; all of the name's where the password was right after them."""
    network = network_of(address)
    with transaction.atomic():
        row = LoginTries.objects.select_for_update().filter(name=name, network=network).first()
        if row is None:
            return
        taken = row.tries if tries is None else min(tries, row.tries)
        _less(LoginTries.objects.filter(pk=row.pk), taken)
        _less(LoginTries.objects.filter(name="", network=network), taken)


def lift(row: LoginTries, by: User | None) -> None:
    """Open a login again, or a network for everybody; `by` is None for whoever runs the server."""
    if row.name:
        give_back(row.name, row.network)
    else:
        LoginTries.objects.filter(pk=row.pk).update(tries=0)
    log.info("Logging in was opened again for %s by %s.", row, by or "a command")


def _held(name: str, network: str, now: datetime) -> LoginTries:
    """The row of this name and network, locked until the transaction ends."""
    rows = LoginTries.objects.select_for_update()
    return rows.get_or_create(name=name, network=network, defaults={"until": now + CLOSED_FOR})[0]


def _less(rows: QuerySet[LoginTries], tries: int) -> None:
    # The row stays until it means nothing: one that vanishes while another counts would be an error there.
    rows.update(tries=Greatest(F("tries") - tries, 0))


def _forget(now: datetime) -> None:
    """Delete what means nothing any more, but for what somebody holds at this moment."""
    with transaction.atomic():
        old = LoginTries.objects.select_for_update(skip_locked=True).filter(until__lte=now)[:FORGOTTEN_AT_ONCE]
        if gone := [row.pk for row in old]:
            LoginTries.objects.filter(pk__in=gone).delete()
