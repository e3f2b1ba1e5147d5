"""How lines get into the log: JSON for machines, or one that reads well where DEBUG is on; secrets never.

Everything goes through the standard library's logging, what other packages say included. What a line is about (click,
agent, dialer) comes from `extra=`, or from `structlog.contextvars` where it holds for many lines.
"""

import re
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied

from config.quiet import OncePerMinute

Line = MutableMapping[str, Any]

ABOUT = ("click", "agent", "dialer", "milliseconds", "status_code")
"""The fields that may come in `extra=`; others, such as Django's whole request, stay out."""

LONGEST_TEXT = 2000
LONGEST_TRACEBACK = 6000
MASK = "***"
_HOOK = re.compile(r"(/hooks/vicidial/)[^/\s'\"?]+")
_LOGIN = re.compile(r"(://[^:/@\s]*:)[^@/\s]+(?=@)")
_PASSWORD = re.compile(r"(\bpass(?:word)?['\"]?\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&,'\")}]+)", re.IGNORECASE)


def logging_settings(*, debug: bool, secrets: Iterable[str]) -> dict[str, Any]:
    """Django's LOGGING. `secrets` are masked wherever they might turn up."""
    renderer = structlog.dev.ConsoleRenderer(colors=False) if debug else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.stdlib.ExtraAdder(allow=ABOUT),
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                ],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    without_refusals,
                    # Not structlog's own dictionary of frames, which holds their local variables.
                    structlog.processors.format_exc_info,
                    Masked(secrets),
                    cut,
                    renderer,
                ],
            },
        },
        "filters": {"once_per_minute": {"()": OncePerMinute}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["once_per_minute"]},
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django gives these two handlers of their own; everything goes one way here.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }


def without_refusals(_logger: Any, _method: str, line: Line) -> Line:
    """The line, without the traceback of a page that was refused: who may not see it is no fault of the program."""
    kind, *_ = line.get("exc_info") or (None,)
    if kind is not None and issubclass(kind, PermissionDenied):
        del line["exc_info"]
    return line


def cut(_logger: Any, _method: str, line: Line) -> Line:
    """The line with each of its texts at a length that can be paid for: what strangers sent may stand in it. Of a
    traceback the beginning and the end tell most.
    """
    return {name: _cut(value, name == "exception") if isinstance(value, str) else value for name, value in line.items()}


def _cut(text: str, is_traceback: bool) -> str:  # noqa: FBT001 - said by the caller's own words
    longest = LONGEST_TRACEBACK if is_traceback else LONGEST_TEXT
    if len(text) <= longest:
        return text
    end = longest * 3 // 4 if is_traceback else 0
    return f"{text[: longest - end]} […] {text[len(text) - end :]}".rstrip()


class Masked:
    """The last look at a line before it is written: what must not be in it is masked, wherever it came from."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted(filter(None, secrets), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: Any, _method: str, line: Line) -> Line:
        return {name: self.text(value) if isinstance(value, str) else value for name, value in line.items()}

    def text(self, text: str) -> str:
        """The text without secrets."""
        if self._known:
            text = self._known.sub(MASK, text)
        for pattern in (_HOOK, _LOGIN, _PASSWORD):
            text = pattern.sub(rf"\1{MASK}", text)
        return text
