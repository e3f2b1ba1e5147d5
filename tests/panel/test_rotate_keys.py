"""A key is changed without entering a password again."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from panel.models import Dialer
from panel.selectors.embedding import framing_origins, origins_of_others
from panel.selectors.people import agent_of
from panel.selectors.states import snapshot
from panel.services.sessions import ensure_session

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def encrypted(db, settings):
    """Two dialers, encrypted with the old key; one has no non-agent access."""
    settings.ENCRYPTION_KEYS = [OLD]
    for name, other in (("a", "second"), ("b", "")):
        Dialer.objects.create(name=name, url="http://d/x", user="u", password="first", non_agent_password=other)


def tokens() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password, non_agent_password FROM panel_dialer ORDER BY name")
        return [token for row in cursor.fetchall() for token in row]


def test_every_password_moves_to_the_new_key(encrypted, settings, capsys):
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_keys")
    assert capsys.readouterr().out.startswith("3 passwords are encrypted")
    settings.ENCRYPTION_KEYS = [NEW]
    held = Dialer.objects.order_by("name").values_list("password", "non_agent_password")
    assert list(held) == [("first", "second"), ("first", "")]


def test_nothing_is_changed_where_a_key_is_missing(encrypted, settings):
    before = tokens()
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match=r"cannot be decrypted.*Nothing was changed\."):
        call_command("rotate_keys")
    assert tokens() == before


def test_a_panel_goes_on_where_a_key_is_missing(alice, settings):
    settings.ENCRYPTION_KEYS = [NEW]
    ensure_session(alice)
    assert agent_of(alice.user) == alice
    assert framing_origins(alice.user) == ["http://127.0.0.1:9"]
    assert origins_of_others(alice) == []
    assert snapshot(alice.pk).agent.name == "Alice"
