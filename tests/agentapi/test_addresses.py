"""One notion of an address: what a text names, what it is counted under, what it carries."""

from ipaddress import ip_address

import pytest

from agentapi.addresses import address_of, carried, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2:0:0:0:7", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_client_is_counted_under_what_one_customer_has(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize("text", ["", "unknown", "203.0.113", "203.0.113.9:80", "[::1]", "0x7f000001", "2130706433"])
def test_what_is_no_address_is_none(text):
    assert address_of(text) is None


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::7", "::", "::1"])
def test_most_addresses_carry_nothing(address):
    assert list(carried(ip_address(address))) == []


def test_teredo_carries_its_server_and_its_client():
    address = ip_address("2001:0:4136:e378:8000:63bf:3fff:fdd2")
    assert [str(ip) for ip in carried(address)] == ["65.54.227.120", "192.0.2.45"]
