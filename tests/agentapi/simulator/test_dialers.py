"""One process, three dialers: stereo on, switched off, too old; each with a floor and a page of its own."""

import pytest
import requests

from agentapi.simulator import Floor, SimulatorServer
from agentapi.simulator.floor import other_dialers

STEREO = {
    "source": "test",
    "user": "apiuser",
    "pass": "apipass",
    "function": "stereo_recording",
    "value": "STATUS",
}


@pytest.fixture
def server():
    with SimulatorServer(Floor.demo(), others=other_dialers()) as running:
        yield running


@pytest.fixture
def session():
    with requests.Session() as made:
        made.trust_env = False
        yield made


def answer(session, url, **params):
    return session.post(url, data={**STEREO, **params}, timeout=5).text


def test_each_dialer_answers_in_its_own_way(server, session):
    assert answer(session, server.url, agent_user="1000").startswith("NOTICE: not stereo_recording - 1000|")
    assert answer(session, server.url_of("off"), agent_user="1002") == (
        "ERROR: stereo_recording not valid - STATUS|1002\n"
    )
    assert answer(session, server.url_of("old"), agent_user="1003") == ""
    builds = [answer(session, server.url_of(name), function="version")[:31] for name in ("", "off", "old")]
    assert builds == [
        "VERSION: 2.14-84|BUILD: 260302-",
        "VERSION: 2.14-84|BUILD: 260302-",
        "VERSION: 2.14-82|BUILD: 250122-",
    ]


def test_each_has_its_own_agents_requests_and_settings(server, session):
    listed = {**STEREO, "function": "logged_in_agents", "stage": "pipe"}
    users = {
        name: [line.split("|")[0] for line in session.post(url, data=listed, timeout=5).text.splitlines()]
        for name, url in ((name, server.non_agent_url_of(name)) for name in server.floors)
    }
    assert users == {
        "": ["1000", "1001", "1002", "1003", "1004", "1005"],
        "off": ["1002", "1004"],
        "old": ["1003", "1005"],
    }
    assert [floor.journal.total for floor in server.floors.values()] == [1, 1, 1]


def test_each_has_a_page_of_its_own(server, session):
    base = server.base_url
    for place, name in ((base, ""), (f"{base}/off", "off"), (f"{base}/old", "old")):
        assert "Simulated VICIdial" in session.get(f"{place}/", timeout=5).text
        for file in ("page.js", "settings.js", "dom.js", "page.css"):
            assert session.get(f"{place}/{file}", timeout=5).ok
        told = session.get(f"{place}/floor.json", timeout=5).json()
        assert (told["dialer"], told["dialers"]) == (name, ["", "off", "old"])
    assert session.post(f"{base}/off/agents/1002/hangup", timeout=5).ok
    assert server.floors["off"].agent("1002").call is None
    assert session.get(f"{base}/nowhere/floor.json", timeout=5).status_code == 404


def test_a_server_with_one_floor_has_no_other():
    with SimulatorServer(Floor.demo()) as server, requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{server.base_url}/off/", timeout=5).status_code == 404
