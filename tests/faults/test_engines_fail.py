"""Processes, PostgreSQL and Redis fail under load: no click is lost, none is sent twice, every panel is right."""

import time

from tests.processes.running import panel_of, wait_for


def test_nothing_fails(scene):
    scene.under(lambda: None)
    assert scene.crowd.closes == []


def test_a_socket_that_hears_and_says_nothing_for_ten_seconds_still_hears(scene):
    web = next(iter(scene.town.webs.values()))
    losses = web.said.count("Redis is away")
    with panel_of(scene.town.urls[0], scene.town.cookies[0]) as panel:
        panel.state(lambda state: "play" in state["allowed"])
        time.sleep(11)
        press = panel.press("play", button="short")
        assert panel.ended(press)["status"] == "done"
        panel.state(lambda state: state["playback"]["status"] == "idle")
    assert web.said.count("Redis is away") == losses


def test_a_worker_is_killed(scene):
    def kill_one() -> None:
        scene.town.workers.pop(0).kill()
        # Until the other one takes it for dead.
        time.sleep(7)
        scene.town.start_worker()

    scene.under(kill_one)
    assert scene.crowd.closes == []


def test_a_web_process_is_killed(scene):
    port = next(iter(scene.town.webs))

    def kill_one() -> None:
        scene.town.webs[port].kill()
        time.sleep(1)
        scene.restart_web(port)

    scene.under(kill_one)


def test_redis_is_killed_and_comes_back_empty(scene):
    def restart() -> None:
        scene.redis.kill()
        wait_for(lambda: "Redis" in scene.readiness()["layer"])
        done = scene.crowd.ends()["done"]
        time.sleep(2)
        assert scene.crowd.ends()["done"] > done, "without Redis nothing is carried out, or no panel learns of it"
        scene.redis.start()
        scene.wait_until_ready()

    scene.under(restart)
    assert scene.crowd.closes == []


def test_the_network_between_web_and_redis_is_cut(scene):
    def cut() -> None:
        scene.cable.cut()
        wait_for(lambda: "Redis" in scene.readiness()["layer"])
        time.sleep(2)
        scene.cable.mend()
        scene.wait_until_ready()

    scene.under(cut)
    assert scene.crowd.closes == []


def test_postgresql_is_restarted(scene):
    def restart() -> None:
        scene.postgres.stop()
        time.sleep(1)
        scene.postgres.start()
        scene.wait_until_ready()

    scene.under(restart)


def test_postgresql_is_killed(scene):
    def kill() -> None:
        scene.postgres.kill()
        time.sleep(3)
        scene.postgres.start()
        scene.wait_until_ready()

    scene.under(kill)
