"""The recording, stereo or mono: what both kinds have in common. Their tables stand in `stereo` and `mono`.

SUCCESS to a BEGIN is a wish, which the agent's own screen carries out later, or never (FACTS 2.3, 7.4); only a
recording's number proves it. Whose a recording is follows from its start, held against our BEGIN (FACTS 7.15).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from agentapi.machine.endings import Ending
from agentapi.machine.moments import later, of_server, within
from agentapi.machine.mono import MONO
from agentapi.machine.session import in_call
from agentapi.machine.stereo import STEREO
from agentapi.machine.values import (
    UNKNOWN_SESSION,
    WITH_CUSTOMER,
    Action,
    Capture,
    CaptureStatus,
    Press,
    Rules,
    Session,
    Sight,
    Transitions,
)
from agentapi.machine.words import Fault
from agentapi.outcomes import CaptureSeen

WAITING_AFTER = timedelta(seconds=10)
"""A visible screen takes about a second; one that took longer is hidden, closed or hindered (FACTS 7.4, 7.12)."""
OVERDUE_AFTER = timedelta(seconds=70)
"""A hidden tab runs its loop once a minute (FACTS 7.12): by then it had its turn."""
UNSEEN_AFTER = OVERDUE_AFTER + timedelta(seconds=5)
"""By then nobody could ask in time."""
NEARLY = timedelta(minutes=5)
"""How long before VICIdial's own limit a mono recording is warned of."""
CLOCKS = timedelta(seconds=2)
"""How far a start time can be off: it is cut to seconds, and so is the server's clock (FACTS 7.1, 7.15)."""
CUT = timedelta(seconds=0.8)
"""How much before our BEGIN a recording may seem to have begun that it began: the start is cut to seconds, and no
screen is quicker than 0.3 s (FACTS 7.4). The server's clock, cut as well, errs the other way.
"""
LATELY = timedelta(minutes=1)
"""How old the look before may be for an end to be news: what ended in a longer gap may have ended with its call."""

_C = CaptureStatus
_OPEN = (_C.STARTING, _C.STOPPING)


def capture_after(
    capture: Capture, press: Press, ending: Ending, transitions: Transitions, at: datetime, *, sent_at: datetime
) -> Capture:
    """The recording after a BEGIN or END that was sent at `sent_at` and ended so, known at `at`."""
    status = transitions.after.get((press.action, ending))
    if status is None or (ending is Ending.STOP_ERROR and may_begin(capture) and not capture.recording_id):
        # Where a BEGIN may wait, an END that finds nothing changes nothing: it still comes (FACTS 7.6).
        return capture
    lost = Fault.NOBODY_KNOWS if ending is Ending.UNANSWERED else None
    if press.action is Action.CAPTURE_BEGIN:
        return Capture(
            status=status,
            label=press.label,
            checked_at=capture.checked_at if status is _C.STARTING else None,
            since=at,
            ours=True,
            fault=lost,
            wished_at=sent_at,
            clear_at=None if capture.recording_id else capture.checked_at,
            our_ids=capture.our_ids,
            beneath="" if later(capture.since, at) else capture.recording_id,
        )
    ended_at = capture.ended_at if ending is Ending.STOP_ERROR else at
    capture = replace(capture, status=status, since=at, fault=lost, ended_at=ended_at)
    if ending is Ending.ACCEPTED and may_begin(capture) and not (capture.recording_id or capture.beneath):
        # It found a recording where none ran before our BEGIN, which came to life then (FACTS 7.6).
        begun_at = None if transitions.end_takes_back else capture.wished_at
        return replace(capture, wished_at=None, left_at=None, begun_at=begun_at)
    return replace(capture, wished_at=None) if transitions.end_takes_back else capture


def taken_back(capture: Capture, at: datetime) -> Capture:
    """The recording once VICIdial took the command that overwrites a waiting BEGIN (FACTS 7.4). A screen that had
    found the BEGIN already carries it out all the same, within the time that a screen in sight takes.
    """
    return replace(capture, status=_C.UNKNOWN, since=at, wished_at=None, left_at=None, begun_at=at, fault=None)


def may_begin(capture: Capture) -> bool:
    """Whether a BEGIN may still wait, which an END cannot take back (FACTS 7.6)."""
    return capture.wished_at is not None


def is_left_over(capture: Capture, session: Session) -> bool:
    """Whether VICIdial calls a recording active that probably does not run: it began before this call or login, or
    stands while the agent has no customer (FACTS 7.8). Of the stereo function only.
    """
    if capture.status not in (_C.ACTIVE, _C.STOPPING) or not capture.recording_id:
        return False
    if capture.recording_id == capture.beneath:
        return True  # It was left over before, or no BEGIN had been sent over it.
    if capture.left_at is not None and not may_begin(capture) and later(capture.checked_at, capture.left_at):
        return True
    began, before = capture.began_at, session.call_after
    if began is not None and before is not None and began < before - CLOCKS:
        return True
    # Just after the call the end of its recording may not show yet: only a look since then counts.
    alone = session.status != UNKNOWN_SESSION and not in_call(session)
    return alone and session.since is not None and later(capture.checked_at, session.since)


def transitions_of(rules: Rules) -> Transitions:
    """The tables of this dialer's kind of recording."""
    return MONO if rules.capture == "recording" else STEREO


def capture_seen(capture: Capture, sight: CaptureSeen, rules: Rules, asked_at: datetime, at: datetime) -> Capture:
    """The recording after a STATUS of its own function, asked at `asked_at`."""
    transitions = transitions_of(rules)
    what = _sight_of(capture, sight)
    status = transitions.seen.get((capture.status, what))
    if status is None:
        return capture  # VICIdial never shows that, so it tells nothing.
    lately = within(LATELY, capture.checked_at, at)
    capture = replace(capture, checked_at=at)
    if what is Sight.OFF:
        found = _seen_off(capture, sight, transitions, asked_at)
        return found if lately or found.fault is not Fault.ENDED_ELSEWHERE else replace(found, fault=None)
    if what is Sight.PENDING:
        return _seen_pending(capture, status, asked_at, at)
    if what is Sight.SAME:
        return _seen_again(_named(capture, sight, rules, at), status, asked_at, at)
    return _begun(capture, sight, rules, at)


def overdue(capture: Capture, rules: Rules, at: datetime) -> Capture:
    """What time alone changes."""
    if capture.status in _OPEN and capture.since is not None:
        if at - capture.since >= UNSEEN_AFTER:
            fault = Fault.BEGIN_NOT_SEEN if capture.status is _C.STARTING else Fault.END_NOT_SEEN
            return replace(capture, status=_C.UNKNOWN, fault=fault)
        if at - capture.since >= WAITING_AFTER and capture.fault is not Fault.WAITING_FOR_SCREEN:
            return replace(capture, fault=Fault.WAITING_FOR_SCREEN)
    limit = _limit(capture, rules)
    if limit is not None and at >= limit and capture.fault is None:
        return replace(capture, fault=Fault.NEAR_LIMIT)
    return capture


def overdue_at(capture: Capture, rules: Rules) -> datetime | None:
    """When `overdue` changes it next; None where it does not."""
    if capture.status in _OPEN and capture.since is not None:
        waits = capture.fault is Fault.WAITING_FOR_SCREEN
        return capture.since + (UNSEEN_AFTER if waits else WAITING_AFTER)
    return _limit(capture, rules) if capture.fault is None else None


def call_ended(capture: Capture, rules: Rules, at: datetime) -> Capture:
    """The recording once the call that it was asked for is over. What waits begins in the next one (FACTS 7.4); after
    that one it no longer does, since nothing survives two dispositions. In mono a disposition clears it (FACTS 2.11).
    """
    if may_begin(capture) and transitions_of(rules).needs_customer:
        if capture.left_at is not None:
            return _without_wish(capture)
        left = replace(capture, left_at=at, since=None, fault=Fault.WILL_BEGIN_IN_NEXT_CALL)
        return left if capture.status is _C.ACTIVE else _idle(left)
    if capture.status is _C.IDLE:
        return replace(_without_wish(capture), fault=None)
    if capture.status in (_C.ACTIVE, _C.STOPPING):
        return replace(_without_wish(capture), left_at=at)
    return capture


def customer_hung_up(capture: Capture, rules: Rules) -> Capture:
    """The recording once the customer has hung up: what waits can't begin in this call any more (FACTS 7.9)."""
    if not (may_begin(capture) and transitions_of(rules).needs_customer) or capture.status is _C.ACTIVE:
        return capture
    return replace(_idle(capture), since=None, fault=Fault.WILL_BEGIN_IN_NEXT_CALL)


def no_news(capture: Capture) -> Capture:
    """A recording that was left over, without what would be news of any other: that it goes on, or ends (FACTS 7.8)."""
    told = (Fault.NOT_ENDED, Fault.ANOTHER_RUNS, Fault.ENDED_ELSEWHERE)
    return replace(capture, fault=None) if capture.fault in told else capture


def disposed(capture: Capture) -> Capture:
    """The recording once the agent has set a disposition, which clears what waits (FACTS 2.11, 7.4)."""
    return _without_wish(capture) if capture.left_at is not None else capture


def settled_in_call(capture: Capture, session: Session, asked_at: datetime) -> Capture:
    """The recording once a whole turn of the agent's screen has passed in the next call, and nothing began in it."""
    waited = session.since is not None and in_call(session) and asked_at - session.since >= OVERDUE_AFTER
    if capture.left_at is None or capture.status is not _C.IDLE or not waited:
        return capture
    return _without_wish(capture)


def forgotten_login(capture: Capture, at: datetime | None = None) -> Capture:
    """The recording of a login that is over: what waited went with it. What VICIdial still calls active is a row that
    nobody closed (FACTS 7.8).
    """
    return Capture(checked_at=at, our_ids=capture.our_ids, beneath=capture.recording_id or capture.beneath)


def _without_wish(capture: Capture) -> Capture:
    fault = None if capture.fault is Fault.WILL_BEGIN_IN_NEXT_CALL else capture.fault
    return replace(capture, wished_at=None, left_at=None, fault=fault)


def _idle(capture: Capture) -> Capture:
    """The same wish without a recording."""
    return replace(capture, status=_C.IDLE, recording_id="", filename="", began_at=None, ended_at=None)


def _limit(capture: Capture, rules: Rules) -> datetime | None:
    """When a mono recording is near VICIdial's own limit."""
    if rules.capture != "recording" or capture.status is not _C.ACTIVE or capture.began_at is None:
        return None
    return capture.began_at + max(timedelta(), rules.mono_limit - NEARLY)


def _sight_of(capture: Capture, sight: CaptureSeen) -> Sight:
    if sight.pending:
        return Sight.PENDING
    if not sight.recording_id or (capture.status is _C.STARTING and sight.recording_id == capture.beneath):
        return Sight.OFF
    if capture.status is _C.STOPPING and not capture.recording_id:
        return Sight.SAME  # The one that the END found, before any look had shown it.
    return Sight.SAME if sight.recording_id == capture.recording_id else Sight.OTHER


def _named(capture: Capture, sight: CaptureSeen, rules: Rules, at: datetime) -> Capture:
    """The recording with its beginning, and with its number where it was ended before any look had shown it."""
    began = of_server(sight.started, rules.clock_ahead)
    if capture.recording_id:
        # Where the server's clock was not known when it was first seen, that moment stands for its beginning.
        guessed = capture.began_at is not None and capture.began_at == capture.since
        return replace(capture, began_at=min(began, at)) if guessed and began is not None else capture
    ours, _ = _whose(capture, sight, rules, began, at)
    named = replace(capture, recording_id=sight.recording_id, filename=sight.filename, ours=ours)
    return replace(named, began_at=min(began or at, at))


def _seen_off(capture: Capture, sight: CaptureSeen, transitions: Transitions, asked_at: datetime) -> Capture:
    late = _waited(capture, OVERDUE_AFTER, asked_at)
    match capture.status:
        case _C.STARTING if late:
            return _not_begun(capture)
        case _C.UNKNOWN if capture.fault is Fault.BEGIN_NOT_SEEN:
            # So late it proves only that none runs now.
            return replace(_idle(capture), since=None, fault=Fault.BEGIN_NEVER_SEEN)
        case _C.UNKNOWN if not late and may_begin(capture):
            return capture
        case _C.UNKNOWN if capture.begun_at == capture.since and not _waited(capture, WAITING_AFTER, asked_at):
            return capture
        case _C.STOPPING if not _waited(capture, transitions.proves_end_after, asked_at):
            return capture
        case _C.IDLE | _C.STARTING:
            return capture
    if may_begin(capture):
        # The screen may carry it out later.
        left = Fault.WILL_BEGIN_IN_NEXT_CALL if capture.left_at else None
        return replace(_idle(capture), since=None, fault=left or (Fault.NOT_BEGUN if late else None))
    ours = capture.status is _C.ACTIVE and capture.ours and sight.agent_status == WITH_CUSTOMER
    # An END of ours, or the end of its call, ended it as well.
    fault = Fault.ENDED_ELSEWHERE if ours and capture.ended_at is None and capture.left_at is None else None
    return Capture(checked_at=capture.checked_at, fault=fault, our_ids=capture.our_ids)


def _not_begun(capture: Capture) -> Capture:
    """No `since`, because nothing changed at VICIdial now: a sight that is on its way counts."""
    fault = Fault.NOT_BEGUN if capture.ours else Fault.FOREIGN_NOT_BEGUN
    return replace(_idle(capture), since=None, fault=fault)


def _waited(capture: Capture, span: timedelta, asked_at: datetime) -> bool:
    return capture.since is None or asked_at - capture.since >= span


def _seen_pending(capture: Capture, status: CaptureStatus, asked_at: datetime, at: datetime) -> Capture:
    """On PHP 8 a wish stays visible for ever: once it is overdue it is no news that it is there (FACTS 2.4)."""
    if capture.status in _OPEN:
        late = _waited(capture, OVERDUE_AFTER, asked_at)
        return _not_begun(capture) if late and capture.status is _C.STARTING else capture
    if capture.fault in (Fault.NOT_BEGUN, Fault.FOREIGN_NOT_BEGUN):
        return capture
    if capture.fault is Fault.BEGIN_NOT_SEEN:
        return _not_begun(capture)
    ours = bool(capture.ours) and may_begin(capture)
    return Capture(
        status=status,
        label=capture.label if ours else "",
        checked_at=at,
        since=at,
        ours=ours,
        wished_at=at,
        our_ids=capture.our_ids,
    )


def _seen_again(capture: Capture, status: CaptureStatus, asked_at: datetime, at: datetime) -> Capture:
    if capture.status is _C.STOPPING and _waited(capture, OVERDUE_AFTER, asked_at):
        return replace(capture, status=_C.ACTIVE, since=at, fault=Fault.NOT_ENDED)
    if status is capture.status:
        return capture
    fault = Fault.NOT_ENDED if capture.fault is Fault.END_NOT_SEEN else None
    return replace(capture, status=status, since=at, fault=fault)


def _begun(capture: Capture, sight: CaptureSeen, rules: Rules, at: datetime) -> Capture:
    """A recording that was not known shows."""
    began = _began(capture, sight, rules)
    ours, label = _whose(capture, sight, rules, began, at)
    fault = Fault.ANOTHER_RUNS if capture.status is _C.STOPPING else None
    our_ids = tuple(each for each in capture.our_ids if ours is not None or each != capture.recording_id)
    if ours and sight.recording_id not in our_ids:
        our_ids = (*our_ids, sight.recording_id)[-4:]
    answered = may_begin(capture) and _answers(capture, sight, rules, began)
    waits = may_begin(capture) and not answered
    in_other_call = answered and _in_other_call(capture, sight, began)
    if in_other_call:
        fault, label = Fault.BEGUN_IN_OTHER_CALL, ""
    elif waits and capture.fault in (Fault.NOT_BEGUN, Fault.WILL_BEGIN_IN_NEXT_CALL):
        fault = capture.fault
    return Capture(
        status=_C.ACTIVE,
        recording_id=sight.recording_id,
        filename=sight.filename,
        label=label,
        began_at=min(began or at, at),
        checked_at=at,
        since=at,
        ours=ours,
        fault=fault,
        wished_at=capture.wished_at if waits else None,
        left_at=capture.left_at if may_begin(capture) and not in_other_call else None,
        begun_at=capture.wished_at if answered else capture.begun_at,
        our_ids=our_ids,
        beneath=capture.beneath,
    )


def _began(capture: Capture, sight: CaptureSeen, rules: Rules) -> datetime | None:
    """When it began; None where the server's clock is not known, or must have changed: a look before our BEGIN would
    have shown what began so early.
    """
    began = of_server(sight.started, rules.clock_ahead)
    clear_at = capture.clear_at if may_begin(capture) else None
    return None if began is not None and clear_at is not None and began < clear_at - CLOCKS else began


def _in_other_call(capture: Capture, sight: CaptureSeen, began: datetime | None) -> bool:
    """Whether what shows began after the call of its BEGIN: without a customer none can (FACTS 7.4)."""
    if capture.left_at is None or sight.agent_status != WITH_CUSTOMER:
        return False
    return _not_before(began, capture.left_at)


def _whose(
    capture: Capture, sight: CaptureSeen, rules: Rules, began: datetime | None, at: datetime
) -> tuple[bool | None, str]:
    """Whether a recording that shows is ours, None where nobody can say; and its label."""
    if sight.recording_id in capture.our_ids or sight.recording_id == capture.beneath:
        return sight.recording_id in capture.our_ids, ""
    if capture.wished_at is None:
        return (None if _beside(capture.begun_at, began or at) else False), ""
    if not _answers(capture, sight, rules, began):
        # So near to our BEGIN it may be either.
        near = not _not_before(began, capture.wished_at, CUT) and _not_before(began, capture.wished_at)
        return (None if near else False), ""
    if capture.status is _C.ACTIVE:
        # Another one hid whose wish it was; in stereo only our own are known of (FACTS 7.3).
        return (True if rules.capture == "stereo_recording" else None), ""
    return bool(capture.ours), capture.label


def _answers(capture: Capture, sight: CaptureSeen, rules: Rules, began: datetime | None) -> bool:
    """Whether a recording that shows is what the wish that waits has begun."""
    known = sight.recording_id == capture.beneath or sight.recording_id in capture.our_ids
    if known or not _not_before(began, capture.wished_at, CUT):
        return False
    return rules.capture == "stereo_recording" or capture.label in sight.filename


def _beside(begin: datetime | None, began: datetime) -> bool:
    """Whether a BEGIN may have begun this one as well: one may begin two, and somebody else's may come just beside it
    (FACTS 7.4).
    """
    return begin is not None and -CLOCKS <= began - begin <= OVERDUE_AFTER


def _not_before(began: datetime | None, begin: datetime | None, tolerance: timedelta = CLOCKS) -> bool:
    return began is None or begin is None or began >= begin - tolerance
