"""The way to each dialer: whether it answers and takes our login."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from agentapi import preflight
from agentapi.capability import Capability
from agentapi.client import AgentApi
from agentapi.client import Dialer as Credentials
from agentapi.commands import AskCapture
from agentapi.outcomes import Accepted, Expired, NotSent, Outcome, Refused, Silence, Unanswered, Unsupported
from agentapi.replies import Reason
from agentapi.versions import ServerVersion
from panel.models import Dialer, Session
from panel.services import sessions

log = logging.getLogger(__name__)

PROBE_EVERY = timedelta(seconds=2)
"""How often one call tries whether a dialer that was away is back."""

TRIAL = timedelta(seconds=8)
"""How long the call that tries a login may be under way before another one may try."""
LOGINS_WITHOUT_VERDICT = 3
"""How many logins in a row may bring an answer without a verdict: each may be a refusal that is counted (FACTS 1.7)."""
CAPABILITY_KEPT_EVERY = timedelta(minutes=1)
"""How often it is written down that what a dialer can do is what it was."""
CLOCK_MOVED_SECONDS = 5.0
"""From here on a difference of the server's clock is news: it tells whole seconds, and takes some for the answer."""
TEST_EVERY = timedelta(minutes=1)
NO_AGENT = preflight.NO_AGENT

LOGIN_TEXT = (
    "VICIdial refuses Clipdeck's login, so nothing more is sent: ten refusals would lock everybody out. "
    "An administrator must correct the dialer's user and password."
)
NO_VERDICT_TEXT = (
    "VICIdial answers, but gives no verdict on Clipdeck's login. It may refuse the login and count that, so nothing "
    "more is sent: ten refusals would lock everybody out. An administrator must look at the dialer's user and password "
    "and at the web server's error log (may it write to the agc folder?), and then test the login."
)
TRANSLATED_TEXT = (
    "VICIdial does not answer in English, which is the one language that Clipdeck reads. An administrator must set the "
    "language of the API user to English in VICIdial."
)
FLOOR_NO_VERDICT_TEXT = (
    "VICIdial's non-agent API answers without a verdict. It may refuse the login and count that, so it is not used. "
    "Look at its address, user and password, and then test the login."
)


_FRESH = {
    "floor_text": "",
    "floor_ask_at": None,
    "version_first": False,
    "unanswered_logins": 0,
    "unanswered_floors": 0,
}
"""What is known of logins where they are new or were proved."""

_UNKNOWN = {
    "capability_at": None,
    "build": None,
    "clock_ahead_seconds": None,
    "version_at": None,
    "look_again_at": None,
}
"""What is known of a server that perhaps is another one now."""


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
        case Accepted(floor=floor) if floor is not None:
            rows.update(floor_seen_at=asked_at, floor_ask_at=again, unanswered_floors=0)
        case Unanswered(silence=Silence.TRANSLATED):
            _leave_floor(rows, f"The non-agent access is not used. {TRANSLATED_TEXT}", now)
        case Refused(text=text):
            _leave_floor(rows, f"VICIdial refuses the non-agent access, so it is not used. It says: {text}", now)
        case NotSent(held_back=True):
            rows.update(floor_ask_at=again)
        case Unanswered(silence=Silence.NO_VERDICT) if _floor_is_silent(rows):
            _leave_floor(rows, FLOOR_NO_VERDICT_TEXT, now)
        case _:
            rows.update(floor_ask_at=again)
            rows.filter(link=Dialer.Link.OK, doubted_at=None).update(doubted_at=now, probe_at=now)


def note_probe(dialer_id: int, outcome: Outcome, asked_at: datetime, now: datetime) -> None:
    """What asking for the version, which needs no login, says of the way to the dialer (FACTS 1.6).

    An answer lets one login be tried, and where several brought no verdict it says that the login is to blame.
    """
    if isinstance(outcome, Accepted) and outcome.version is not None:
        note_version(dialer_id, outcome.version, asked_at, now)
    dialer = Dialer.objects.get(pk=dialer_id)
    match outcome:
        case NotSent() | Unanswered():
            # What was silent before was silent with the whole server, which says nothing of the login.
            Dialer.objects.filter(pk=dialer.pk).update(unanswered_logins=0)
            _note_way(dialer, outcome, now)
        case _ if dialer.unanswered_logins >= LOGINS_WITHOUT_VERDICT:
            _changed(dialer, Dialer.Link.LOGIN_REFUSED, NO_VERDICT_TEXT, now)
        case _:
            Dialer.objects.filter(pk=dialer.pk).update(version_first=False, probe_at=now)


def note_version(dialer_id: int, version: ServerVersion, asked_at: datetime, at: datetime) -> None:
    """What the server says of itself, asked for at `asked_at` and answered at `at`, both UTC (FACTS 7.1, 7.15).

    Its clock is held against ours as it was in the middle of the call. A new build, or a clock that moved, is news.
    """
    dialer = Dialer.objects.defer("password", "non_agent_password").get(pk=dialer_id)
    known: dict[str, Any] = {"version_at": at}
    if version.build is not None:
        known["build"] = version.build
    if version.local is not None:
        middle = asked_at + (at - asked_at) / 2
        known["clock_ahead_seconds"] = (version.local.replace(tzinfo=UTC) - middle).total_seconds()
    news = known.get("build", dialer.build) != dialer.build or _has_moved(
        dialer.clock_ahead_seconds, known.get("clock_ahead_seconds")
    )
    Dialer.objects.filter(pk=dialer_id).update(**known)
    if news:
        log.info("Dialer %s: version %s, build %s.", dialer.name, version.version, version.build)
        _announce(dialer)


def note_capability(dialer_id: int, capability: Capability, at: datetime) -> None:
    """What an answer proved of the dialer's capture function at that time. Only a change is news."""
    rows = Dialer.objects.filter(pk=dialer_id)
    # Without the passwords: none is needed, and there may be one that no key decrypts.
    dialer = rows.defer("password", "non_agent_password").get()
    if dialer.capability == capability:
        if dialer.capability_at is None or at - dialer.capability_at >= CAPABILITY_KEPT_EVERY:
            rows.update(capability_at=at)
        return
    with transaction.atomic():
        # Of several that learn it at the same moment, one tells of it.
        if not rows.exclude(capability=capability).update(capability=capability, capability_at=at):
            return
        level = logging.INFO if capability in {Capability.OK, Capability.NOT_KNOWN} else logging.WARNING
        log.log(level, "Dialer %s: recording (%s) is %s.", dialer.name, dialer.capture, capability)
        _announce(dialer)


def found_of(outcome: Outcome) -> tuple[str, str] | None:
    """An outcome -> the link's state and its words; None where it says nothing of the link."""
    match outcome:
        case NotSent(held_back=True):
            return None
        case NotSent(text=text):
            return Dialer.Link.UNREACHABLE, f"VICIdial cannot be reached. {text}".strip()
        case Refused(reason=Reason.LOGIN_REFUSED):
            return Dialer.Link.LOGIN_REFUSED, LOGIN_TEXT
        case Unanswered(silence=Silence.TRANSLATED):
            return Dialer.Link.UNREACHABLE, TRANSLATED_TEXT
        case Accepted() | Refused() | Unsupported():
            return Dialer.Link.OK, ""
        case _:
            return None


def reopen(dialer: Dialer, now: datetime) -> None:
    """The credentials were changed: calls may go on, and find out."""
    note_capability(dialer.pk, Capability.NOT_KNOWN, now)
    Dialer.objects.filter(pk=dialer.pk).update(proved_at=None, trial_until=None, **_FRESH, **_UNKNOWN)
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
    """Try the dialer's login with one call that changes nothing, and say what came of it (FACTS 1.6)."""
    if not may_test(dialer, now):
        return f"{dialer.name}: not tried. Wait a minute between two tests: ten wrong tries lock the login."
    return tested(dialer, api.execute(credentials(dialer), NO_AGENT, AskCapture("recording")), now)


def may_test(dialer: Dialer, now: datetime) -> bool:
    """Whether a person may try the login now: at most once a minute, because ten wrong tries lock everybody out."""
    turn = Dialer.objects.filter(Q(tested_at=None) | Q(tested_at__lte=now - TEST_EVERY), pk=dialer.pk)
    return bool(turn.update(tested_at=now))


def tested(dialer: Dialer, outcome: Outcome, now: datetime) -> str:
    """What came of mono's question about nobody, in words. A good answer lets calls go on."""
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
    Dialer.objects.filter(pk=dialer.pk).update(proved_at=now, **_FRESH)
    return f"{dialer.name}: VICIdial takes the login."


def _note(dialer: Dialer, outcome: Outcome, now: datetime) -> None:
    if dialer.proved_at is None:
        _tried(dialer, outcome, now)
    _count(dialer, outcome)
    _note_way(dialer, outcome, now)


def _count(dialer: Dialer, outcome: Outcome) -> None:
    """Whether this login brought a verdict. After one that did not, the next waits until the server answers at all."""
    rows = Dialer.objects.filter(pk=dialer.pk)
    match outcome:
        case Unanswered(silence=Silence.NO_VERDICT):
            rows.update(version_first=True, unanswered_logins=F("unanswered_logins") + 1)
        case Unanswered(silence=Silence.LOST):
            rows.update(version_first=True)
        case NotSent() | Expired():
            pass
        case _ if dialer.version_first or dialer.unanswered_logins:
            rows.update(version_first=False, unanswered_logins=0)


def _note_way(dialer: Dialer, outcome: Outcome, now: datetime) -> None:
    found = found_of(outcome)
    if found is not None:
        if dialer.doubted_at:
            Dialer.objects.filter(pk=dialer.pk).update(doubted_at=None)
            dialer.doubted_at = None
        # A good answer that was under way when the login was refused opens nothing: only new credentials or a test do.
        if found[0] != dialer.link != Dialer.Link.LOGIN_REFUSED:
            _changed(dialer, *found, now)
    elif isinstance(outcome, Unanswered):
        _doubt(dialer, outcome.text, now)
    if dialer.link == Dialer.Link.UNREACHABLE:
        # The next try is due soon, whoever tried last.
        Dialer.objects.filter(pk=dialer.pk).update(probe_at=now + PROBE_EVERY)


def _leave_floor(rows: QuerySet[Dialer], text: str, now: datetime) -> None:
    """The floor is not asked for any more: each agent is, at a pace that the next sweep finds."""
    rows.update(floor_text=text)
    Session.objects.filter(agent__dialer__in=rows, ask_at__gt=now).update(ask_at=now)
    log.warning("Dialer %s: %s", ", ".join(_names(rows)), text)


def _floor_is_silent(rows: QuerySet[Dialer]) -> bool:
    """Whether this answer without a verdict is one too many."""
    rows.update(unanswered_floors=F("unanswered_floors") + 1)
    return rows.filter(unanswered_floors__gte=LOGINS_WITHOUT_VERDICT).exists()


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
    _announce(dialer)


def _announce(dialer: Dialer) -> None:
    """Tell the panels of all the dialer's agents."""
    sessions.announce(list(Session.objects.filter(agent__dialer=dialer).values_list("agent_id", flat=True)))


def _has_moved(before: float | None, after: float | None) -> bool:
    return after is not None and (before is None or abs(after - before) >= CLOCK_MOVED_SECONDS)
