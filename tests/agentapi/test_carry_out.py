"""What a worker sends for a job, and what it does not send any more."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from agentapi.client import Dialer
from agentapi.commands import AskCapture, RestartClip, ResumeClip
from agentapi.machine import Action, Press
from agentapi.outcomes import Accepted, CaptureSeen, Expired
from agentapi.worker import Job, carry_out

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ON_A_CALL = CaptureSeen("", "", pending=False, session_id="8600051", agent_status="INCALL")


class Api:
    """Takes every command, and `seconds` for each."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.now, self._seconds = NOON, seconds
        self.sent: list[object] = []

    def execute(self, dialer, agent_user, command):
        self.sent.append(command)
        self.now += timedelta(seconds=self._seconds)
        return Accepted(seen=ON_A_CALL if isinstance(command, AskCapture) else None)


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
