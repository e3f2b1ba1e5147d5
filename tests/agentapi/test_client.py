import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import parse_qs

import pytest

from agentapi.answering import WholeAnswer
from agentapi.client import Dialer, HttpAgentApi, secrets_of
from agentapi.commands import AskCapture, AskVersion, PlayClip, StopClip
from agentapi.outcomes import Accepted, NotSent, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason

GOOD = b"SUCCESS: audio_playback function sent - |STOP|1000\n"


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


class Misbehaving:
    """A server on loopback that reads one request at a time and then does as it was told with the connection."""

    def __init__(self, behave: Callable[[socket.socket], object]) -> None:
        self.behave = behave
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self._open = ExitStack()
        self._listener = self._open.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/agc/api.php"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := read_request(connection):
                self.requests.append(request)
                if self.behave(connection) is False:
                    return

    def close(self) -> None:
        self.over.set()
        # Shutting down wakes the thread that accepts; closing alone does not.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._open.close()


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(behave: Callable[[socket.socket], object]) -> Iterator[Misbehaving]:
    server = Misbehaving(behave)
    try:
        yield server
    finally:
        server.close()


def dialer(url: str, **more: object) -> Dialer:
    return Dialer("main", url, "apiuser", "se cret&1", **{"connect_timeout": 0.5, "read_timeout": 2.0} | more)  # type: ignore[arg-type]


def outcome_of(behave: Callable[[socket.socket], object], **more: object) -> Outcome:
    """The outcome, after checking that the server received exactly one request."""
    with serving(behave) as server:
        outcome = HttpAgentApi().execute(dialer(server.url, **more), "1000", StopClip())
        assert len(server.requests) == 1
    return outcome


def send(data: bytes, *, keep: bool = True) -> Callable[[socket.socket], object]:
    def behave(connection: socket.socket) -> bool:
        connection.sendall(data)
        return keep

    return behave


def test_a_command_is_one_post_with_the_login_in_its_body():
    with serving(send(answer(GOOD))) as server:
        outcome = HttpAgentApi().execute(dialer(server.url), "1000", PlayClip("greeting", replace=True))
        assert isinstance(outcome, Accepted)
        (request,) = server.requests
    head, body = request.split(b"\r\n\r\n")
    assert head.startswith(b"POST /agc/api.php HTTP/1.1\r\n")
    assert {name: value for name, (value,) in parse_qs(body.decode()).items()} == {
        "source": "clipdeck", "user": "apiuser", "pass": "se cret&1", "agent_user": "1000",
        "function": "audio_playback", "stage": "PLAY", "value": "greeting", "dial_override": "Y",
    }  # fmt: skip


def test_a_refused_connection_is_certainly_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = HttpAgentApi().execute(dialer(f"http://127.0.0.1:{port}/"), "1000", StopClip())
    assert isinstance(outcome, NotSent)
    assert "refused" in outcome.text


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "ftp://127.0.0.1/", "http://", "http://[::1", "http://a..b/", "http://127.0.0.1:99999/", "//x"],
)
def test_a_bad_address_is_not_sent(url):
    assert isinstance(HttpAgentApi().execute(dialer(url), "1000", StopClip()), NotSent)


def test_a_password_that_cannot_be_encoded_is_not_sent():
    lone = Dialer("main", "http://127.0.0.1:9/", "apiuser", "\ud800")
    assert isinstance(HttpAgentApi().execute(lone, "1000", StopClip()), NotSent)


def test_tls_to_a_server_without_it_is_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_in_plain() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer_in_plain)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        outcome = HttpAgentApi().execute(dialer(url), "1000", StopClip())
        thread.join()
    assert isinstance(outcome, NotSent)
    assert "TLS" in outcome.text


def test_a_certificate_that_nobody_vouches_for_is_not_sent(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as wrapped:
                received.append(wrapped.recv(4096))

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        outcome = HttpAgentApi().execute(dialer(url), "1000", StopClip())
        thread.join()
    assert isinstance(outcome, NotSent)
    assert "certificate" in outcome.text
    assert not any(received)


def self_signed(folder):
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nSUCCESS: audio_play"


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(lambda _: False, id="cut before any byte"),
        pytest.param(send(b"HTTP/1.1 20", keep=False), id="cut in the status line"),
        pytest.param(send(CUT, keep=False), id="cut in the body"),
        pytest.param(
            send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n33\r\nSUCC", keep=False), id="cut chunk"
        ),
        pytest.param(send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", keep=False), id="bad chunk"),
        pytest.param(send(b"HTTP/1.1 200 O", keep=False), id="cut in the reason"),
        pytest.param(send(b"HTTP/1.1 200 OK\r\n", keep=False), id="cut after the status line"),
        pytest.param(send(b"HTTP/1.1 200 OK\r\nContent-Le", keep=False), id="cut in a header"),
        pytest.param(send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n", keep=False), id="cut between headers"),
        pytest.param(send(b"HTTP/1.1 200 OK\r\n\r\n", keep=False), id="empty, and nothing says so"),
        pytest.param(send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", keep=False), id="no chunk"),
        pytest.param(send(b"\x00\xff garbage\r\n\r\n", keep=False), id="garbage"),
        pytest.param(send(answer(b"", "500 Internal Server Error")), id="500"),
        pytest.param(send(answer(GOOD, "500 Internal Server Error")), id="500 with a verdict"),
        pytest.param(send(answer(GOOD, "404 Not Found")), id="404"),
        pytest.param(send(answer(b"<html>no verdict</html>")), id="HTML"),
        pytest.param(send(answer(b"\x1f\x8b\x08", headers="Content-Encoding: gzip\r\n")), id="compressed"),
        pytest.param(send(answer(GOOD + b"x" * 70_000), keep=False), id="huge"),
    ],
)
def test_what_was_sent_and_brought_no_verdict_is_unanswered(behave):
    assert isinstance(outcome_of(behave), Unanswered)


def test_no_answer_at_all_is_unanswered_after_the_time_allowed():
    over = threading.Event()
    try:
        outcome = outcome_of(lambda _: over.wait(5), read_timeout=0.05)
    finally:
        over.set()
    assert outcome == Unanswered("VICIdial did not answer within the time allowed.")


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"x", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n", id="headers"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="100 Continue"),
    ],
)
def test_a_dripping_answer_is_left_at_the_deadline(beginning, drop):
    over = threading.Event()

    def drip(connection: socket.socket) -> bool:
        connection.sendall(beginning)
        # The end of patience, should the client have none.
        for _ in range(80):
            if over.wait(0.01):
                break
            connection.sendall(drop)
        return False

    try:
        outcome = outcome_of(drip, read_timeout=0.1)
    finally:
        over.set()
    assert outcome == Unanswered("VICIdial did not answer within the time allowed.")


@pytest.mark.parametrize("endless", [b"X-More: " + b"x" * 1000 + b"\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_an_endless_head_is_left(endless):
    head = endless if endless.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n" + endless
    outcome = outcome_of(send(head + endless * (90_000 // len(endless)) + answer(GOOD)))
    assert isinstance(outcome, Unanswered)


def test_an_answer_leaves_the_next_request_its_full_time():
    here, there = socket.socketpair()
    with here, there:
        there.sendall(answer(GOOD))
        here.settimeout(2.0)
        response = WholeAnswer(here)
        response.begin()
        assert here.gettimeout() < 2.0  # type: ignore[operator]
        assert response.read() == GOOD
        assert here.gettimeout() == 2.0


def test_a_redirect_is_not_followed():
    with serving(send(answer(GOOD))) as target:
        outcome = outcome_of(send(answer(b"", "302 Found", f"Location: {target.url}\r\n")))
        assert target.requests == []
    assert isinstance(outcome, Unanswered)
    assert "elsewhere" in outcome.text


@pytest.mark.parametrize(
    "empty",
    [
        pytest.param(answer(b""), id="counted"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="chunked"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", id="until the end of the connection"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n", id="HTTP/1.0"),
    ],
)
def test_an_empty_200_is_an_unknown_function(empty):
    assert isinstance(outcome_of(send(empty, keep=False)), Unsupported)


def test_bytes_that_are_no_utf8_do_not_hide_the_verdict():
    assert isinstance(outcome_of(send(answer(b"SUCCESS: recording function sent - START_\xc3||\n"))), Accepted)


def test_no_form_of_the_password_comes_out():
    for echo in secrets_of(dialer("")):
        outcome = outcome_of(send(answer(f"ERROR: strange |{echo}| {echo}\n".encode())))
        assert isinstance(outcome, Refused)
        assert outcome.reason is Reason.OTHER
        assert echo not in outcome.text
    assert "cret" not in repr(dialer(""))


def test_a_connection_is_kept_and_used_again():
    api = HttpAgentApi()
    with serving(send(answer(GOOD))) as server:
        for _ in range(3):
            assert isinstance(api.execute(dialer(server.url), "1000", StopClip()), Accepted)
        assert (server.connections, len(server.requests)) == (1, 3)


def test_a_connection_idle_for_too_long_is_not_used_again():
    now = [100.0]
    api = HttpAgentApi(clock=lambda: now[0])
    with serving(send(answer(GOOD))) as server:
        assert isinstance(api.execute(dialer(server.url), "1000", StopClip()), Accepted)
        now[0] += 4.5
        assert isinstance(api.execute(dialer(server.url), "1000", StopClip()), Accepted)
        assert (server.connections, len(server.requests)) == (2, 2)


def test_a_short_idle_keeps_the_connection():
    now = [100.0]
    api = HttpAgentApi(clock=lambda: now[0])
    with serving(send(answer(GOOD))) as server:
        for _ in range(2):
            api.execute(dialer(server.url), "1000", StopClip())
            now[0] += 3.9
        assert server.connections == 1


def test_each_thread_has_its_own_connection():
    api = HttpAgentApi()
    with serving(send(answer(GOOD))) as server:
        threads = [
            threading.Thread(target=api.execute, args=(dialer(server.url), "1000", AskCapture())) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (server.connections, len(server.requests)) == (3, 3)


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    assert isinstance(outcome_of(send(answer(GOOD))), Accepted)


def test_warming_up_sends_nothing():
    HttpAgentApi().warm_up()


def test_the_version_is_asked_for_without_a_login():
    body = b"VERSION: 2.14-84|BUILD: 260302-1142|DATE: 2026-11-25 20:56:39|EPOCH: 1795640199\n"
    with serving(send(answer(body))) as server:
        outcome = HttpAgentApi().execute(dialer(server.url), "", AskVersion())
        assert isinstance(outcome, Accepted)
        assert outcome.version is not None
        assert outcome.version.build == 260302
        fields = parse_qs(server.requests[0].split(b"\r\n\r\n", 1)[1].decode())
    assert fields == {"source": ["clipdeck"], "function": ["version"]}
