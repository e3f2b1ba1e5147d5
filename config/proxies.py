"""Who a request comes from: the nearest address that is no proxy of ours. It is found here and nowhere else."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from agentapi.addresses import Network, address_of

log = logging.getLogger(__name__)

Headers = list[tuple[bytes, bytes]]

FORWARDED_FOR = b"x-forwarded-for"
_CLAIMS = (b"x-forwarded-", b"forwarded", b"x-real-ip")


class TrustedProxies:
    """ASGI around the application: `scope["client"]` becomes the real client, as the proxies in `networks` tell it.

    What anybody else claims in such headers is dropped before anything sees it.
    """

    def __init__(self, application: Any, networks: Sequence[Network]) -> None:
        self._application = application
        self._networks = networks
        self._warned = False

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if "client" in scope:
            scope = self._seen(scope)
        return await self._application(scope, receive, send)

    def _seen(self, scope: dict[str, Any]) -> dict[str, Any]:
        peer, *rest = scope["client"] or ("",)
        headers: Headers = scope["headers"]
        if is_within(peer, self._networks):
            return {**scope, "client": [client_of(peer, headers, self._networks), *rest]}
        kept = [(name, value) for name, value in headers if not name.startswith(_CLAIMS)]
        if len(kept) < len(headers) and not self._warned:
            self._warned = True
            log.warning("%s sends X-Forwarded headers and is not in TRUSTED_PROXIES: they are ignored.", peer)
        return {**scope, "headers": kept}


def client_of(peer: str, headers: Headers, networks: Iterable[Network]) -> str:
    """The address nearest to us that is no proxy of ours. What stands further left anybody may have written."""
    chain = b",".join(value for name, value in headers if name == FORWARDED_FOR).decode("latin-1").split(",")
    client = peer
    for item in reversed([item.strip() for item in chain]):
        if address_of(item) is None:
            return client
        client = item
        if not is_within(item, networks):
            return client
    return client


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether the address lies in one of the networks."""
    ip = address_of(address)
    return ip is not None and any(ip in network for network in networks)
