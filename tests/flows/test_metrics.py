"""What an operator can count on: each press, each call, each socket, and who may read the numbers."""

import logging

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from panel import layers
from panel.metrics import registry
from panel.models import Dialer
from panel.selectors import vitals


class Counted:
    """How much each number grew since the test began."""

    def __init__(self) -> None:
        self._before = self._now()

    def __getitem__(self, name: str) -> float:
        return self._now().get(name, 0.0) - self._before.get(name, 0.0)

    @staticmethod
    def _now() -> dict[str, float]:
        return {
            f"{sample.name}{{{','.join(sample.labels.values())}}}": sample.value
            for family in registry.collect()
            for sample in family.samples
        }


@pytest.fixture
def counted():
    return Counted()


async def test_a_press_is_counted_and_timed_once_with_its_end(floor, alice, counted):
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    await tab.press("play", button="greeting")
    await floor.work()
    assert counted["clipdeck_presses_total{play,done}"] == 1
    assert counted["clipdeck_press_to_answer_seconds_count{play}"] == 1
    assert counted["clipdeck_answer_to_push_seconds_count{}"] == 1


async def test_what_never_became_a_press_is_counted_by_code(floor, alice, counted):
    tab = await floor.tab(alice)
    await tab.press("play", button="nonsense")
    await tab.socket.send_to("nonsense")
    await tab.listen()
    assert counted["clipdeck_rejected_total{unknown_button}"] == 1
    assert counted["clipdeck_rejected_total{malformed}"] == 1
    assert counted["clipdeck_presses_total{play,done}"] == 0


async def test_sockets_are_counted_while_they_are_open(floor, alice, counted):
    tab = await floor.tab(alice)
    assert counted["clipdeck_sockets{panel}"] == 1
    await tab.socket.disconnect()
    assert counted["clipdeck_sockets{panel}"] == 0
    floor.tabs.clear()


async def test_a_push_that_reaches_nobody_is_counted(counted, caplog):
    async def fails():
        raise OSError("away")

    await layers._logged(fails())
    assert counted["clipdeck_pushes_dropped_total{}"] == 1


async def test_a_full_receiver_is_counted(counted):
    layer = layers.ScalingInMemoryLayer(capacity=1)
    channel = await layer.new_channel()
    await layer.group_add("g", channel)
    for _ in range(3):
        await layer.group_send("g", {"type": "x"})
    assert counted["clipdeck_pushes_dropped_total{}"] == 2


async def test_the_line_of_a_press_says_whose_it_was_and_how_it_ended(floor, alice, caplog):
    caplog.set_level(logging.INFO)
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    press = await tab.press("play", button="greeting")
    await floor.work()
    [line] = [record for record in caplog.records if record.getMessage().startswith("Press ended")]
    assert line.getMessage() == "Press ended: play done"
    assert (line.click, line.agent, line.dialer) == (press, "1000", "main")


def page(client: Client, **headers: str) -> str:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def values(text: str) -> dict[str, float]:
    return {
        f"{sample.name}{{{','.join(sample.labels.values())}}}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_page_tells_of_queue_workers_and_dialers(alice, client):
    Dialer.objects.update(link=Dialer.Link.UNREACHABLE)
    found = values(page(client))
    assert found["clipdeck_database_up{}"] == 1
    assert found["clipdeck_workers_alive{}"] == 0
    assert found["clipdeck_clicks_open{queued}"] == 0
    assert found["clipdeck_queue_age_seconds{}"] == 0
    assert found["clipdeck_dialer_state{main,unreachable}"] == 1
    assert found["clipdeck_dialer_state{main,ok}"] == 0
    assert "process_resident_memory_bytes{}" in found


async def test_the_age_of_the_queue_is_that_of_its_oldest_click(floor, alice):
    floor.simulator.floor.set_status("1000", "INCALL")
    tab = await floor.tab(alice)
    await floor.work()
    await tab.press("play", button="greeting")
    floor.clock.move(3)
    found = values(await sync_to_async(page)(Client()))
    assert found["clipdeck_clicks_open{queued}"] == 1
    assert found["clipdeck_queue_age_seconds{}"] == 3


def test_without_a_database_the_page_still_answers(db, client, monkeypatch):
    def away():
        raise OperationalError("gone")

    monkeypatch.setattr(vitals, "_workers", away)
    assert values(page(client))["clipdeck_database_up{}"] == 0


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 403),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, 403),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}, 403),
        ("127.0.0.1", {"X-Real-IP": "203.0.113.9"}, 403),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 403),
        ("203.0.113.9", {"Authorization": "Bearer a-token"}, 200),
        ("203.0.113.9", {"Authorization": "Bearer another"}, 403),
        ("", {}, 403),
    ],
)
def test_the_page_is_for_this_machine_and_for_the_token(db, settings, address, headers, status):
    settings.METRICS_TOKEN = "a-token"
    assert Client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code == status


def test_no_token_opens_the_page_where_none_was_set(db):
    answer = Client(REMOTE_ADDR="203.0.113.9").get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 403
