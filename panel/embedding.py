"""The panel as a frame inside VICIdial's agent screen: cookies of its own.

A browser that blocks third-party cookies keeps partitioned ones for a frame, apart for each site that it stands in
(CHIPS). They have other names, so that a login inside the frame and one outside of it don't overwrite each other.
"""

from collections.abc import Sequence
from http.cookies import Morsel
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

FRAMED_PATHS: Final = frozenset({"/panel/", "/login/", "/logout/"})
PREFIX: Final = "embed_"
OWN: Final = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)


def is_embedded(request: HttpRequest) -> bool:
    """Whether this is for the frame: all of its addresses say so, and no other page may be framed."""
    return request.path_info in FRAMED_PATHS and request.GET.get("embed") == "1"


class EmbeddingMiddleware(MiddlewareMixin):
    """Puts the frame's cookies in the place of the site's on the way in, and renames and partitions them on the way
    out. It stands outside of everything that reads or sets a cookie, and of what forbids frames.
    """

    def process_request(self, request: HttpRequest) -> None:
        if is_embedded(request):
            request.COOKIES = inside(request.COOKIES)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if is_embedded(request):
            # The policy's frame-ancestors say who may frame it (config/csp.py); this older header can only forbid.
            response.headers.pop("X-Frame-Options", None)
            for name in OWN:
                if name in response.cookies:
                    response.cookies[PREFIX + name] = PartitionedMorsel(PREFIX + name, response.cookies.pop(name))
        return response


class EmbeddedSocketMiddleware:
    """The same on a socket's way in. It stands between channels' cookies and its sessions."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if scope["query_string"] == b"embed=1":
            scope = {**scope, "cookies": inside(scope["cookies"])}
        return await self._inner(scope, receive, send)


class PartitionedMorsel(Morsel[str]):
    """A cookie for a frame of another site. Python knows of `Partitioned` from 3.14 on."""

    def __init__(self, name: str, made: "Morsel[str]") -> None:
        super().__init__()
        self.set(name, made.value, made.coded_value)
        self.update({attribute: str(value) for attribute, value in made.items() if value})
        self.update({"samesite": "None", "secure": "True"})

    def OutputString(self, attrs: Sequence[str] | None = None) -> str:  # type: ignore[override]  # noqa: N802 - Python's name
        return f"{super().OutputString(list(attrs) if attrs else None)}; Partitioned"


def inside(cookies: dict[str, str]) -> dict[str, str]:
    """What a request of the frame goes by: its own session and form token, under their usual names.

    Where it has none, the site's own will do: browsers send those to a frame on a page of the same site only.
    """
    return cookies | {name: cookies[PREFIX + name] for name in OWN if PREFIX + name in cookies}
