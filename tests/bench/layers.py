"""What a doorbell and a push cost, at few agents and at many."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from panel.groups import WORKERS, agent_group
from panel.layers import ScalingInMemoryLayer
from panel.redis_layer import LastingRedisLayer
from tests.bench.figures import Figure, median
from tests.bench.stage import engines

FEW, MANY = 10, 5000
ROUNDS, MESSAGES = 7, 400
GOAL = 1.5
PUSH = {"type": "push", "texts": ["x" * 900], "news": [{"version": 1}]}
RING = {"type": "ring"}


def figures() -> Iterator[Figure]:
    """The layer within a process, and the one over Redis."""
    yield from asyncio.run(_compared("in memory", ScalingInMemoryLayer))
    with engines() as (_, redis):
        yield from asyncio.run(_compared("over Redis", lambda: LastingRedisLayer(hosts=[redis.url], prefix="bench")))


async def _compared(where: str, make: Callable[[], Any]) -> list[Figure]:
    floors = [await _floor(make(), agents) for agents in (FEW, MANY)]
    found = []
    for name, cost in (("doorbell", _ring), ("push", _push)):
        # In turn, so that both see the same machine.
        rounds = [[await cost(*floor) for floor in floors] for _ in range(ROUNDS)]
        few, many = (median(values) for values in zip(*rounds, strict=True))
        found.append(
            Figure(
                f"{name} {where}: CPU time of a message at {MANY} agents, held against {FEW}",
                f"≤ {GOAL}x",
                f"{many / few:.2f}x: {many * 1e6:.0f} µs against {few * 1e6:.0f} µs",
                many / few <= GOAL,
                "one group and one channel are looked up, however many there are",
            )
        )
    for layer, _, _ in floors:
        await layer.flush()
        if hasattr(layer, "close_pools"):
            await layer.close_pools()
    return found


async def _floor(layer: Any, agents: int) -> tuple[Any, list[str], str]:
    """A layer with an open panel for each agent, and a worker that listens."""
    if isinstance(layer, LastingRedisLayer):
        await layer._get_layer().answers()
    channels = [await layer.new_channel() for _ in range(agents)]
    for number, channel in enumerate(channels):
        await layer.group_add(agent_group(number), channel)
    worker = await layer.new_channel()
    await layer.group_add(WORKERS, worker)
    return layer, channels, worker


async def _ring(layer: Any, _: list[str], worker: str) -> float:
    return await _timed(lambda __: layer.group_send(WORKERS, RING), lambda __: layer.receive(worker))


async def _push(layer: Any, channels: list[str], _: str) -> float:
    def place(number: int) -> int:
        # All over the floor, whatever its size.
        return number * 7919 % len(channels)

    return await _timed(
        lambda number: layer.group_send(agent_group(place(number)), PUSH),
        lambda number: layer.receive(channels[place(number)]),
    )


async def _timed(send: Callable[[int], Awaitable[Any]], receive: Callable[[int], Awaitable[Any]]) -> float:
    """Seconds of CPU time that sending and receiving one message takes, as the mean of many."""
    began = time.process_time()
    for number in range(MESSAGES):
        await send(number)
        await receive(number)
    return (time.process_time() - began) / MESSAGES
