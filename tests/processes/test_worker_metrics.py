"""A worker on its own serves its numbers where it is told to, and ends as before."""

import pytest
import requests

from tests.engines.servers import Redis
from tests.processes.running import Running, answers, free_port, run, wait_for


@pytest.fixture
def redis():
    redis = Redis()
    redis.start()
    yield redis
    redis.close()


def test_a_worker_tells_what_it_counts(house, redis):
    address = f"127.0.0.1:{free_port()}"
    env = {**house.env, "REDIS_URL": redis.url}
    worker = Running("worker", "--metrics", address, env=env, log=house.folder / "worker.log")
    wait_for(lambda: answers(f"http://{address}/metrics"), within=30)
    told = requests.get(f"http://{address}/metrics", timeout=5).text
    assert "clipdeck_vicidial_calls_total" in told
    assert "process_cpu_seconds_total" in told
    worker.close()


def test_an_address_that_makes_no_sense_is_told_with_its_option(house):
    done = run("worker", "--metrics", "9101", env={**house.env, "REDIS_URL": "redis://127.0.0.1:1/0"})
    assert done.returncode == 1
    assert '--metrics wants HOST:PORT, such as 127.0.0.1:8000, not "9101".' in done.stderr
