"""A dialer's password goes only to the server that it was given for: another one asks for it again, by every way in."""

import copy
from typing import Any

import pytest
from django.urls import reverse

from panel.configuration import importing
from panel.configuration.checks import known
from panel.configuration.errors import ConfigurationError
from panel.configuration.importing import import_configuration
from panel.models import Dialer
from panel.models.dialers import server_of

AGENT, NON_AGENT = "https://dialer.example/agc/api.php", "https://dialer.example/vicidial/non_agent_api.php"
ELSEWHERE = ["http://dialer.example/x.php", "https://other.example/x.php", "https://dialer.example:8443/x.php"]
SAME = ["https://dialer.example/x.php", "https://DIALER.example:443/agc/api.php"]


@pytest.fixture(autouse=True)
def main(db):
    return Dialer.objects.create(
        name="main",
        url=AGENT,
        user="apiuser",
        password="secret",
        non_agent_url=NON_AGENT,
        non_agent_user="apiuser",
        non_agent_password="secret-2",
        link=Dialer.Link.LOGIN_REFUSED,
    )


def as_it_was() -> bool:
    dialer = Dialer.objects.get()
    passwords = (dialer.password, dialer.non_agent_password)
    # The way stays shut: nothing is sent.
    return (dialer.url, dialer.non_agent_url, *passwords) == (AGENT, NON_AGENT, "secret", "secret-2") and (
        dialer.link == Dialer.Link.LOGIN_REFUSED
    )


def saved(client, ada, **changes: str) -> Any:
    client.force_login(ada)
    form = {
        "name": "main",
        "url": AGENT,
        "user": "apiuser",
        "source": "another",
        "capture": "stereo",
        "timezone": "UTC",
        "mono_limit_minutes": "60",
        "non_agent_url": NON_AGENT,
        "non_agent_user": "apiuser",
        "new_password": "",
        "new_non_agent_password": "",
    }
    return client.post(reverse("admin:panel_dialer_change", args=[Dialer.objects.get().pk]), form | changes)


def entry(**changes: Any) -> dict[str, Any]:
    access = {"url": NON_AGENT, "user": "apiuser"}
    return {"name": "main", "url": AGENT, "user": "apiuser", "non_agent": access} | changes


def problems(dialer: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        import_configuration({"dialers": [dialer]}, {})
    return caught.value.problems


@pytest.mark.parametrize("url", ELSEWHERE)
@pytest.mark.parametrize(("address", "secret"), [("url", "new_password"), ("non_agent_url", "new_non_agent_password")])
def test_the_admin_asks_again_for_another_server(client, ada, url, address, secret):
    page = saved(client, ada, **{address: url})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors.keys() == {secret}
    assert "leads to another server" in page.content.decode()
    assert as_it_was()
    assert saved(client, ada, **{address: url, secret: "given-again"}).status_code == 302
    dialer = Dialer.objects.get()
    assert (getattr(dialer, address), getattr(dialer, secret.removeprefix("new_"))) == (url, "given-again")


@pytest.mark.parametrize("url", SAME)
def test_the_admin_does_not_ask_for_another_path(client, ada, url):
    assert saved(client, ada, url=url, non_agent_url=url).status_code == 302
    assert Dialer.objects.get().password == "secret"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_an_import_must_bring_the_password_for_another_server(url):
    (problem,) = problems(entry(url=url))
    assert problem.startswith("dialers[0].password: missing, and dialers[0].url leads to another server")
    assert as_it_was()
    import_configuration({"dialers": [entry(url=url, password="secret")]}, {})
    assert Dialer.objects.get().url == url


@pytest.mark.parametrize("url", ELSEWHERE)
def test_and_that_of_the_non_agent_api(url):
    access = {"url": url, "user": "apiuser"}
    (problem,) = problems(entry(non_agent=access))
    assert problem.startswith("dialers[0].non_agent.password: missing, and dialers[0].non_agent.url leads to another")
    assert as_it_was()
    import_configuration({"dialers": [entry(non_agent=access | {"password": "secret-2"})]}, {})
    assert Dialer.objects.get().non_agent_url == url


@pytest.mark.parametrize("url", SAME)
def test_an_import_keeps_the_password_for_another_path(url):
    import_configuration({"dialers": [entry(url=url, non_agent={"url": url, "user": "apiuser"})]}, {})
    assert (Dialer.objects.get().url, Dialer.objects.get().password) == (url, "secret")


def test_a_password_that_came_while_the_file_was_held_against_the_database_goes_nowhere_else(monkeypatch):
    """Somebody enters another address, with its password, between the look at the file and its import."""
    held = copy.copy(known())
    Dialer.objects.update(url="https://new.example/agc/api.php")
    monkeypatch.setattr(importing, "known", lambda: held)
    assert "leads to another server" in problems(entry())[0]
    assert Dialer.objects.get().url == "https://new.example/agc/api.php"


def test_what_is_stored_and_no_address_is_another_server():
    assert server_of("http://h:99999/") != server_of("http://h/")
    assert server_of("http://h") == server_of("http://H:80/x")
