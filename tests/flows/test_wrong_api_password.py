"""Ten refused logins would lock everybody out for a quarter of an hour (FACTS 1.8)."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.utils import timezone

from agentapi.client import HttpAgentApi
from agentapi.logins import LoginGuard
from agentapi.machine import Action
from agentapi.outcomes import Accepted, Refused
from agentapi.replies import Reason
from agentapi.simulator.floor import Floor
from agentapi.simulator.server import SimulatorServer
from agentapi.worker import Worker
from panel.models import Agent, Click, Dialer, Session
from panel.protocol import ClickFrame
from panel.queue import DatabaseQueue
from panel.services import clicks, links, workers
from tests.conftest import person

AGENTS = 50
PATIENCE = 30


@pytest.fixture
def simulator():
    """A floor in real time, because the workers here are real too."""
    with SimulatorServer(Floor.demo(agents=AGENTS, seed=1)) as server:
        yield server


@pytest.fixture
def crowd(transactional_db, dialer, board, simulator):
    dialer.url, dialer.password = simulator.url, "wrongcanary"
    dialer.save()
    return [
        Agent.objects.create(user=person(f"agent{number}"), dialer=dialer, agent_user=str(1000 + number), board=board)
        for number in range(AGENTS)
    ]


class Workers:
    """Real workers with their real loops and threads."""

    def __init__(self, count: int) -> None:
        self._workers = [Worker(DatabaseQueue(), LoginGuard(HttpAgentApi())) for _ in range(count)]
        self._threads = [threading.Thread(target=self._run, args=(worker,)) for worker in self._workers]

    @staticmethod
    def _run(worker: Worker) -> None:
        try:
            worker.run()
        finally:
            connections.close_all()

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        for thread in self._threads:
            thread.join(PATIENCE)


def press(agent: Agent) -> None:
    clicks.request_click(agent.pk, agent.user, ClickFrame(uuid4(), Action.CAPTURE_BEGIN), timezone.now())


def until_all_ended() -> None:
    ended = threading.Event()
    for _ in range(PATIENCE * 20):
        if not Click.objects.filter(status__in=Click.OPEN).exists():
            return
        ended.wait(0.05)
    raise AssertionError("clicks are still open")


@pytest.mark.parametrize("count", [1, 2])
def test_fifty_agents_who_click_make_at_most_two_requests(crowd, simulator, count):
    workers.sign_in("any", timezone.now())
    for agent in crowd:
        press(agent)
    with Workers(count):
        until_all_ended()
    assert 1 <= sum(simulator.floor.counts.values()) <= 2
    assert Dialer.objects.get().link == Dialer.Link.LOGIN_REFUSED
    assert Click.objects.filter(status="done").count() == 0
    assert Click.objects.count() == AGENTS
    assert "wrongcanary" not in str(list(Click.objects.values())) + str(list(Dialer.objects.values("link_text")))


def test_fifty_open_panels_alone_make_at_most_two_requests(crowd, simulator):
    now = timezone.now()
    for agent in crowd:
        Session.objects.create(agent=agent, ask_at=now, watched_until=now + timedelta(hours=1))
    with Workers(2):
        for _ in range(PATIENCE * 20):
            if Dialer.objects.get().link == Dialer.Link.LOGIN_REFUSED:
                break
            threading.Event().wait(0.05)
    assert 1 <= sum(simulator.floor.counts.values()) <= 2


async def test_new_credentials_open_the_way_again(floor, alice, dialer):
    dialer.password = "wrong"
    await dialer.asave()
    tab = await floor.tab(alice)
    await floor.work()
    assert tab.state["link"]["dialer"] == "login_refused"
    dialer.password = "apipass"
    await dialer.asave(update_fields=["password"])
    await sync_to_async(links.reopen)(await Dialer.objects.aget(), timezone.now())
    await floor.later(1)
    assert tab.state["link"]["dialer"] == "ok"


async def test_a_good_answer_that_was_under_way_does_not_open_it(floor, alice, dialer):
    now = timezone.now()
    await sync_to_async(links.note)(dialer.pk, [Refused(Reason.LOGIN_REFUSED)], now)
    await sync_to_async(links.note)(dialer.pk, [Accepted()], now)
    assert (await Dialer.objects.aget()).link == Dialer.Link.LOGIN_REFUSED
