"""The JSON API for extensions and other programs (docs/api.md). It knows tokens only: cookies are never looked at."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from panel.models import Token
from panel.protocol import PROTOCOL
from panel.selectors.embedding import origins_of_others
from panel.selectors.states import agent_view, board_view
from panel.selectors.tokens import stands, token_of
from panel.services import pairings, tokens
from panel.services.pairings import PairingRefusedError

API = 1
POLL_SECONDS = 2
PREFLIGHT_SECONDS = 600
LONGEST_BODY = 8 * 1024
REFUSALS = {"malformed": 400, "too_many": 429, "pairing_gone": 410, "pairing_refused": 403}

T = TypeVar("T")
View = Callable[[HttpRequest], dict[str, Any]]


class ApiError(Exception):
    """Answered instead: an HTTP status, a code for programs, words that say what to do."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


class Begin(msgspec.Struct, frozen=True):
    """What a program asks to be paired with: a name by which its person will know it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Poll(msgspec.Struct, frozen=True):
    """The key that came with the code."""

    key: Annotated[str, msgspec.Meta(max_length=100)]


def api(method: str, status: int = 200) -> Callable[[View], Callable[[HttpRequest], HttpResponse]]:
    """An endpoint for one method: what the view returns or raises becomes JSON, and only known origins may read it."""

    def decorate(view: View) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @never_cache
        @wraps(view)
        def endpoint(request: HttpRequest) -> HttpResponse:
            origin = request.headers.get("Origin")
            if origin is not None and origin not in settings.EXTENSION_ORIGINS:
                return _error(ApiError(403, "origin_not_allowed", f"This Clipdeck does not know the origin {origin}."))
            if request.method == "OPTIONS":
                answer = _preflight(method)
            elif request.method == method:
                answer = _answer(view, request, status)
            else:
                answer = _error(ApiError(405, "wrong_method", f"Use {method} here."))
            if origin is not None:
                answer["Access-Control-Allow-Origin"] = origin
            answer["Vary"] = "Origin"
            return answer

        return endpoint

    return decorate


@api("GET")
def index(_: HttpRequest) -> dict[str, Any]:
    """What is here, so that a wrong address and a wrong version can be told apart."""
    return {"product": "clipdeck", "api": API, "protocol": PROTOCOL}


@api("POST", 201)
def begin_pairing(request: HttpRequest) -> dict[str, Any]:
    """Ask for a code."""
    origin = request.headers.get("Origin")
    if origin is None:
        raise ApiError(403, "origin_not_allowed", "Say in the Origin header who you are: a token is bound to it.")
    wanted = _body(request, Begin)
    begun = pairings.begin(origin, wanted.name, request.META.get("REMOTE_ADDR", ""), timezone.now())
    return {
        "code": begun.code,
        "key": begun.key,
        "confirm_url": request.build_absolute_uri(f"{reverse('pair')}?code={begun.code}"),
        "expires_at": begun.expires_at,
        "poll_seconds": POLL_SECONDS,
    }


@api("POST")
def poll_pairing(request: HttpRequest) -> dict[str, Any]:
    """Ask how a pairing stands; once it is confirmed, the token comes, this once."""
    paired = pairings.collect(_body(request, Poll).key, request.headers.get("Origin"), timezone.now())
    if paired is None:
        return {"status": "waiting"}
    return {"status": "confirmed", "token": paired.secret, "expires_at": paired.token.expires_at}


@api("GET")
def me(request: HttpRequest) -> dict[str, Any]:
    """Whose token this is."""
    token = _token(request)
    return {
        "agent": agent_view(token.agent),
        "other_dialers": origins_of_others(token.agent),
        "token": {"name": token.name, "created_at": token.created_at, "expires_at": token.expires_at},
    }


@api("GET")
def board(request: HttpRequest) -> dict[str, Any]:
    """The agent's board as it is configured. What can be pressed now is told by the socket."""
    view = board_view(_token(request).agent.board, {})
    looks = ("name", "label", "clip", "hotkey", "colour", "duration_seconds", "transcript", "while_playing")
    return {"name": view.name, "buttons": [{look: getattr(button, look) for look in looks} for button in view.buttons]}


@api("POST", 201)
def buy_ticket(request: HttpRequest) -> dict[str, Any]:
    """A ticket for one socket."""
    try:
        secret, expires_at = tokens.buy_ticket(_token(request), timezone.now())
    except tokens.TooManyTicketsError as error:
        raise ApiError(429, "too_many", str(error)) from None
    return {"ticket": secret, "expires_at": expires_at, "socket": "/ws/panel/"}


@api("POST")
def revoke(request: HttpRequest) -> dict[str, Any]:
    """Take back the very token that asks."""
    token = _token(request)
    tokens.revoke(token, token.agent.user, timezone.now())
    return {"revoked": True}


@api("GET")
def nothing(_: HttpRequest) -> dict[str, Any]:
    """Every other address."""
    raise ApiError(404, "not_found", "There is nothing at this address; docs/api.md lists what there is.")


def _token(request: HttpRequest) -> Token:
    """The good token that asks, from its own origin."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise ApiError(401, "token_missing", "Send the token as Authorization: Bearer TOKEN.")
    token = token_of(secret.strip())
    if token is None:
        raise ApiError(401, "token_unknown", "This token is not known here. Pair again.")
    if request.headers.get("Origin") not in {None, token.origin}:
        raise ApiError(403, "token_of_another", "This token belongs to another extension. Pair this one.")
    if token.revoked_at:
        raise ApiError(401, "token_revoked", "This connection was revoked. Pair again if you may.")
    if token.expires_at <= timezone.now():
        raise ApiError(401, "token_expired", "This connection is too old by now. Pair again.")
    if not token.agent.user.is_active:
        raise ApiError(403, "agent_closed", "This agent's login was closed. Ask your administrator.")
    if not stands(token, token.agent.user):
        raise ApiError(401, "token_revoked", "This connection was made with another password. Pair again.")
    return token


def _body(request: HttpRequest, kind: type[T]) -> T:
    body = request.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        raise ApiError(413, "too_long", f"A body may hold at most {LONGEST_BODY} bytes.")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ApiError(400, "malformed", f"The body is not what is wanted here: {error}") from None


def _answer(view: View, request: HttpRequest, status: int) -> HttpResponse:
    try:
        return _json(status, view(request))
    except ApiError as error:
        return _error(error)
    except PairingRefusedError as refusal:
        return _error(ApiError(REFUSALS[refusal.code], refusal.code, str(refusal)))


def _preflight(method: str) -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": method,
            "Access-Control-Allow-Headers": "authorization, content-type",
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        },
    )


def _error(error: ApiError) -> HttpResponse:
    answer = _json(error.status, {"error": {"code": error.code, "text": error.text}})
    # A refusal is an answer; Django would log each of them as a failure of its own.
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django has no public way
    return answer


def _json(status: int, value: Any) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")
