"""Only our own proxies are believed when they say whose request it is."""

from ipaddress import ip_network

import pytest

from config.proxies import TrustedProxies, client_of

PROXIES = [ip_network("127.0.0.0/8"), ip_network("10.0.0.0/24"), ip_network("::1")]


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"x-forwarded-for", value.encode()) for value in values]


@pytest.mark.parametrize(
    ("peer", "values", "client"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["6.6.6.6", "203.0.113.9, 10.0.0.4"], "203.0.113.9"),
        ("127.0.0.1", ["10.0.0.4"], "10.0.0.4"),
        ("::1", ["2001:db8::7"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["\x00' or 1=1", "10.0.0.4"], "10.0.0.4"),
    ],
)
def test_the_nearest_address_that_is_no_proxy_counts(peer, values, client):
    assert client_of(peer, forwarded(*values), PROXIES) == client


async def seen_by_the_application(peer, *headers):
    seen = {}

    async def application(scope, receive, send):
        seen.update(scope)

    scope = {"type": "http", "client": [peer, 4711] if peer else None, "headers": [(b"host", b"deck"), *headers]}
    await TrustedProxies(application, PROXIES)(scope, None, None)
    return seen


async def test_a_proxy_is_believed():
    seen = await seen_by_the_application("10.0.0.4", *forwarded("203.0.113.9"), (b"x-forwarded-proto", b"https"))
    assert seen["client"] == ["203.0.113.9", 4711]
    assert (b"x-forwarded-proto", b"https") in seen["headers"]


@pytest.mark.parametrize("peer", ["203.0.113.66", None])
@pytest.mark.parametrize("name", [b"x-forwarded-for", b"x-forwarded-proto", b"forwarded", b"x-real-ip"])
async def test_nobody_else_is(peer, name, caplog):
    seen = await seen_by_the_application(peer, (name, b"https"))
    assert seen["client"] == ([peer, 4711] if peer else None)
    assert seen["headers"] == [(b"host", b"deck")]
    assert "TRUSTED_PROXIES" in caplog.text
