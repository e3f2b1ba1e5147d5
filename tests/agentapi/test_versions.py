"""What a server says of itself, without a login."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from agentapi.commands import AskVersion, StopClip
from agentapi.outcomes import Accepted, Unanswered, Unsupported, from_body
from agentapi.versions import ServerVersion, version_of

HERE = Path(__file__).parent
ANSWERS = {
    answer["id"]: answer
    for name in ("answers.json", "answers-stereo.json")
    for answer in json.loads((HERE / name).read_text())
}


def test_recorded_versions_tell_build_and_clock():
    new = version_of(ANSWERS["st-version"]["body"])
    assert new == ServerVersion("2.14-84", 260302, datetime(2026, 11, 25, 20, 56, 39), 1795640199)  # noqa: DTZ001
    old = version_of(ANSWERS["ver-2"]["body"])
    assert old == ServerVersion("2.14-82", 250122, datetime(2026, 11, 21, 11, 49, 5), 1795261745)  # noqa: DTZ001
    assert from_body(AskVersion(), ANSWERS["ver-2"]["body"]) == Accepted(version=old)
    assert (new.knows_stereo, old.knows_stereo) == (True, False)


@pytest.mark.parametrize(("build", "knows"), [("250829", False), ("250830-1200", True), ("x", None), ("", None)])
def test_stereo_came_with_a_build(build, knows):
    version = version_of(f"VERSION: 2.14-83|BUILD: {build}|DATE: x|EPOCH: y\n")
    assert version is not None
    assert version.knows_stereo is knows
    assert (version.local, version.epoch) == (None, None)


@pytest.mark.parametrize("noise", ["<br />\n<b>Warning</b>: Undefined variable\n", "\n\n", "BUILD: 1|DATE: 2\n"])
def test_noise_around_the_version_is_passed_over(noise):
    version = version_of(f"{noise}VERSION: 2.14-84|BUILD: 260302-1142|DATE: 2026-02-30 10:00:00|EPOCH: 1\r\n{noise}")
    assert version == ServerVersion("2.14-84", 260302, None, 1)


def test_what_is_no_version_proves_nothing():
    assert isinstance(from_body(AskVersion(), "hello"), Unanswered)
    assert isinstance(from_body(AskVersion(), ""), Unsupported)
    assert isinstance(from_body(StopClip(), ANSWERS["ver-2"]["body"]), Unanswered)


def test_a_version_is_cleaned_and_cut():
    version = version_of(f"VERSION: 2\x1b.14{'x' * 99}|BUILD: 9999999|EPOCH: {'9' * 99}\n")
    assert version == ServerVersion("2.14" + "x" * 16)
