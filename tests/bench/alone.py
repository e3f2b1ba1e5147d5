"""One agent: how much longer a press takes than the bare call that it stands for."""

from collections.abc import Iterator

from tests.bench.figures import Figure, median, milliseconds
from tests.bench.stage import Stage, apart, embedded

ROUNDS, PRESSES, WARM_UP = 5, 40, 20
EMBEDDED_GOALS = {0.005: 1.3, 0.020: 1.1}
APART_GOAL = 1.8


def figures() -> Iterator[Figure]:
    """Embedded: SQLite, the in-memory layer and the worker in one process."""
    with embedded(1) as stage:
        for api_seconds, goal in EMBEDDED_GOALS.items():
            yield figure_of(stage, "one agent, embedded", api_seconds, goal)


def figure_of(stage: Stage, what: str, api_seconds: float, goal: float) -> Figure:
    """One press and one bare call after the other, so that both see the same machine; the median of all rounds."""
    bare, pressed = [], []
    stage.simulated.take(api_seconds)
    presser = stage.pressers.callers[0]

    async def warm_up() -> None:
        if not presser.is_connected:
            await stage.pressers.come()
            await presser.play()
        for _ in range(WARM_UP):
            await presser.toggle()
            stage.bare.seconds()

    async def round_of() -> tuple[float, float]:
        stage.pressers.forget()
        calls = []
        for _ in range(PRESSES):
            calls.append(stage.bare.seconds())
            await presser.toggle()
        return median(calls), median(presser.shown_after)

    async def rounds() -> None:
        for _ in range(ROUNDS):
            call, press = await round_of()
            bare.append(call)
            pressed.append(press)

    stage.run(warm_up())
    with stage.meter() as meter:
        stage.run(rounds())
    ratios = sorted(press / call for call, press in zip(bare, pressed, strict=True))
    ratio = median(ratios)
    return Figure(
        f"{what}, API {api_seconds * 1000:.0f} ms: press to state shown, held against the bare call",
        f"≤ {goal}x",
        f"{ratio:.2f}x ({ratios[0]:.2f} to {ratios[-1]:.2f}): {milliseconds(median(pressed))}"
        f" against {milliseconds(median(bare))}",
        ratio <= goal,
        meter.per(ROUNDS * PRESSES),
    )


def figures_apart() -> Iterator[Figure]:
    """The same with web and worker apart, over PostgreSQL and Redis."""
    with apart(1, each=1) as stage:
        for api_seconds in EMBEDDED_GOALS:
            yield figure_of(stage, "one agent, web and worker apart", api_seconds, APART_GOAL)
