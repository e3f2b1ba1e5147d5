"""Fast fingers and whole call centers pass; what no person does is slowed down, then ended."""

import pytest

from panel.limits import PATIENCE, SOCKET_BURST, SOCKETS_PER_USER, Bucket, Crowd, Pace, Speech

CALL_CENTER = "203.0.113.9"


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def crowd(time):
    return Crowd(time)


def paces(crowd, time, speech, *, per_second, seconds):
    for _ in range(int(seconds * per_second)):
        time.now += 1 / per_second
        yield crowd.pace(CALL_CENTER, speech)


def test_ten_presses_a_second_are_fine_for_ever(crowd, time):
    crowd.enter(1, CALL_CENTER)
    assert set(paces(crowd, time, Speech(), per_second=10, seconds=600)) == {Pace.FINE}


def test_a_flood_is_refused_and_what_goes_on_is_ended(crowd, time):
    crowd.enter(1, CALL_CENTER)
    told = list(paces(crowd, time, Speech(), per_second=1000, seconds=1))
    fine, refused = told.count(Pace.FINE), told.count(Pace.TOO_FAST)
    assert SOCKET_BURST <= fine <= SOCKET_BURST + 31
    assert refused == pytest.approx(PATIENCE, abs=2)
    assert told[-1] is Pace.NO_END


def test_a_short_flood_is_forgiven(crowd, time):
    crowd.enter(1, CALL_CENTER)
    speech = Speech()
    assert Pace.TOO_FAST in list(paces(crowd, time, speech, per_second=1000, seconds=0.2))
    time.now += 60
    assert crowd.pace(CALL_CENTER, speech) is Pace.FINE


def test_five_thousand_agents_behind_one_address_are_fine(crowd, time):
    speeches = [Speech() for _ in range(5000)]
    for user_id in range(5000):
        assert crowd.enter(user_id, CALL_CENTER) == ""
    for _ in range(10):
        for speech in speeches:
            time.now += 1 / 5000
            assert crowd.pace(CALL_CENTER, speech) is Pace.FINE


def test_many_sockets_of_one_address_flood_no_more_than_their_share(crowd, time):
    speeches = [Speech() for _ in range(SOCKETS_PER_USER)]
    for _ in speeches:
        crowd.enter(1, CALL_CENTER)
    told = []
    for _ in range(600):
        for speech in speeches:
            time.now += 1 / (25 * SOCKETS_PER_USER)
            told.append(crowd.pace(CALL_CENTER, speech))
    assert Pace.TOO_FAST in told
    assert crowd.pace("198.51.100.7", Speech()) is Pace.FINE


def test_a_login_has_so_many_sockets_and_no_more(crowd):
    for _ in range(SOCKETS_PER_USER):
        assert crowd.enter(1, CALL_CENTER) == ""
    assert "30 pages open" in crowd.enter(1, "198.51.100.7")
    assert crowd.enter(2, CALL_CENTER) == ""
    crowd.leave(1, CALL_CENTER)
    assert crowd.enter(1, CALL_CENTER) == ""


def test_an_address_has_so_many_sockets_and_no_more(crowd):
    for user_id in range(10_000):
        assert crowd.enter(user_id, CALL_CENTER) == ""
    assert "this address" in crowd.enter(10_001, CALL_CENTER)
    assert crowd.enter(10_001, "198.51.100.7") == ""


def test_nothing_is_kept_of_who_left(crowd):
    crowd.enter(1, CALL_CENTER)
    crowd.pace(CALL_CENTER, Speech())
    crowd.leave(1, CALL_CENTER)
    assert (crowd._of_user, crowd._of_address, crowd._said) == ({}, {}, {})


def test_a_bucket_takes_its_burst_at_once_and_its_rate_after():
    bucket = Bucket()
    assert [bucket.take(5.0, rate=2, burst=3) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(5.5, rate=2, burst=3) for _ in range(2)] == [True, False]
