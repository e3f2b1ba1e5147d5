"""Which servers may be spoken to: an address of a dialer must not become a way to whatever else is near.

A name is looked up anew for each connection, and may lead elsewhere the next time. So what counts is the address that
a connection was really made to, and it is looked at before anything is sent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from agentapi.addresses import Network, address_of, carried
from agentapi.answering import WholeAnswer
from agentapi.timely import Timely

NEVER = tuple(
    map(
        ip_network,
        (
            # Where clouds keep the keys of their machines: link-local, and what single providers use besides.
            "169.254.0.0/16",
            "fe80::/10",
            "fd00:ec2::/32",
            "fd20:ce::254/128",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "192.0.0.192/32",
            # Nobody at all, and everybody at once.
            "0.0.0.0/8",
            "::/128",
            "224.0.0.0/4",
            "ff00::/8",
        ),
    )
)
"""Refused unless they are named."""


PLAIN_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
"""A host name or address, and a port: what may stand in a header of ours without meaning anything else there."""


class OutOfReachError(NewConnectionError):
    """The address may not be spoken to; nothing was sent."""


@dataclass(frozen=True)
class Reach:
    """What was allowed: host names, names that end in `.suffix`, networks. Nothing named: all but `NEVER`."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def allows(self, host: str, address: str) -> bool:
        """Whether `host` may be spoken to at the address that it led to; ValueError where that is none.

        What is sent to an address may be passed on to an IPv4 that it carries: that counts as much as it does itself.
        """
        ip = address_of(address)
        if ip is None:
            raise ValueError(address)
        if any(ip in network for network in self.networks):
            return True
        forbidden = any(each in network for each in (ip, *carried(ip)) for network in NEVER)
        return not forbidden and (self._is_open() or self._lists(host))

    def may_name(self, host: str) -> bool:
        """Whether a dialer's address may name `host`, as far as that can be said without looking it up."""
        return self.has(host) or (bool(self.networks) and address_of(host) is None)

    def has(self, host: str) -> bool:
        """Whether `host` is allowed as it is written, wherever it may lead."""
        if address_of(host) is None:
            return self._is_open() or self._lists(host)
        return self.allows(host, host)

    def _is_open(self) -> bool:
        return not self.names and not self.networks

    def _lists(self, host: str) -> bool:
        host = host.rstrip(".").lower()
        return host in self.names or any(name.startswith(".") and host.endswith(name) for name in self.names)


def reach_of(items: Iterable[str]) -> Reach:
    """`10.0.0.0/8`, `10.0.0.7`, `deck.example.com`, `.example.com` -> Reach; ValueError names what is none of these."""
    names, networks = set(), []
    for item in items:
        try:
            networks.append(ip_network(address_of(item) or item, strict=False))
        except ValueError:
            if not item.strip(".").replace("-", "").replace(".", "").replace("_", "").isalnum():
                raise ValueError(item) from None
            names.add(item.lower())
    return Reach(frozenset(names), tuple(networks))


class ReachAdapter(HTTPAdapter):
    """Connects for a `requests.Session`, and hangs up before a word where the address is out of reach."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, HTTPConnection, self._reach),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, self._reach),
        }


def _pool(pool: type[HTTPConnectionPool], connection: type[HTTPConnection], reach: Reach) -> type[HTTPConnectionPool]:
    class Guarded(Timely, connection):  # type: ignore[misc, valid-type]  # one of two known classes.
        response_class = WholeAnswer

        def _new_conn(self) -> Any:
            opened = super()._new_conn()
            if not reach.allows(self.host, opened.getpeername()[0]):
                opened.close()
                raise OutOfReachError(self, "DIALER_HOSTS does not allow this address.")
            return opened

    return type("GuardedPool", (pool,), {"ConnectionCls": Guarded})
