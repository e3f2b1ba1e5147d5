"""The documentation's diagrams are drawn from the machine's tables, so that neither can say what the other does not.

After a change of the tables: .venv/bin/python -m tests.agentapi.test_machine_diagram
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agentapi.machine import (
    CAPTURE_AFTER,
    CAPTURE_CHECKS,
    CAPTURE_DEADLINE,
    CAPTURE_SEEN,
    PLAYBACK_AFTER,
    PLAYBACK_CHECKS,
    Action,
    Capture,
    CaptureStatus,
    Ending,
    Playback,
    PlaybackStatus,
    Press,
    State,
    after,
    tick,
)
from agentapi.outcomes import Accepted, Outcome, Refused, Unanswered, Unsupported
from agentapi.replies import Reason

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "agent-api.md"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
END = NOON + timedelta(seconds=60)
GO = "go"

OUTCOMES: dict[Ending, Outcome] = {
    Ending.ACCEPTED: Accepted(),
    Ending.NOTHING_PLAYING: Refused(Reason.NOTHING_PLAYING),
    Ending.ALREADY_PLAYING: Refused(Reason.ALREADY_PLAYING),
    Ending.STOP_ERROR: Refused(Reason.STOP_ERROR),
    Ending.UNANSWERED: Unanswered(),
    Ending.UNSUPPORTED: Unsupported(),
}

Edge = tuple[str, str, str, str]
"""From, to, what happened, and what it happened to ('' where there is nothing to name)."""


def playing(status: PlaybackStatus) -> State:
    """Such a clip, past its settling window, whose time is over at END where it has one: what is held has none."""
    begun = NOON - timedelta(seconds=2)
    until = None if status in (PlaybackStatus.IDLE, PlaybackStatus.PAUSED) else END
    return State(playback=Playback(status, audio="clip", began_at=begun, duration_seconds=90, until=until))


def capturing(status: CaptureStatus) -> State:
    return State(capture=Capture(status, since=NOON - CAPTURE_DEADLINE))


def looked_for(status: CaptureStatus) -> State:
    """The same, where VICIdial was asked in the meantime."""
    known = capturing(status)
    return State(capture=replace(known.capture, checked_at=NOON))


def playback_edges() -> Iterable[Edge]:
    for action, ending in PLAYBACK_AFTER:
        rows = ("play", "replace") if action is Action.PLAY else (action.value,)
        for row in rows:
            press = Press(action, audio="clip", duration_seconds=60, replace=row == "replace")
            for status in (status for status, word in PLAYBACK_CHECKS[row].items() if word == GO):
                to = after(playing(status), press, OUTCOMES[ending], NOON).playback.status
                yield status, to, ending.value, row
    for action in (Action.PAUSE, Action.RESTART):
        to = after(playing(PlaybackStatus.PLAYING), Press(action), Accepted(), END).playback.status
        yield PlaybackStatus.PLAYING, to, "accepted just as it ends", action.value
    for status in PlaybackStatus:
        yield status, tick(playing(status), END).playback.status, "its time has passed", ""


def capture_edges() -> Iterable[Edge]:
    for action, ending in CAPTURE_AFTER:
        for status in (status for status, word in CAPTURE_CHECKS[action.value].items() if word == GO):
            to = after(capturing(status), Press(action), OUTCOMES[ending], NOON).capture.status
            yield status, to, ending.value, action.value
    for (status, sight), to in CAPTURE_SEEN.items():
        yield status, to, f"seen {sight.value}", ""
    for status in CaptureStatus:
        seen, unseen = (tick(state, NOON).capture.status for state in (looked_for(status), capturing(status)))
        yield status, seen, "deadline passed", ""
        if unseen is not seen:
            yield status, unseen, "deadline passed without a look", ""


def diagram(edges: Iterable[Edge]) -> str:
    """Mermaid's text. What leaves a state as it is isn't drawn, except an accepted command."""
    labels: dict[tuple[str, str, str], list[str]] = {}
    for begin, end, happened, to_what in edges:
        if begin != end or happened == Ending.ACCEPTED:
            named = labels.setdefault((str(begin), str(end), happened), [])
            if to_what and to_what not in named:
                named.append(to_what)
    lines = [
        f"    {begin} --> {end}: {', '.join(named)} {happened}".replace(":  ", ": ")
        for (begin, end, happened), named in labels.items()
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> idle", *lines, "```"])


DRAWN = {"playback": playback_edges, "capture": capture_edges}


def marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: drawn from the tables -->", f"<!-- {name}: end -->"


def between(text: str, name: str) -> str:
    begin, end = marks(name)
    return text.split(begin, 1)[1].split(end, 1)[0].strip()


def test_the_documented_playback_is_the_machine_s():
    assert between(DOCUMENT.read_text(encoding="utf-8"), "playback") == diagram(playback_edges())


def test_the_documented_capture_is_the_machine_s():
    assert between(DOCUMENT.read_text(encoding="utf-8"), "capture") == diagram(capture_edges())


def test_settled_edges_are_those_of_the_tables():
    """A table's row that no state can reach, or that the rules around it overrule, would be a drawing of nothing."""
    drawn = {(row, happened, end) for _, end, happened, row in playback_edges() if row}
    for (action, ending), status in PLAYBACK_AFTER.items():
        assert (action.value, ending.value, status) in drawn
    drawn = {(row, happened, end) for _, end, happened, row in capture_edges() if row}
    for (action, ending), recording in CAPTURE_AFTER.items():
        assert (action.value, ending.value, recording) in drawn


if __name__ == "__main__":
    document = DOCUMENT.read_text(encoding="utf-8")
    for name, edges in DRAWN.items():
        begin, end = marks(name)
        before, rest = document.split(begin, 1)
        document = f"{before}{begin}\n{diagram(edges())}\n{end}{rest.split(end, 1)[1]}"
    DOCUMENT.write_text(document, encoding="utf-8")
