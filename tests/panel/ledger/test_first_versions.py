"""What was there before any history was kept has a first version, to which its first change is compared."""

from importlib import import_module

import pytest
from django.apps import apps

from panel.models import Dialer, Team
from panel.selectors.history import HISTORIES, Asked, Change, changes

migration = import_module("panel.migrations.0007_first_versions")


@pytest.fixture
def begun(alice, sue):
    """A floor that was set up while nobody kept a history."""
    team = Team.objects.create(name="Mine")
    team.agents.add(alice)
    team.supervisors.add(sue)
    for history in HISTORIES.values():
        history.all().delete()
    migration._begin(apps, None)
    return team


def newest(what: str) -> Change:
    return changes(Asked(what=what), None).items[0]


def test_everything_has_a_first_version_once(begun):
    assert {history.count() for what, history in HISTORIES.items() if what not in {"button", "clip", "login"}} == {1}
    assert newest("agent").why == "There when the history began."
    migration._begin(apps, None)
    assert Team.history.count() == 1


def test_the_first_change_is_compared_to_it(begun, dialer):
    dialer.source = "another"
    dialer.save()
    assert [(value.field, value.old, value.new) for value in newest("dialer").values] == [
        ("source", "clipdeck", "another")
    ]


def test_members_and_roles_are_part_of_it(begun, bob, sue, otto):
    begun.agents.add(bob)
    assert [(value.field, value.old, value.new) for value in newest("team").values] == [
        ("agents", "alice", "alice, bob")
    ]
    sue.groups.add(*otto.groups.all())
    assert newest("login").values[0].old == "supervisor"


def test_a_password_that_no_key_decrypts_does_not_stop_it(dialer, settings):
    Dialer.history.all().delete()
    settings.ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    migration._begin(apps, None)
    assert Dialer.history.get().name == "main"
