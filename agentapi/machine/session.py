"""What is known of the agent's session: logged in or not, in a call or not, and since when."""

from dataclasses import replace
from datetime import datetime, timedelta

from agentapi.floors import Seat
from agentapi.machine.moments import within
from agentapi.machine.values import LOGGED_OUT, UNKNOWN_SESSION, WITH_CUSTOMER, Session
from agentapi.outcomes import CaptureSeen

KNOWN_FOR = timedelta(seconds=10)
"""A customer who was seen longer ago than this is asked about again before a clip goes."""
FLOOR_KNOWN_FOR = timedelta(seconds=15)
"""For how long a sub status that only the floor tells is believed, and shown: three looks at the floor."""
GONE = frozenset({"DEAD", "PARK", "DISPO", "DIAL"})
"""Sub statuses with which no customer hears anything (FACTS 4.2). What is not listed means nothing."""
HUNG_UP, DISPOSING = "DEAD", "DISPO"


def in_call(session: Session) -> bool:
    """Whether VICIdial says that this agent is in a call, with or without a customer."""
    return session.status == WITH_CUSTOMER


def customer_gone(session: Session) -> bool:
    """Whether the agent stands in a call in which, as the floor says, no customer hears anything."""
    return in_call(session) and session.sub_status in GONE


def with_customer(session: Session) -> bool:
    """Whether a customer is on the line, as far as is known."""
    return in_call(session) and session.sub_status not in GONE


def known_with_customer(session: Session, now: datetime) -> bool:
    """Whether a customer was seen so lately that a clip may go."""
    return with_customer(session) and within(KNOWN_FOR, session.checked_at, now)


def no_customer_seen_at(session: Session) -> datetime | None:
    """When it was last seen that no customer is there; None where nothing says so."""
    if customer_gone(session):
        return session.floor_at
    return None if session.status in (UNKNOWN_SESSION, WITH_CUSTOMER) else session.checked_at


def status_seen(before: Session, sight: CaptureSeen, asked_at: datetime, at: datetime) -> Session:
    """The session after a STATUS. That it answers proves the agent logged in, whatever a list of the floor lacks."""
    session = _seen(before, sight.agent_status, sight.session_id, at)
    if before.absent_at is None or before.absent_at > asked_at:
        return session
    # What the list told before it lacked this agent is as little worth as that it does.
    told_nothing = replace(session, sub_status="", lead_id="", call_id="", gone_at=None)
    return replace(told_nothing, absent_at=None, uncovered=True)


def seat_seen(before: Session, seat: Seat, at: datetime) -> Session:
    """The session after the floor's list told of this agent."""
    session = _seen(before, seat.status, seat.session_id, at)
    if _other_call(before, seat):
        # No STATUS since that look tells one call from another.
        session = replace(session, since=at, call_after=before.floor_at, gone_at=None)
    gone = seat.status == WITH_CUSTOMER and seat.sub_status in GONE
    since = session.gone_at if seat.sub_status == session.sub_status else None
    session = replace(session, sub_status=seat.sub_status, lead_id=seat.lead_id, call_id=seat.call_id)
    return replace(session, floor_at=at, gone_at=(since or at) if gone else None, absent_at=None, uncovered=False)


def logged_out(before: Session, at: datetime) -> Session:
    """The session of an agent who is not logged in."""
    since = before.since if before.status == LOGGED_OUT else at
    return Session(LOGGED_OUT, checked_at=at, asked_at=before.asked_at, since=since, call_after=at)


def same_call(one: Session, other: Session) -> bool:
    """Whether nothing says that these are two calls, or two logins."""
    if one.session_id != other.session_id or not (in_call(one) and in_call(other)):
        return False
    return one.call_after == other.call_after


def forgotten(session: Session, at: datetime) -> Session:
    """The session without what the floor told, once that is too old to be believed."""
    if session.floor_at is None or not session.sub_status or at - session.floor_at < FLOOR_KNOWN_FOR:
        return session
    return replace(session, sub_status="", gone_at=None)


def _seen(before: Session, status: str, session_id: str, at: datetime) -> Session:
    status, session_id = status or UNKNOWN_SESSION, session_id or before.session_id
    same = status == before.status and session_id == before.session_id
    session = replace(before, status=status, session_id=session_id, checked_at=at, since=before.since if same else at)
    if same:
        return session
    began = status == WITH_CUSTOMER or session_id != before.session_id
    call_after = before.checked_at if began else before.call_after
    return replace(session, sub_status="", lead_id="", call_id="", gone_at=None, call_after=call_after)


def _other_call(before: Session, seat: Seat) -> bool:
    """Whether the floor shows another call than before, of which no look in between told."""
    known = bool(before.call_id and seat.call_id) and before.status == seat.status == WITH_CUSTOMER
    return known and before.call_id != seat.call_id
