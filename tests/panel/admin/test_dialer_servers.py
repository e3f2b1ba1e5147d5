"""Dialers' servers are narrowed to those that there are by a click, and widened only by whoever runs the server."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from agentapi.reach import reach_of
from panel.configuration.errors import ConfigurationError
from panel.configuration.importing import import_configuration
from panel.models import Dialer, DialerHost
from panel.models.dialers import valid_api_url

PAGE = reverse("admin:panel_dialer_servers")


@pytest.fixture(autouse=True)
def dialers(dialer):
    dialer.url, dialer.non_agent_url = "https://vici.example/agc/api.php", "http://10.0.0.5:8080/non_agent_api.php"
    dialer.save()


@pytest.fixture
def closed(client, ada):
    client.force_login(ada)
    assert client.post(PAGE).status_code == 200


def hosts() -> list[str]:
    return list(DialerHost.objects.values_list("host", flat=True))


def told(*words: str) -> str:
    out = io.StringIO()
    call_command("dialer_hosts", *words, stdout=out)
    return out.getvalue().strip()


def test_the_list_of_dialers_leads_to_a_page_that_changes_nothing_by_itself(client, ada):
    client.force_login(ada)
    assert PAGE in client.get(reverse("admin:panel_dialer_changelist")).content.decode()
    page = client.get(PAGE).content.decode()
    assert "10.0.0.5, vici.example" in page
    assert hosts() == []
    valid_api_url("http://anywhere.example/agc/api.php")


def test_the_click_leaves_the_servers_of_the_dialers_and_no_others(closed):
    assert hosts() == ["10.0.0.5", "vici.example"]
    valid_api_url("https://VICI.example/another/path.php")
    for url in ("http://anywhere.example/api.php", "http://10.0.0.6/api.php", "http://127.0.0.1:6379/"):
        with pytest.raises(ValidationError, match="manage.py dialer_hosts --add"):
            valid_api_url(url)


def test_neither_the_admin_nor_an_import_names_another_server(closed, client):
    form = {"name": "new", "url": "http://10.0.0.6/agc/api.php", "user": "u", "new_password": "p", "source": "clipdeck"}
    page = client.post(reverse("admin:panel_dialer_add"), form)
    assert page.context["adminform"].form.errors["url"]
    entry = {"name": "new", "url": "http://10.0.0.6/agc/api.php", "user": "u", "password": "p"}
    with pytest.raises(ConfigurationError, match=r"dialers\[0\].url: Dialers may be on the servers that are listed"):
        import_configuration({"dialers": [entry]}, {})
    assert Dialer.objects.count() == 1


def test_another_click_never_adds(closed, client):
    Dialer.objects.create(name="by SQL", url="http://10.0.0.6/agc/api.php", user="u", password="p")
    Dialer.objects.filter(name="main").update(non_agent_url="")
    client.post(PAGE)
    assert hosts() == ["vici.example"]


def test_what_dialer_hosts_refuses_the_list_does_not_allow(settings, client, ada):
    settings.DIALER_HOSTS = reach_of(["vici.example"])
    client.force_login(ada)
    client.post(PAGE)
    assert hosts() == ["vici.example"]
    told("--add", "10.0.0.0/8")
    with pytest.raises(ValidationError, match="DIALER_HOSTS"):
        valid_api_url("http://10.0.0.6/agc/api.php")


def test_without_a_dialer_there_is_nothing_to_close(client, ada):
    Dialer.objects.all().delete()
    client.force_login(ada)
    assert "There is no dialer yet" in client.post(PAGE).content.decode()
    assert hosts() == []


@pytest.mark.parametrize("name", ["sue", "otto", "alice"])
def test_others_may_not(request, client, name):
    person = request.getfixturevalue(name)
    client.force_login(getattr(person, "user", person))
    assert client.post(PAGE).status_code in (302, 403)
    assert hosts() == []


def test_the_command_tells_adds_and_opens(closed):
    assert told() == "10.0.0.5\nvici.example"
    both = {"10.0.0.5", "vici.example", ".floor.example", "192.168.0.0/16"}
    assert set(told("--add", ".floor.example", "192.168.0.0/16").split("\n")) == both
    valid_api_url("http://a.floor.example/agc/api.php")
    with pytest.raises(CommandError, match="http://x is no host name"):
        told("--add", "http://x")
    assert told("--any") == "Whatever DIALER_HOSTS allows."
    valid_api_url("http://anywhere.example/agc/api.php")
