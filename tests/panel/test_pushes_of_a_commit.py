"""All that one transaction has to tell an agent's panels comes in one event, after the commit."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.db import transaction
from django.utils import timezone

from panel import push
from panel.groups import WORKERS, agent_group
from panel.models import Click


class Told:
    """What was submitted to the layer, commit by commit."""

    def __init__(self) -> None:
        self.commits: list[list[tuple[str, Any]]] = []

    def group_send(self, group, message):
        return group, message

    def submit(self, *works, first):
        self.commits.append([work for work in works if isinstance(work, tuple)])
        for work in works:
            if not isinstance(work, tuple):
                work.close()
        first()


@pytest.fixture
def told(transactional_db, monkeypatch):
    told = Told()
    monkeypatch.setattr(push, "home", told)
    monkeypatch.setattr(push, "get_channel_layer", lambda: told)
    monkeypatch.setattr(push, "_changed", push._Changed())
    return told


def click(agent, status) -> Click:
    now = timezone.now()
    return Click(id=uuid4(), agent=agent, actor=agent.user, action="stop", press={}, status=status, requested_at=now)


def statuses(event) -> list[str]:
    return [msgspec.json.decode(text)["status"] for text in event["texts"]]


def test_nothing_is_told_before_the_commit_and_all_of_it_at_once_after(told, alice, bob):
    with transaction.atomic():
        push.push_click(click(alice, "queued"))
        push.ring()
        push.push_click(click(bob, "queued"))
        push.push_click(click(alice, "sent"))
        assert told.commits == []
    ((to_alice, to_bob, rung),) = told.commits
    assert (to_alice[0], statuses(to_alice[1])) == (agent_group(alice.pk), ["queued", "sent"])
    assert (to_bob[0], statuses(to_bob[1])) == (agent_group(bob.pk), ["queued"])
    assert rung == (WORKERS, {"type": "ring"})


def test_what_is_rolled_back_tells_nothing_and_takes_nothing_else_with_it(told, alice):
    with transaction.atomic():
        for status in ("queued", "failed", "sent"):
            with transaction.atomic():
                push.push_click(click(alice, status))
                transaction.set_rollback(status == "failed")
        push.push_click(click(alice, "done"))
    heard = [status for commit in told.commits for _, event in commit for status in statuses(event)]
    assert heard == ["queued", "sent", "done"]


def test_without_a_transaction_it_is_told_at_once(told, alice):
    push.push_click(click(alice, "queued"))
    push.push_click(click(alice, "sent"))
    assert [statuses(event) for ((_, event),) in told.commits] == [["queued"], ["sent"]]


def test_what_is_urgent_is_done_once_all_is_in_line(told, alice):
    seen = []
    with transaction.atomic():
        push.before_waking(lambda: seen.append(len(told.commits)))
        push.push_click(click(alice, "queued"))
        assert seen == []
    assert seen == [1]
