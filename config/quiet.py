"""What strangers, a full disk or one broken row can make the log say again and again is said once a minute."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

EVERY_SECONDS = 60.0
WITH_TRACEBACK, WITHOUT = 1, 10
"""How many lines of the same cause a minute may bring. Without a traceback they are short, and each may say of another
address or login, such as those of failed logins.
"""
CAUSES_KNOWN = 1000


@dataclass
class Told:
    """How often a cause was told, and how often not, since the minute began."""

    began: float
    told: int = 0
    left_out: int = 0


class OncePerMinute(logging.Filter):
    """Lets warnings and errors of one cause through once a minute, and says then how many were left out.

    A cause is where a line comes from, its text without what was put into it, and where the error arose; and, where
    the line says so by itself, whose it was. Lines that tell of ordinary work pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._causes: OrderedDict[Hashable, Told] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        if record.levelno < logging.WARNING:
            return True
        now, cause = self._clock(), cause_of(record)
        told = self._causes.get(cause)
        if told is None or now - told.began >= EVERY_SECONDS:
            left_out, told = told.left_out if told else 0, Told(now)
            self._causes[cause] = told
            _say(record, left_out)
        self._causes.move_to_end(cause)
        if len(self._causes) > CAUSES_KNOWN:
            self._causes.popitem(last=False)
        if told.told >= (WITH_TRACEBACK if record.exc_info else WITHOUT):
            told.left_out += 1
            return False
        told.told += 1
        return True


def cause_of(record: logging.LogRecord) -> Hashable:
    """What makes two lines the same."""
    whose = [record.__dict__.get(name) for name in ("agent", "dialer", "status_code")]
    error = record.exc_info[1] if record.exc_info else None
    trace = error.__traceback__ if error else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else None
    return record.name, record.levelno, str(record.msg)[:200], *map(str, whose), type(error), place


def _say(record: logging.LogRecord, left_out: int) -> None:
    if left_out:
        record.msg, record.args = f"{record.getMessage()} ({left_out} more like this were left out since then.)", None
