"""What somebody wrote into an address or a form, read as what it is meant to be, and within what a database can hold.

Every moment and every number of a query is read here, so that none of them is looked at for its form only.
"""

import re
from datetime import UTC, datetime, time, timedelta

from django.utils.dateparse import parse_date, parse_datetime

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""What lies outside of these can't be meant, and each zone can still say it without leaving the calendar."""
LARGEST = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}")


def moment_of(text: str) -> datetime | None:
    """`2026-11-21T14:30Z`, or without a zone, which is UTC then -> the moment in UTC; None where it is none."""
    try:
        moment = parse_datetime(text)
        if moment is None:
            return None
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment <= LATEST else None


def day_of(text: str, *, is_end: bool = False) -> datetime | None:
    """`2026-11-21` -> its midnight in UTC, as an end the next one; None where it is no day."""
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time(), UTC) if day else None
    except ValueError:
        return None
    if moment is None or not EARLIEST <= moment <= LATEST:
        return None
    return moment + timedelta(days=1) if is_end else moment


def number_of(text: str) -> int | None:
    """Some digits -> the number of a row; None where it is none, or one that no database counts to."""
    number = int(text) if _DIGITS.fullmatch(text) else None
    return number if number is not None and number <= LARGEST else None
