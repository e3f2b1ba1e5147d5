"""Everything that is sent to screens and workers. Only services call this; everything waits for the commit."""

import threading
from collections.abc import Callable, Collection, Coroutine, Mapping
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

from panel.groups import WALL, WORKERS, agent_group
from panel.guard import guarded
from panel.layers import home
from panel.models import Click, Session
from panel.protocol import ClickMessage, Message, StateMessage, dump
from panel.selectors.states import state_message


def push_state(session: Session) -> None:
    """Tell all panels of the session's agent its whole state."""
    _after_commit(lambda box: box.to_agent(session.agent_id, lambda: state_message(session)))


def push_click(click: Click) -> None:
    """Tell all panels of the click's agent where it stands."""
    message = click_message(click)
    _after_commit(lambda box: box.to_agent(click.agent_id, lambda: message))


def push_alerts() -> None:
    """Tell the walls that alerts were raised, cleared or acknowledged."""
    _after_commit(lambda box: box.to_group(WALL, {"type": "alerts"}))


def refresh(agent_ids: list[int]) -> None:
    """Let all panels of these agents, and all walls, read everything anew."""
    for group in (*map(agent_group, agent_ids), WALL):
        _after_commit(partial(_Outbox.to_group, group=group, message={"type": "refresh"}))


def ring() -> None:
    """Wake the workers: there may be something to do."""
    _after_commit(lambda box: box.to_group(WORKERS, {"type": "ring"}))


def before_waking(work: Callable[[], None]) -> None:
    """Do this after the commit when all that it tells is in line, but before anybody is woken for that: it is more
    urgent, and what it tells in turn comes later all the same.
    """
    _after_commit(lambda box: box.urgent.append(work))


def click_message(click: Click) -> ClickMessage:
    """Where a click stands."""
    return ClickMessage(
        id=click.id,
        status=click.status,
        reason=click.reason or None,
        text=click.text,
        action=click.action,
        button=click.press.get("button") or None,
        actor=click.actor_name or None,
    )


def news_of(message: Message) -> dict[str, Any]:
    """What a socket keeps in mind of a message, so that it sees later whether it missed another one."""
    match message:
        case StateMessage(version=version):
            return {"version": version}
        case ClickMessage(id=click_id, status=status):
            return {"click": str(click_id), "open": status in Click.OPEN}
        case _:
            return {}


class _Changed:
    """Agents of whose change the walls were not told yet: what changes at the same time is told in one message."""

    def __init__(self) -> None:
        self._keys: set[int] = set()
        self._lock = threading.Lock()

    def add(self, agent_ids: Collection[int]) -> list[Coroutine[Any, Any, None]]:
        """Note these agents; returns the work that tells the walls, unless it is under way. Safe from any thread."""
        with self._lock:
            told_already = bool(self._keys)
            self._keys.update(agent_ids)
        return [self._tell()] if agent_ids and not told_already else []

    async def _tell(self) -> None:
        with self._lock:
            keys, self._keys = self._keys, set()
        if keys:
            await get_channel_layer().group_send(WALL, {"type": "changed", "agents": sorted(keys)})


_changed = _Changed()


class _Outbox:
    """What one transaction has to tell, all at once after its commit: waking the loop for each message, and handing
    each to the sockets by itself, would cost more than the messages.
    """

    def __init__(self) -> None:
        self._messages: dict[int, list[Callable[[], Message]]] = {}
        self._others: list[tuple[str, Mapping[str, Any]]] = []
        self.urgent: list[Callable[[], None]] = []

    def to_agent(self, agent_id: int, message: Callable[[], Message]) -> None:
        """To all panels of an agent, made after the commit; and walls learn that there is something new."""
        self._messages.setdefault(agent_id, []).append(message)

    def to_group(self, group: str, message: Mapping[str, Any]) -> None:
        """To whoever listens there."""
        self._others.append((group, message))

    def __call__(self) -> None:
        layer = get_channel_layer()
        works = []
        for key, made in self._messages.items():
            with guarded("Telling an agent's panels", agent=key):
                works.append(layer.group_send(agent_group(key), _event(made)))
        works += [layer.group_send(group, message) for group, message in self._others]
        home.submit(*works, *_changed.add(self._messages), first=self._do_urgent)

    def _do_urgent(self) -> None:
        for work in self.urgent:
            work()


def _event(made: list[Callable[[], Message]]) -> dict[str, Any]:
    messages = [make() for make in made]
    return {"type": "push", "texts": [dump(each) for each in messages], "news": [news_of(each) for each in messages]}


def _after_commit(note: Callable[[_Outbox], None]) -> None:
    """Note something in the outbox of this transaction, or of this savepoint: what is rolled back tells nothing."""
    connection = transaction.get_connection()
    here = set(connection.savepoint_ids)
    for savepoints, hook, _ in connection.run_on_commit:
        if isinstance(hook, _Outbox) and savepoints == here:
            note(hook)
            return
    box = _Outbox()
    note(box)
    transaction.on_commit(box)
