"""What strangers, a full disk or a broken row can make the log say again and again is said once a minute."""

import logging

import pytest

from config.logs import LONGEST_TEXT, LONGEST_TRACEBACK, logging_settings
from config.quiet import CAUSES_KNOWN, WITHOUT, OncePerMinute
from tests.config.test_logs import line


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock):
    """A logger behind the filter, and what came through."""
    through: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record):
            through.append(record.getMessage())

    handler, logger = Kept(), logging.getLogger("panel.test_quiet")
    handler.addFilter(OncePerMinute(clock))
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, through
    logger.removeHandler(handler)
    logger.propagate = True


def raised(kind: type[Exception]) -> None:
    raise kind("no space left on device")


def fails(log, text: str, *args, kind: type[Exception] = OSError, **about) -> None:
    try:
        raised(kind)
    except kind:
        log.exception(text, *args, extra=about or None)


def test_a_traceback_is_told_once_a_minute_and_then_how_often_it_was_not(log, clock):
    logger, through = log
    for number in range(500):
        fails(logger, "The queue failed at %s.", number)
    assert through == ["The queue failed at 0."]
    clock.now = 60.0
    fails(logger, "The queue failed at %s.", 500)
    assert through[1:] == ["The queue failed at 500. (499 more like this were left out since then.)"]


def test_another_cause_is_told_at_once(log):
    logger, through = log
    fails(logger, "The queue failed.")
    fails(logger, "The queue failed.", kind=ValueError)
    fails(logger, "A question failed.")
    fails(logger, "The queue failed.", agent="1000")
    assert len(through) == 4


def test_short_lines_are_told_some_times(log):
    logger, through = log
    for number in range(500):
        logger.warning("Failed login of %s.", number)
    assert len(through) == WITHOUT


def test_ordinary_work_is_told_always(log):
    logger, through = log
    for number in range(500):
        logger.info("Press ended: %s", number)
    assert len(through) == 500


def test_no_more_causes_are_remembered_than_there_is_room_for(clock):
    quiet = OncePerMinute(clock)
    for number in range(CAUSES_KNOWN * 2):
        quiet.filter(logging.LogRecord("x", logging.ERROR, "x.py", number, f"cause {number}", None, None))
    assert len(quiet._causes) == CAUSES_KNOWN


def test_it_stands_before_what_is_written():
    settings = logging_settings(debug=False, secrets=[])
    assert settings["handlers"]["stderr"]["filters"] == ["once_per_minute"]
    assert settings["filters"]["once_per_minute"]["()"] is OncePerMinute


def test_a_long_text_is_cut():
    written = line(lambda log: log.warning("Not Found: /%s", "x" * 15_000))
    assert len(written["event"]) < LONGEST_TEXT + 10


def test_a_long_traceback_keeps_its_beginning_and_its_end():
    def work(log):
        fails(log, "It failed.", kind=type("E" * 9000, (OSError,), {}))

    trace = line(work)["exception"]
    assert len(trace) < LONGEST_TRACEBACK + 10
    assert trace.startswith("Traceback")
    assert trace.endswith("no space left on device")
