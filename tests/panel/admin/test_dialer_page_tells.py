"""What an admin reads on a dialer's page of what it can record and whom its floor list lacks."""

import pytest
from django.urls import reverse

from agentapi.machine import Session as Seen
from agentapi.machine import State
from panel.models import Dialer, Session
from panel.selectors.states import store

pytestmark = pytest.mark.django_db


def page(client, ada, dialer) -> str:
    client.force_login(ada)
    content: bytes = client.get(reverse("admin:panel_dialer_change", args=[dialer.pk])).content
    return content.decode()


@pytest.mark.parametrize(
    ("capability", "advice"),
    [
        ("too_old", "Update it to build 250830"),
        ("switched_off", "Switch it on"),
        ("no_permission", "Allow the function"),
    ],
)
def test_what_keeps_it_from_recording_comes_with_what_to_do(client, ada, dialer, capability, advice):
    Dialer.objects.update(capability=capability)
    assert advice in page(client, ada, dialer)


def test_who_is_missing_in_the_list_is_named_with_what_to_set(client, ada, dialer, alice, bob):
    Session.objects.create(agent=alice, state=store(State(Seen("INCALL", uncovered=True))))
    Session.objects.create(agent=bob, state=store(State(Seen("INCALL"))))
    text = page(client, ada, dialer)
    assert "1000. Logged in, but not in the list" in text
    assert "1001" not in text
