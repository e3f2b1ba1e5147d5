"""Comparing moments of which some are not known."""

from datetime import UTC, datetime, timedelta

SAW_FORMAT = "%Y-%m-%d %H:%M:%S"
SKEW = timedelta(seconds=2)
"""How far the clocks of Clipdeck's own machines may differ: what lies no further in the future is now."""


def later(moment: datetime | None, than: datetime) -> bool:
    """Whether the moment is known and later."""
    return moment is not None and moment > than


def within(span: timedelta, moment: datetime | None, now: datetime) -> bool:
    """Whether the moment is known and no longer ago than this. One in the future is not: a clock was set back."""
    return moment is not None and -SKEW <= now - moment <= span


def of_server(stamp: str, clock_ahead: timedelta | None) -> datetime | None:
    """A start time as VICIdial writes it -> our UTC; None where it is none, or the server's clock is not known.

    It is the server's local time without a zone (FACTS 7.15); `clock_ahead` holds zone and error of its clock together.
    """
    if clock_ahead is None:
        return None
    try:
        local = datetime.strptime(stamp, SAW_FORMAT).replace(tzinfo=UTC)
        return local - clock_ahead
    except (ValueError, OverflowError):
        return None
