"""The documentation's diagrams are drawn from the machine's tables, so that neither can say what the other does not.

After a change of the tables: .venv/bin/python -m tests.agentapi.test_machine_diagram
"""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from agentapi.machine import (
    MONO,
    OVERDUE_AFTER,
    PLAYBACK_AFTER,
    PLAYBACK_CHECKS,
    STEREO,
    UNSEEN_AFTER,
    Action,
    Capture,
    CaptureStatus,
    Ending,
    Playback,
    PlaybackStatus,
    Press,
    Rules,
    Session,
    Sight,
    State,
    Transitions,
    after,
    asked,
    tick,
)
from agentapi.outcomes import Accepted, CaptureSeen, Outcome, Refused, Unanswered
from agentapi.replies import Reason
from tests.agentapi import looks
from tests.agentapi.looks import NOON, SESSION, at

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "agent-api.md"
END = NOON + timedelta(seconds=60)
GO = "go"

OUTCOMES: dict[Ending, Outcome] = {
    Ending.ACCEPTED: Accepted(),
    Ending.NOTHING_PLAYING: Refused(Reason.NOTHING_PLAYING),
    Ending.ALREADY_PLAYING: Refused(Reason.ALREADY_PLAYING),
    Ending.STOP_ERROR: Refused(Reason.STOP_ERROR),
    Ending.UNANSWERED: Unanswered(),
}
SHOWN = {
    Sight.OFF: "seen none",
    Sight.SAME: "seen to run",
    Sight.OTHER: "seen a new one",
    Sight.PENDING: "seen to wait",
}

Edge = tuple[str, str, str, str]
"""From, to, what happened, and what it happened to ('' where there is nothing to name)."""


def playing(status: PlaybackStatus) -> State:
    """Such a clip, past its settling window, whose time is over at END where it has one: what is held has none."""
    begun = NOON - timedelta(seconds=2)
    until = None if status in (PlaybackStatus.IDLE, PlaybackStatus.PAUSED) else END
    return State(playback=Playback(status, audio="clip", began_at=begun, duration_seconds=90, until=until))


def capturing(status: CaptureStatus, *, wished: bool = False) -> State:
    """Such a recording since noon; `wished` is one of which the BEGIN may still wait."""
    number = "7" if status in (CaptureStatus.ACTIVE, CaptureStatus.STOPPING) else ""
    known = Capture(status, recording_id=number, since=NOON, ours=True, wished_at=NOON if wished else None)
    return State(Session("INCALL", SESSION, NOON, NOON, NOON), known)


def shown(state: State, sight: Sight, rules: Rules, after_seconds: float) -> CaptureStatus:
    """The recording's status after such a look."""
    number = {Sight.SAME: state.capture.recording_id or "7", Sight.OTHER: "8"}.get(sight, "")
    seen = CaptureSeen(rules.capture, number, "", sight is Sight.PENDING, "", SESSION, "INCALL")
    moment = at(after_seconds)
    return asked(state, Accepted(seen=seen), rules, moment, moment).capture.status


def playback_edges() -> Iterable[Edge]:
    for action, ending in PLAYBACK_AFTER:
        rows = ("play", "replace") if action is Action.PLAY else (action.value,)
        for row in rows:
            press = Press(action, audio="clip", duration_seconds=60, replace=row == "replace")
            for status in (status for status, word in PLAYBACK_CHECKS[row].items() if word == GO):
                to = after(playing(status), press, OUTCOMES[ending], looks.STEREO, NOON).playback.status
                yield status, to, ending.value, row
    for action in (Action.PAUSE, Action.RESTART):
        to = after(playing(PlaybackStatus.PLAYING), Press(action), Accepted(), looks.STEREO, END).playback.status
        yield PlaybackStatus.PLAYING, to, "accepted just as it ends", action.value
    for status in PlaybackStatus:
        yield status, tick(playing(status), looks.STEREO, END).playback.status, "its time has passed", ""


def capture_edges(table: Transitions, rules: Rules) -> Iterable[Edge]:
    late = OVERDUE_AFTER.total_seconds()
    waiting = (CaptureStatus.STARTING, CaptureStatus.STOPPING)
    for action, ending in table.after:
        for status in (status for status, word in table.checks[action].items() if word == GO):
            to = after(capturing(status), Press(action), OUTCOMES[ending], rules, NOON).capture.status
            yield status, to, ending.value, action.value
    if table.end_takes_back:
        wish = capturing(CaptureStatus.STARTING, wished=True)
        to = after(wish, Press(Action.CAPTURE_END), Accepted(), rules, at(10)).capture.status
        yield CaptureStatus.STARTING, to, "accepted after 10 s", Action.CAPTURE_END.value
    for (status, sight), to in table.seen.items():
        yield status, to, SHOWN[sight], ""
        after_all = shown(capturing(status), sight, rules, late)
        if status in waiting and after_all is not to:
            yield status, after_all, f"{SHOWN[sight]} after {late:.0f} s", ""
    for status in waiting:
        unseen = tick(capturing(status), rules, NOON + UNSEEN_AFTER).capture.status
        yield status, unseen, f"no look for {UNSEEN_AFTER.total_seconds():.0f} s", ""


def stereo_edges() -> Iterable[Edge]:
    return capture_edges(STEREO, looks.STEREO)


def mono_edges() -> Iterable[Edge]:
    return capture_edges(MONO, looks.MONO)


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


DRAWN = {"stereo": stereo_edges, "mono": mono_edges, "playback": playback_edges}


def marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: drawn from the tables -->", f"<!-- {name}: end -->"


def between(text: str, name: str) -> str:
    begin, end = marks(name)
    return text.split(begin, 1)[1].split(end, 1)[0].strip()


@pytest.mark.parametrize(("name", "edges"), DRAWN.items(), ids=DRAWN)
def test_the_documented_diagram_is_the_machine_s(name, edges):
    assert between(DOCUMENT.read_text(encoding="utf-8"), name) == diagram(edges())


@pytest.mark.parametrize(
    ("table", "edges"),
    [(PLAYBACK_AFTER, playback_edges), (STEREO.after, stereo_edges), (MONO.after, mono_edges)],
    ids=["playback", "stereo", "mono"],
)
def test_settled_edges_are_those_of_the_tables(table, edges):
    """A table's row that no state can reach, or that the rules around it overrule, would be a drawing of nothing."""
    drawn = {(row, happened, end) for _, end, happened, row in edges() if row}
    assert {(action.value, ending.value, status) for (action, ending), status in table.items()} <= drawn


if __name__ == "__main__":
    document = DOCUMENT.read_text(encoding="utf-8")
    for name, edges in DRAWN.items():
        begin, end = marks(name)
        before, rest = document.split(begin, 1)
        document = f"{before}{begin}\n{diagram(edges())}\n{end}{rest.split(end, 1)[1]}"
    DOCUMENT.write_text(document, encoding="utf-8")
