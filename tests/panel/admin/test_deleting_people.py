"""Agents and logins can be deleted until the records know them; after that they are shut out instead."""

import uuid
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from panel.models import Agent, Alert, Click, Session
from panel.services.tokens import issue

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def delete(ada, client):
    """Asks for the deletion on the admin's page, and confirms it."""
    client.force_login(ada)

    def confirmed(row):
        name = row._meta.model_name
        path = reverse(f"admin:{row._meta.app_label}_{name}_delete", args=[row.pk])
        page = client.get(path).content.decode()
        client.post(path, {"post": "yes"})
        return page

    return confirmed


def pressed(alice) -> None:
    times = {"requested_at": NOW, "not_before": NOW, "expires_at": NOW}
    Click.objects.create(id=uuid.uuid4(), agent=alice, actor=alice.user, action="stop", press={}, **times)


@pytest.mark.parametrize("which", ["agent", "login"])
def test_who_opened_a_panel_and_never_pressed_can_be_deleted(alice, delete, which):
    Session.objects.create(agent=alice)
    Alert.objects.create(kind="capture_long", agent=alice, text="Long.", raised_at=NOW)
    issue(alice, "https://elsewhere.example", "Chrome", NOW)
    delete(alice if which == "agent" else alice.user)
    assert not Agent.objects.filter(pk=alice.pk).exists()


@pytest.mark.parametrize("which", ["agent", "login"])
def test_who_pressed_is_kept_and_the_page_says_what_to_do_instead(alice, delete, which):
    pressed(alice)
    page = delete(alice if which == "agent" else alice.user)
    assert "their clicks. Clear Active in their login instead." in page
    assert Agent.objects.filter(pk=alice.pk).exists()


def test_several_are_kept_where_one_of_them_pressed(ada, alice, bob, client):
    pressed(bob)
    client.force_login(ada)
    chosen = {"action": "delete_selected", "_selected_action": [str(alice.pk), str(bob.pk)], "post": "yes"}
    client.post(reverse("admin:panel_agent_changelist"), chosen)
    assert Agent.objects.count() == 2


def test_who_changed_the_configuration_is_kept(ada, alice, client, delete):
    second = User.objects.create_superuser("second")
    client.force_login(second)
    form = {"name": "Renamed", "buttons-TOTAL_FORMS": "0", "buttons-INITIAL_FORMS": "0"}
    client.post(reverse("admin:panel_board_change", args=[alice.board.pk]), form)
    client.force_login(ada)
    assert "their changes of the configuration." in delete(second)
    assert User.objects.filter(pk=second.pk).exists()
