"""An exported file says what the database says, but for passwords, and may be imported again."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from panel.configuration.errors import ConfigurationError
from panel.configuration.exporting import exported
from panel.configuration.importing import import_configuration
from panel.models import Agent, Board, Dialer

DEMO = Path(__file__).parents[3] / "demo" / "config.json"

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> dict[str, Any]:
    """The demo configuration, imported."""
    file: dict[str, Any] = json.loads(DEMO.read_text())
    import_configuration(file, {})
    return file


def without_passwords(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_passwords(inner) for key, inner in value.items() if key != "password"}
    return [without_passwords(inner) for inner in value] if isinstance(value, list) else value


def by_name(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: entry.get("name") or entry["username"])


def test_an_export_says_what_was_imported(demo):
    found = json.loads(exported())
    expected = without_passwords(demo)
    for board in expected["boards"]:
        board |= {"play_without_customer": False, "alert_capture_minutes": 60, "alert_paused_seconds": 60}
        board |= {"alert_not_begun": True, "alert_away": True, "end_others": True}
    for dialer in expected["dialers"]:
        dialer |= {"take_back_begin": False, "mono_limit_minutes": 60}
    for section in ("dialers", "clips", "boards", "users", "agents", "teams"):
        assert by_name(found[section]) == by_name(expected[section]), section


def test_no_password_is_in_it(demo):
    Dialer.objects.update(password="canary-1", non_agent_password="canary-2")
    text = exported()
    assert "canary" not in text
    assert "password" not in text
    assert all(user.password not in text for user in User.objects.all())


def test_an_export_into_the_same_database_changes_nothing_and_keeps_the_passwords(demo):
    assert import_configuration(json.loads(exported()), {}).changes == ()
    assert Dialer.objects.get(name="main").password == "apipass"
    assert Dialer.objects.get(name="main").non_agent_password == "apipass"
    assert User.objects.get(username="alice").check_password("clipdeck-demo")


def test_an_export_into_an_empty_database_names_each_missing_password(demo):
    file = json.loads(exported())
    for model in (Agent, Board, Dialer, User):
        model.objects.all().delete()
    with pytest.raises(ConfigurationError) as caught:
        import_configuration(file, {})
    places = [problem.split(":")[0] for problem in caught.value.problems]
    assert places == [
        *(f"dialers[{number}].{key}" for number in range(3) for key in ("password", "non_agent.password")),
        *(f"users[{number}].password" for number in range(3)),
        *(f"agents[{number}].password" for number in range(4)),
    ]


def test_shut_out_people_stay_shut_out_and_odd_signs_come_through(demo):
    User.objects.filter(username="sue").update(is_active=False, first_name='Süe "Δ"')
    file = json.loads(exported())
    sue = next(user for user in file["users"] if user["username"] == "sue")
    assert (sue["active"], sue["name"], sue["roles"]) == (False, 'Süe "Δ"', ["supervisor"])
    assert import_configuration(file, {}).changes == ()
