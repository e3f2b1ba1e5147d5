"""Sends commands to VICIdial over HTTP. Every exception of the network becomes an outcome here and nowhere else."""

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol

import requests
from requests import exceptions as broken
from urllib3 import exceptions as pool_broken

from agentapi.commands import AskFloor, AskSounds, AskVersion, Command, StopClip
from agentapi.errors import AnswerLostError, ExpiredError, NotSentError, NoVerdictError
from agentapi.outcomes import Expired, NotSent, Outcome, Silence, Unanswered, from_body
from agentapi.reach import OutOfReachError, Reach, ReachAdapter
from agentapi.timely import Errand, on

IDLE_SECONDS = 4.0
"""A connection idle for longer is not used again: Apache closes it after 5 s, and a command into it would be lost."""
LONGEST_ANSWER = 64 * 1024
LONGEST_FLOOR = 2 * 1024 * 1024
"""For the answers that grow with the floor, about 90 bytes an agent (FACTS 4.3), and with the audio store."""
CHUNK = 8 * 1024
WAY_IN_CONNECT_TIMEOUTS = 1.5
"""How long the whole way to a connection may take, where one address alone may take one such time."""
HTTP_1_1 = 11


@dataclass(frozen=True)
class Dialer:
    """Where one VICIdial server's agent API is, and how to log in to it (FACTS 1.2)."""

    name: str
    url: str
    user: str
    password: str = field(repr=False)
    source: str = "clipdeck"
    connect_timeout: float = 2.0
    read_timeout: float = 5.0
    send_by: float = field(default=float("inf"), compare=False)
    """By when a request must be on its way, by the monotonic clock; later it is not sent any more."""


class AgentApi(Protocol):
    """Carries out one command for one agent. Never raises what the network causes."""

    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome: ...


class HttpAgentApi:
    """VICIdial's agent API by POST, which keeps the password out of its access log (FACTS 1.1). Safe from any thread.

    A request is sent in time or not at all, and once: nothing that may have been sent is tried again, and no redirect
    is followed.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, reach: Reach | None = None) -> None:
        self._clock = clock
        self._reach = reach or Reach()
        self._threads = threading.local()

    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome:
        """Send the command and say how it ended."""
        try:
            body = self._post(dialer, agent_user, command)
        except ExpiredError:
            return Expired()
        except NotSentError as error:
            return NotSent(str(error))
        except NoVerdictError as error:
            return Unanswered(str(error), Silence.NO_VERDICT)
        except AnswerLostError as error:
            return Unanswered(str(error))
        return from_body(command, body, secrets_of(dialer), dialer.user)

    def warm_up(self) -> None:
        """Pay now what a process's first call would pay: imports, the certificates (half a second)."""
        nowhere = Dialer(name="", url="http://localhost/", user="", password="")
        _prepared(_new_session(self._reach), nowhere, "", StopClip())
        from_body(StopClip(), "")
        ssl.create_default_context()

    def _post(self, dialer: Dialer, agent_user: str, command: Command) -> str:
        warm = self._warm(dialer)
        request = _prepared(warm.session, dialer, agent_user, command)
        timeouts = (dialer.connect_timeout, dialer.read_timeout)
        longest = LONGEST_FLOOR if isinstance(command, AskFloor | AskSounds) else LONGEST_ANSWER
        connected_by = self._clock() + WAY_IN_CONNECT_TIMEOUTS * dialer.connect_timeout
        errand = Errand(min(dialer.send_by, connected_by), self._clock)
        try:
            with (
                on(errand),
                warm.session.send(request, timeout=timeouts, stream=True, allow_redirects=False) as response,
            ):
                _check_status(response)
                return _body(response, longest).decode(errors="replace")
        except (requests.RequestException, pool_broken.HTTPError, OSError, ValueError) as error:
            if errand.is_written:
                raise translated(error) from error
            if self._clock() >= dialer.send_by:
                raise ExpiredError from error
            raise _unwritten(error) from error
        finally:
            warm.used_at = self._clock()

    def _warm(self, dialer: Dialer) -> "_Warm":
        """The calling thread's session with this server: sessions are not promised to be safe between threads."""
        sessions: dict[str, _Warm] = self._threads.__dict__.setdefault("sessions", {})
        warm = sessions.get(dialer.url)
        if warm is None:
            warm = sessions[dialer.url] = _Warm(self._clock(), _new_session(self._reach))
        if self._clock() - warm.used_at > IDLE_SECONDS:
            warm.session.close()
        return warm


def secrets_of(dialer: Dialer) -> tuple[str, ...]:
    """The password as it is sent, and as VICIdial keeps it (FACTS 1.11): by these a refused login is known.

    They are masked where they stand in an answer, but nothing rests on that: what may echo a login is never kept.
    """
    return (dialer.password, re.sub(r"[^-.+/=_0-9a-zA-Z]", "", dialer.password))


def translated(error: Exception) -> NotSentError | AnswerLostError:
    """What a library raised -> whether the request certainly was not sent. The one place that knows.

    The error's own text is left out, since it may hold the address with a login in it. Unknown means: may be sent.
    """
    cause = _root(error)
    for kind, text in _NOT_SENT:
        if isinstance(error, kind) or isinstance(cause, kind):
            return NotSentError(text)
    if isinstance(cause, ssl.SSLError | broken.SSLError | pool_broken.SSLError) and not _cut_off(cause):
        return NotSentError("VICIdial could not be reached: its certificate or TLS is not accepted.")
    for kind, text in _ANSWER_LOST:
        if isinstance(error, kind) or isinstance(cause, kind):
            return AnswerLostError(text)
    return AnswerLostError("The connection broke before VICIdial answered.")


def _unwritten(error: Exception) -> NotSentError:
    """The same where not a byte was written: then it certainly was not sent, whatever broke."""
    found = translated(error)
    if isinstance(found, NotSentError):
        return found
    timed_out = isinstance(error, broken.Timeout) or isinstance(_root(error), TimeoutError)
    return NotSentError(_NO_CONNECTION if timed_out else "VICIdial could not be reached: the connection broke.")


_NO_CONNECTION = "VICIdial could not be reached: no connection within the time allowed."
_BAD_ADDRESS = "VICIdial could not be reached: its address is not valid."

# The order matters: the narrower kind stands first.
_NOT_SENT: tuple[tuple[type[Exception], str], ...] = (
    (OutOfReachError, "VICIdial could not be reached: DIALER_HOSTS does not let Clipdeck speak to its address."),
    (pool_broken.NameResolutionError, "VICIdial could not be reached: its host name is not known."),
    (pool_broken.NewConnectionError, "VICIdial could not be reached: the connection was refused or has no route."),
    (broken.ConnectTimeout, _NO_CONNECTION),
    (pool_broken.ConnectTimeoutError, _NO_CONNECTION),
    (broken.ProxyError, "VICIdial could not be reached: the proxy does not let through."),
    (broken.InvalidURL, _BAD_ADDRESS),
    (broken.MissingSchema, _BAD_ADDRESS),
    (broken.InvalidSchema, _BAD_ADDRESS),
    (broken.URLRequired, _BAD_ADDRESS),
    (broken.InvalidHeader, _BAD_ADDRESS),
    (pool_broken.LocationValueError, _BAD_ADDRESS),
)

_ANSWER_LOST: tuple[tuple[type[Exception], str], ...] = (
    (broken.ReadTimeout, "VICIdial did not answer within the time allowed."),
    (pool_broken.ReadTimeoutError, "VICIdial did not answer within the time allowed."),
)


def _new_session(reach: Reach) -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, ReachAdapter(reach))
    session.trust_env = False  # No proxies and no .netrc of whoever started us.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Compressed, a short answer could become an endless one.
    session.headers["Accept-Encoding"] = "identity"
    return session


@dataclass
class _Warm:
    """A session with its open connections, and when it was last used."""

    used_at: float
    session: requests.Session


def _prepared(session: requests.Session, dialer: Dialer, agent_user: str, command: Command) -> requests.PreparedRequest:
    login = {} if isinstance(command, AskVersion) else {"user": dialer.user, "pass": dialer.password}
    who = {"agent_user": agent_user} if agent_user else {}
    try:
        fields = {"source": dialer.source} | login | who | command.params()
        return session.prepare_request(requests.Request("POST", dialer.url, data=fields))
    except (requests.RequestException, ValueError) as error:
        raise NotSentError(_BAD_ADDRESS) from error


def _check_status(response: requests.Response) -> None:
    """Every verdict comes with 200; 500 is PHP dying, and anything else is not the API (FACTS 1.3)."""
    if response.is_redirect:
        raise AnswerLostError(f"The server sends us elsewhere (HTTP {response.status_code}): wrong agent API address?")
    if response.status_code != requests.codes.ok:
        raise NoVerdictError(f"VICIdial answered with HTTP status {response.status_code} instead of a verdict.")


def _body(response: requests.Response, longest: int) -> bytes:
    """The whole body. An empty one says that the function is not known (FACTS 1.5), if it says that it is empty."""
    body = b"".join(_chunks(response, longest))
    if not body and not _tells_its_end(response):
        raise AnswerLostError("The connection broke before VICIdial answered.")
    return body


def _chunks(response: requests.Response, longest: int) -> Iterator[bytes]:
    """The body as it comes, so that one that is too long is left as soon as it is."""
    length = 0
    while piece := response.raw.read1(CHUNK, decode_content=False):
        length += len(piece)
        if length > longest:
            raise AnswerLostError("VICIdial's answer is far too long to be one.")
        yield piece


def _tells_its_end(response: requests.Response) -> bool:
    """Whether a hang-up after the head is how this server ends a body, or could not go unnoticed."""
    counted = "Content-Length" in response.headers or response.raw.chunked
    return counted or response.raw.version < HTTP_1_1 or response.headers.get("Connection", "").lower() == "close"


def _root(error: Exception) -> Any:
    """The reason within: requests wraps urllib3's errors, and urllib3 wraps its own."""
    inner = error.args[0] if error.args else None
    inner = getattr(inner, "reason", None) or inner
    return inner if isinstance(inner, Exception) else error


def _cut_off(cause: Exception) -> bool:
    """Whether TLS broke because the other side hung up, which can happen after sending."""
    return any(isinstance(each, ssl.SSLEOFError | ssl.SSLZeroReturnError) for each in (cause, *cause.args))
