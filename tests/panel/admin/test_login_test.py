"""An admin tries a dialer's login: once, and at most once a minute (FACTS 1.6, 1.8)."""

import pytest
import time_machine
from django.urls import reverse

from agentapi.simulator.faults import FaultKind
from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from panel.models import Dialer


@pytest.fixture
def simulator(dialer):
    with SimulatorServer(Floor.demo(seed=1)) as server:
        dialer.url = server.url
        dialer.link = Dialer.Link.LOGIN_REFUSED
        dialer.floor_text = "refused"
        dialer.save()
        yield server


@pytest.fixture
def tried(client, ada, dialer):
    client.force_login(ada)

    def press() -> str:
        form = {"action": "test_login", "_selected_action": [dialer.pk]}
        page = client.post(reverse("admin:panel_dialer_changelist"), form, follow=True)
        return str(page.content.decode())

    return press


def test_a_good_login_lets_calls_go_on(simulator, tried):
    assert "VICIdial takes the login." in tried()
    dialer = Dialer.objects.get()
    assert (dialer.link, dialer.floor_text) == (Dialer.Link.OK, "")
    assert [request.value for request in simulator.floor.requests] == ["STATUS"]


def test_a_wrong_login_stays_shut_and_shows_no_password(simulator, tried, dialer):
    dialer.password = "wrongcanary"
    dialer.save()
    page = tried()
    assert "VICIdial refuses Clipdeck" in page
    assert "wrongcanary" not in page
    assert Dialer.objects.get().link == Dialer.Link.LOGIN_REFUSED


def test_the_second_test_within_a_minute_is_not_made(simulator, tried):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False) as clock:
        tried()
        clock.shift(59)
        assert "Wait a minute" in tried()
        assert len(simulator.floor.requests) == 1
        clock.shift(2)
        assert "VICIdial takes the login." in tried()


def test_a_dialer_that_is_away_is_said_to_be(simulator, tried):
    simulator.stop()
    assert "cannot be reached" in tried()


def test_an_empty_answer_proves_no_login(simulator, tried):
    simulator.floor.faults.add(FaultKind.EMPTY)
    page = tried()
    assert "no verdict" in page
    assert "takes the login" not in page
    dialer = Dialer.objects.get()
    assert (dialer.proved_at, dialer.link) == (None, Dialer.Link.LOGIN_REFUSED)


def test_a_login_without_the_right_to_call_is_told_apart(simulator, tried):
    simulator.floor.api_active = False
    assert "the login is good, but VICIdial refuses the call" in tried()
