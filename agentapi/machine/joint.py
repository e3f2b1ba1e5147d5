"""Clip, recording and session together: one press, one answer, one look, one step of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agentapi.capability import Capability
from agentapi.commands import (
    BeginCapture,
    CaptureFunction,
    Command,
    EndCapture,
    PauseClip,
    PlayClip,
    ResumeClip,
    StopClip,
    TakeBackBegin,
)
from agentapi.floors import Seat
from agentapi.machine import capture as captures
from agentapi.machine import playback as clips
from agentapi.machine import session as sessions
from agentapi.machine.endings import Ending, ending_of
from agentapi.machine.moments import later, within
from agentapi.machine.setback import set_back
from agentapi.machine.values import (
    LOGGED_OUT,
    UNKNOWN_SESSION,
    Action,
    Ask,
    Capture,
    CaptureStatus,
    Finished,
    Go,
    Playback,
    PlaybackStatus,
    Press,
    Question,
    Refusal,
    Rules,
    Session,
    State,
    Verdict,
    Wait,
)
from agentapi.machine.words import CONFIRMATIONS, NO_CUSTOMER_TO_RECORD, REFUSALS, Fault
from agentapi.outcomes import Accepted, CaptureSeen, Outcome

FRESH = timedelta(seconds=1)
"""A look that is older is no verdict: the press waits for another one."""
LOOK_WITHIN = timedelta(seconds=15)
"""For how long after a clip's end a look can still say whether the customer was there."""

CAPTURES = (Action.CAPTURE_BEGIN, Action.CAPTURE_END)
_HEARD = (Action.PLAY, Action.RESUME, Action.RESTART)
_C, _P = CaptureStatus, PlaybackStatus


def verdict(state: State, press: Press, rules: Rules, now: datetime) -> Verdict:
    """Whether this press may be sent now. What would be refused by an older look is asked for first."""
    found = check(state, press, rules, now)
    if isinstance(found, Refusal) and found.seen_at is not None and not within(FRESH, found.seen_at, now):
        return Ask(found.question)
    return found


def check(state: State, press: Press, rules: Rules, now: datetime) -> Verdict:
    """The same by what is known, however old the look is that a refusal rests on."""
    if press.action in CAPTURES and not rules.can_capture:
        return _refusal(f"capture_{rules.capability}")
    if state.session.status == LOGGED_OUT:
        return _refusal("logged_out", _earliest(state.session.checked_at))
    if press.action is Action.CAPTURE_BEGIN:
        return _check_begin(state, press, rules, now)
    if press.action is Action.CAPTURE_END:
        return _check_end(state, press, rules, now)
    if press.action in (Action.PAUSE, Action.RESUME) and not rules.pause_supported:
        return _refusal("pause_unsupported")
    return _check_clip(state, press, now)


def confirmations(state: State, rules: Rules) -> dict[Action, str]:
    """The actions that want to be confirmed now, each with the question for it."""
    asked: dict[Action, str] = {}
    if _may_not_run(state, rules):
        asked[Action.CAPTURE_BEGIN] = CONFIRMATIONS["left_over"]
    if _of_others(state.capture):
        asked[Action.CAPTURE_END] = CONFIRMATIONS["not_ours" if state.capture.ours is False else "whose"]
    return asked


def steps(state: State, press: Press, rules: Rules) -> tuple[tuple[Action, Command], ...]:
    """What to send, in order, each with the action for `after`. RESTART while paused resumes first (FACTS 3.5)."""
    match press.action:
        case Action.PLAY:
            return ((Action.PLAY, PlayClip(press.audio, press.replace)),)
        case Action.STOP:
            return ((Action.STOP, StopClip()),)
        case Action.PAUSE:
            return ((Action.PAUSE, PauseClip()),)
        case Action.RESUME:
            return ((Action.RESUME, ResumeClip()),)
        case Action.CAPTURE_BEGIN:
            return ((Action.CAPTURE_BEGIN, BeginCapture(press.label, rules.capture)),)
        case Action.CAPTURE_END if _takes_back(state.capture, rules):
            return ((Action.CAPTURE_END, TakeBackBegin()),)
        case Action.CAPTURE_END:
            return ((Action.CAPTURE_END, EndCapture(rules.capture)),)
        case Action.RESTART:
            return clips.restart_steps(state.playback, rules)


def after(
    state: State, press: Press, outcome: Outcome, rules: Rules, at: datetime, *, sent_at: datetime | None = None
) -> State:
    """The state after `outcome` of `press`, sent at `sent_at` (else at once) and known at `at`.

    A PLAY without an audio of its own is a restart by a replacing PLAY: the clip at hand begins again.
    """
    ending = ending_of(outcome)
    if ending is Ending.NO_SESSION:
        return _logged_out(state, at)
    if press.action in CAPTURES:
        return replace(state, capture=_capture_after(state.capture, press, ending, rules, at, sent_at=sent_at or at))
    playback = clips.playback_after(state.playback, press, ending, at)
    if isinstance(outcome, Accepted) and outcome.replaced:
        playback = replace(playback, replaced=True)
    if playback.began_at == at and playback.status is _P.STARTING:
        session = state.session
        seen = 0.0 if sessions.known_with_customer(session, at) else None
        playback = replace(playback, seen_seconds=seen, lead_id=session.lead_id, call_id=session.call_id)
    return _with_ends(state, replace(state, playback=playback), at)


def expected(state: State, press: Press, rules: Rules, now: datetime) -> State:
    """The state as if this press, which is still on its way, had been accepted: what the next press is held against."""
    return after(state, press, Accepted(), rules, now)


def asked(state: State, outcome: Outcome, rules: Rules, asked_at: datetime, at: datetime) -> State:
    """The state after a STATUS call with any outcome. No answer changes nothing but when it was last asked.

    What was asked before the recording's state last changed says nothing of it.
    """
    if isinstance(outcome, Accepted) and outcome.seen:
        state = _seen(state, outcome.seen, rules, asked_at, at)
    elif _outdated(state.session, asked_at):
        return state
    elif ending_of(outcome) is Ending.NO_SESSION:
        state = _looked(_logged_out(state, at), rules, asked_at)
    return replace(state, session=replace(state.session, asked_at=max(asked_at, state.session.asked_at or asked_at)))


def seated(state: State, seat: Seat | None, rules: Rules, asked_at: datetime, at: datetime) -> State:
    """The state after the floor was seen: `seat` is where this agent sits, None where the list lacks them.

    A list may lack an agent whom its reader may not see, so only a STATUS tells that they are logged out (FACTS 4.3).
    """
    session = state.session
    if _outdated(session, asked_at):
        return state
    if seat is not None:
        told = sessions.seat_seen(session, seat, at)
        state = _session_changed(state, told, rules, asked_at, at)
        if session.sub_status == sessions.DISPOSING != told.sub_status:
            state = replace(state, capture=captures.disposed(state.capture))
        return _looked(state, rules, asked_at)
    if session.status == LOGGED_OUT or session.uncovered or session.absent_at:
        return state
    return replace(state, session=replace(session, absent_at=at))


def tick(state: State, rules: Rules, at: datetime) -> State:
    """What time alone changes: windows that close, clips that end by their length, deadlines that pass.

    Where the clock was set back, what lay in the future comes back with it, so that nothing waits for its return.
    """
    state = set_back(state, at)
    playback, before = state.playback, state
    for _ in range(2):
        if playback.until and playback.until <= at:
            playback = clips.moved_on(playback)
    waited = tuple(each for each in state.finished if at - each.at < LOOK_WITHIN)
    session, capture = sessions.forgotten(state.session, at), captures.overdue(state.capture, rules, at)
    return _with_ends(before, State(session, capture, playback, waited), at)


def moves_at(state: State, rules: Rules) -> datetime | None:
    """When time alone changes this state next; None where it does not."""
    session = state.session
    told = session.floor_at + sessions.FLOOR_KNOWN_FOR if session.floor_at and session.sub_status else None
    looks = [each.at + LOOK_WITHIN for each in state.finished]
    moments = [state.playback.until, captures.overdue_at(state.capture, rules), told, *looks]
    return min((moment for moment in moments if moment), default=None)


def nothing_known(state: State) -> bool:
    """Whether VICIdial never told anything of this agent's recording: it may well be running."""
    capture = state.capture
    return capture.status is _C.IDLE and capture.checked_at is None and capture.wished_at is None


def same_seat(one: State, other: State) -> bool:
    """Whether two states differ in nothing but when the session was checked."""
    session = replace(other.session, checked_at=one.session.checked_at, floor_at=one.session.floor_at)
    return one == replace(other, session=session)


def silent_since(state: State) -> datetime | None:
    """Since when nothing is recorded any more, although VICIdial calls it active: the customer hung up (FACTS 7.9)."""
    session, running = state.session, state.capture.status in (_C.ACTIVE, _C.STOPPING)
    hung_up = sessions.in_call(session) and session.sub_status == sessions.HUNG_UP
    return session.gone_at if running and hung_up else None


def without(rules: Rules, function: CaptureFunction, capability: Capability | None) -> Rules:
    """The rules once it turned out that this function cannot be asked, for which `capability` is the reason."""
    asks = tuple(each for each in rules.asks if each != function)
    known = capability if capability and function == rules.capture else rules.capability
    return replace(rules, asks=asks, capability=known)


def left_over(state: State, rules: Rules) -> bool:
    """Whether the recording that VICIdial calls active probably does not run (FACTS 7.8)."""
    return rules.capture == "stereo_recording" and captures.is_left_over(state.capture, state.session)


def _check_begin(state: State, press: Press, rules: Rules, now: datetime) -> Verdict:
    capture, session = state.capture, state.session
    word = captures.transitions_of(rules).checks[Action.CAPTURE_BEGIN][capture.status]
    if nothing_known(state):
        return Ask()
    if _may_not_run(state, rules):
        if not press.confirmed:
            return _refusal("needs_confirmation")
    elif word in ("already_capturing", "capture_unknown"):
        return _refusal(word, _earliest(capture.checked_at))
    elif word != "go":
        return _refusal(word)
    if captures.transitions_of(rules).needs_customer:
        if (seen_at := sessions.no_customer_seen_at(session)) is not None:
            return _no_customer(NO_CUSTOMER_TO_RECORD, session, seen_at)
        if session.status == UNKNOWN_SESSION:
            return Ask()
    if not within(FRESH, capture.checked_at, now):
        return Ask()
    # A STATUS does not tell that the customer has hung up (FACTS 7.9).
    floor_tells = captures.transitions_of(rules).needs_customer and rules.floor and not session.uncovered
    return Ask("floor") if floor_tells and not within(FRESH, session.floor_at, now) else Go()


def _may_not_run(state: State, rules: Rules) -> bool:
    """Whether VICIdial may call a recording active that does not run: one that an END did not end, too (FACTS 7.8)."""
    return left_over(state, rules) or (state.capture.status is _C.ACTIVE and state.capture.fault is Fault.NOT_ENDED)


def _check_end(state: State, press: Press, rules: Rules, now: datetime) -> Verdict:
    capture, transitions = state.capture, captures.transitions_of(rules)
    word = transitions.checks[Action.CAPTURE_END][capture.status]
    if nothing_known(state):
        return Ask()
    if _of_others(capture):
        if not press.end_others:
            return _refusal("not_yours")
        if not press.confirmed:
            return _refusal("needs_confirmation")
    waits = captures.may_begin(capture) if word == "not_capturing" else word == "wait" and _waited(capture, now)
    if waits:
        if transitions.end_takes_back or _takes_back(capture, rules):
            return Go()
        return _refusal("cannot_take_back", _earliest(capture.checked_at))
    if word == "not_capturing":
        return _refusal(word, _earliest(capture.checked_at))
    if word == "wait":
        return Wait(now + clips.WAIT)
    if word == "go" and capture.status is _C.UNKNOWN and not within(FRESH, capture.checked_at, now):
        return Ask()
    return Go() if word == "go" else _refusal(word)


def _check_clip(state: State, press: Press, now: datetime) -> Verdict:
    found = clips.check_clip(state.playback, press, now)
    if isinstance(found, Refusal) or press.action not in _HEARD or press.without_customer:
        return found
    if (seen_at := sessions.no_customer_seen_at(state.session)) is not None:
        return _no_customer(REFUSALS["no_customer"], state.session, seen_at)
    if press.action is Action.PLAY and isinstance(found, Go) and not sessions.known_with_customer(state.session, now):
        return Ask()
    return found


def _no_customer(text: str, session: Session, seen_at: datetime) -> Refusal:
    question: Question = "floor" if sessions.customer_gone(session) else "status"
    return Refusal("no_customer", text, seen_at, question)


def _refusal(code: str, seen_at: datetime | None = None) -> Refusal:
    return Refusal(code, REFUSALS[code], seen_at)


def _earliest(moment: datetime | None) -> datetime:
    return moment or datetime.min.replace(tzinfo=UTC)


def _of_others(capture: Capture) -> bool:
    """Whether an END would end a recording, or a wish for one, that was not begun here or may not have been."""
    there = capture.status is _C.ACTIVE or captures.may_begin(capture) or bool(capture.recording_id)
    return there and capture.status is not _C.STOPPING and capture.ours is not True


def _waited(capture: Capture, now: datetime) -> bool:
    """Whether a BEGIN has waited for longer than a screen in sight takes."""
    return capture.since is not None and now - capture.since >= captures.WAITING_AFTER


def _takes_back(capture: Capture, rules: Rules) -> bool:
    """Whether an END is to overwrite a BEGIN that waits, which VICIdial allows by accident only (FACTS 7.4)."""
    waits = captures.may_begin(capture) and capture.status in (_C.IDLE, _C.STARTING)
    return waits and rules.take_back_begin and rules.capture == "stereo_recording"


def _capture_after(
    capture: Capture, press: Press, ending: Ending, rules: Rules, at: datetime, *, sent_at: datetime
) -> Capture:
    if press.action is Action.CAPTURE_END and ending is Ending.ACCEPTED and _takes_back(capture, rules):
        return captures.taken_back(capture, at)
    return captures.capture_after(capture, press, ending, captures.transitions_of(rules), at, sent_at=sent_at)


def _outdated(session: Session, asked_at: datetime) -> bool:
    """Whether something newer is known than an answer to what was asked then."""
    return later(session.checked_at, asked_at)


def _seen(state: State, sight: CaptureSeen, rules: Rules, asked_at: datetime, at: datetime) -> State:
    if not _outdated(state.session, asked_at):
        session = sessions.status_seen(state.session, sight, asked_at, at)
        state = _session_changed(state, session, rules, asked_at, at)
    elif sight.session_id != state.session.session_id:
        return state
    capture = state.capture
    news = not later(capture.since, asked_at) and not later(capture.checked_at, asked_at)
    if sight.function == rules.capture and news:
        was_left_over = left_over(state, rules)
        capture = captures.capture_seen(capture, sight, rules, asked_at, at)
        capture = captures.settled_in_call(capture, state.session, asked_at)
        if was_left_over or left_over(replace(state, capture=capture), rules):
            capture = captures.no_news(capture)
    return _looked(replace(state, capture=capture), rules, asked_at)


def _session_changed(state: State, session: Session, rules: Rules, asked_at: datetime, at: datetime) -> State:
    """The state with what was seen of the session. Another session ends what was assumed of the one before."""
    before, capture, playback = state.session, state.capture, state.playback
    if sessions.in_call(before) and not sessions.same_call(before, session):
        if not _of_this_call(playback.began_at, session):
            playback = clips.call_ended(playback, at)
        if not _of_this_call(capture.wished_at or capture.began_at, session):
            capture = captures.call_ended(capture, rules, at)
    elif sessions.customer_gone(session):
        playback = clips.alone(playback, at)
        if session.sub_status == sessions.HUNG_UP:
            capture = captures.customer_hung_up(capture, rules)
    elif sessions.with_customer(session):
        playback = _still_heard(playback, asked_at)
    if before.session_id and session.session_id != before.session_id:
        # What was wished for since the session before was last seen may be a wish in the new one.
        kept = later(capture.since, before.checked_at or asked_at)
        capture = capture if kept else captures.forgotten_login(capture)
        playback = playback if later(playback.began_at, asked_at) else clips.left_behind(playback, before.checked_at)
    return _with_ends(state, replace(state, session=session, capture=capture, playback=playback), at)


def _of_this_call(moment: datetime | None, session: Session) -> bool:
    """Whether what was then belongs to the present call, as no look before it showed it."""
    return sessions.in_call(session) and session.call_after is not None and later(moment, session.call_after)


def _still_heard(playback: Playback, asked_at: datetime) -> Playback:
    """The clip, with how far it had come when the customer was seen."""
    place = clips.position(playback, asked_at)
    if place is None or playback.alone_at or later(playback.began_at, asked_at):
        return playback
    return replace(playback, seen_seconds=place)


def _logged_out(state: State, at: datetime) -> State:
    """The state of an agent who is not logged in: what a look could have told of a finished clip, none will tell."""
    session, capture = sessions.logged_out(state.session, at), captures.forgotten_login(state.capture, at)
    return State(session, capture)


def _looked(state: State, rules: Rules, asked_at: datetime) -> State:
    """The state without the finished clips of which this look tells all that can be told."""
    waiting = tuple(each for each in state.finished if _waits_for_look(each, state.session, rules, asked_at))
    return replace(state, finished=waiting)


def _waits_for_look(finished: Finished, session: Session, rules: Rules, asked_at: datetime) -> bool:
    """Whether a later look may still show that it was heard: one after its end, and by the floor where that tells."""
    if not _same_customer(finished, session):
        return False
    floor_tells = rules.floor and session.floor_at is not None and not session.uncovered
    return asked_at < finished.at or (floor_tells and not _told_since(finished, session.floor_at))


def heard_out(finished: Finished, session: Session) -> bool:
    """Whether a look just after the clip's end still showed the customer of its beginning. Where the floor told which
    call it was, only the floor shows that it still is (FACTS 4.2).
    """
    by_floor = _told_since(finished, session.floor_at) or not finished.call_id
    return by_floor and _told_since(finished, session.checked_at) and _same_customer(finished, session)


def _told_since(finished: Finished, looked_at: datetime | None) -> bool:
    """Whether this look came after the clip's end, and not so long after that it tells nothing of it."""
    return looked_at is not None and finished.at <= looked_at <= finished.at + LOOK_WITHIN


def _same_customer(finished: Finished, session: Session) -> bool:
    """Whether nothing that is known of the session speaks against the same call, with its customer."""
    calls = {finished.call_id, session.call_id} - {""}
    leads = {finished.lead_id, session.lead_id} - {"", "0"}
    same = session.session_id == finished.session_id and len(calls) <= 1 and len(leads) <= 1
    return same and sessions.with_customer(session)


def _with_ends(before: State, state: State, at: datetime) -> State:
    """The state, with what is left to learn of a clip that came to its end in between."""
    played = before.playback
    if not played.click or played.click == state.playback.click or played.alone_at or state.playback.alone_at:
        return state
    # That nothing plays is VICIdial's own word, or that of the time in which it would have ended.
    silent_at = at if state.playback.click else at + clips.BEGINS_WITHIN
    if not clips.is_over(played, silent_at):
        return state
    return replace(state, finished=(*state.finished, clips.finished(played, before.session, at)))
