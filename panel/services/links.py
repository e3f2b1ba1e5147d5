"""The way to each dialer: whether it answers and takes our login."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from agentapi.client import AgentApi
from agentapi.client import Dialer as Credentials
from agentapi.commands import AskCapture
from agentapi.outcomes import Accepted, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason
from panel.models import Dialer, Session
from panel.services import sessions

log = logging.getLogger(__name__)

PROBE_EVERY = timedelta(seconds=2)
"""How often one call tries whether a dialer that was away is back."""

TRIAL = timedelta(seconds=8)
"""How long the call that tries a login may be under way before another one may try."""
TEST_EVERY = timedelta(minutes=1)
NO_AGENT = "clipdecktest"
"""Nobody's VICIdial user: that nobody of this name is logged in is the answer to a good login (FACTS 1.6)."""

LOGIN_TEXT = (
    "VICIdial refuses Clipdeck's login, so nothing more is sent: ten refusals would lock everybody out. "
    "An administrator must correct the dialer's user and password."
)


def credentials(dialer: Dialer) -> Credentials:
    """The dialer's agent API as the client wants it."""
    return Credentials(
        name=dialer.name, url=dialer.url, user=dialer.user, password=dialer.password, source=dialer.source
    )


def probing(dialer: Dialer) -> Credentials:
    """The same for a question that is to tell, soon, whether the dialer is there."""
    return replace(credentials(dialer), connect_timeout=1.5, read_timeout=2.5)


def floor_credentials(dialer: Dialer) -> Credentials:
    """The dialer's non-agent API as the client wants it."""
    return Credentials(
        name=dialer.name,
        url=dialer.non_agent_url,
        user=dialer.non_agent_user,
        password=dialer.non_agent_password,
        source=dialer.source,
    )


def is_news(dialer: Dialer, outcomes: Iterable[Outcome]) -> bool:
    """Whether these answers say anything of the way to this dialer that is not known: mostly they do not."""
    if dialer.link != Dialer.Link.OK or dialer.doubted_at is not None or dialer.proved_at is None:
        return True
    return any(isinstance(each, Unanswered) or found_of(each) not in (None, (Dialer.Link.OK, "")) for each in outcomes)


def note(dialer_id: int, outcomes: Iterable[Outcome], now: datetime) -> None:
    """What these answers say of the way to the dialer; tells all its panels when that changed."""
    dialer = Dialer.objects.get(pk=dialer_id)
    for outcome in outcomes:
        _note(dialer, outcome, now)


def note_floor(dialer_id: int, outcome: Outcome, asked_at: datetime, now: datetime) -> None:
    """What came of asking for the whole floor. A refusal ends it until the access is changed or tested (FACTS 1.8).

    Where it brought no verdict, a question to the agent API tells at once whether that one is away as well.
    """
    rows = Dialer.objects.filter(pk=dialer_id)
    again = asked_at + settings.WATCH_FLOOR_EVERY
    match outcome:
        case Accepted(floor=seats) if seats is not None:
            rows.update(floor_seen_at=asked_at, floor_ask_at=again)
        case Refused(text=text):
            rows.update(floor_text=f"VICIdial refuses the non-agent access, so it is not used. It says: {text}")
            log.warning("Dialer %s: the non-agent access is refused: %s", ", ".join(_names(rows)), text)
        case NotSent(held_back=True):
            rows.update(floor_ask_at=again)
        case _:
            rows.update(floor_ask_at=again)
            rows.filter(link=Dialer.Link.OK, doubted_at=None).update(doubted_at=now, probe_at=now)


def found_of(outcome: Outcome) -> tuple[str, str] | None:
    """An outcome -> the link's state and its words; None where it says nothing of the link."""
    match outcome:
        case NotSent(held_back=True):
            return None
        case NotSent(text=text):
            return Dialer.Link.UNREACHABLE, f"VICIdial cannot be reached. {text}".strip()
        case Refused(reason=Reason.LOGIN_REFUSED):
            return Dialer.Link.LOGIN_REFUSED, LOGIN_TEXT
        case Accepted() | Refused() | Unsupported():
            return Dialer.Link.OK, ""
        case _:
            return None


def reopen(dialer: Dialer, now: datetime) -> None:
    """The credentials were changed: calls may go on, and find out."""
    Dialer.objects.filter(pk=dialer.pk).update(floor_text="", floor_ask_at=None, proved_at=None, trial_until=None)
    if dialer.link != Dialer.Link.OK:
        _changed(dialer, Dialer.Link.OK, "", now)


def may_call(dialer: Dialer, now: datetime) -> bool:
    """Whether a call may go now. A login that never was good is tried by one call, whichever worker makes it.

    Ten refusals would lock everybody out (FACTS 1.8). Once it was good, each worker's `LoginGuard` is enough.
    """
    if dialer.proved_at is not None:
        return True
    turn = Dialer.objects.filter(Q(trial_until=None) | Q(trial_until__lte=now), pk=dialer.pk)
    return bool(turn.update(trial_until=now + TRIAL))


def test_login(dialer: Dialer, api: AgentApi, now: datetime) -> str:
    """Try the dialer's login with one call that changes nothing, and say what came of it (FACTS 1.6).

    At most once a minute, because ten wrong tries would lock everybody out. A good answer lets calls go on.
    """
    turn = Dialer.objects.filter(Q(tested_at=None) | Q(tested_at__lte=now - TEST_EVERY), pk=dialer.pk)
    if not turn.update(tested_at=now):
        return f"{dialer.name}: not tried. Wait a minute between two tests: ten wrong tries lock the login."
    outcome = api.execute(credentials(dialer), NO_AGENT, AskCapture("recording"))
    if isinstance(outcome, Unsupported):
        return (
            f"{dialer.name}: no verdict. Every agent API knows this question, but the answer is empty: see its address."
        )
    found = found_of(outcome)
    if found is None:
        return f"{dialer.name}: no verdict. {getattr(outcome, 'text', '')}".strip()
    if found[0] != dialer.link:
        _changed(dialer, *found, now)
    if found[0] != Dialer.Link.OK:
        return f"{dialer.name}: {found[1]}"
    if isinstance(outcome, Refused) and outcome.reason is not Reason.NOT_LOGGED_IN:
        return f"{dialer.name}: the login is good, but VICIdial refuses the call: {outcome.text}"
    # The same credentials may serve the non-agent API: it is tried again as well.
    Dialer.objects.filter(pk=dialer.pk).update(floor_text="", floor_ask_at=None, proved_at=now)
    return f"{dialer.name}: VICIdial takes the login."


def _note(dialer: Dialer, outcome: Outcome, now: datetime) -> None:
    found = found_of(outcome)
    if dialer.proved_at is None:
        _tried(dialer, outcome, now)
    if isinstance(outcome, Unanswered):
        _doubt(dialer, outcome.text, now)
    elif found is not None:
        if dialer.doubted_at:
            Dialer.objects.filter(pk=dialer.pk).update(doubted_at=None)
            dialer.doubted_at = None
        # A good answer that was under way when the login was refused opens nothing: only new credentials or a test do.
        if found[0] != dialer.link != Dialer.Link.LOGIN_REFUSED:
            _changed(dialer, *found, now)
    if dialer.link == Dialer.Link.UNREACHABLE:
        # The next try is due soon, whoever tried last.
        Dialer.objects.filter(pk=dialer.pk).update(probe_at=now + PROBE_EVERY)


def _names(rows: QuerySet[Dialer]) -> QuerySet[Dialer, str]:
    return rows.values_list("name", flat=True)


def _tried(dialer: Dialer, outcome: Outcome, now: datetime) -> None:
    """What the one call that tried a login brought; the next one may go."""
    good = found_of(outcome) == (Dialer.Link.OK, "")
    dialer.proved_at = now if good else None
    Dialer.objects.filter(pk=dialer.pk).update(proved_at=dialer.proved_at, trial_until=None)


def _doubt(dialer: Dialer, text: str, now: datetime) -> None:
    """A call went unanswered: one may be chance, so another one tries at once; two in a row are an outage."""
    if dialer.link != Dialer.Link.OK:
        return
    if dialer.doubted_at is None:
        Dialer.objects.filter(pk=dialer.pk).update(doubted_at=now, probe_at=now)
        dialer.doubted_at = now
    else:
        since = dialer.doubted_at
        _changed(dialer, Dialer.Link.UNREACHABLE, f"VICIdial does not answer. {text}".strip(), now, since)


@transaction.atomic
def _changed(dialer: Dialer, link: str, text: str, now: datetime, since: datetime | None = None) -> None:
    # Only the one that really changes the row tells of it, so that an outage is one log line and one push.
    rows = Dialer.objects.filter(pk=dialer.pk).exclude(link=link)
    if link == Dialer.Link.UNREACHABLE:
        rows = rows.exclude(link=Dialer.Link.LOGIN_REFUSED)
    if not rows.update(link=link, link_text=text, link_since=since or now, probe_at=now + PROBE_EVERY, doubted_at=None):
        return
    dialer.link, dialer.link_text, dialer.link_since, dialer.doubted_at = link, text, since or now, None
    if link == Dialer.Link.OK:
        log.info("Dialer %s answers again.", dialer.name)
    else:
        log.warning("Dialer %s: %s", dialer.name, text)
    sessions.announce(list(Session.objects.filter(agent__dialer=dialer).values_list("agent_id", flat=True)))
