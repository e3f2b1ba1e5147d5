"""A dialer's address leads to dialers, and to nothing else that happens to be near."""

import pytest

from agentapi.client import Dialer, HttpAgentApi
from agentapi.commands import StopClip
from agentapi.outcomes import NotSent
from agentapi.reach import Reach, reach_of
from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer

METADATA = "169.254.169.254"
ANY = Reach()


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.5", "10.0.0.1", "203.0.113.9", "2001:db8::1", "::1"])
def test_without_a_list_any_server_may_be_a_dialer(address):
    assert ANY.allows("dialer.example.com", address)
    assert ANY.may_name(address)
    assert ANY.may_name("dialer.example.com")


@pytest.mark.parametrize(
    "address",
    [
        METADATA,
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fd00:ec2:0:1::7",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "0.0.0.0",
        "::",
        "224.0.0.1",
    ],
)
def test_but_never_where_clouds_keep_their_keys(address):
    assert not ANY.allows("dialer.example.com", address)
    assert not ANY.may_name(address)
    assert not reach_of(["dialer.example.com"]).allows("dialer.example.com", address)


@pytest.mark.parametrize(
    "address",
    [
        "::a9fe:a9fe",
        "::ffff:a9fe:a9fe",
        "::ffff:0:a9fe:a9fe",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:2a9:fe:a9fe::",
        "64:ff9b:1:23:a9:fea9:fe00:0",
        "2002:a9fe:a9fe::1",
        "2001:0:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:5601:5601",
        "2001:db8::5efe:a9fe:a9fe",
        "2001:db8::200:5efe:a9fe:a9fe",
    ],
)
def test_nor_to_an_address_that_carries_theirs(address):
    assert not ANY.allows("dialer.example.com", address)
    assert not ANY.may_name(address)
    assert not reach_of(["dialer.example.com"]).allows("dialer.example.com", address)
    assert reach_of([address]).allows("dialer.example.com", address)


@pytest.mark.parametrize("address", ["64:ff9b::cb00:7109", "64:ff9b:1::cb00:7109", "2002:cb00:7109::1", "::1"])
def test_what_carries_a_harmless_address_is_harmless(address):
    assert ANY.allows("dialer.example.com", address)


def test_unless_it_is_named():
    assert reach_of([METADATA]).allows("dialer.example.com", METADATA)


@pytest.mark.parametrize(
    ("host", "address", "allowed"),
    [
        ("dialer.example.com", "203.0.113.9", True),
        ("DIALER.example.com.", "203.0.113.9", True),
        ("other.example.com", "203.0.113.9", False),
        ("a.floor.example.com", "203.0.113.9", True),
        ("floor.example.com", "203.0.113.9", False),
        ("evilfloor.example.com", "203.0.113.9", False),
        ("other.example.com", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("127.0.0.1", "127.0.0.1", False),
    ],
)
def test_a_list_allows_what_it_names_and_nothing_else(host, address, allowed):
    reach = reach_of(["dialer.example.com", ".floor.example.com", "10.0.0.0/8"])
    assert reach.allows(host, address) is allowed


def test_a_name_may_be_given_where_its_address_may_turn_out_to_be_allowed():
    assert reach_of(["10.0.0.0/8"]).may_name("any.example.com")
    assert not reach_of(["dialer.example.com"]).may_name("any.example.com")


def test_a_name_is_had_only_where_it_stands_itself():
    reach = reach_of(["10.0.0.0/8", "dialer.example.com"])
    assert all(map(reach.has, ("10.1.2.3", "dialer.example.com")))
    assert not any(map(reach.has, ("any.example.com", "127.0.0.1", "167838211")))
    assert ANY.has("any.example.com")


@pytest.mark.parametrize("item", ["http://dialer", "dialer:8080", "a b", "*", "10.0.0.0/99"])
def test_a_list_that_makes_no_sense_is_an_error(item):
    with pytest.raises(ValueError, match="^" + item.replace("*", r"\*") + "$"):
        reach_of([item])


@pytest.fixture
def simulator():
    with SimulatorServer(Floor.demo(seed=1)) as server:
        yield server


def test_nothing_is_said_to_an_address_out_of_reach(simulator):
    """The name is looked up when the connection is made; where it led is what counts."""
    url = simulator.url.replace("127.0.0.1", "localhost")
    dialer = Dialer(name="main", url=url, user="apiuser", password="apipass")
    outcome = HttpAgentApi(reach=reach_of(["10.0.0.0/8"])).execute(dialer, "1000", StopClip())
    assert isinstance(outcome, NotSent)
    assert "DIALER_HOSTS" in outcome.text
    assert simulator.floor.journal.total == 0
    assert not isinstance(HttpAgentApi(reach=reach_of(["localhost"])).execute(dialer, "1000", StopClip()), NotSent)
