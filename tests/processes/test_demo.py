"""`manage.py demo` as a newcomer starts it: in a copy of the sources, so that nobody's own demo is disturbed."""

import os
import shutil
import signal
import socket
from pathlib import Path

import pytest

from tests.processes.running import ROOT, Running, answers, environment, free_port, log_in, run, taken, wait_for

LAST_WORDS = "Ctrl-C ends all of it."
PARTS = ("agentapi", "config", "demo", "panel", "static", "templates")


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", folder)
    return folder


@pytest.fixture
def start(clone):
    """Starts the demo; what the test leaves running is ended."""
    started: list[Running] = []

    def begin(*words: str) -> Running:
        demo = Running("demo", *words, env=environment(), log=clone.parent / "demo.log", cwd=clone)
        started.append(demo)
        return demo

    yield begin
    for demo in started:
        demo.close()


def test_it_prints_what_one_needs_and_ends_as_a_whole(start):
    port, simulator_port = free_port(), free_port()
    words = ("--port", str(port), "--simulator-port", str(simulator_port))
    demo = start(*words)
    wait_for(lambda: LAST_WORDS in demo.said, within=30)

    assert answers(f"http://127.0.0.1:{port}/readyz"), demo.said
    assert answers(f"http://127.0.0.1:{simulator_port}/")
    for expected in (f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{simulator_port}/", "clipdeck-demo"):
        assert expected in demo.said
    for username in ("alice", "bob", "sue", "ada", "otto"):
        assert username in demo.said
    assert log_in(f"http://127.0.0.1:{port}", "alice")

    # A part that ends by itself takes the rest with it, and says so.
    os.kill(pid_of_child(demo.process.pid, "simulator"), signal.SIGKILL)
    assert demo.process.wait(20) != 0
    assert "A part of the demo ended by itself" in demo.said
    assert not taken(port)

    # The second time it finds its database and its keys again; SIGTERM ends it as a whole.
    again = start(*words)
    wait_for(lambda: LAST_WORDS in again.said, within=30)
    assert answers(f"http://127.0.0.1:{port}/readyz"), again.said
    assert again.terminate() == 0
    assert not taken(port)
    assert not taken(simulator_port)
    assert "Traceback" not in again.said


@pytest.mark.parametrize(("option", "name"), [("--port", "PORT"), ("--simulator-port", "SIMULATOR_PORT")])
def test_a_taken_port_is_named(clone, option, name):
    ports = {"--port": free_port(), "--simulator-port": free_port()}
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports[option]))
        other.listen()
        words = [word for pair in ports.items() for word in map(str, pair)]
        done = run("demo", *words, env=environment(), cwd=clone)
    assert done.returncode != 0
    assert f"{name}={ports[option]}" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_one_port_for_both_is_refused(clone):
    done = run("demo", "--port", "18000", "--simulator-port", "18000", env=environment(), cwd=clone)
    assert done.returncode != 0
    assert done.stderr.strip().endswith("PORT and SIMULATOR_PORT must differ.")


def pid_of_child(parent: int, word: str) -> int:
    """The process that this one started with the word in its command."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return next(int(pid) for pid in children if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
