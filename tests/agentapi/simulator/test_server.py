"""The simulator over HTTP: transport, faults, the page, the command, a taken port."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
import requests

from agentapi.simulator import FaultKind, Floor, SimulatorServer, Timing
from agentapi.simulator.run import CannotListenError, run

LOGIN = {"source": "test", "user": "apiuser", "pass": "apipass", "agent_user": "1000"}
STATUS = {**LOGIN, "function": "recording", "value": "STATUS"}
NOT_RECORDING = "NOTICE: not recording - 1000|||||10.10.10.15|9600051|INCALL\n"


@pytest.fixture
def server():
    with SimulatorServer(Floor.demo(timing=Timing(sounds_list=0))) as running:
        yield running


@pytest.fixture
def session():
    with requests.Session() as made:
        made.trust_env = False
        yield made


def test_get_post_put_and_head_all_execute(server, session):
    assert session.get(server.url, params=STATUS, timeout=5).text == NOT_RECORDING
    assert session.post(server.url, data=STATUS, timeout=5).text == NOT_RECORDING
    assert session.put(server.url, params=STATUS, timeout=5).text == NOT_RECORDING
    assert session.head(server.url, params=STATUS, timeout=5).text == ""
    assert server.floor.counts == {"recording": 4}


def test_json_is_not_read(server, session):
    assert session.post(server.url, json=STATUS, timeout=5).text == "ERROR: Invalid Source - \n"


def test_an_array_parameter_kills_php(server, session):
    answer = session.post(server.url, data={**STATUS, "value[]": "x"}, timeout=5)
    assert (answer.status_code, answer.text) == (500, "")


@pytest.mark.parametrize(
    ("kind", "status", "part"),
    [(FaultKind.HTTP_500, 500, ""), (FaultKind.GARBAGE, 200, "PK"), (FaultKind.HTML, 200, "<b>Warning</b>")],
)
def test_a_fault_replaces_one_answer(server, session, kind, status, part):
    server.floor.faults.add(kind)
    answer = session.post(server.url, data=STATUS, timeout=5)
    assert answer.status_code == status
    assert part in answer.text
    assert "NOTICE: " not in answer.text
    assert session.post(server.url, data=STATUS, timeout=5).text == NOT_RECORDING


def test_noise_keeps_the_verdict(server, session):
    server.floor.faults.add(FaultKind.NOISE)
    assert NOT_RECORDING in session.post(server.url, data=STATUS, timeout=5).text


@pytest.mark.parametrize(("kind", "wish"), [(FaultKind.CUT_BEFORE, ""), (FaultKind.CUT_AFTER, "START")])
def test_a_cut_connection(server, session, kind, wish):
    server.floor.freeze("1000")
    server.floor.faults.add(kind, function="recording", agent_user="1000")
    with pytest.raises(requests.ConnectionError):
        session.post(server.url, data={**STATUS, "value": "START"}, timeout=5)
    assert server.floor.agent("1000").screen.wish.text == wish


def test_a_late_answer_was_executed(server, session):
    server.floor.freeze("1000")
    server.floor.faults.add(FaultKind.DELAY, seconds=30)
    with pytest.raises(requests.Timeout):
        session.post(server.url, data={**STATUS, "value": "START"}, timeout=0.2)
    assert server.floor.requests[-1].body.startswith("SUCCESS")


def test_faults_refuse_nonsense(server):
    with pytest.raises(ValueError, match="times of 1 or more"):
        server.floor.faults.add(FaultKind.DELAY, times=0)


def test_the_whole_floor_and_the_store(server, session):
    login = {**LOGIN, "stage": "tab"}
    text = session.post(server.non_agent_url, data={**login, "function": "logged_in_agents"}, timeout=5).text
    assert [line.split("\t")[:4] for line in text.splitlines()][1] == ["1001", "TESTCAMP", "9600052", "INCALL"]
    ask = {**LOGIN, "function": "sounds_list", "format": "tab", "stage": "name"}
    names = [line.split("\t")[1] for line in session.post(server.non_agent_url, data=ask, timeout=5).text.splitlines()]
    assert "cd-medicare-disclaimer.wav" in names


def test_the_page_shows_the_floor_without_secrets(server, session):
    session.post(server.url, data={**STATUS, "pass": "secret-word"}, timeout=5)
    page = session.get(server.base_url + "/", timeout=5)
    assert '<script type="module" src="page.js">' in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for name in ("page.js", "page.css"):
        assert session.get(f"{server.base_url}/{name}", timeout=5).ok
    floor = session.get(f"{server.base_url}/floor.json", timeout=5)
    assert "secret-word" not in floor.text
    assert [agent["user"] for agent in json.loads(floor.text)["agents"]][:2] == ["1000", "1001"]
    assert session.get(f"{server.base_url}/../floor.py", timeout=5).status_code == 404


def test_the_buttons(server, session):
    def press(path, **headers):
        return session.post(f"{server.base_url}/agents/{path}", headers=headers, timeout=5)

    assert press("1000/hangup", Origin=server.base_url).ok
    assert server.floor.agent("1000").status == "READY"
    assert press("1000/freeze").ok
    assert server.floor.agent("1000").screen.frozen
    assert press("1000/call", Origin="http://elsewhere.example").status_code == 403
    assert "no agent '77'" in press("77/call").text
    assert "no such thing to do as 'dance'" in press("1000/dance").text
    assert press("").status_code == 404


def test_many_at_once_are_counted_exactly(server):
    def work():
        with requests.Session() as mine:
            mine.trust_env = False
            for _ in range(25):
                mine.post(server.url, data=STATUS, timeout=10)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.floor.counts["recording"] == 200


def test_stopping_closes_the_port_and_may_be_repeated(session):
    server = SimulatorServer(Floor.demo())
    server.start()
    url = server.url
    session.post(url, data=STATUS, timeout=5)
    server.stop()
    server.stop()
    with pytest.raises(requests.ConnectionError):
        session.post(url, data=STATUS, timeout=5)


def test_a_taken_port_is_named_with_what_to_do(server):
    with pytest.raises(CannotListenError, match=rf"port {server.port}.*--port"):
        run(server.port)
    with pytest.raises(CannotListenError, match="Port 70000 does not exist"):
        run(70000)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_its_address_and_ends_cleanly(end):
    command = [sys.executable, "-m", "agentapi.simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Simulated VICIdial: http://127.0.0.1:")
        process.send_signal(end)
        rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, "Simulated VICIdial stopped.\n")
