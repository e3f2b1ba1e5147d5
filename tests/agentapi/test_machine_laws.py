"""What holds for the machine whatever is pressed, answered, seen and however the clock runs."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agentapi import machine
from agentapi.machine import Action, Ask, CaptureStatus, Fault, Go, Press, Refusal, Rules, State
from agentapi.outcomes import Accepted, Outcome, Refused, Unanswered
from agentapi.plays import PlayEnd, Verdict, play_ends
from agentapi.replies import Reason
from tests.agentapi.looks import MONO, NOON, STEREO, seat, sight

RULES = st.sampled_from(
    [STEREO, MONO, replace(STEREO, clock_ahead=None), replace(STEREO, take_back_begin=True, floor=True)]
)
OUTCOMES: list[Outcome] = [
    Accepted(),
    Accepted(),
    Accepted(replaced=True),
    Unanswered(),
    Refused(Reason.STOP_ERROR),
    Refused(Reason.NOTHING_PLAYING),
    Refused(Reason.ALREADY_PLAYING),
    Refused(Reason.NOT_LOGGED_IN),
    Refused(Reason.NOT_VALID),
]
STATUSES = ["INCALL", "INCALL", "INCALL", "PAUSED", "READY", ""]
SPANS = st.sampled_from([0.05, 0.4, 1.0, 3.0, 11.0, 40.0, 80.0, 4000.0])


@dataclass
class Run:
    """One agent, with all that came of it."""

    rules: Rules
    now: datetime = NOON
    state: State = field(default_factory=State)
    ends: list[PlayEnd] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    clicks: int = 0
    begun: bool = False

    def keep(self, state: State) -> None:
        self.ends = list(play_ends(self.state, state, self.now))
        self.ended += [end.click for end in self.ends]
        self.state = state
        check(self)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.keep(machine.tick(self.state, self.rules, self.now))

    def press(self, action: Action, outcome: Outcome, *, replacing: bool = False) -> None:
        self.clicks += 1
        press = Press(action, "a", "a", "a", 6.0, replace=replacing, confirmed=True, click=str(self.clicks))
        found = machine.verdict(self.state, press, self.rules, self.now)
        if isinstance(found, Refusal):
            assert found.seen_at is None or self.now - found.seen_at <= timedelta(seconds=1)
        if isinstance(found, Go):
            self.begun |= action is Action.CAPTURE_BEGIN
            for step, _ in machine.steps(self.state, press, self.rules):
                self.keep(machine.after(self.state, replace(press, action=step), outcome, self.rules, self.now))

    def ask(self, seen: object) -> None:
        outcome = Accepted(seen=seen) if seen else Unanswered()  # type: ignore[arg-type]
        self.keep(machine.asked(self.state, outcome, self.rules, self.now - timedelta(seconds=0.02), self.now))


def check(run: Run) -> None:
    """What holds at every moment."""
    session, capture = run.state.session, run.state.capture
    assert not capture.recording_id or capture.status not in (CaptureStatus.IDLE, CaptureStatus.STARTING)
    assert capture.recording_id or capture.status is not CaptureStatus.ACTIVE
    assert not capture.ours or run.begun, "what is ours was begun here"
    moves = machine.moves_at(machine.tick(run.state, run.rules, run.now), run.rules)
    assert moves is None or moves > run.now, "no moment is named again and again"
    if capture.wished_at and capture.left_at and capture.status is CaptureStatus.IDLE:
        assert capture.fault is Fault.WILL_BEGIN_IN_NEXT_CALL, "what may come to life in another call is told"
    for end in run.ends:
        assert end.verdict is not Verdict.FULL or machine.with_customer(session), "no look, no full"


def do(run: Run, data: st.DataObject) -> None:
    match data.draw(st.sampled_from(["wait", "press", "press", "status", "status", "floor", "out", "clock"])):
        case "wait":
            run.wait(data.draw(SPANS))
        case "press":
            action, outcome = data.draw(st.sampled_from(list(Action))), data.draw(st.sampled_from(OUTCOMES))
            run.press(action, outcome, replacing=data.draw(st.booleans()))
        case "status":
            run.wait(0.1)
            number, began = (
                data.draw(st.sampled_from(["", "", "7", "8"])),
                data.draw(st.sampled_from([None, -7200, 0, 30])),
            )
            pending = not number and data.draw(st.booleans())
            status = data.draw(st.sampled_from(STATUSES))
            session = data.draw(st.sampled_from(["9600051", "9600051", "9600052", ""]))
            function = data.draw(st.sampled_from([run.rules.capture, run.rules.capture, "recording"]))
            run.ask(sight(number, status, began=began, session=session, function=function, pending=pending))
        case "floor":
            run.wait(0.1)
            sub_status, call = (
                data.draw(st.sampled_from(["", "DEAD", "PARK", "3-WAY", "???"])),
                data.draw(st.sampled_from("XY")),
            )
            there = seat(data.draw(st.sampled_from(STATUSES)), sub_status, call_id=call)
            found = data.draw(st.sampled_from([there, there, None]))
            run.keep(machine.seated(run.state, found, run.rules, run.now - timedelta(seconds=0.02), run.now))
        case "out":
            refused = Refused(Reason.NOT_LOGGED_IN)
            run.keep(machine.asked(run.state, refused, run.rules, run.now - timedelta(seconds=0.02), run.now))
        case "clock":
            run.wait(data.draw(st.sampled_from([-3600.0, -90.0, 3600.0])))


@given(rules=RULES, deeds=st.integers(1, 25), data=st.data())
def test_no_way_leads_to_a_dead_end(rules, deeds, data):
    """Whatever came before: with a screen in sight, a call and honest answers, an agent can soon record and play."""
    run = Run(rules)
    for _ in range(deeds):
        do(run, data)
    for _ in range(60):
        run.wait(5)
        run.ask(sight("", function=rules.capture))
    assert run.state.capture.status is CaptureStatus.IDLE
    # Where there is a floor, it is asked for the customer, which ends in a Go or in the true reason.
    assert machine.verdict(run.state, Press(Action.CAPTURE_BEGIN), rules, run.now) in {Go(), Ask("floor")}
    press = Press(Action.PLAY, audio="a", replace=True)
    run.press(Action.STOP, Refused(Reason.NOTHING_PLAYING))
    run.wait(0.01)
    assert machine.verdict(run.state, press, rules, run.now) == Go()
    assert not run.state.finished


@given(rules=RULES, deeds=st.integers(1, 25), data=st.data())
def test_a_play_ends_once(rules, deeds, data):
    run = Run(rules)
    for _ in range(deeds):
        do(run, data)
    assert len(run.ended) == len(set(run.ended))
