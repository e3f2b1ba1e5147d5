"""A line in the log: JSON that says what it is about, and never a secret."""

import io
import json
import logging
import logging.config
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from structlog.contextvars import bound_contextvars

from config.env import password_of
from config.logs import Masked, logging_settings

SECRETS = ["signing-key-canary", "p@ss canary", ""]


def written(work: Any, *, debug: bool = False) -> str:
    """What the formatter writes of what `work` says to a logger."""
    settings = logging_settings(debug=debug, secrets=SECRETS)
    formatter = settings["formatters"]["line"].copy()
    factory = formatter.pop("()")
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(factory(**formatter))
    logger = logging.getLogger("panel.test")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        work(logger)
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def fail(text: str) -> None:
    value = "local-" + "can" + "ary"
    raise RuntimeError(text + value[:0])


def line(work: Any) -> dict[str, Any]:
    text = written(work)
    assert text.count("\n") == 1
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_is_one_json_object_with_time_level_and_place():
    said = line(lambda log: log.warning("Dialer %s: %s", "main", "away"))
    assert said.pop("timestamp").endswith("Z")
    assert said == {"event": "Dialer main: away", "level": "warning", "logger": "panel.test"}


def test_a_line_says_what_it_is_about():
    with bound_contextvars(agent="1000", dialer="main"):
        said = line(lambda log: log.info("x", extra={"click": "c1"}))
    assert (said["agent"], said["dialer"], said["click"]) == ("1000", "main", "c1")


def test_nothing_else_that_somebody_attached_comes_along():
    said = line(lambda log: log.info("x", extra={"request": "the whole of it", "status_code": 500}))
    assert "request" not in said
    assert said["status_code"] == 500


def test_a_line_for_people_holds_the_same():
    with bound_contextvars(agent="1000"):
        text = written(lambda log: log.info("Hello"), debug=True)
    assert "Hello" in text
    assert "agent=1000" in text
    assert not text.startswith("{")


@pytest.mark.parametrize("debug", [True, False])
def test_an_error_brings_its_traceback_and_no_local_variable(debug):
    def work(log):
        try:
            fail("as it must")
        except RuntimeError:
            log.exception("It failed.")

    text = written(work, debug=debug)
    assert "RuntimeError: as it must" in text
    assert "local-canary" not in text


def test_a_page_that_was_refused_brings_no_traceback():
    def work(log):
        log.warning("Forbidden", exc_info=PermissionDenied("Not for you."))

    assert line(work).keys() == {"event", "level", "logger", "timestamp"}


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "the key is signing-key-canary!",
        "connect to postgresql://me:canary@db:5432/clipdeck failed",
        "redis://:canary@redis:6379/0 is away",
        "Not Found: /hooks/vicidial/canary/",
        "SELECT count(*) from vicidial_users where user='api' and pass='canary' and x",
        'body {"pass": "canary", "user": "api"}',
        "agc/api.php?user=api&pass=canary&function=version",
    ],
)
def test_what_must_not_be_in_a_line_is_masked(text, debug):
    def work(log):
        try:
            fail(text)
        except RuntimeError:
            log.exception("It said %s", text)

    said = written(work, debug=debug)
    assert "canary" not in said
    assert "***" in said


def test_nothing_else_is_masked():
    text = "Passed: agent 1000 at https://panel.example.com:8000/hooks/ has a password."
    assert Masked(SECRETS).text(text) == text


def test_the_password_of_an_address_is_known_as_it_is_sent():
    assert password_of("postgresql://me:p%40ss@db/clipdeck") == "p@ss"
    assert password_of("sqlite:///db.sqlite3") == ""
