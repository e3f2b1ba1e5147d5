import inspect
import socket
import ssl

import pytest
import urllib3
from requests import exceptions as broken
from urllib3 import exceptions as pool_broken

from agentapi.client import translated
from agentapi.errors import AnswerLostError, NotSentError

NOT_SENT = {
    "ConnectTimeout", "ProxyError", "SSLError", "InvalidURL", "InvalidProxyURL", "MissingSchema", "InvalidSchema",
    "URLRequired", "InvalidHeader",
}  # fmt: skip
LOST = {
    "RequestException", "InvalidJSONError", "JSONDecodeError", "HTTPError", "ConnectionError", "Timeout", "ReadTimeout",
    "TooManyRedirects", "ChunkedEncodingError", "ContentDecodingError", "StreamConsumedError", "RetryError",
    "UnrewindableBodyError",
}  # fmt: skip
KINDS = {
    name: kind
    for name, kind in inspect.getmembers(broken, inspect.isclass)
    if issubclass(kind, broken.RequestException)
}
POOL = urllib3.HTTPConnectionPool("127.0.0.1")
CONNECTION = urllib3.connection.HTTPConnection("127.0.0.1")


def test_every_exception_of_requests_is_sorted():
    assert set(KINDS) == NOT_SENT | LOST


@pytest.mark.parametrize("name", sorted(KINDS))
def test_each_exception_of_requests_is_mapped(name):
    error = KINDS[name]("x", "", 0) if name == "JSONDecodeError" else KINDS[name]("http://u:secret@h/")
    mapped = translated(error)
    assert type(mapped) is (NotSentError if name in NOT_SENT else AnswerLostError)
    assert "secret" not in str(mapped)


def wrapped(reason: Exception) -> Exception:
    return broken.ConnectionError(pool_broken.MaxRetryError(POOL, "/", reason))


@pytest.mark.parametrize(
    "error",
    [
        wrapped(pool_broken.NewConnectionError(CONNECTION, "refused")),
        wrapped(pool_broken.NameResolutionError("nowhere", CONNECTION, socket.gaierror("no"))),
        wrapped(pool_broken.ConnectTimeoutError(POOL, "slow")),
        wrapped(pool_broken.SSLError(ssl.SSLCertVerificationError("bad"))),
        pool_broken.LocationParseError("x"),
    ],
    ids=lambda error: str(error)[:60],
)
def test_what_fails_before_sending_was_not_sent(error):
    assert isinstance(translated(error), NotSentError)


@pytest.mark.parametrize(
    "error",
    [
        broken.ConnectionError(pool_broken.ProtocolError("Connection aborted.", ConnectionResetError())),
        broken.ConnectionError(pool_broken.ReadTimeoutError(POOL, "/", "slow")),
        wrapped(pool_broken.SSLError(ssl.SSLEOFError("cut"))),
        pool_broken.IncompleteRead(1, 2),
        pool_broken.DecodeError("x"),
        ConnectionResetError(),
        TimeoutError(),
        ValueError("x"),
    ],
    ids=repr,
)
def test_what_fails_after_sending_or_nobody_knows_when_is_lost(error):
    assert isinstance(translated(error), AnswerLostError)
