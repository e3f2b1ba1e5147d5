"""What the tests of the machine share: moments of one noon, answers to looks, and agents in the midst of a call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agentapi import machine
from agentapi.commands import CaptureFunction
from agentapi.floors import Seat
from agentapi.machine import Action, Capture, CaptureStatus, Press, Rules, Session, State
from agentapi.outcomes import Accepted, CaptureSeen, Outcome

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SESSION = "9600051"
STEREO = Rules(clock_ahead=timedelta(hours=-5))
"""A dialer in New York whose clock is right."""
MONO = replace(STEREO, capture="recording", asks=("recording", "stereo_recording"))

BEGIN, END = Press(Action.CAPTURE_BEGIN, click="begin"), Press(Action.CAPTURE_END, click="end")
PLAY = Press(Action.PLAY, "a", "a", "a", 10, click="one")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def local(seconds: float) -> str:
    """The start of a recording as that server writes it."""
    return (at(seconds) - timedelta(hours=5)).strftime("%Y-%m-%d %H:%M:%S")


def sight(
    recording: str = "",
    status: str = "INCALL",
    *,
    began: float | None = None,
    session: str = SESSION,
    function: CaptureFunction = "stereo_recording",
    **more: object,
) -> CaptureSeen:
    """What a STATUS shows; `began` is the recording's start in seconds of the noon."""
    started = local(began) if recording and began is not None else ""
    known = CaptureSeen(
        function, recording, f"file{recording}" if recording else "", pending=False, started=started,
        session_id=session, agent_status=status,
    )  # fmt: skip
    return replace(known, **more)  # type: ignore[arg-type]


def look(state: State, seconds: float, seen: CaptureSeen | None = None, rules: Rules = STEREO) -> State:
    """Time passes, and a STATUS that was asked just before comes back."""
    seen = replace(seen or sight(), function=rules.capture)
    ticked = machine.tick(state, rules, at(seconds))
    return machine.asked(ticked, Accepted(seen=seen), rules, at(seconds - 0.01), at(seconds))


def floor(state: State, seconds: float, seat: Seat | None, rules: Rules = STEREO) -> State:
    """Time passes, and a look at the floor that was asked for just before comes back."""
    return machine.seated(machine.tick(state, rules, at(seconds)), seat, rules, at(seconds - 0.01), at(seconds))


def pressed(
    state: State, press: Press | Action, seconds: float, outcome: Outcome | None = None, rules: Rules = STEREO
) -> State:
    """Time passes, then the outcome of the press is known."""
    press = press if isinstance(press, Press) else Press(press)
    ticked = machine.tick(state, rules, at(seconds))
    return machine.after(ticked, press, outcome or Accepted(), rules, at(seconds))


def seat(status: str = "INCALL", sub_status: str = "", **more: str) -> Seat:
    return replace(Seat(status, SESSION, sub_status, "1000", "5000", "M405"), **more)


def in_call(seconds: float = 0) -> State:
    """Alice in a call, who was paused before; nothing is recorded."""
    paused = look(State(), seconds - 30, sight(status="PAUSED"))
    return look(paused, seconds, sight())


def recorded(seconds: float = 1, rules: Rules = STEREO) -> State:
    """The same, with a recording of ours, number 7, that was begun at noon and is seen then."""
    begun = pressed(look(in_call(-0.1), -0.1, sight(), rules), BEGIN, 0, rules=rules)
    return look(begun, seconds, sight("7", began=0), rules)


def with_capture(status: CaptureStatus, session: str = "INCALL", **more: object) -> State:
    """Alice in such a state, as she was seen at noon."""
    known = Capture(status=status, checked_at=NOON, since=NOON, **more)  # type: ignore[arg-type]
    return State(Session(session, SESSION, NOON, NOON, NOON), known)
