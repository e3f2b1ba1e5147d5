"""A dialer's preflight: what the command prints and returns, and what is kept of it."""

import time
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from agentapi.outcomes import Accepted, Refused
from agentapi.preflight import Code
from agentapi.replies import Reason
from agentapi.simulator.faults import FaultKind
from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from panel.models import Dialer
from panel.services import preflight

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def simulator(dialer, clock):
    with SimulatorServer(Floor.demo(clock=time.time, seed=1)) as server:
        dialer.url, dialer.capture, dialer.link = server.url, Dialer.Capture.MONO, Dialer.Link.LOGIN_REFUSED
        dialer.save()
        yield server


def check(name: str = "main") -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_dialer", name, stdout=out, no_color=True)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_dialer_that_has_what_it_needs_passes_and_is_opened_again(simulator):
    status, printed = check()
    assert status == 0
    assert [line.split("  ")[0].strip() for line in printed.splitlines()].count("fails") == 0
    assert "ok             Login\n" in printed
    dialer = Dialer.objects.get()
    assert (dialer.link, dialer.proved_at, dialer.version_at) == (Dialer.Link.OK, NOON, NOON)
    assert dialer.capability == "ok"
    assert dialer.build is not None
    assert dialer.clock_ahead_seconds is not None


def test_a_refused_login_fails_with_a_remedy_and_is_tried_once(simulator, dialer):
    dialer.password = "wrongcanary"
    dialer.save()
    status, printed = check()
    assert status == 1
    assert "fails          Login: VICIdial refuses the login." in printed
    assert "Correct user and password" in printed
    assert "wrongcanary" not in printed
    assert "SELECT" not in printed
    functions = [request.function for request in simulator.floor.requests]
    assert functions == ["version", "recording"]
    assert Dialer.objects.get().link == Dialer.Link.LOGIN_REFUSED


def test_a_second_one_within_a_minute_tries_no_login(simulator, clock):
    assert check()[0] == 0
    asked = len(simulator.floor.requests)
    clock.shift(59)
    status, printed = check()
    assert status == 1
    assert "Wait a minute" in printed
    assert [request.function for request in simulator.floor.requests[asked:]] == ["version"]
    clock.shift(2)
    assert check()[0] == 0


def test_an_unknown_dialer_is_named_beside_those_that_there_are(simulator):
    with pytest.raises(CommandError, match='There is no dialer "mian". There are: main.'):
        check("mian")


def test_a_dialer_that_is_away_fails(simulator):
    simulator.stop()
    status, printed = check()
    assert status == 1
    assert "fails          Reachable: The server cannot be reached." in printed


def test_a_refused_floor_is_kept_so_that_it_is_not_tried_again(simulator, dialer):
    dialer.non_agent_url, dialer.non_agent_user = simulator.non_agent_url, "apiuser"
    dialer.non_agent_password = "wrongcanary"
    dialer.save()
    status, printed = check()
    assert status == 0
    assert "warning        Non-agent API: VICIdial refuses the login." in printed
    assert "wrongcanary" not in printed
    dialer.refresh_from_db()
    assert "refuses the non-agent access" in dialer.floor_text


def test_a_server_without_a_verdict_opens_nothing(simulator):
    simulator.floor.faults.add(FaultKind.HTTP_500, function="recording", times=None)
    assert check()[0] == 1
    dialer = Dialer.objects.get()
    assert (dialer.link, dialer.proved_at) == (Dialer.Link.LOGIN_REFUSED, None)


class Switchless:
    """A server on which stereo recording is switched off."""

    def execute(self, dialer, agent_user, command):
        function = command.params()["function"]
        if function == "version":
            return Accepted()
        return Refused(Reason.NOT_VALID if function == "stereo_recording" else Reason.NOT_LOGGED_IN)


def test_a_stereo_switch_that_is_off_is_told_with_what_to_do_and_kept(dialer):
    report = preflight.run(dialer, Switchless(), lambda: NOON + timedelta(seconds=1))
    line = next(line for line in preflight.lines(report) if line.verdict == "fails")
    assert line.title == "Stereo recording switched on"
    assert "system settings" in line.remedy
    assert "Clips work all the same" in line.remedy
    assert Dialer.objects.get().capability == "switched_off"


def test_each_code_has_its_words():
    assert set(preflight.REMEDIES) == set(Code)
