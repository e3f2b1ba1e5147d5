"""A wall whose client takes nothing in, against the real server: it is closed, and nobody else waits for it."""

import json
import socket
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from panel.wall.viewer import TOO_SLOW
from tests.processes.crowds import crowd_of
from tests.processes.running import wait_for

AGENTS = 300


@pytest.fixture
def sue(house):
    """Sue's cookie, in a house of many agents."""
    cookie = crowd_of(house, AGENTS)["sue"]
    house.serve()
    return cookie


def open_wall(house, cookie, **options):
    address = f"{house.url.replace('http:', 'ws:')}/ws/wall/"
    return connect(address, additional_headers={"Cookie": f"sessionid={cookie}"}, max_size=None, **options)


def small_socket(house):
    """A connection for which the client's system holds next to nothing, so that the server soon notices."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", house.port))
    return small


def until(wall, kind):
    while (message := json.loads(wall.recv(timeout=10)))["type"] != kind:
        pass
    return message


def all_that_came(wall):
    """How many messages came before the end, and the code with which the server ended it, if that came through."""
    received = 0
    try:
        while wall.recv(timeout=10):
            received += 1
    except ConnectionClosed as closed:
        return received, closed.rcvd.code if closed.rcvd else None


def is_given_up(house, slow, quick) -> bool:
    """Whether the server closed the slow wall; until then it is asked for more, and the quick one must be served."""
    # Each answer is some 250 KB, and the system holds a few MB for a socket.
    with suppress(ConnectionClosed):
        slow.send('{"type": "resync"}')
    quick.send('{"type": "ping"}')
    until(quick, "pong")
    time.sleep(0.2)
    return "took in nothing" in house.server.said


def test_a_wall_that_takes_nothing_in_is_closed_and_others_go_on(house, sue):
    # This client stops reading from the network as soon as one message waits to be taken.
    with open_wall(house, sue, max_queue=1, sock=small_socket(house)) as slow, open_wall(house, sue) as quick:
        assert len(until(quick, "wall")["agents"]) == AGENTS
        wait_for(lambda: is_given_up(house, slow, quick), within=60)
        received, code = all_that_came(slow)
        assert code in {None, TOO_SLOW}
        assert received < 100
        quick.send('{"type": "resync"}')
        assert len(until(quick, "wall")["agents"]) == AGENTS
