"""Each page shows itself to the roles that it is for, and is 403 to the others."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panel.models import Agent
from tests.conftest import PASSWORD

CAST = ("alice", "sue", "ada", "otto", "eve")
HOME = {"alice": "/panel/", "sue": "/wall/", "ada": "/admin/", "otto": "/ledger/"}
PAGES = {"/panel/": {"alice"}, "/wall/": {"sue", "ada"}, "/ledger/": {"sue", "ada", "otto"}, "/admin/": {"ada"}}


@pytest.fixture
def visit(request):
    def visit_as(name: str, path: str, *, follow: bool = False):
        person = request.getfixturevalue(name)
        user: User = person.user if isinstance(person, Agent) else person
        client = Client()
        client.force_login(user)
        return client.get(path, follow=follow)

    return visit_as


@pytest.mark.parametrize("name", HOME)
def test_the_front_door_sends_each_to_their_own_place(visit, name):
    answer = visit(name, "/")
    assert (answer.status_code, answer.url) == (302, HOME[name])


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_forbidden_to_whom_it_is_not_for(visit, name, path):
    assert visit(name, path, follow=True).status_code == (200 if name in PAGES[path] else 403)


@pytest.mark.parametrize("path", ["/admin/", "/admin/panel/dialer/", "/admin/nothing/here/"])
@pytest.mark.parametrize("name", ["alice", "sue", "otto", "eve"])
def test_the_admin_is_forbidden_at_once_without_a_way_round_by_the_login(visit, name, path):
    assert visit(name, path).status_code == 403


@pytest.mark.parametrize(
    ("asked", "reached"), [("/admin/panel/dialer/", "/admin/panel/dialer/"), ("//evil.example/", "/admin/")]
)
def test_after_the_login_the_admin_leads_where_one_wanted_to_go(ada, client, asked, reached):
    to_login = client.get("/admin/login/", {"next": asked})
    answer = client.post(to_login.url, {"username": "ada", "password": PASSWORD})
    assert answer.url == reached


def test_eve_is_told_that_she_has_no_role(visit):
    assert visit("eve", "/").status_code == 403


@pytest.mark.parametrize("path", ["/", "/panel/", "/wall/", "/ledger/"])
def test_who_is_not_logged_in_goes_to_the_login(db, client, path):
    assert client.get(path).url == f"/login/?next={path}"


def test_the_panel_holds_its_buttons_closed_until_the_socket_opens_them(visit, board):
    page = visit("alice", "/panel/").content.decode()
    assert page.count('data-button="') >= board.buttons.count()
    assert "apipass" not in page


def test_no_page_allows_inline_scripts(visit):
    policy = visit("alice", "/panel/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_wall_counts_by_what_its_page_can_tell(visit):
    """The words stand in the page, who belongs to them in `filter.js`: both must know the same."""
    page = visit("sue", "/wall/").content.decode()
    script = (Path(__file__).parents[3] / "static" / "wall" / "filter.js").read_text()
    states = re.findall(r"^  (\w+): \(\{", script, re.MULTILINE)
    assert re.findall(r'data-state="(\w+)"', page) == states
    assert len(states) == 7


def test_an_empty_wall_says_what_to_do(visit):
    assert "Ask your administrator to put you and your agents into a team" in visit("sue", "/wall/").content.decode()
    assert "Add some in the" in visit("ada", "/wall/").content.decode()
