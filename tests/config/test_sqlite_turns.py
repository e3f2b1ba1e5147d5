"""Writers of one process take turns at SQLite, in the order in which they came."""

import threading

from config.sqlite3.base import Turns


def line_up(turns: Turns, count: int) -> tuple[list[int], list[threading.Thread]]:
    """Threads that want a turn one after the other, and the order in which they get it."""
    order: list[int] = []

    def work(number: int) -> None:
        assert turns.take(10)
        order.append(number)
        turns.give_back()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for place, thread in enumerate(threads, start=1):
        thread.start()
        while len(turns._waiting) < place:
            thread.join(0.001)
    return order, threads


def test_first_come_first_served():
    turns = Turns()
    assert turns.take(1)
    order, threads = line_up(turns, 5)
    assert order == []
    turns.give_back()
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]


def test_who_gives_back_and_wants_again_stands_at_the_end():
    turns = Turns()
    assert turns.take(1)
    order, threads = line_up(turns, 2)
    turns.give_back()
    assert turns.take(10)
    assert order == [0, 1]
    turns.give_back()
    for thread in threads:
        thread.join(10)


def test_who_waits_too_long_leaves_the_line():
    turns = Turns()
    assert turns.take(1)
    assert not turns.take(0.001)
    turns.give_back()
    assert turns.take(0.001)


def test_a_failed_beginning_gives_the_turn_back(transactional_db):
    from django.db import connection, transaction

    from config.sqlite3 import base
    from panel.models import Worker

    with transaction.atomic():
        assert Worker.objects.count() == 0
        if connection.vendor == "sqlite":
            assert base._turns[str(connection.settings_dict["NAME"])]._taken
    assert not any(turns._taken for turns in base._turns.values())
