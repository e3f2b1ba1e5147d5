"""Supervisors before the wall of a busy floor: what they cost, and how old what they see is."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from websockets.asyncio.client import connect

from tests.bench.figures import Figure, milliseconds, percentile
from tests.bench.stage import Stage, apart
from tests.processes.running import ROOT

AGENTS, SUPERVISORS, CHANGES_A_SECOND = 300, 50, 200
IDLE_SECONDS, WARM_UP_SECONDS, SECONDS = 3.0, 4.0, 12.0
SHARE_GOAL, AGE_GOAL_SECONDS = 0.10, 0.300


def figures() -> Iterator[Figure]:
    """On a web process of their own: the changes come from another one, over Redis."""
    with apart(AGENTS, each=1) as stage:
        env = {**stage.town._env, "REDIS_URL": stage.redis.url if stage.redis else ""}
        cookies = json.loads(_said(_started(env, "supervisors", SUPERVISORS)))
        changes = _started(env, "changes", CHANGES_A_SECOND, IDLE_SECONDS + WARM_UP_SECONDS + SECONDS + 8)
        watch = Watch(stage, cookies)
        idle = watch.idle_share()
        share, rate = watch.share()
        done = int(_said(changes))
        told = f"{watch.messages / watch.seconds / SUPERVISORS:.1f} messages a second to each"
        yield Figure(
            f"{SUPERVISORS} supervisors watching {CHANGES_A_SECOND} changes a second: share of a core",
            f"≤ {SHARE_GOAL:.0%}",
            f"{share:.1%} of a core ({idle:.1%} without them); {told}, {rate:.0f} cards a second",
            share - idle <= SHARE_GOAL,
            f"reading and serialising each changed card once: {(share - idle) * 1000 / max(rate, 1):.2f} ms of CPU",
        )
        oldest, usual = percentile(watch.ages, 0.999), percentile(watch.ages, 0.5)
        yield Figure(
            f"{SUPERVISORS} supervisors watching {CHANGES_A_SECOND} changes a second: age of the oldest card told",
            f"≤ {milliseconds(AGE_GOAL_SECONDS)}",
            f"{milliseconds(max(watch.ages))} at worst, {milliseconds(oldest)} for 999 of 1000,"
            f" {milliseconds(usual)} for half",
            max(watch.ages) <= AGE_GOAL_SECONDS,
            f"the hub gathers for 200 ms; {done} changes were made",
        )


class Watch:
    """Supervisors with their walls open. `ages` are seconds from a change to the wall that tells it."""

    def __init__(self, stage: Stage, cookies: list[str]) -> None:
        self._cookies = cookies
        self._stage, self._url = stage, stage.town.urls[0].replace("http:", "ws:") + "/ws/wall/"
        self.ages: list[float] = []
        self.messages, self.seconds = 0, 0.0
        self._cards = 0
        self._measures = False

    def idle_share(self) -> float:
        """What the web process uses while nobody watches."""
        time.sleep(IDLE_SECONDS / 2)
        with self._stage.meter() as meter:
            time.sleep(IDLE_SECONDS)
        return meter.share("web")

    def share(self) -> tuple[float, float]:
        """What it uses while all watch, and how many cards a second it told."""
        self._stage.run(self._watch())
        return self._share, self._cards / self.seconds

    async def _watch(self) -> None:
        watching = [asyncio.ensure_future(self._look(cookie, first)) for first, cookie in enumerate(self._cookies)]
        await asyncio.sleep(WARM_UP_SECONDS)
        with self._stage.meter() as meter:
            self._measures = True
            await asyncio.sleep(SECONDS)
            self._measures = False
        self._share, self.seconds = meter.share("web"), meter.wall
        for each in watching:
            each.cancel()
        await asyncio.gather(*watching, return_exceptions=True)

    async def _look(self, cookie: str, number: int) -> None:
        headers = {"Cookie": f"sessionid={cookie}"}
        async with connect(
            self._url, additional_headers=headers, origin=None, proxy=None, compression=None, max_size=None
        ) as wall:
            async for text in wall:
                now = time.time()
                if self._measures and str(text).startswith('{"type":"agents"'):
                    moments = changed_at(str(text))
                    self.messages += 1
                    self._cards += len(moments) if number == 0 else 0
                    self.ages += [now - moment for moment in moments]


@lru_cache(maxsize=4)
def changed_at(text: str) -> tuple[float, ...]:
    """A message to the wall -> when the agents in it changed; all walls get the same text."""
    message: dict[str, Any] = json.loads(text)
    since = [card["state"]["session"]["since"] for card in message["agents"]]
    return tuple(datetime.fromisoformat(moment).timestamp() for moment in since if moment)


def _started(env: dict[str, str], name: str, *words: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"tests.bench.{name}", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def _said(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said.strip().splitlines()[-1]
