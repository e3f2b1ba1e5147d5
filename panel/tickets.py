"""One-use tickets at the websocket's door: in the subprotocol, never in the address, which logs would keep.

A client offers `clipdeck.v1` and `ticket.TICKET`. It is answered with `clipdeck.v1` alone.
"""

from typing import Any

from channels.db import database_sync_to_async
from django.utils import timezone

from panel.selectors.rights import NOT_ALLOWED, NOT_LOGGED_IN, TokenIsGood
from panel.services.tokens import use_ticket

SUBPROTOCOL = "clipdeck.v1"
PREFIX = "ticket."


class TicketMiddleware:
    """Lets in who brings a ticket, as the ticket's agent; whoever brings none goes on with the cookie."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        offered = scope.get("subprotocols", [])
        ticket = next((one.removeprefix(PREFIX) for one in offered if one.startswith(PREFIX)), None)
        if ticket is None:
            return await self._inner(scope, receive, send)
        token = await database_sync_to_async(use_ticket)(ticket, timezone.now())
        if token is None:
            return await _refuse(scope, receive, send, NOT_LOGGED_IN, "This ticket was used or is too old.")
        if _origin(scope) != token.origin:
            return await _refuse(scope, receive, send, NOT_ALLOWED, "This ticket was bought from another origin.")
        # Without the session of a cookie that happens to come along: the ticket says who this is.
        inside = {**scope, "user": token.agent.user, "rights": (TokenIsGood(token.pk),), "session": None}
        return await self._inner(inside, receive, send)


def subprotocol_of(scope: dict[str, Any]) -> str | None:
    """The protocol to name at the acceptance: a browser that offered some closes the socket where none is chosen."""
    return SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None


async def _refuse(scope: dict[str, Any], receive: Any, send: Any, code: int, reason: str) -> None:
    """Accept first: a browser shows a close code only then."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": subprotocol_of(scope)})
    await send({"type": "websocket.close", "code": code, "reason": reason})


def _origin(scope: dict[str, Any]) -> str:
    return str(dict(scope["headers"]).get(b"origin", b"").decode("latin-1"))
