"""Many agents at once: how long their presses take, how many there can be, and whether any is lost or doubled."""

import asyncio
from collections.abc import Iterator

from tests.bench.cpu import Meter
from tests.bench.figures import Figure, median, milliseconds, percentile
from tests.bench.stage import Stage, apart, embedded

AGENTS, EVERY_SECONDS = 200, 1.0
WARM_UP_SECONDS, SECONDS = 4.0, 12.0
MEDIAN_GOAL, P99_GOAL = 1.5, 4.0
BARE_CALLS = 100
BUSY_AGENTS, PRESSES_A_SECOND = 60, 400
CORES = 2


def figures() -> Iterator[Figure]:
    """200 agents on one process, each pressing once a second."""
    for api_seconds in (0.005, 0.020):
        with embedded(AGENTS) as stage:
            yield from _at_work(stage, api_seconds)


def _at_work(stage: Stage, api_seconds: float) -> Iterator[Figure]:
    stage.simulated.take(api_seconds)
    bare = median([stage.bare.seconds() for _ in range(BARE_CALLS)])
    amid: list[float] = []

    async def begin() -> None:
        await stage.pressers.come()
        await stage.pressers.play()
        await stage.pressers.in_step(WARM_UP_SECONDS, EVERY_SECONDS)
        stage.pressers.forget()

    async def work() -> None:
        calls = asyncio.ensure_future(_bare_calls(stage, amid))
        await stage.pressers.in_step(SECONDS, EVERY_SECONDS)
        calls.cancel()

    stage.run(begin())
    with stage.meter() as meter:
        stage.run(work())
    shown, in_vain = stage.pressers.shown_after, stage.pressers.in_vain
    what = f"{AGENTS} agents pressing once a second on one process, API {api_seconds * 1000:.0f} ms"
    limit = f"{meter.per(len(shown))}; Clipdeck keeps {meter.share('Clipdeck'):.2f} of one core busy"
    amid_words = f"a bare call amid it takes {milliseconds(median(amid))}"
    for name, seconds, goal in (("median", median(shown), MEDIAN_GOAL), ("p99", percentile(shown, 0.99), P99_GOAL)):
        yield Figure(
            f"{what}: {name}, held against the bare call before it",
            f"≤ {goal}x",
            f"{seconds / bare:.2f}x: {milliseconds(seconds)} against {milliseconds(bare)}",
            seconds / bare <= goal,
            f"{limit}; {amid_words}",
        )
    yield _none_lost(stage, what, len(shown), in_vain)


def figures_apart() -> Iterator[Figure]:
    """As many presses as two web processes and two workers carry out over PostgreSQL and Redis."""
    with apart(BUSY_AGENTS, each=2) as stage:
        stage.simulated.take(0.005)

        async def begin() -> None:
            await stage.pressers.come()
            await stage.pressers.play()
            await stage.pressers.flat_out(WARM_UP_SECONDS)
            stage.pressers.forget()

        stage.run(begin())
        with stage.meter() as meter:
            stage.run(stage.pressers.flat_out(SECONDS))
        count, in_vain = len(stage.pressers.shown_after), stage.pressers.in_vain
        what = f"{BUSY_AGENTS} agents pressing without a pause, 2 web processes and 2 workers apart, API 5 ms"
        rate = count / meter.wall
        yield Figure(
            f"{what}: presses a second",
            f"≥ {PRESSES_A_SECOND}",
            f"{rate:.0f} with simulator and agents on the same {CORES} cores; {_alone(meter, count):.0f} is what"
            f" {CORES} cores of its own would carry by the CPU time of each",
            rate >= PRESSES_A_SECOND,
            meter.per(count),
        )
        yield _none_lost(stage, what, count, in_vain)


def _alone(meter: Meter, count: int) -> float:
    """How many presses a second would fill the cores if only Clipdeck and its engines ran on them."""
    ours = sum(seconds for name, seconds in meter.seconds.items() if name not in {"simulator", "client"})
    return CORES * count / ours


def _none_lost(stage: Stage, what: str, count: int, in_vain: int) -> Figure:
    found = stage.troubles()
    return Figure(
        f"{what}: none lost, none doubled",
        "0",
        f"{len(found)} of {len(stage.town.clicks())} clicks do not fit what VICIdial received"
        f"{': ' + '; '.join(found[:2]) if found else ''}; {in_vain} of {count + in_vain} presses ended in vain",
        not found and not in_vain,
        "the database, held against the simulator's journal",
    )


async def _bare_calls(stage: Stage, amid: list[float]) -> None:
    while True:
        amid.append(await asyncio.to_thread(stage.bare.seconds))
        await asyncio.sleep(0.1)
