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

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        offered = scope.get("subprotocols", [])
        ticket = next((one.removeprefix(PREFIX) for one in offered if one.startswith(PREFIX)), None)
        answer = _answering(send) if SUBPROTOCOL in offered else send
        if ticket is None:
            await self._inner(scope, receive, answer)
            return
        token = await database_sync_to_async(use_ticket)(ticket, timezone.now())
        if token is None:
            await _refuse(receive, answer, NOT_LOGGED_IN, "This ticket was used or is too old.")
        elif _origin(scope) != token.origin:
            await _refuse(receive, answer, NOT_ALLOWED, "This ticket was bought from another origin.")
        else:
            # Without the session of a cookie that happens to come along: the ticket says who this is.
            inside = {**scope, "user": token.agent.user, "rights": (TokenIsGood(token.pk),), "session": None}
            await self._inner(inside, receive, answer)


def _answering(send: Any) -> Any:
    """Name the protocol at the acceptance: a browser that offered some closes the socket where none is chosen."""

    async def answer(message: dict[str, Any]) -> None:
        await send({**message, "subprotocol": SUBPROTOCOL} if message["type"] == "websocket.accept" else message)

    return answer


async def _refuse(receive: Any, send: Any, code: int, reason: str) -> None:
    """Accept first: a browser shows a close code only then."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code, "reason": reason})


def _origin(scope: dict[str, Any]) -> str:
    return str(dict(scope["headers"]).get(b"origin", b"").decode("latin-1"))
