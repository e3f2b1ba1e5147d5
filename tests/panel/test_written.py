"""Moments and numbers of addresses are what a database can hold, or nothing."""

from datetime import UTC, datetime

import pytest

from panel.written import day_of, moment_of, number_of


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T14:30", datetime(2026, 11, 21, 14, 30, tzinfo=UTC)),
        ("2026-11-21T14:30-05:00", datetime(2026, 11, 21, 19, 30, tzinfo=UTC)),
        ("1970-01-01T00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1970-01-01T00:00+00:01", None),
        ("0001-01-01T00:00+14:00", None),
        ("9999-12-31T23:59-14:00", None),
        ("9000-01-01T00:01Z", None),
        ("yesterday", None),
    ],
)
def test_a_moment(text, moment):
    assert moment_of(text) == moment


def test_a_day_and_its_end():
    assert day_of("2026-11-21") == datetime(2026, 11, 21, tzinfo=UTC)
    assert day_of("2026-11-21", is_end=True) == datetime(2026, 11, 22, tzinfo=UTC)
    assert [day_of(text) for text in ("0001-01-01", "9999-12-31", "2026-02-30", "x")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("9223372036854775807", 2**63 - 1), ("9223372036854775808", None), ("²", None), ("٣", None), ("", None)],
)
def test_a_number(text, number):
    assert number_of(text) == number


def test_a_number_of_many_digits():
    assert number_of("9" * 5000) is None
