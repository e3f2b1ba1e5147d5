"""What changed on the floor, gathered and told to every open wall of this process.

The hub listens to the layer and looks at the database only while somebody watches. However many do, each card is read
and serialised once, and viewers who may see the same share one message.
"""

import asyncio
import logging
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone
from structlog.contextvars import clear_contextvars

from panel.groups import WALL
from panel.protocol import AlertsMessage, WallBoardView, dump
from panel.selectors import wall
from panel.selectors.states import worker_alive
from panel.selectors.wall import Card, Mark, OpenAlert, Scope
from panel.services import alerts, floor
from panel.wall.batch import Batch, Whole
from panel.wall.viewer import Turn, Viewer

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.2
"""From one message to the next; with the way of a change to here it stays below the protocol's 250 ms."""
LOOK_EVERY_SECONDS = 2.0
RENEW_EVERY_LOOKS = 6
AGAIN_AFTER_SECONDS = 1.0


@dataclass
class Due:
    """What has to be told with the next messages."""

    cards: set[int] = field(default_factory=set)
    alerts: bool = False
    # Whether to see again who may see whom.
    scopes: bool = False

    def add(self, other: "Due") -> None:
        self.cards |= other.cards
        self.alerts |= other.alerts
        self.scopes |= other.scopes


@dataclass(frozen=True)
class Read:
    """What the database says about what is due."""

    now: datetime
    cards: dict[int, Card]
    boards: dict[Scope, list[WallBoardView]]
    alerts: list[OpenAlert]
    clicks: dict[int, str]


class Hub:
    """Knows the open walls of this process."""

    def __init__(self) -> None:
        self._viewers: set[Viewer] = set()
        self._task: asyncio.Task[None] | None = None
        self._reset()

    def _reset(self) -> None:
        # An event belongs to the loop that waited for it, so there is a new one for each time.
        self._wake = asyncio.Event()
        self._due = Due()
        self._shown: dict[int, Mark] = {}
        # Counted apart for each scope: a gap must tell nobody of what others were told.
        self._versions: dict[Scope, int] = {}

    def enter(self, viewer: Viewer) -> None:
        """A wall was opened: it is told everything, and from then on what changes."""
        self._viewers.add(viewer)
        if self._task is None:
            self._reset()
            self._task = asyncio.get_running_loop().create_task(self._live())
        self.resync(viewer)

    def leave(self, viewer: Viewer) -> None:
        """A wall was closed."""
        viewer.leave()
        self._viewers.discard(viewer)
        if not self._viewers and self._task is not None:
            self._task.cancel()
            self._task = None

    def resync(self, viewer: Viewer) -> None:
        """Tell this wall everything once more."""
        viewer.wants_whole, viewer.wants_clicks = True, viewer.watching is not None
        self._add(Due(scopes=True))

    def watch(self, viewer: Viewer, key: int | None) -> None:
        """From now on this wall is told the clicks of this agent as well, if it may see them; None: of nobody."""
        viewer.watching, viewer.wants_clicks = key, key is not None
        self._add(Due())

    def _add(self, due: Due) -> None:
        self._due.add(due)
        self._wake.set()

    async def _live(self) -> None:
        """Listen, tell and look until cancelled: in a group, because a leaving hub must end all of it, once."""
        # The task inherits what the first viewer's lines in the log are about.
        clear_contextvars()
        layer = get_channel_layer()
        channel = await layer.new_channel()
        try:
            # Before anything is read, so that no change falls between the two.
            while not await _guarded(layer.group_add(WALL, channel)):
                pass
            async with asyncio.TaskGroup() as loops:
                for each in (self._listen(channel), self._tell_now_and_then(), self._look_now_and_then()):
                    loops.create_task(each)
        finally:
            await layer.group_discard(WALL, channel)

    async def _listen(self, channel: str) -> None:
        """Hear what changed. What the layer loses is found by looking."""
        while True:
            await _guarded(self._hear(channel))

    async def _hear(self, channel: str) -> None:
        event = await get_channel_layer().receive(channel)
        match event["type"]:
            case "changed":
                self._add(Due(cards=set(event["agents"])))
            case "alerts":
                self._add(Due(alerts=True))
            case "refresh":
                for viewer in self._viewers:
                    self.resync(viewer)

    async def _tell_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, Due()
            again_at = now() + GATHER_SECONDS
            if not await _guarded(self._tell(due)):
                self._add(due)
            await asyncio.sleep(again_at - now())

    async def _look_now_and_then(self) -> None:
        looks = 0
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await _guarded(self._look(renew=looks % RENEW_EVERY_LOOKS == 0))
            looks += 1

    async def _look(self, *, renew: bool) -> None:
        """Find what no message tells: panels and workers that went, rights that were taken, messages that got lost."""
        keys: Scope = frozenset().union(*(viewer.scope for viewer in self._viewers))
        marks = await database_sync_to_async(_looked)(keys, renew=renew)
        changed = {key for key, mark in marks.items() if self._shown.get(key) != mark}
        self._add(Due(changed, alerts=True, scopes=True))

    async def _tell(self, due: Due) -> None:
        """Read what is due, once, and owe it to each wall that may see it."""
        viewers = list(self._viewers)
        if due.scopes:
            await self._see_scopes(viewers)
        turns = [viewer.turn() for viewer in viewers]
        try:
            await self._serve(due, turns)
        except BaseException:
            for turn in turns:
                turn.viewer.give_back(turn)
            raise

    async def _serve(self, due: Due, turns: Collection[Turn]) -> None:
        read = await database_sync_to_async(_read)(due, turns)
        self._shown |= {key: card.mark for key, card in read.cards.items()}
        told = {turn.scope for turn in turns if turn.whole or not turn.scope.isdisjoint(due.cards)}
        self._versions = {scope: self._versions.get(scope, 0) + (scope in told) for scope in {t.scope for t in turns}}
        _owe_cards(due, turns, read, self._versions)
        _owe_alerts(due, turns, read)
        for turn in turns:
            text = read.clicks.get(turn.watching) if turn.watching in turn.scope else None
            if text:
                turn.viewer.owe_clicks(text)

    async def _see_scopes(self, viewers: Collection[Viewer]) -> None:
        scopes = await database_sync_to_async(wall.scopes_of)({viewer.user_id for viewer in viewers})
        for viewer in viewers:
            # Whoever lost the role sees nobody, and is closed by `panel.presence`.
            scope = scopes.get(viewer.user_id, frozenset())
            if scope != viewer.scope:
                viewer.scope, viewer.wants_whole = scope, True


def _looked(keys: Scope, *, renew: bool) -> dict[int, Mark]:
    now = timezone.now()
    if renew:
        floor.watch(keys, now)
    if not worker_alive(now):
        # With no worker there is nobody else to raise the alert.
        alerts.review(now)
    return wall.marks(keys, now)


def _read(due: Due, turns: Collection[Turn]) -> Read:
    now = timezone.now()
    whole = {turn.scope for turn in turns if turn.whole}
    keys: Scope = frozenset().union(*whole, *(turn.scope & due.cards for turn in turns))
    watched = {t.watching for t in turns if t.watching in t.scope and (t.clicks or t.watching in due.cards)}
    return Read(
        now=now,
        cards=wall.cards(keys, now),
        boards={scope: wall.boards(scope) for scope in whole},
        alerts=wall.open_alerts() if due.alerts or whole else [],
        clicks={key: dump(wall.clicks_message(key, now)) for key in watched if key is not None},
    )


def _owe_cards(due: Due, turns: Collection[Turn], read: Read, versions: Mapping[Scope, int]) -> None:
    wholes: dict[Scope, Whole] = {}
    batches: dict[Scope, Batch] = {}
    for turn in turns:
        keys, version = turn.scope if turn.whole else turn.scope & due.cards, versions[turn.scope]
        cards = {key: card.raw for key, card in read.cards.items() if key in keys}
        if turn.whole:
            whole = Whole(version, read.now, read.boards[keys], cards)
            turn.viewer.owe_whole(wholes.setdefault(keys, whole))
        elif cards:
            turn.viewer.owe(batches.setdefault(turn.scope, Batch(version, read.now, cards)))


def _owe_alerts(due: Due, turns: Collection[Turn], read: Read) -> None:
    """What a screen knows already it is not told again: even an empty message would tell of somebody else's alert."""
    if not due.alerts and not any(turn.whole for turn in turns):
        return
    texts: dict[Scope, str] = {}
    for turn in turns:
        seen = [alert.view for alert in read.alerts if alert.concerns & turn.scope]
        if not turn.whole and seen == turn.viewer.alerts:
            continue
        if turn.scope not in texts:
            texts[turn.scope] = dump(AlertsMessage(read.now, seen))
        turn.viewer.alerts = seen
        turn.viewer.owe_alerts(texts[turn.scope])


async def _guarded(work: Coroutine[Any, Any, None]) -> bool:
    """Whether it went well; what goes wrong is logged and tried again a little later."""
    try:
        await work
    except Exception:
        log.exception("The wall could not be told; trying again.")
        await asyncio.sleep(AGAIN_AFTER_SECONDS)
        return False
    return True


hub = Hub()
