"""Every admin page can be opened, says what it should, and never holds a dialer's password."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from panel.configuration.importing import import_configuration
from panel.models import (
    Agent,
    Alert,
    Board,
    Button,
    Click,
    Clip,
    Dialer,
    LoginTries,
    Pairing,
    Session,
    Team,
    Token,
    Worker,
)
from panel.services import logins
from panel.services.pairings import begin
from panel.services.tokens import issue

DEMO: dict[str, Any] = json.loads((Path(__file__).parents[3] / "demo" / "config.json").read_text())
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CANARY = "canary-f3a9"
READ_ONLY = (Alert, Click, LoginTries, Pairing, Session, Token, Worker)
CONFIGURATION = (Dialer, Clip, Board, Button, Agent, Team, User, Group)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows() -> None:
    """One row at least of everything that the admin shows."""
    import_configuration(DEMO, {})
    Dialer.objects.update(password=CANARY, non_agent_password=CANARY)
    agent = Agent.objects.get(user__username="alice")
    Session.objects.create(agent=agent)
    Worker.objects.create(name="w", started_at=NOW, seen_at=NOW)
    issue(agent, "https://elsewhere.example", "Chrome", NOW)
    begin("https://elsewhere.example", "Chrome", "127.0.0.1", NOW)
    logins.count("alice", "203.0.113.66", timezone.now())
    Alert.objects.create(kind="capture_long", agent=agent, text="Recording for long.", raised_at=NOW)
    Click.objects.create(
        id=uuid.uuid4(),
        agent=agent,
        actor=agent.user,
        action="play",
        press={"button": "recorded-line"},
        requested_at=NOW,
        not_before=NOW,
        expires_at=NOW,
    )


@pytest.fixture
def ada(client):
    """The admin's browser."""
    client.force_login(User.objects.get(username="ada"))
    return client


def address(model: type[Any], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def opened(client: Any, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, path
    text: str = answer.content.decode()
    assert CANARY not in text
    return text


def test_every_model_of_the_panel_is_there():
    registered = {model for model in admin.site._registry if model._meta.app_label == "panel"}
    assert registered == {*READ_ONLY, Dialer, Clip, Board, Button, Agent, Team}


@pytest.mark.parametrize("model", [*CONFIGURATION, *READ_ONLY])
def test_lists_and_pages_open(ada, model):
    opened(ada, reverse("admin:index"))
    opened(ada, address(model, "changelist"))
    opened(ada, address(model, "changelist"), q="a")
    first = model.objects.first()
    opened(ada, address(model, "change", first.pk))
    opened(ada, address(model, "history", first.pk))


@pytest.mark.parametrize("model", CONFIGURATION)
def test_pages_that_add_and_delete_open(ada, model):
    opened(ada, address(model, "add"))
    opened(ada, address(model, "delete", model.objects.first().pk))


@pytest.mark.parametrize("model", READ_ONLY)
def test_records_are_changed_by_nobody(ada, model):
    first = model.objects.first()
    assert ada.get(address(model, "add")).status_code == 403
    assert ada.get(address(model, "delete", first.pk)).status_code == 403
    assert ada.post(address(model, "change", first.pk), {}).status_code == 403


@pytest.mark.parametrize("name", ["sue", "otto", "alice"])
def test_others_are_kept_out(client, name):
    client.force_login(User.objects.get(username=name))
    assert client.get(address(Dialer, "changelist")).status_code in (302, 403)


def dialer_form(**changes: str) -> dict[str, str]:
    dialer = Dialer.objects.get(name="main")
    keys = ("name", "url", "user", "source", "capture", "timezone", "non_agent_url", "non_agent_user")
    form = {key: getattr(dialer, key) for key in keys}
    form |= {"mono_limit_minutes": str(dialer.mono_limit_minutes)}
    return {**form, "pause_supported": "on", "new_password": "", "new_non_agent_password": "", **changes}


def save_dialer(client: Any, **changes: str) -> Any:
    answer = client.post(address(Dialer, "change", Dialer.objects.get(name="main").pk), dialer_form(**changes))
    assert CANARY not in answer.content.decode()
    return answer


def test_an_empty_password_keeps_the_stored_one(ada):
    assert save_dialer(ada, source="another").status_code == 302
    dialer = Dialer.objects.get(name="main")
    assert (dialer.source, dialer.password, dialer.non_agent_password) == ("another", CANARY, CANARY)


def test_a_new_password_is_stored_and_not_sent_back(ada):
    answer = save_dialer(ada, new_password=f"{CANARY}-2", timezone="nowhere")
    assert answer.status_code == 200
    assert Dialer.objects.get(name="main").password == CANARY
    assert save_dialer(ada, new_password=f"{CANARY}-2").status_code == 302
    assert Dialer.objects.get(name="main").password == f"{CANARY}-2"
    assert CANARY not in opened(ada, address(Dialer, "history", Dialer.objects.get(name="main").pk))


def test_a_password_that_vicidial_would_mangle_is_refused(ada):
    answer = save_dialer(ada, new_password="with space")
    assert "VICIdial passwords hold only" in answer.content.decode()
    assert Dialer.objects.get(name="main").password == CANARY


@pytest.mark.parametrize(
    "change",
    [{"url": "http://other/api.php", "new_password": CANARY}, {"user": "other"}, {"new_password": "other"}],
    ids=lambda c: next(iter(c)),
)
def test_a_new_login_lets_calls_go_out_again(ada, change):
    refused = Dialer.Link.LOGIN_REFUSED
    Dialer.objects.update(link=refused, link_since=NOW, link_text="refused")
    save_dialer(ada, source="another")
    assert Dialer.objects.get(name="main").link == refused
    save_dialer(ada, **change)
    assert Dialer.objects.get(name="main").link == Dialer.Link.OK


@pytest.mark.parametrize("field", ["url", "non_agent_url"])
def test_an_address_where_clouds_keep_their_keys_is_refused(ada, field):
    answer = save_dialer(ada, **{field: "http://169.254.169.254/latest/api.php"})
    assert "DIALER_HOSTS" in answer.content.decode()


def test_an_access_goes_with_its_address_and_a_new_one_needs_a_password(ada):
    save_dialer(ada, non_agent_url="", non_agent_user="left")
    dialer = Dialer.objects.get(name="main")
    assert (dialer.non_agent_url, dialer.non_agent_user, dialer.non_agent_password) == ("", "", "")
    answer = save_dialer(ada, non_agent_url="http://h/x.php", non_agent_user="u")
    assert "The non-agent API needs a password." in answer.content.decode()


def test_a_new_dialer_needs_a_password(ada):
    form = dialer_form(name="second", non_agent_url="", non_agent_user="")
    assert ada.post(address(Dialer, "add"), form).status_code == 200
    assert ada.post(address(Dialer, "add"), {**form, "new_password": "apipass"}).status_code == 302
    assert Dialer.objects.get(name="second").password == "apipass"


def test_a_password_that_no_key_decrypts_can_be_entered_again(ada, settings):
    form = dialer_form(new_password="again", new_non_agent_password="again")
    key = Dialer.objects.get(name="main").pk
    settings.ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    opened(ada, address(Dialer, "changelist"))
    opened(ada, address(Dialer, "change", key))
    assert ada.post(address(Dialer, "change", key), form).status_code == 302
    assert Dialer.objects.get(name="main").password == "again"


def test_buttons_are_edited_on_their_board(ada):
    board = Board.objects.get(name="Collections")
    button = board.buttons.first()
    assert button is not None
    form = {
        "name": board.name,
        "buttons-TOTAL_FORMS": "1",
        "buttons-INITIAL_FORMS": "1",
        "buttons-0-id": str(button.pk),
        "buttons-0-board": str(board.pk),
        "buttons-0-position": "0",
        "buttons-0-name": button.name,
        "buttons-0-label": "Another label",
        "buttons-0-clip": str(button.clip_id),
        "buttons-0-hotkey": "1",
        "buttons-0-colour": "blue",
        "buttons-0-while_playing": "refuse",
    }
    assert ada.post(address(Board, "change", board.pk), form).status_code == 302
    button.refresh_from_db()
    assert button.label == "Another label"


def test_settings_of_recordings_are_saved_and_kept_in_the_history(ada):
    assert save_dialer(ada, take_back_begin="on", mono_limit_minutes="90").status_code == 302
    dialer = Dialer.objects.get(name="main")
    assert (dialer.take_back_begin, dialer.mono_limit_minutes) == (True, 90)
    version = dialer.history.first()
    assert (version.take_back_begin, version.mono_limit_minutes) == (True, 90)
    assert not hasattr(version, "capability")
    assert save_dialer(ada, mono_limit_minutes="0").status_code == 200


def test_what_is_known_of_a_server_goes_with_what_it_was_known_of(ada):
    known = {"capability": "ok", "build": 260302, "clock_ahead_seconds": 1.0}
    Dialer.objects.update(**known)
    save_dialer(ada, source="another")
    assert Dialer.objects.filter(**known).exists()
    save_dialer(ada, capture="mono")
    assert Dialer.objects.filter(**known | {"capability": "not_known"}).exists()
    save_dialer(ada, url="http://127.0.0.1:9/agc/api.php", new_password=CANARY)
    dialer = Dialer.objects.get(name="main")
    assert (dialer.capability, dialer.build, dialer.clock_ahead_seconds) == ("not_known", None, None)


def test_the_dialer_page_tells_what_is_known_of_its_recording(ada):
    Dialer.objects.update(capability="switched_off", build=260302)
    page = opened(ada, address(Dialer, "change", Dialer.objects.get(name="main").pk))
    assert "switched off in VICIdial" in page
    assert "260302" in page


def test_two_agents_who_are_one_to_vicidial_are_refused(ada):
    alice, bob = Agent.objects.order_by("agent_user")[:2]
    Agent.objects.filter(pk=alice.pk).update(agent_user="jsmith")
    form = {"user": bob.user_id, "dialer": bob.dialer_id, "board": bob.board_id, "agent_user": "JSmith"}
    answer = ada.post(address(Agent, "change", bob.pk), form)
    assert "Another agent of this dialer has this VICIdial user." in answer.content.decode()
    bob.refresh_from_db()
    assert bob.agent_user != "JSmith"
