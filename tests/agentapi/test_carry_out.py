"""What a worker asks and sends for a job, and what it does not send."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from agentapi.capability import Capability
from agentapi.client import Dialer
from agentapi.commands import (
    AskCapture,
    AskFloor,
    BeginCapture,
    EndCapture,
    PlayClip,
    RestartClip,
    ResumeClip,
    StopClip,
)
from agentapi.floors import Floor
from agentapi.machine import Action, Press, Rules, State, tick
from agentapi.outcomes import Accepted, Expired, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason
from agentapi.worker import Carried, Job, carry_out, learned
from tests.agentapi.looks import (
    BEGIN,
    END,
    MONO,
    NOON,
    PLAY,
    STEREO,
    at,
    floor,
    in_call,
    look,
    pressed,
    recorded,
    seat,
    sight,
)

MAIN = Dialer("main", "http://127.0.0.1:9/", "u", "p")
FLOOR = Dialer("main", "http://127.0.0.1:9/floor", "u", "p")
STEREO_STATUS, MONO_STATUS = AskCapture("stereo_recording"), AskCapture("recording")
SWITCHED_OFF = Refused(Reason.NOT_VALID)
ON_A_CALL = Accepted(seen=sight())
PAUSED = Accepted(seen=sight(status="PAUSED"))
OLD = in_call(-30)
RESTART = Press(Action.RESTART)
HELD = pressed(pressed(in_call(-4), PLAY, -3), Action.PAUSE, -1)


class Api:
    """Takes every command, and `seconds` for each; `answers` is what it says to some of them."""

    def __init__(self, answers: dict[object, Outcome] | None = None, seconds: float = 0.0) -> None:
        self.now, self._seconds, self._answers = NOON, seconds, answers or {}
        self.sent: list[object] = []
        self.dialers: list[Dialer] = []

    def execute(self, dialer, agent_user, command):
        self.sent.append(command)
        self.dialers.append(dialer)
        self.now += timedelta(seconds=self._seconds)
        return self._answers.get(command, Accepted())

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += timedelta(seconds=seconds)


def job(press: Press, state: State = OLD, rules: Rules = STEREO, **more: object) -> Job:
    whole = Job(uuid4(), 1, 1, MAIN, "1000", press, state, rules, send_until=at(3))
    return replace(whole, **more)  # type: ignore[arg-type]


def carry(api: Api, given: Job) -> Carried:
    return carry_out(api, given, lambda: api.now, api.sleep)


def code(carried: Carried) -> str:
    assert carried.refusal is not None
    return carried.refusal.code


class TestQuestionFirst:
    def test_a_customer_who_is_there_hears_the_clip(self):
        api = Api({STEREO_STATUS: ON_A_CALL})
        done = carry(api, job(PLAY))
        assert api.sent == [STEREO_STATUS, PlayClip("a")]
        assert [step.action for step in done.steps] == [None, Action.PLAY]
        assert (done.refusal, done.unseen) == (None, False)

    def test_what_is_known_well_enough_is_not_asked(self):
        api = Api()
        carry(api, job(PLAY, in_call(-1)))
        carry(api, job(BEGIN, in_call(-1)))
        assert api.sent == [PlayClip("a"), BeginCapture()]

    def test_the_answer_decides_and_not_what_was_known(self):
        """The last look said PAUSED, and the agent presses in the first seconds of a call."""
        paused = look(in_call(-60), -5, sight(status="PAUSED"))
        api = Api({STEREO_STATUS: ON_A_CALL})
        assert carry(api, job(PLAY, paused)).refusal is None
        assert carry(api, job(BEGIN, paused)).refusal is None
        assert api.sent == [STEREO_STATUS, PlayClip("a"), STEREO_STATUS, BeginCapture()]

    @pytest.mark.parametrize(
        ("press", "answer", "refused"),
        [
            (PLAY, PAUSED, "no_customer"),
            (BEGIN, PAUSED, "no_customer"),
            (BEGIN, Accepted(seen=sight("9", began=-60)), "already_capturing"),
            (END, ON_A_CALL, "not_capturing"),
            (PLAY, Refused(Reason.NOT_LOGGED_IN), "logged_out"),
            (END, Refused(Reason.NOT_LOGGED_IN), "logged_out"),
        ],
    )
    def test_what_it_forbids_is_not_sent(self, press, answer, refused):
        api = Api({STEREO_STATUS: answer})
        done = carry(api, job(press))
        assert api.sent == [STEREO_STATUS]
        assert (code(done), [step.outcome for step in done.steps]) == (refused, [answer])

    @pytest.mark.parametrize("outcome", [Unanswered(), NotSent(), Refused(Reason.LOGIN_REFUSED)], ids=str)
    @pytest.mark.parametrize("press", [PLAY, BEGIN, END], ids=["play", "begin", "end"])
    def test_where_none_comes_the_press_is_not_sent(self, press, outcome):
        api = Api({STEREO_STATUS: outcome})
        done = carry(api, job(press))
        assert api.sent == [STEREO_STATUS]
        assert ([step.action for step in done.steps], done.refusal) == ([None], None)

    def test_an_answer_that_tells_nothing_is_asked_for_once(self):
        api = Api({STEREO_STATUS: Accepted()})
        assert code(carry(api, job(BEGIN))) == "capture_unknown"
        assert carry(api, job(PLAY)).unseen
        assert api.sent == [STEREO_STATUS, STEREO_STATUS, PlayClip("a")]


class TestFunctionThatCannotBeAsked:
    """Too old, switched off or not permitted: that keeps no clip from being played (FACTS 7.2)."""

    NOT_ASKABLE = pytest.mark.parametrize(
        ("outcome", "capability"),
        [
            (Unsupported(), Capability.TOO_OLD),
            (SWITCHED_OFF, Capability.SWITCHED_OFF),
            (Refused(Reason.NO_PERMISSION), Capability.NO_PERMISSION),
        ],
        ids=str,
    )

    @NOT_ASKABLE
    def test_the_other_one_is_asked_before_a_clip(self, outcome, capability):
        api = Api({STEREO_STATUS: outcome, MONO_STATUS: Accepted(seen=sight(function="recording"))})
        done = carry(api, job(PLAY))
        assert api.sent == [STEREO_STATUS, MONO_STATUS, PlayClip("a")]
        assert not done.unseen

    @NOT_ASKABLE
    def test_its_answer_counts(self, outcome, capability):
        nobody = Accepted(seen=sight(status="READY", function="recording"))
        api = Api({STEREO_STATUS: outcome, MONO_STATUS: nobody})
        assert code(carry(api, job(PLAY))) == "no_customer"

    @NOT_ASKABLE
    def test_where_neither_may_be_asked_the_clip_goes_and_nobody_looked(self, outcome, capability):
        api = Api({STEREO_STATUS: outcome, MONO_STATUS: outcome})
        done = carry(api, job(PLAY))
        assert api.sent == [STEREO_STATUS, MONO_STATUS, PlayClip("a")]
        assert (done.unseen, done.refusal) == (True, None)

    def test_where_that_is_known_nothing_is_asked(self):
        api = Api()
        assert carry(api, job(PLAY, rules=replace(STEREO, asks=()))).unseen
        assert api.sent == [PlayClip("a")]

    @NOT_ASKABLE
    @pytest.mark.parametrize("press", [BEGIN, END], ids=["begin", "end"])
    def test_a_recording_is_refused_with_the_reason(self, outcome, capability, press):
        api = Api({STEREO_STATUS: outcome})
        assert code(carry(api, job(press))) == f"capture_{capability}"
        assert api.sent == [STEREO_STATUS]

    @pytest.mark.parametrize("asks", [(), ("recording",)])
    @pytest.mark.parametrize("press", [BEGIN, END], ids=["begin", "end"])
    def test_a_recording_of_which_nothing_can_be_learned_is_refused_and_not_left_open(self, asks, press):
        api = Api({MONO_STATUS: Accepted(seen=sight(function="recording"))})
        done = carry(api, job(press, State(), replace(STEREO, asks=asks)))
        assert code(done) == "capture_unknown"
        assert all(step.action is None for step in done.steps)

    def test_a_refusal_from_memory_keeps_no_clip_from_playing_where_it_cannot_be_renewed(self):
        paused = look(in_call(-60), -5, sight(status="PAUSED"))
        carried = carry(Api(), job(PLAY, paused, replace(STEREO, asks=())))
        assert (carried.refusal, carried.unseen) == (None, True)

    def test_the_functions_are_asked_in_the_order_of_the_rules(self):
        api = Api({MONO_STATUS: Accepted(seen=sight(function="recording"))})
        carry(api, job(BEGIN, in_call(-30), MONO))
        assert api.sent == [MONO_STATUS, BeginCapture("", "recording")]


class TestFloorFirst:
    """Only the floor tells that a customer is gone, and so only the floor tells that one is back (FACTS 4.2)."""

    DEAD = floor(in_call(-8), -4, seat(sub_status="DEAD"))

    def floor_job(self, press: Press = PLAY) -> Job:
        return job(press, self.DEAD, floor=FLOOR)

    def test_the_floor_is_asked_where_the_floor_can_be_asked(self):
        api = Api({AskFloor(): Accepted(floor=Floor((seat(user="1000"),)))})
        carry(api, self.floor_job())
        assert api.sent == [AskFloor(), PlayClip("a")]
        assert api.dialers == [FLOOR, MAIN]

    def test_a_customer_who_is_still_gone_hears_nothing(self):
        api = Api({AskFloor(): Accepted(floor=Floor((seat(sub_status="DEAD"),)))})
        assert code(carry(api, self.floor_job())) == "no_customer"

    @pytest.mark.parametrize(
        "outcome", [Unanswered(), Unsupported(), Refused(Reason.NO_PERMISSION), Accepted(floor=Floor())], ids=str
    )
    def test_where_it_does_not_tell_what_is_shown_counts(self, outcome):
        api = Api({AskFloor(): outcome})
        assert code(carry(api, self.floor_job())) == "no_customer"
        assert api.sent == [AskFloor()]

    def test_a_question_to_the_floor_is_no_status_that_was_asked(self):
        api = Api({AskFloor(): Unanswered()})
        (step,) = carry(api, self.floor_job()).steps
        assert learned(self.DEAD, STEREO, step, "1000") == (self.DEAD, STEREO)

    def test_a_begin_asks_the_floor_and_then_for_the_recording(self):
        api = Api({AskFloor(): Accepted(floor=Floor((seat(),))), STEREO_STATUS: ON_A_CALL})
        assert carry(api, self.floor_job(BEGIN)).refusal is None
        assert api.sent == [AskFloor(), STEREO_STATUS, BeginCapture()]


class TestWaiting:
    def test_what_will_be_right_a_little_later_is_sent_then(self):
        stopping = pressed(pressed(in_call(-4), PLAY, -3), Action.STOP, 0)
        api = Api()
        carry(api, job(replace(PLAY, audio="b"), stopping))
        assert api.sent == [PlayClip("b")]
        assert api.now == at(0.8)

    def test_what_is_not_right_in_time_is_not_sent(self):
        waiting = pressed(in_call(-1), BEGIN, 0)
        api = Api()
        done = carry(api, job(END, waiting))
        assert api.sent == []
        assert [(step.action, step.outcome) for step in done.steps] == [(Action.CAPTURE_END, Expired())]

    def test_time_passes_for_the_clip_meanwhile(self):
        """Its end, estimated when the job was taken, has come."""
        ends_soon = pressed(in_call(-12), PLAY, -11.1)
        assert tick(ends_soon, STEREO, at(-1)).playback.status == "playing"
        assert code(carry(Api(), job(Press(Action.PAUSE), tick(ends_soon, STEREO, at(-1))))) == "not_playing"


def test_steps_are_sent_in_order():
    api = Api()
    done = carry(api, job(RESTART, HELD))
    assert api.sent == [ResumeClip(), RestartClip()]
    assert [step.action for step in done.steps] == [Action.RESUME, Action.RESTART]


def test_nothing_follows_a_step_that_was_not_accepted():
    api = Api({ResumeClip(): Unanswered()})
    carry(api, job(RESTART, HELD))
    assert api.sent == [ResumeClip()]


def test_an_end_goes_at_once():
    api = Api()
    carry(api, job(END, recorded()))
    assert api.sent == [EndCapture()]


@pytest.mark.parametrize(("press", "state"), [(RESTART, HELD), (PLAY, OLD)], ids=["steps", "question"])
def test_a_worker_that_stood_still_sends_nothing_afterwards(press, state):
    api = Api()
    api.now += timedelta(seconds=4)
    done = carry(api, job(press, state))
    assert api.sent == []
    assert [step.outcome for step in done.steps] == [Expired()]
    assert done.refusal is None


def test_a_step_whose_time_passed_while_the_one_before_was_answered_is_not_sent():
    api = Api(seconds=4)
    done = carry(api, job(RESTART, HELD))
    assert api.sent == [ResumeClip()]
    assert [step.outcome for step in done.steps] == [Accepted(), Expired()]


def test_a_press_whose_time_passed_while_its_question_was_answered_is_not_sent():
    api = Api({STEREO_STATUS: ON_A_CALL}, seconds=4)
    done = carry(api, job(PLAY))
    assert api.sent == [STEREO_STATUS]
    assert [step.outcome for step in done.steps] == [ON_A_CALL, Expired()]


def test_a_stop_that_was_sent_in_vain_is_not_taken_for_one_that_was_never_sent():
    nothing = Refused(Reason.NOTHING_PLAYING)
    api = Api({StopClip(): nothing})

    def stand_still(_: float) -> None:
        api.now += timedelta(seconds=4)

    stop = job(Press(Action.STOP), pressed(in_call(-1), PLAY, -0.5), repeat_until=at(1))
    done = carry_out(api, stop, lambda: api.now, stand_still)
    assert api.sent == [StopClip()]
    assert [step.outcome for step in done.steps] == [nothing]


def test_a_stop_is_repeated_while_vicidial_may_not_know_of_the_clip():
    """FACTS 3.3."""
    api = Api({StopClip(): Refused(Reason.NOTHING_PLAYING)})
    carry(api, job(Press(Action.STOP), pressed(in_call(-1), PLAY, -0.5), repeat_until=at(0.4)))
    assert api.sent == [StopClip()] * 4


def test_a_client_that_fails_is_a_lost_answer(caplog):
    class Broken(Api):
        def execute(self, dialer, agent_user, command):
            raise ZeroDivisionError

    done = carry(Broken(), job(END, recorded()))
    assert [type(step.outcome) for step in done.steps] == [Unanswered]
    assert "should not" in caplog.text
