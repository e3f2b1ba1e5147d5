"""The one notion of an address: what a text names, what it is counted under, and which addresses it carries within."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ONE_CUSTOMER_BITS = 64
"""What one customer of a provider gets at least: a single machine may use all of its addresses."""

_BEHIND_THE_PREFIX = tuple(
    map(
        ip_network,
        (
            "::/96",  # IPv4-compatible (RFC 4291)
            "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
            "64:ff9b::/96",  # NAT64's own prefix (RFC 6052)
        ),
    )
)
_LOCAL_NAT64 = ip_network("64:ff9b:1::/48")
"""Whoever runs it cuts prefixes of any length out of it (RFC 8215)."""
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""The first half of an interface's number that ends in an IPv4 address (RFC 5214)."""
_NO_SERVER = ip_network("0.0.0.0/8")


def address_of(text: str) -> Address | None:
    """`203.0.113.9`, `fe80::1%eth0` -> the address; an IPv4-mapped IPv6 is its IPv4. None where it is no address."""
    try:
        ip = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def network_of(text: str) -> str:
    """What a client is counted under: its IPv4, or its IPv6 network; a text that is no address stands for itself."""
    ip = address_of(text)
    if isinstance(ip, IPv6Address):
        return str(ip_network((ip, ONE_CUSTOMER_BITS), strict=False).network_address)
    return text if ip is None else str(ip)


def carried(ip: Address) -> Iterator[IPv4Address]:
    """Every IPv4 address to which a gateway somewhere might pass on what is sent to this one."""
    if isinstance(ip, IPv6Address):
        # No server's address begins with 0: `::1` carries none, and most readings of a local NAT64's are none.
        yield from (carried for carried in _readings(ip) if carried not in _NO_SERVER)


def _readings(ip: IPv6Address) -> Iterator[IPv4Address]:
    number = int(ip)
    if any(ip in network for network in _BEHIND_THE_PREFIX) or number >> 32 & 0xFFFF_FFFF in _ISATAP:
        yield _last_bits(number)
    if ip in _LOCAL_NAT64:
        yield _last_bits(number)
        # Shorter prefixes: the bits 64 to 71 are left out (RFC 6052, 2.2).
        without_gap = number >> 64 << 56 | number & (1 << 56) - 1
        yield from (_last_bits(without_gap >> 120 - 32 - length) for length in (48, 56, 64))
    if ip.sixtofour:
        yield ip.sixtofour
    yield from ip.teredo or ()


def _last_bits(number: int) -> IPv4Address:
    return IPv4Address(number & 0xFFFF_FFFF)
