"""The panel in a frame inside VICIdial's agent screen: who may frame it, whose it is, and its own cookies."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from panel.models import Agent, Dialer
from tests.conftest import PASSWORD

FRAME = "/panel/?embed=1&agent_user=1000"


def framers(answer) -> list[str]:
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    return sorted(policy["frame-ancestors"].split())


def log_in_inside(client, path: str = FRAME, username: str = "alice"):
    """As a browser does in the frame: follow to the login, fill in the form."""
    login = client.get(path)
    assert login.status_code == 302
    assert client.get(login.url).status_code == 200
    return client.post("/login/?embed=1", {"username": username, "password": PASSWORD, "next": path})


@pytest.fixture
def frame(alice):
    client = Client()
    log_in_inside(client)
    return client


def test_only_the_agent_s_own_dialer_may_frame_the_panel(frame, bob):
    bob.dialer = Dialer.objects.create(name="other", url="https://other.example/agc/api.php", user="u", password="p")
    bob.save()
    answer = frame.get(FRAME)
    assert answer.status_code == 200
    assert framers(answer) == ["http://127.0.0.1:9"]
    assert "X-Frame-Options" not in answer.headers


def test_every_dialer_may_frame_the_login_and_nobody_else(client, dialer):
    Dialer.objects.create(name="other", url="https://other.example/agc/api.php", user="u", password="p")
    answer = client.get("/login/?embed=1")
    assert framers(answer) == ["http://127.0.0.1:9", "https://other.example"]


@pytest.mark.parametrize("host", ["x; script-src *", "x;y", "*", "*.example.com", "x'y", "bücher.example", "x,y"])
def test_no_address_of_a_dialer_can_say_anything_else_in_the_policy(client, dialer, host):
    dialer.url = f"http://{host}/agc/api.php"
    with pytest.raises(ValidationError, match="host"):
        dialer.full_clean()
    Dialer.objects.update(url=dialer.url)
    answer = client.get("/login/?embed=1")
    assert host not in answer.headers["Content-Security-Policy"].partition("frame-ancestors")[2]


def test_agents_may_know_vicidial_by_another_name(frame, settings):
    settings.EMBED_ORIGINS = ["https://dialer.example.com"]
    assert framers(frame.get(FRAME)) == ["http://127.0.0.1:9", "https://dialer.example.com"]


def test_without_a_dialer_nobody_may(client, db):
    assert framers(client.get("/login/?embed=1")) == ["'none'"]


@pytest.mark.parametrize("path", ["/panel/", "/login/", "/devices/?embed=1", "/pair/?embed=1", "/admin/?embed=1"])
def test_nothing_else_may_be_framed(client, alice, path):
    client.force_login(alice.user)
    answer = client.get(path)
    assert framers(answer) == ["'none'"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_its_cookies_are_partitioned_and_apart(alice):
    client = Client()
    answer = log_in_inside(client)
    assert (answer.status_code, answer.url) == (302, FRAME)
    assert sorted(answer.cookies) == ["embed_csrftoken", "embed_sessionid"]
    for cookie in answer.cookies.values():
        text = cookie.OutputString()
        assert text.endswith("; Partitioned")
        assert "; SameSite=None" in text
        assert "; Secure" in text
    assert "HttpOnly" in answer.cookies["embed_sessionid"].OutputString()


def test_cookies_outside_of_a_frame_are_as_ever(client, alice):
    answer = client.post("/login/", {"username": "alice", "password": PASSWORD})
    assert "sessionid" in answer.cookies
    assert "Partitioned" not in answer.cookies["sessionid"].OutputString()


def test_a_login_inside_the_frame_opens_nothing_outside(frame):
    assert frame.get("/panel/").status_code == 302


def test_a_login_inside_the_frame_counts_there_before_one_outside(frame, bob):
    outside = Client()
    outside.force_login(bob.user)
    frame.cookies["sessionid"] = outside.cookies["sessionid"].value
    assert frame.get(FRAME).status_code == 200
    assert "agent 1001" in frame.get("/panel/").content.decode()


def test_on_a_page_of_the_same_site_a_login_outside_will_do(client, alice):
    client.force_login(alice.user)
    assert client.get(FRAME).status_code == 200


def test_the_frame_s_form_needs_the_frame_s_token(alice):
    client = Client(enforce_csrf_checks=True)
    client.get("/login/?embed=1")
    form = {"username": "alice", "password": PASSWORD}
    assert client.post("/login/?embed=1", form).status_code == 403
    token = client.cookies["embed_csrftoken"].value
    assert client.post("/login/?embed=1", {**form, "csrfmiddlewaretoken": token}).status_code == 302


def test_another_agent_s_panel_is_never_shown(frame):
    answer = frame.get("/panel/?embed=1&agent_user=1001")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "VICIdial is logged in as agent 1001 here" in page
    assert "data-panel" not in page
    assert framers(answer) == ["http://127.0.0.1:9"]


@pytest.mark.parametrize("agent_user", ["", "--A--user--B--", "<script>"])
def test_an_agent_user_that_vicidial_did_not_fill_in_is_nobody_s(frame, agent_user):
    answer = frame.get("/panel/", {"embed": "1", "agent_user": agent_user})
    assert answer.status_code == 403
    assert "<script>" not in answer.content.decode()


@pytest.fixture
def other_1000(dialer, bob):
    """Bob, who is agent 1000 as well, of another dialer."""
    bob.dialer = Dialer.objects.create(name="other", url="https://other.example/agc/api.php", user="u", password="p")
    bob.agent_user = "1000"
    bob.save()
    return bob


def test_the_same_agent_of_another_dialer_is_another_agent(frame, other_1000):
    answer = frame.get(f"{FRAME}&dialer=other")
    assert answer.status_code == 403
    assert "screen of the dialer other" in answer.content.decode()
    assert frame.get(f"{FRAME}&dialer=").status_code == 403
    assert frame.get(f"{FRAME}&dialer=main").status_code == 200


def test_a_name_that_two_dialers_have_says_nothing_alone(frame, other_1000):
    answer = frame.get(FRAME)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "More than one dialer has an agent 1000" in page
    assert "&amp;dialer=" in page
    assert "data-panel" not in page


@pytest.mark.parametrize("logged_in", [True, False])
def test_another_site_s_frame_must_say_whose_screen_it_is(frame, logged_in):
    browser = frame if logged_in else Client()
    answer = browser.get("/panel/?embed=1", headers={"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "agent_user=--A--user--B--" in page
    assert "Log in as somebody else" not in page


@pytest.mark.parametrize(("dest", "site"), [("document", "cross-site"), ("iframe", "same-site"), ("document", "none")])
def test_a_page_of_its_own_or_a_frame_of_the_same_site_need_not(frame, dest, site):
    answer = frame.get("/panel/?embed=1", headers={"Sec-Fetch-Dest": dest, "Sec-Fetch-Site": site})
    assert "data-panel" in answer.content.decode()


def test_from_there_one_logs_in_as_somebody_else(frame, bob):
    path = "/panel/?embed=1&agent_user=1001"
    frame.get(path)
    answer = frame.post("/logout/?embed=1", {"next": path})
    assert (answer.status_code, answer.url) == (302, path)
    assert log_in_inside(frame, path, "bob").url == path
    assert frame.get(path).status_code == 200


def test_who_is_no_agent_is_told_so_inside_the_frame(sue, dialer):
    client = Client()
    log_in_inside(client, "/panel/?embed=1", "sue")
    assert "has no panel" in client.get("/panel/?embed=1").content.decode()


def test_the_frame_s_socket_is_its_own(frame, alice):
    page = frame.get(FRAME).content.decode()
    assert 'data-socket="/ws/panel/?embed=1"' in page
    assert 'data-login="/login/?embed=1"' in page
    assert Agent.objects.count() == 1
