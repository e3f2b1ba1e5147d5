"""The page that tests a dialer."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from panel.models import Dialer


@pytest.fixture
def simulator(dialer):
    with SimulatorServer(Floor.demo(seed=1)) as server:
        dialer.url, dialer.capture, dialer.link = server.url, Dialer.Capture.MONO, Dialer.Link.LOGIN_REFUSED
        dialer.save()
        yield server


@pytest.fixture
def address(dialer):
    return reverse("admin:panel_dialer_preflight", kwargs={"object_id": dialer.pk})


def test_the_dialers_page_leads_to_its_test(simulator, client, ada, dialer, address):
    client.force_login(ada)
    page = client.get(reverse("admin:panel_dialer_change", args=[dialer.pk])).content.decode()
    assert address in page


def test_looking_at_the_page_asks_nothing(simulator, client, ada, address):
    client.force_login(ada)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Test now" in answer.content.decode()
    assert simulator.floor.requests == []


def test_pressing_shows_each_check_and_opens_the_way(simulator, client, ada, address):
    client.force_login(ada)
    page = client.post(address).content.decode()
    for title in ("Reachable", "Login", "Permission for audio_playback", "Non-agent API"):
        assert title in page
    assert "Nothing that is needed fails." in page
    assert "apipass" not in page
    assert Dialer.objects.get().link == Dialer.Link.OK


def test_a_refused_login_is_shown_with_what_to_do(simulator, client, ada, address, dialer):
    dialer.password = "wrongcanary"
    dialer.save()
    client.force_login(ada)
    page = client.post(address).content.decode()
    assert "VICIdial refuses the login." in page
    assert "Correct user and password" in page
    assert "wrongcanary" not in page
    assert "SELECT" not in page


def test_a_source_that_is_not_taken_is_told(simulator, client, ada, address, dialer):
    dialer.source = "x"
    dialer.save()
    client.force_login(ada)
    page = client.post(address).content.decode()
    assert "VICIdial does not take the source." in page


@pytest.mark.parametrize("name", ["sue", "otto", "alice"])
def test_others_are_kept_out(simulator, client, address, name, request):
    who = request.getfixturevalue(name)
    client.force_login(getattr(who, "user", who))
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in (302, 403)
    assert simulator.floor.requests == []


def test_whoever_may_only_look_at_dialers_tests_none(simulator, client, address):
    viewer = User.objects.create_user("viewer", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_dialer"))
    client.force_login(viewer)
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 403
    assert simulator.floor.requests == []


def test_a_dialer_that_is_no_more_is_not_found(simulator, client, ada):
    client.force_login(ada)
    assert client.post(reverse("admin:panel_dialer_preflight", kwargs={"object_id": 999})).status_code == 404
