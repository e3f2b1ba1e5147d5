"""What is limited by a count is limited also for those who come at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from panel.models import Ticket, Token, WrongCode
from panel.services import pairings, tokens
from panel.services.pairings import GUESSES_OF_A_PERSON, PairingRefusedError
from panel.services.tokens import TooManyTicketsError

AT_ONCE = 30

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work) -> list[Any]:
    """In as many threads, let go together; what each brought."""
    ready = Barrier(AT_ONCE)

    def one(number: int) -> Any:
        ready.wait()
        try:
            return work(number)
        except (PairingRefusedError, TooManyTicketsError) as refusal:
            return getattr(refusal, "code", "too_many")
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_so_many_wrong_codes_of_a_person(alice):
    now = timezone.now()
    told = at_once(lambda n: pairings.look_up(f"WRONG{n:03}", alice.user, "203.0.113.9", now, by_link=False))
    assert WrongCode.objects.count() == GUESSES_OF_A_PERSON
    assert told.count("no_such_code") == GUESSES_OF_A_PERSON
    assert told.count("too_many") == AT_ONCE - GUESSES_OF_A_PERSON


def test_so_many_tickets_of_a_token(paired, monkeypatch):
    monkeypatch.setattr(tokens, "TICKETS_AT_ONCE", 3)
    token, now = Token.objects.get(), timezone.now()
    told = at_once(lambda _: tokens.buy_ticket(token, now))
    assert Ticket.objects.count() == 3
    assert told.count("too_many") == AT_ONCE - 3
