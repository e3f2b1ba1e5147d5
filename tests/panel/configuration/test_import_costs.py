"""What an import costs where there is nothing to do, and what it says where it takes long."""

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from panel.configuration import people, reading
from panel.configuration.importing import import_configuration
from panel.models import Seal
from panel.models.seals import fits


def floor(agents: int) -> dict[str, Any]:
    """A file with so many agents, one team of all of them, and Sue."""
    names = [f"agent{number}" for number in range(agents)]
    people = [
        {"username": name, "password": f"pw of {name}", "dialer": "main", "agent_user": str(1000 + i), "board": "Sales"}
        for i, name in enumerate(names)
    ]
    return {
        "dialers": [{"name": "main", "url": "http://h/api.php", "user": "apiuser", "password": "apipass"}],
        "boards": [{"name": "Sales", "buttons": []}],
        "users": [{"username": "sue", "roles": ["supervisor"], "password": "pw of sue"}],
        "agents": people,
        "teams": [{"name": "All", "agents": names, "supervisors": ["sue"]}],
    }


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Each password whose hash was asked for or made, in order."""
    asked: list[str] = []

    def listening(function):
        def call(password, *rest):
            asked.append(password)
            return function(password, *rest)

        return call

    for name in ("check_password", "make_password"):
        monkeypatch.setattr(people, name, listening(getattr(people, name)))
    return asked


@pytest.mark.django_db
class TestUnchangedPasswords:
    def test_are_not_hashed_again(self, hashed):
        import_configuration(floor(3), {})
        assert len(hashed) == 4
        hashed.clear()
        assert import_configuration(floor(3), {}).changes == ()
        assert hashed == []

    def test_that_were_there_before_any_seal_are_hashed_once(self, hashed):
        import_configuration(floor(1), {})
        Seal.objects.all().delete()
        hashed.clear()
        for _ in range(2):
            assert import_configuration(floor(1), {}).changes == ()
        assert sorted(hashed) == ["pw of agent0", "pw of sue"]

    def test_are_hashed_again_under_another_secret_key(self, hashed, settings):
        import_configuration(floor(1), {})
        hashed.clear()
        settings.SECRET_KEY = "another " * 10
        assert import_configuration(floor(1), {}).changes == ()
        assert len(hashed) == 2

    def test_cost_the_same_queries_however_many_there_are(self):
        counts = []
        for agents in (2, 30):
            import_configuration(floor(agents), {})
            with CaptureQueriesContext(connection) as queries:
                assert import_configuration(floor(agents), {}).changes == ()
            counts.append(len(queries))
        assert counts[0] == counts[1]


@pytest.mark.django_db
class TestASeal:
    def test_fits_no_other_password_and_no_other_hash(self):
        import_configuration(floor(1), {})
        user = User.objects.get(username="sue")
        value = Seal.objects.get(user=user).value
        assert fits(value, "pw of sue", user.password)
        assert not fits(value, "pw of eve", user.password)
        assert not fits(value, "pw of sue", user.password + "x")

    def test_does_not_hide_that_somebody_was_given_another_password_meanwhile(self):
        import_configuration(floor(1), {})
        user = User.objects.get(username="sue")
        user.set_password("her own")
        user.save()
        assert import_configuration(floor(1), {}).changes == ("users: ~ sue (password)",)
        user.refresh_from_db()
        assert check_password("pw of sue", user.password)

    def test_of_a_dry_run_is_not_kept(self):
        import_configuration(floor(1), {}, dry_run=True)
        assert not Seal.objects.exists()

    def test_stands_on_no_password_that_did_not_come_out_of_a_file(self, eve):
        import_configuration(floor(1), {})
        assert {sealed.user.username for sealed in Seal.objects.all()} == {"agent0", "sue"}


@pytest.mark.django_db
def test_a_long_import_says_how_far_it_is(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(floor(44)))
    err = StringIO()
    call_command("import_config", str(file), stdout=StringIO(), stderr=err, no_color=True)
    assert err.getvalue().splitlines() == [f"passwords: {done} of 45" for done in (20, 40, 45)]


def test_repeated_keys_are_counted_in_one_go():
    compared = 0

    class Key(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str(self) == str(other)

    found = reading._object([(Key(f"key {number % 500}"), None) for number in range(1000)])
    assert isinstance(found, reading._Repeating)
    assert len(found.repeated) == 500
    assert compared < 5000
