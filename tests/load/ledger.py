"""Every click in the database held against what VICIdial received: nothing lost, nothing doubled, order kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from agentapi.simulator.journal import RequestRecord

ENDS = ("done", "refused", "failed", "unknown", "expired")
CERTAINLY_SENT = ("done", "refused")
PLAYBACK, CAPTURES = "audio_playback", ("stereo_recording", "recording")
SLACK_SECONDS = 0.05

Words = tuple[str, str]
"""A command as the journal has it: what to do, and with which clip."""


@dataclass(frozen=True)
class ClickRow:
    """One row of the database. Times are in epoch seconds."""

    id: str
    agent_user: str
    action: str
    press: Mapping[str, Any]
    status: str
    reason: str
    requested_at: float
    sent_at: float | None
    ended_at: float | None


def troubles(clicks: Iterable[ClickRow], records: Iterable[RequestRecord]) -> list[str]:
    """What does not fit together, in words; nothing where all does.

    Each agent's clicks are gone through in the order of sending, and each takes away what it must have brought to
    VICIdial, of what VICIdial received for that agent in the meantime.
    """
    received: dict[str, list[RequestRecord]] = {}
    for record in records:
        if _is_command(record):
            received.setdefault(record.agent_user, []).append(record)
    rows = sorted(clicks, key=lambda click: click.agent_user)
    found = [f"click {click.id} of {click.agent_user} never ended: {click.status}" for click in rows if _open(click)]
    for agent_user, group in groupby(rows, key=lambda click: click.agent_user):
        found += _troubles_of_agent(agent_user, list(group), received.pop(agent_user, []))
    found += [f"VICIdial was told of {user}, who pressed nothing: {_words(rs[0])}" for user, rs in received.items()]
    return found


def _troubles_of_agent(agent_user: str, clicks: list[ClickRow], records: list[RequestRecord]) -> list[str]:
    sent = sorted((click for click in clicks if click.sent_at), key=lambda click: click.sent_at or 0.0)
    found = [f"{agent_user}: {trouble}" for trouble in _overtakings(sent)]
    left = list(records)
    for place, click in enumerate(sent):
        following = sent[place + 1].sent_at if place + 1 < len(sent) else None
        taken = _taken(click, left, following)
        if taken is None:
            began, got = click.sent_at or 0.0, left[:3]
            came = [f"{_words(record)} after {record.time - began:.3f} s" for record in got]
            after = f"{following - began:.3f} s" if following else "none"
            what = f"{click.action} {click.id} ({click.status}) is missing; next came {came}; next click after {after}"
            return [*found, f"{agent_user}: {what}"]
        for record in taken:
            left.remove(record)
    if left:
        more = [f"{_words(record)} at {record.time:.3f}" for record in left[:3]]
        last = [f"{click.action} ({click.status}) sent at {click.sent_at:.3f}" for click in sent[-6:]]
        found.append(f"{agent_user}: VICIdial received more than was clicked: {more}; the last clicks were {last}")
    return found


def _taken(
    click: ClickRow, records: Sequence[RequestRecord], following: float | None
) -> Sequence[RequestRecord] | None:
    """The records that belong to this click; None where one that must be there is not."""
    end = following if following is not None else float("inf")
    mine = [record for record in records if _began(click) <= record.time < end]
    ours = 0
    for words in _wanted(click):
        count = _how_many(words, mine[ours:])
        if count == 0 and not words[0].endswith("?"):
            break
        ours += count
    else:
        return mine[:ours]
    return None if click.status in CERTAINLY_SENT else mine[:ours]


def _how_many(words: Words, records: Sequence[RequestRecord]) -> int:
    """One command; of a STOP, which is repeated while it finds nothing, as many as there are; with ? perhaps none."""
    name = words[0].rstrip("?")
    fitting = 0
    for record in records:
        found = record.body.startswith("SUCCESS")
        if _words(record) != (name, words[1]) or (words[0] == "STOP?" and found):
            break
        fitting += 1
        if name != "STOP" or found:
            break
    return fitting


def _wanted(click: ClickRow) -> list[Words]:
    if click.status == "expired":
        return []
    if click.status == "failed":
        # Only what came before what could not be sent: a STOP that found nothing, a RESUME before a RESTART.
        return {"stop": [("STOP?", "")], "restart": [("RESUME?", "")]}.get(click.action, [])
    match click.action:
        case "play":
            return [("PLAY", str(click.press["audio"]))]
        case "restart":
            return [("RESUME?", ""), ("RESTART", "")]
        case "capture_begin":
            return [("BEGIN", "")]
        case "capture_end":
            return [("END", "")]
        case other:
            return [(other.upper(), "")]


def _words(record: RequestRecord) -> Words:
    if record.function == PLAYBACK:
        return record.stage, record.value
    return record.value, ""


def _is_command(record: RequestRecord) -> bool:
    return record.function == PLAYBACK or (record.function in CAPTURES and record.value != "STATUS")


def _overtakings(sent: Sequence[ClickRow]) -> list[str]:
    """STOP alone goes ahead of what was pressed before it."""
    others = [click for click in sent if click.action != "stop"]
    return [
        f"{later.id} was sent before {earlier.id}, which was pressed first"
        for earlier, later in pairwise(others)
        if later.requested_at < earlier.requested_at
    ]


def _began(click: ClickRow) -> float:
    return (click.sent_at or 0.0) - SLACK_SECONDS


def _open(click: ClickRow) -> bool:
    return click.status not in ENDS
