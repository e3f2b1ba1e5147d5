"""A clock that was set back: what was noted by it before lies in the future, and would be waited for."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from agentapi.machine.values import Capture, Finished, Playback, Session, State

SET_BACK = timedelta(seconds=60)
"""What is noted so much later than now was noted by another clock, and not just while an answer was on its way."""

_AnyPart = Session | Capture | Playback | Finished
_Part = TypeVar("_Part", Session, Capture, Playback, Finished)
_AHEAD = frozenset({"settles_at", "until"})
"""What lies in the future by its nature."""


def set_back(state: State, at: datetime) -> State:
    """The state with all its moments moved so far back that none lies after `at`, where the clock was set back.

    How long before is not known, so no look counts as fresh, and what only the floor told is forgotten.
    """
    session, capture, playback = state.session, state.capture, state.playback
    parts: list[_AnyPart] = [session, capture, playback, *state.finished]
    newest = max((moment for part in parts for moment in _moments(part)), default=at)
    if newest <= at + SET_BACK:
        return state
    back = newest - at
    return State(
        session=_unseen(_moved(session, back)),
        capture=replace(_moved(capture, back), checked_at=None),
        playback=_moved(playback, back),
        finished=tuple(_moved(each, back) for each in state.finished),
    )


def _unseen(session: Session) -> Session:
    return replace(session, checked_at=None, sub_status="", lead_id="", call_id="", floor_at=None, gone_at=None)


def _moments(part: _AnyPart) -> list[datetime]:
    values = (getattr(part, each.name) for each in fields(part) if each.name not in _AHEAD)
    return [value for value in values if isinstance(value, datetime)]


def _moved(part: _Part, back: timedelta) -> _Part:
    values = {each.name: getattr(part, each.name) for each in fields(part)}
    moved: dict[str, Any] = {name: value - back for name, value in values.items() if isinstance(value, datetime)}
    return replace(part, **moved)
