"""Bodies that nobody asked for are not read, and a download that breaks off is seen to; with and without nginx."""

import socket
import sqlite3
import ssl
import uuid
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from panel.exchange import LONGEST_BODY
from tests.deploy.front import Front
from tests.processes.running import log_in

HUGE = 500_000_000
PIECE = b"x" * 65_536
CLICKS = 3000


@pytest.fixture(params=["alone", "behind nginx"])
def door(request, house, tmp_path):
    """Where strangers knock: the server itself, or nginx in front of it."""
    house.serve()
    if request.param == "alone":
        yield Door("127.0.0.1", house.port, None)
    else:
        with closing(Front(tmp_path, house.port)) as front:
            yield Door("127.0.0.1", front.tls, front.certificate)


class Door:
    def __init__(self, host: str, port: int, certificate: Path | None) -> None:
        self.host, self.port, self.certificate = host, port, certificate

    @contextmanager
    def knock(self):
        with socket.create_connection((self.host, self.port), timeout=10) as plain:
            if self.certificate is None:
                yield plain
            else:
                tls = ssl.create_default_context(cafile=str(self.certificate))
                with tls.wrap_socket(plain, server_hostname=self.host) as wrapped:
                    yield wrapped


def poured(door: Door, *headers: str, chunked: bool) -> tuple[bytes, int]:
    """What was answered to a body that does not end, and how much of it was taken before."""
    head = ("POST /login/ HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/x-www-form-urlencoded", *headers)
    piece = b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE
    taken, answer = 0, b""
    with door.knock() as stranger:
        stranger.sendall("\r\n".join([*head, "", ""]).encode())
        with suppress(OSError):
            while taken < HUGE:
                stranger.sendall(piece)
                taken += len(PIECE)
        with suppress(OSError):
            while more := stranger.recv(65_536):
                answer += more
    return answer, taken


def memory_of(house) -> int:
    assert house.server
    status = Path(f"/proc/{house.server.process.pid}/status").read_text()
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


@pytest.mark.parametrize("chunked", [False, True])
def test_a_huge_body_is_refused_before_it_is_read(door, house, chunked):
    before = memory_of(house)
    header = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {HUGE}"
    _, taken = poured(door, header, chunked=chunked)
    # The systems between hold some megabytes; nginx goes on taking, and throws it away.
    assert taken < 40_000_000 or door.certificate
    assert memory_of(house) - before < 20_000_000
    with door.knock() as next_one:
        next_one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert next_one.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("header", [f"Content-Length: {HUGE}", f"Content-Length: {HUGE}\r\nExpect: 100-continue"])
def test_who_waits_for_an_answer_is_told_why(door, header):
    with door.knock() as stranger:
        stranger.sendall(f"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n\r\n".encode())
        answer = b""
        with suppress(OSError):
            while more := stranger.recv(65_536):
                answer += more
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"100 Continue" not in answer


def test_a_body_in_chunks_that_turns_out_too_long_is_told_why(house):
    house.serve()
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as stranger:
        stranger.sendall(b"POST /api/v1/pairings/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        with suppress(OSError):
            for _ in range(LONGEST_BODY // len(PIECE) + 1):
                stranger.sendall(b"%x\r\n%s\r\n" % (len(PIECE), PIECE))
        assert stranger.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_form_of_ordinary_size_goes_through(house):
    house.serve()
    body = b"username=" + b"x" * 100_000
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as somebody:
        head = f"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        somebody.sendall(head.encode() + body)
        # No form token, so no login; but an answer of the page's.
        answer = somebody.recv(100)
    assert answer.startswith(b"HTTP/1.1 403"), answer


def press_often(database: Path, *, broken: int | None = None) -> None:
    """Clicks of an agent's; one of them in a form that nobody can read."""
    with closing(sqlite3.connect(database)) as connection, connection:
        agent, user = connection.execute("SELECT id, user_id FROM panel_agent LIMIT 1").fetchone()
        columns = (
            "id, agent_id, actor_id, actor_name, action, press, urgent, status, reason, text, requested_at, not_before,"
            " expires_at, worker, play_end, play_evidence, play_text"
        )
        for number in range(CLICKS):
            at = f"2026-11-21 {number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
            press = "[]" if number == broken else "{}"
            values = (uuid.uuid4().hex, agent, user, "", "stop", press, 0, "done", "", "x" * 400, at, at, at)
            places = ", ".join("?" * (len(values) + 4))
            connection.execute(f"INSERT INTO panel_click ({columns}) VALUES ({places})", (*values, "", "", "", ""))


def download(door: Door, cookie: str) -> tuple[int, bool]:
    """How many bytes came, and whether they came to an end that looks like one."""
    with door.knock() as reader:
        reader.sendall(
            f"GET /ledger/clicks.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={cookie}\r\n\r\n".encode()
        )
        answer = b""
        try:
            while not answer.endswith(b"\r\n0\r\n\r\n"):
                more = reader.recv(65_536)
                if not more:
                    return len(answer), False
                answer += more
        except ConnectionError:
            return len(answer), False
    assert answer.startswith(b"HTTP/1.1 200")
    return len(answer), True


def test_a_download_that_breaks_off_does_not_look_whole(door, house):
    cookie = log_in(house.url, "ada")
    press_often(house.database, broken=CLICKS // 2)
    _, whole = download(door, cookie)
    assert not whole
    # What looks after all connections goes on.
    _, whole = download(door, cookie)
    assert not whole


def test_a_whole_download_ends_as_one(door, house):
    cookie = log_in(house.url, "ada")
    press_often(house.database)
    length, whole = download(door, cookie)
    assert whole
    assert length > CLICKS * 400
