"""A database in which two agents are one to VICIdial is not migrated silently."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from panel.models import Agent

migration = importlib.import_module("panel.migrations.0013_agent_users_in_any_case")


class Doubles:
    """The database as it was before: the constraint would not let these two in any more."""

    @staticmethod
    def get_model(*_):
        return Doubles

    class objects:  # noqa: N801 - as Django names it
        @staticmethod
        def values_list(*_):
            return [("main", "jsmith"), ("other", "JSmith"), ("main", "JSmith")]


@pytest.mark.django_db
def test_doubles_are_named_and_everybody_else_goes_through(alice, bob):
    migration.refuse_doubles(apps, connection.schema_editor())
    assert Agent.objects.count() == 2
    with pytest.raises(ValueError, match='"jsmith" and "JSmith"'):
        migration.refuse_doubles(Doubles, None)
