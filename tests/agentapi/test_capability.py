"""What a capture command's outcome proves of the function itself."""

import json
from pathlib import Path

import pytest

from agentapi.capability import Capability, capability_of
from agentapi.commands import AskCapture, BeginCapture, EndCapture
from agentapi.outcomes import Accepted, Expired, NotSent, Refused, Unanswered, Unsupported, from_body
from agentapi.replies import Reason

ANSWERS = {answer["id"]: answer for answer in json.loads((Path(__file__).parent / "answers-stereo.json").read_text())}


@pytest.mark.parametrize(
    ("answer", "command", "capability"),
    [
        ("st-off-begin", BeginCapture(), Capability.SWITCHED_OFF),
        ("st-off-live", AskCapture(), Capability.SWITCHED_OFF),
        ("st-off-live-end", EndCapture(), Capability.SWITCHED_OFF),
        ("st-old-status", AskCapture(), Capability.TOO_OLD),
        ("st-perm-status", AskCapture(), Capability.NO_PERMISSION),
        ("st-perm-end", EndCapture(), Capability.NO_PERMISSION),
        ("st-none-status", AskCapture(), Capability.OK),
        ("st-one-status", AskCapture(), Capability.OK),
        ("st-none-begin", BeginCapture(), Capability.OK),
        ("st-none-end-de", EndCapture(), Capability.OK),
        ("st-notin-status", AskCapture(), Capability.OK),
        ("st-pw", AskCapture(), None),
        ("st-source", AskCapture(), None),
        ("st-apioff", BeginCapture(), None),
    ],
)
def test_recorded_answers_tell_whether_the_function_works(answer, command, capability):
    assert capability_of(from_body(command, ANSWERS[answer]["body"])) is capability


@pytest.mark.parametrize("outcome", [NotSent(), Unanswered(), Expired(), Refused(Reason.OTHER)])
def test_what_brought_no_verdict_proves_nothing(outcome):
    assert capability_of(outcome) is None


def test_an_empty_body_is_too_old_and_a_good_answer_is_ok():
    assert capability_of(Unsupported()) is Capability.TOO_OLD
    assert capability_of(Accepted()) is Capability.OK
