"""The way to each dialer: whether it answers and takes our login."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from agentapi.client import Dialer as Credentials
from agentapi.outcomes import Accepted, NotSent, Outcome, Refused, Unsupported
from agentapi.replies import Reason
from panel.models import Dialer, Session
from panel.services import sessions

log = logging.getLogger(__name__)

PROBE_EVERY = timedelta(seconds=2)
"""How often one call tries whether a dialer that was away is back."""

LOGIN_TEXT = (
    "VICIdial refuses Clipdeck's login, so nothing more is sent: ten refusals would lock everybody out. "
    "An administrator must correct the dialer's user and password."
)


def credentials(dialer: Dialer) -> Credentials:
    """The dialer as the agent API's client wants it."""
    return Credentials(
        name=dialer.name, url=dialer.url, user=dialer.user, password=dialer.password, source=dialer.source
    )


def note(agent_id: int, outcomes: Iterable[Outcome], now: datetime) -> None:
    """What these answers, got for one agent, say of the way to the dialer; tells all its panels when that changed.

    While the dialer is away, this agent's session is the one that soon tries it again.
    """
    dialer = Dialer.objects.get(agents=agent_id)
    for outcome in outcomes:
        found = found_of(outcome)
        if found is not None and found[0] != dialer.link:
            _changed(dialer, *found, now)
    if dialer.link == Dialer.Link.UNREACHABLE:
        Session.objects.filter(agent_id=agent_id).update(due_at=now + PROBE_EVERY)


def found_of(outcome: Outcome) -> tuple[str, str] | None:
    """An outcome -> the link's state and its words; None where it says nothing of the link."""
    match outcome:
        case NotSent(text=text):
            return Dialer.Link.UNREACHABLE, f"VICIdial cannot be reached. {text}".strip()
        case Refused(reason=Reason.LOGIN_REFUSED):
            return Dialer.Link.LOGIN_REFUSED, LOGIN_TEXT
        case Accepted() | Refused() | Unsupported():
            return Dialer.Link.OK, ""
        case _:
            return None


def reopen(dialer: Dialer, now: datetime) -> None:
    """The credentials were changed or are to be tried again: calls may go on."""
    if dialer.link != Dialer.Link.OK:
        _changed(dialer, Dialer.Link.OK, "", now)


@transaction.atomic
def _changed(dialer: Dialer, link: str, text: str, now: datetime) -> None:
    # Only the one that really changes the row tells of it, so that an outage is one log line and one push.
    rows = Dialer.objects.filter(pk=dialer.pk).exclude(link=link)
    if link == Dialer.Link.UNREACHABLE:
        rows = rows.exclude(link=Dialer.Link.LOGIN_REFUSED)
    if not rows.update(link=link, link_text=text, link_since=now, probe_at=now + PROBE_EVERY):
        return
    dialer.link, dialer.link_text, dialer.link_since = link, text, now
    if link == Dialer.Link.OK:
        log.info("Dialer %s answers again.", dialer.name)
    else:
        log.warning("Dialer %s: %s", dialer.name, text)
    sessions.announce(list(Session.objects.filter(agent__dialer=dialer).values_list("agent_id", flat=True)))
