"""The nginx example as it stands in deploy/, really run in front of a server in production settings."""

import json
import re
import sqlite3
import ssl
import time
from contextlib import closing

import pytest
import requests
from cryptography.fernet import Fernet
from requests.adapters import HTTPAdapter
from websockets.sync.client import connect

from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from tests.deploy.front import Front
from tests.processes.running import PASSWORD, Client, House, environment


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with SimulatorServer(Floor.demo(clock=time.time, seed=1)) as simulator:
        house = House(tmp_path_factory.mktemp("house"), simulator.port)
        keys = {"SECRET_KEY": "nobody-guesses-this-key-" * 3, "ENCRYPTION_KEYS": Fernet.generate_key().decode()}
        house.env = environment(house.database, DEBUG="0", **keys)
        # They were encrypted with the development key, which production refuses; nobody calls VICIdial here.
        with closing(sqlite3.connect(house.database)) as connection, connection:
            connection.execute("UPDATE panel_dialer SET password = '', non_agent_password = ''")
        house.serve()
        yield house
        house.close()


@pytest.fixture(scope="module")
def front(house, tmp_path_factory):
    front = Front(tmp_path_factory.mktemp("nginx"), house.port)
    yield front
    front.close()


class From(HTTPAdapter):
    """Sends from an address of this machine's own."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs, source_address=(self._address, 0))


def outfitted(session, front):
    # Or else the certificates that the environment names would go before.
    session.trust_env = False
    session.verify = str(front.certificate)
    session.headers["Referer"] = front.url
    return session


@pytest.fixture
def visitor(front):
    with requests.Session() as session:
        yield outfitted(session, front)


def log_in(front, visitor, username, password=PASSWORD, **headers):
    visitor.get(f"{front.url}/login/", timeout=20)
    form = {"username": username, "password": password, "csrfmiddlewaretoken": visitor.cookies["csrftoken"]}
    return visitor.post(f"{front.url}/login/", data=form, headers=headers, timeout=20, allow_redirects=False)


def socket_of(front, visitor, origin=None):
    tls = ssl.create_default_context(cafile=str(front.certificate))
    cookie = f"sessionid={visitor.cookies.get('sessionid', '')}"
    address = f"wss://127.0.0.1:{front.tls}/ws/panel/"
    return connect(address, ssl=tls, additional_headers={"Cookie": cookie}, origin=origin or front.url)


def test_a_person_logs_in_over_tls(front, visitor):
    answer = log_in(front, visitor, "alice")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert re.search(r"sessionid=[^;]+;.*HttpOnly;.*SameSite=\w+; Secure", answer.headers["Set-Cookie"])
    page = visitor.get(f"{front.url}/panel/", timeout=20)
    assert page.status_code == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert visitor.get(f"{front.url}/static/panel/main.js", timeout=20).status_code == 200


def test_a_panel_lives_through_it_and_learns_why_it_ends(front, visitor):
    log_in(front, visitor, "alice")
    with socket_of(front, visitor) as socket:
        assert json.loads(socket.recv(timeout=20))["type"] == "snapshot"
        socket.send('{"type": "ping"}')
        while json.loads(socket.recv(timeout=20))["type"] != "pong":
            pass
        form = {"csrfmiddlewaretoken": visitor.cookies["csrftoken"]}
        visitor.post(f"{front.url}/logout/", data=form, timeout=20)
        end = Client(socket).closed()
    assert end
    assert (end.code, end.reason) == (4401, "You were logged out.")


def test_a_page_of_another_site_opens_no_panel_through_it(front, visitor):
    log_in(front, visitor, "alice")
    with socket_of(front, visitor, "https://evil.example") as socket:
        evil = Client(socket)
        assert evil.until_closed() == 4403
    assert evil.heard == []


def test_who_comes_without_tls_is_sent_to_it(front, visitor):
    answer = visitor.get(f"http://127.0.0.1:{front.plain}/panel/?embed=1", timeout=20, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://panel.example.com/panel/?embed=1")


def test_metrics_are_told_behind_it_and_not_through_it(front, visitor, house):
    assert visitor.get(f"{front.url}/metrics", timeout=20).status_code == 404
    behind = requests.get(f"{house.url}/metrics", timeout=20)
    assert behind.status_code == 200
    assert "clipdeck_sockets" in behind.text


def test_a_guesser_is_stopped_whatever_address_they_claim(front, visitor):
    for turn in range(5):
        answer = log_in(front, visitor, "bob", "guess", **{"X-Forwarded-For": f"203.0.113.{turn}"})
    assert answer.status_code == 429
    with requests.Session() as colleague:
        colleague.mount("https://", From("127.0.0.2"))
        assert log_in(front, outfitted(colleague, front), "bob").status_code == 302


def test_the_secret_of_a_hook_stands_in_no_log(front, visitor, house):
    for url in (front.url, f"http://127.0.0.1:{front.plain}"):
        visitor.post(f"{url}/hooks/vicidial/canary-hook/?token=canary-query", timeout=20)
    logged = (front.folder / "clipdeck.log").read_text()
    assert "/hooks/vicidial/***" in logged
    assert "canary" not in logged + house.server.said
