"""Alerts for supervisors: raised once, cleared when it is over, acknowledged by name."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from agentapi import machine
from agentapi.machine import CaptureStatus, Fault, PlaybackStatus
from panel import push
from panel.guard import guarded, readable
from panel.models import Alert, Board, Dialer, Session
from panel.selectors.people import name_of
from panel.selectors.states import NO_WORKER, load, rules_of, worker_alive

log = logging.getLogger(__name__)

Kind = Alert.Kind


AWAY: dict[str, Alert.Kind] = {Dialer.Link.UNREACHABLE: Kind.DIALER_AWAY, Dialer.Link.LOGIN_REFUSED: Kind.LOGIN_REFUSED}
"""Somebody who looks after the one does not look after the other."""


class Subject(NamedTuple):
    """What an alert is about: of the same subject there is at most one open alert."""

    kind: str
    agent_id: int | None = None
    dialer_id: int | None = None


def review(now: datetime) -> None:
    """Raise what is wrong now and was not, clear what was wrong and is not. Any number of workers may do it at once."""
    wanted = dict(_wanted(now))
    held = {Subject(a.kind, a.agent_id, a.dialer_id): a for a in Alert.objects.filter(cleared_at=None)}
    new = {subject: text for subject, text in wanted.items() if subject not in held}
    over = [alert.pk for subject, alert in held.items() if subject not in wanted]
    reworded = {held[subject].pk: text for subject, text in wanted.items() if _says_otherwise(held.get(subject), text)}
    if new or over or reworded:
        _keep(new, over, reworded, now)


@transaction.atomic
def acknowledge(alert_id: int, user: User, now: datetime) -> bool:
    """Somebody looks after an open alert; the first to say so stands. Returns whether this one is it."""
    alerts = Alert.objects.filter(pk=alert_id, cleared_at=None, acknowledged_at=None)
    if not alerts.update(acknowledged_by=user, acknowledged_at=now):
        return False
    log.info("Alert %s was acknowledged by %s.", alert_id, name_of(user))
    push.push_alerts()
    return True


@transaction.atomic
def _keep(new: dict[Subject, str], over: list[int], reworded: dict[int, str], now: datetime) -> None:
    alerts = [Alert(**subject._asdict(), text=text, raised_at=now) for subject, text in new.items()]
    # Another worker may have raised the same in this very moment: the first one stands.
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    Alert.objects.filter(pk__in=over, cleared_at=None).update(cleared_at=now)
    for pk, text in reworded.items():
        Alert.objects.filter(pk=pk, cleared_at=None).update(text=text)
    push.push_alerts()


def _says_otherwise(alert: Alert | None, text: str) -> bool:
    return alert is not None and alert.text != text


def _wanted(now: datetime) -> Iterator[tuple[Subject, str]]:
    """All that is wrong now, with words for it."""
    for session in _suspects():
        with guarded("Looking for what is wrong with an agent", agent=session.agent.agent_user):
            found = list(_of_agent(session, now))
            yield from ((Subject(kind, agent_id=session.agent_id), text) for kind, text in found)
    dialers = Dialer.objects.exclude(link=Dialer.Link.OK).filter(agents__board__alert_away=True).distinct()
    for dialer in dialers.only("link", "link_text"):
        text = dialer.link_text or f"VICIdial {dialer.get_link_display()}."
        yield Subject(AWAY[dialer.link], dialer_id=dialer.pk), text
    if not worker_alive(now) and Board.objects.filter(alert_away=True, agents__isnull=False).exists():
        yield Subject(Kind.WORKER_AWAY), NO_WORKER


_UNSEEN = "VICIdial took the command to record; whether a recording ran could not be seen."
_NOT_BEGUN: dict[Fault | None, str] = {
    Fault.NOT_BEGUN: "VICIdial took the command to record, but no recording came to life.",
    Fault.BEGIN_NOT_SEEN: _UNSEEN,
    Fault.BEGIN_NEVER_SEEN: _UNSEEN,
}
_BY_ITSELF = (
    "A recording was asked for and did not begin. It will begin in the next call: set a disposition, or press again."
)


def _suspects() -> list[Session]:
    """The sessions of which something could be wrong: of a large floor few are."""
    suspicious = (
        Q(state__capture__status=CaptureStatus.ACTIVE.value)
        | Q(state__playback__status=PlaybackStatus.PAUSED.value)
        | Q(state__capture__fault__in=[*_NOT_BEGUN, Fault.WILL_BEGIN_IN_NEXT_CALL])
    )
    sessions = Session.objects.filter(suspicious, agent__user__is_active=True)
    return readable(sessions.select_related("agent__board", "agent__dialer"))


def _of_agent(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    state, board = load(session.state, session.agent.agent_user), session.agent.board
    capture, playback = state.capture, state.playback
    minutes, seconds = board.alert_capture_minutes, board.alert_paused_seconds
    running = capture.status is CaptureStatus.ACTIVE and not machine.left_over(
        state, rules_of(session.agent.dialer, now)
    )
    if running and _older(capture.began_at, minutes and minutes * 60, now):
        yield Kind.CAPTURE_LONG, f"Recording for more than {_counted(minutes, 'minute')}."
    # A clip that is paused keeps the moment of the pause.
    if playback.status is PlaybackStatus.PAUSED and _older(playback.began_at, seconds, now):
        yield Kind.CLIP_PAUSED, f"A clip is paused for more than {_counted(seconds, 'second')}."
    if board.alert_not_begun and capture.fault in _NOT_BEGUN:
        yield Kind.NOT_BEGUN, _NOT_BEGUN[capture.fault]
    if board.alert_not_begun and capture.fault is Fault.WILL_BEGIN_IN_NEXT_CALL:
        yield Kind.BEGINS_BY_ITSELF, _BY_ITSELF


def _older(since: datetime | None, seconds: int | None, now: datetime) -> bool:
    return since is not None and seconds is not None and now - since > timedelta(seconds=seconds)


def _counted(number: int | None, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
