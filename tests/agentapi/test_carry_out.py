"""What a worker sends for a job, and what it does not send any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from agentapi.client import Dialer
from agentapi.commands import AskCapture, RestartClip, ResumeClip, StopClip
from agentapi.machine import Action, Press
from agentapi.outcomes import Accepted, CaptureSeen, Expired, Outcome, Refused
from agentapi.replies import Reason
from agentapi.worker import Job, carry_out

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ON_A_CALL = CaptureSeen("", "", pending=False, session_id="8600051", agent_status="INCALL")


class Api:
    """Takes every command, and `seconds` for each; `answer` is what it says to it."""

    def __init__(self, seconds: float = 0.0, answer: Outcome | None = None) -> None:
        self.now, self._seconds, self._answer = NOON, seconds, answer
        self.sent: list[object] = []

    def execute(self, dialer, agent_user, command):
        self.sent.append(command)
        self.now += timedelta(seconds=self._seconds)
        return self._answer or Accepted(seen=ON_A_CALL if isinstance(command, AskCapture) else None)


def job(*, ask_first: bool = False) -> Job:
    return Job(
        click_id=uuid4(),
        agent_id=1,
        dialer_id=1,
        dialer=Dialer("main", "http://127.0.0.1:9/", "u", "p"),
        agent_user="1000",
        press=Press(Action.RESTART),
        steps=((Action.RESUME, ResumeClip()), (Action.RESTART, RestartClip())),
        send_until=NOON + timedelta(seconds=3),
        ask_first=AskCapture() if ask_first else None,
    )


def test_steps_are_sent_in_order():
    api = Api()
    done = carry_out(api, job(), lambda: api.now)
    assert api.sent == [ResumeClip(), RestartClip()]
    assert [step.action for step in done] == [Action.RESUME, Action.RESTART]


@pytest.mark.parametrize("ask_first", [False, True])
def test_a_worker_that_stood_still_sends_nothing_afterwards(ask_first):
    api = Api()
    api.now += timedelta(seconds=4)
    done = carry_out(api, job(ask_first=ask_first), lambda: api.now)
    assert api.sent == []
    assert [(step.action, step.outcome) for step in done] == [
        (Action.RESTART if ask_first else Action.RESUME, Expired())
    ]


def test_a_step_whose_time_passed_while_the_one_before_was_answered_is_not_sent():
    api = Api(seconds=4)
    done = carry_out(api, job(), lambda: api.now)
    assert api.sent == [ResumeClip()]
    assert [step.outcome for step in done] == [Accepted(), Expired()]


def test_a_stop_that_was_sent_in_vain_is_not_taken_for_one_that_was_never_sent():
    nothing = Refused(Reason.NOTHING_PLAYING)
    api = Api(answer=nothing)

    def stand_still(_: float) -> None:
        api.now += timedelta(seconds=4)

    stop = replace(
        job(), press=Press(Action.STOP), steps=((Action.STOP, StopClip()),), repeat_until=NOON + timedelta(seconds=1)
    )
    done = carry_out(api, stop, lambda: api.now, stand_still)
    assert api.sent == [StopClip()]
    assert [step.outcome for step in done] == [nothing]
