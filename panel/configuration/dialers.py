"""Dialers of a configuration: addresses, and passwords that are kept unless a new one is given."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from agentapi.capability import Capability
from panel.configuration.errors import ConfigurationError
from panel.configuration.places import quoted
from panel.configuration.rows import update
from panel.configuration.schema import DIALER_SETTINGS, DialerEntry, NonAgentEntry
from panel.models import Dialer
from panel.models.dialers import server_of
from panel.services import links

CREDENTIALS = frozenset({"url", "user", "password", "non_agent_url", "non_agent_user", "non_agent_password"})
"""What decides whether VICIdial answers and takes the login."""
ANOTHER_SERVER = "leads to another server than the one that the stored password was given for"


Addresses = Mapping[str, tuple[str, str]]
"""The dialers that the database holds: name -> its address, and that of its non-agent API or ''."""


def addresses_of(rows: Iterable[Dialer]) -> Addresses:
    """What the passwords of these dialers were given for."""
    return {row.name: (row.url, row.non_agent_url) for row in rows}


def passwords_missing(entries: Iterable[DialerEntry], held: Addresses) -> Iterator[str]:
    """The places where a password must stand: nothing is stored yet, or it was given for another server."""
    for i, entry in enumerate(entries):
        url, non_agent_url = held.get(entry.name, ("", ""))
        if entry.password is None and not url:
            yield f"dialers[{i}].password: missing, and dialer {quoted(entry.name)} is new"
        elif entry.password is None and _leads_elsewhere(url, entry.url):
            yield f"dialers[{i}].password: missing, and dialers[{i}].url {ANOTHER_SERVER}"
        if entry.non_agent is None or entry.non_agent.password is not None:
            continue
        place = f"dialers[{i}].non_agent"
        if not non_agent_url:
            yield f"{place}.password: missing, and this access is new"
        elif _leads_elsewhere(non_agent_url, entry.non_agent.url):
            yield f"{place}.password: missing, and {place}.url {ANOTHER_SERVER}"


def _leads_elsewhere(was: str, url: str) -> bool:
    # An empty one stands for one that was wrong, and that is said already.
    return bool(url) and server_of(url) != server_of(was)


def import_dialers(entries: tuple[DialerEntry, ...]) -> Iterator[str]:
    """Saves the dialers; yields a line for each that changed. Where a login changed, calls may go out again.

    ConfigurationError where somebody gave a dialer another address after the file was held against the database.
    """
    # Without their passwords, so that an import can put right what no key of ENCRYPTION_KEYS decrypts any more.
    rows = Dialer.objects.select_for_update().defer("password", "non_agent_password").in_bulk(field_name="name")
    if problems := list(passwords_missing(entries, addresses_of(rows.values()))):
        raise ConfigurationError(problems)
    for entry in entries:
        row = rows.get(entry.name) or Dialer(name=entry.name)
        wanted = _dialer_fields(entry) | _dialer_secrets(row, entry)
        yield from update("dialers", entry.name, row, wanted, settle=_settle)


def _settle(dialer: Dialer, changed: set[str]) -> None:
    if changed & CREDENTIALS:
        links.reopen(dialer, timezone.now())
    elif "capture" in changed:
        links.note_capability(dialer.pk, Capability.NOT_KNOWN, timezone.now())


def _dialer_fields(entry: DialerEntry) -> dict[str, Any]:
    non_agent = entry.non_agent or NonAgentEntry(url="", user="")
    settings = {key: getattr(entry, key) for key in DIALER_SETTINGS}
    return settings | {
        "url": entry.url,
        "user": entry.user,
        "non_agent_url": non_agent.url,
        "non_agent_user": non_agent.user,
    }


def _dialer_secrets(row: Dialer, entry: DialerEntry) -> dict[str, Any]:
    """Only the passwords that differ: one that the file leaves out is kept, and the access's goes with the access."""
    non_agent = entry.non_agent.password if entry.non_agent else ""
    given = {"password": entry.password, "non_agent_password": non_agent}
    held = _stored_passwords(row)
    return {name: value for name, value in given.items() if value is not None and value != held.get(name)}


def _stored_passwords(row: Dialer) -> dict[str, str]:
    """The passwords that the database holds, by field, but for those that no key decrypts."""
    held: dict[str, str] = {}
    for name in ("password", "non_agent_password"):
        try:
            held |= Dialer.objects.filter(pk=row.pk).values(name).first() or {}
        except ImproperlyConfigured:
            continue
    return held
