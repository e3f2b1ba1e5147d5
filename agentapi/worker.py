"""Takes clicks from a queue, sends them, and brings the answers back. Steps first, the loop last.

The loop's thread alone touches the queue, and so the database; a pool of threads alone touches VICIdial.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from agentapi import machine
from agentapi.capability import Capability, capability_of
from agentapi.client import AgentApi, Dialer
from agentapi.commands import AskCapture, AskFloor, AskVersion, Command
from agentapi.machine import CAPTURES, REFUSALS, Action, Ask, Press, Question, Refusal, Rules, State, Wait
from agentapi.outcomes import Accepted, Expired, Outcome, Refused, Unanswered
from agentapi.replies import Reason

log = logging.getLogger(__name__)

THREADS = 16
SWEEP_SECONDS = 0.25
SWEEP_AGAIN_SECONDS = 0.05
"""Where a sweep found more to ask than there were threads to ask with."""
STANDS_STILL_SECONDS = 2.0
LONGEST_CAUSE = 300
REPEAT_STOP_SECONDS = 0.15
ANSWER_AGAIN_SECONDS = 0.5
ANSWER_KEPT_SECONDS = 600.0
ANSWER_KEPT_AT_THE_END_SECONDS = 15.0

Clock = Callable[[], datetime]


class UnrecordableError(Exception):
    """What came back can't be kept, however often one tries: it is what it is that is refused."""


@dataclass(frozen=True)
class Job:
    """A claimed click, with what was known of its agent in `state` and of its dialer in `rules` when it was claimed.

    `floor` is where the whole floor can be asked for, None where it cannot; `repeat_until` is how long a STOP that
    finds nothing is repeated (FACTS 3.3). What was not sent by `send_until` is not sent any more: its worker stood
    still, was perhaps taken for dead, and the moment has passed. `kept` is whatever the queue wants to find again when
    the job comes back.
    """

    click_id: UUID
    agent_id: int
    dialer_id: int
    dialer: Dialer
    agent_user: str
    press: Press
    state: State
    rules: Rules
    send_until: datetime
    floor: Dialer | None = None
    repeat_until: datetime | None = None
    kept: object = None
    send_by: float = float("inf")
    """The same as `send_until` by the monotonic clock of the process that claimed it: the other one may be set back."""


@dataclass(frozen=True)
class Inquiry:
    """A question to put to VICIdial without a press: on behalf of one agent's session, of the whole floor, or, without
    an agent, of the dialer itself.
    """

    dialer_id: int
    dialer: Dialer
    command: AskCapture | AskFloor | AskVersion
    agent_id: int | None = None
    agent_user: str = ""


@dataclass(frozen=True)
class StepDone:
    """One command that was sent for a job: `action` is None for a question that came first."""

    action: Action | None
    command: Command
    outcome: Outcome
    asked_at: datetime
    at: datetime


@dataclass(frozen=True)
class Carried:
    """What became of a job: all that was sent, in order, and why the press itself was not, if an answer forbade it.

    `unseen` tells that nobody could look whether a customer is there.
    """

    steps: tuple[StepDone, ...] = ()
    refusal: Refusal | None = None
    unseen: bool = False


class ClickQueue(Protocol):
    """Where clicks wait and their ends are kept. Called from the loop's thread only."""

    def claim(self, limit: int) -> list[Job]:
        """Take up to `limit` clicks that may be sent now, at most one per agent."""

    def waits(self) -> bool:
        """Whether any click waits that could not be taken yet, perhaps for the end of one that was."""

    def finish(self, job: Job, carried: Carried) -> None:
        """Keep how a claimed click ended; UnrecordableError where that will never be possible."""

    def due(self, limit: int) -> list[Inquiry]:
        """Let time pass for the sessions that are due and lease the questions to ask now."""

    def observed(self, ask: Inquiry, outcome: Outcome, asked_at: datetime) -> None:
        """Keep what a question brought; UnrecordableError as above."""

    def tend(self, full_seconds: float) -> None:
        """Show that this worker lives, and end what dead ones left and what grew too old. Called about once a second.

        `full_seconds` is for how long no thread has been free, 0 where one is.
        """


def carry_out(api: AgentApi, job: Job, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> Carried:
    """Ask what has to be known first, then send a job's commands, each only if the one before was accepted. Raises
    nothing that the network causes.

    What VICIdial is asked to play, a dialer that cannot tell of recordings never keeps from playing (FACTS 7.2): where
    neither function may be asked, the clip goes, and `unseen` says so. A recording of which nothing can be learned is
    neither begun nor ended.
    """
    state, rules, done = job.state, job.rules, list[StepDone]()
    while True:
        now = clock()
        state = machine.tick(state, rules, now)
        found = machine.verdict(state, job.press, rules, now)
        if isinstance(found, Wait) and now < job.send_until:
            sleep((min(found.until, job.send_until) - now).total_seconds())
            continue
        question = _question(found.question, job, rules, done) if isinstance(found, Ask) else None
        if question is None:
            break
        step = _step(api, job, None, question, clock)
        done.append(step)
        if isinstance(question, AskCapture) and not _told(step.outcome):
            return Carried(tuple(done))
        state, rules = learned(state, rules, step, job.agent_user)
    if not (isinstance(found, Ask) and found.question == "status" and not rules.asks):
        # What could not be asked any more is decided by what is known.
        found = machine.check(state, job.press, rules, now)
    if isinstance(found, Ask) and found.question == "status" and job.press.action in CAPTURES:
        found = Refusal("capture_unknown", REFUSALS["capture_unknown"])
    if isinstance(found, Refusal):
        return Carried(tuple(done), found)
    for action, command in machine.steps(state, job.press, rules):
        step = _step(api, job, action, command, clock)
        step = _again(step, api, job, clock, sleep)
        done.append(step)
        if not isinstance(step.outcome, Accepted):
            break
    return Carried(tuple(done), unseen=isinstance(found, Ask) and job.press.action not in CAPTURES)


def learned(state: State, rules: Rules, step: StepDone, agent_user: str) -> tuple[State, Rules]:
    """What is known of the agent and of the dialer after a question that came before a press."""
    outcome, asked_at, at = step.outcome, step.asked_at, step.at
    if isinstance(outcome, Accepted) and outcome.floor is not None:
        return machine.seated(state, outcome.floor.seat(agent_user), rules, asked_at, at), rules
    if not isinstance(step.command, AskCapture):
        return state, rules
    if _cannot_tell(outcome):
        return state, machine.without(rules, step.command.function, capability_of(outcome))
    return machine.asked(state, outcome, rules, asked_at, at), rules


def _question(question: Question, job: Job, rules: Rules, done: Sequence[StepDone]) -> Command | None:
    """The command that asks it; None where it was asked already, or there is no way to ask it."""
    if question == "floor":
        return AskFloor() if job.floor and not any(isinstance(each.command, AskFloor) for each in done) else None
    if not rules.asks or any(isinstance(step.command, AskCapture) and not _cannot_tell(step.outcome) for step in done):
        return None
    return AskCapture(rules.asks[0])


def _cannot_tell(outcome: Outcome) -> bool:
    """Whether the function may not be asked here at all: too old, switched off, not allowed (FACTS 1.5, 1.9, 7.2)."""
    return capability_of(outcome) not in (None, Capability.OK)


def _told(outcome: Outcome) -> bool:
    """Whether the answer told anything by which to go on."""
    known = isinstance(outcome, Refused) and outcome.reason is Reason.NOT_LOGGED_IN
    return isinstance(outcome, Accepted) or known or _cannot_tell(outcome)


def _again(step: StepDone, api: AgentApi, job: Job, clock: Clock, sleep: Callable[[float], None]) -> StepDone:
    """The step, or a later one: a STOP is repeated while VICIdial may not know of the clip yet (FACTS 3.3)."""
    while job.repeat_until and _found_nothing(step.outcome) and clock() < job.repeat_until:
        sleep(REPEAT_STOP_SECONDS)
        again = _step(api, job, step.action, step.command, clock)
        if isinstance(again.outcome, Expired):
            break  # What came of the STOP that was sent counts.
        step = again
    return step


def _step(api: AgentApi, job: Job, action: Action | None, command: Command, clock: Clock) -> StepDone:
    asked_at = clock()
    if asked_at >= job.send_until or time.monotonic() >= job.send_by:
        return StepDone(action or job.press.action, command, Expired(), asked_at, asked_at)
    left = (job.send_until - asked_at).total_seconds()
    send_by = min(time.monotonic() + left, job.send_by)
    dialer = replace(job.floor if isinstance(command, AskFloor) and job.floor else job.dialer, send_by=send_by)
    try:
        outcome = api.execute(dialer, job.agent_user, command)
    except Exception:
        about = {"click": str(job.click_id), "agent": job.agent_user, "dialer": job.dialer.name}
        log.exception("The client failed in a way that it should not.", extra=about)
        outcome = Unanswered("Clipdeck failed while it was waiting for VICIdial's answer.")
    return StepDone(action, command, outcome, asked_at, clock())


def _found_nothing(outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and outcome.reason is Reason.NOTHING_PLAYING


@dataclass
class Answer:
    """What came back and is not recorded yet: `record` does it, or fails. Times are of the monotonic clock.

    It holds no thread: what cannot be recorded must not keep others from pressing.
    """

    record: Callable[[], None]
    came_at: float
    again_at: float


class Worker:
    """The loop: claims what may go, hands it to the pool, keeps what comes back, asks what is due."""

    def __init__(
        self, clicks: ClickQueue, api: AgentApi, *, threads: int = THREADS, clock: Clock = lambda: datetime.now(UTC)
    ) -> None:
        self._queue = clicks
        self._api = api
        self._threads = threads
        self._clock = clock
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._stopping_since: float | None = None
        self._busy = 0
        # Whether there may be something to claim, and whether something waited behind what was in hand.
        self._rung, self._behind = True, False
        self._answers: list[Answer] = []
        self._asking: set[Inquiry] = set()
        self._more_to_ask = False
        self._tended_at = self._swept_at = float("-inf")
        self._full_since: float | None = None

    def ring(self) -> None:
        """There may be something to do. Safe from any thread."""
        self._inbox.put(None)

    def stop(self) -> None:
        """Take nothing new; `run` returns once all work in hand is recorded. Safe from any thread and signals."""
        self._stopping_since = self._stopping_since or time.monotonic()
        self._inbox.put(None)

    def expect(self) -> bool:
        """Keep a thread free for a job that is offered soon; False where none is free. Safe from any thread.

        A worker whose loop stands still promises nothing: others may take it for dead by the time that it sends.
        """
        if time.monotonic() - self._tended_at > STANDS_STILL_SECONDS:
            return False
        with self._lock:
            if self._pool is None or self._stopping_since or self._busy >= self._threads:
                return False
            self._busy += 1
            return True

    def offer(self, job: Job | None) -> None:
        """Take the job for which a thread was kept free, or learn that none came. Safe from any thread."""
        if job is not None and self._pool is not None:
            self._hand_out(self._pool, job)
        else:
            self._freed()
            self._inbox.put(None)

    def run(self) -> None:
        """Work until `stop`. Every error of the queue is logged and the loop lives on."""
        with ThreadPoolExecutor(self._threads, thread_name_prefix="vicidial") as pool:
            self._pool = pool
            while not (self._stopping_since and self._busy == 0 and not self._answers):
                self._receive()
                self._record()
                self._guarded(self._tend_now_and_then)
                if not self._stopping_since:
                    self._guarded(lambda: self._step(pool))

    def _step(self, pool: ThreadPoolExecutor) -> None:
        """Hand out what may go now: clicks at every bell and sweep, questions at every sweep."""
        swept = self._sweep_is_due()
        if self._rung or swept:
            self._claim(pool)
        if swept:
            self._ask(pool)

    def _ask(self, pool: ThreadPoolExecutor) -> None:
        """Put the questions that are due, as far as there are threads for them."""
        free = self._free_for_asking()
        asks = self._queue.due(free) if free > 0 else []
        for ask in asks:
            self._occupied()
            self._put(pool, ask)
        self._more_to_ask = len(asks) >= free

    def _claim(self, pool: ThreadPoolExecutor) -> None:
        """Hand out the clicks that may go now. Where others wait, perhaps behind those, each end of one is a bell."""
        free = self._threads - self._busy
        if free <= 0:
            self._rung = True
            return
        self._rung = False
        for job in self._queue.claim(free):
            self._occupied()
            self._hand_out(pool, job)
        self._behind = self._queue.waits()

    def _occupied(self) -> None:
        with self._lock:
            self._busy += 1

    def _freed(self) -> None:
        with self._lock:
            self._busy -= 1

    def _free_for_asking(self) -> int:
        """Half of the threads at most: where VICIdial hangs, questions must not keep clicks waiting."""
        return min(self._threads - self._busy, self._threads // 2 - len(self._asking))

    def _sweep_is_due(self) -> bool:
        now = time.monotonic()
        if now - self._swept_at < self._between_sweeps:
            return False
        self._swept_at = now
        return True

    @property
    def _between_sweeps(self) -> float:
        return SWEEP_AGAIN_SECONDS if self._more_to_ask else SWEEP_SECONDS

    def _hand_out(self, pool: ThreadPoolExecutor, job: Job) -> None:
        def work() -> None:
            carried = carry_out(self._api, job, self._clock)
            self._inbox.put(lambda: self._queue.finish(job, carried))

        pool.submit(work)

    def _put(self, pool: ThreadPoolExecutor, ask: Inquiry) -> None:
        self._asking.add(ask)

        def work() -> None:
            asked_at = self._clock()
            try:
                outcome: Outcome = self._api.execute(ask.dialer, ask.agent_user, ask.command)
            except Exception:
                about = {"agent": ask.agent_user, "dialer": ask.dialer.name}
                log.exception("A question failed in a way that it should not.", extra=about)
                outcome = Unanswered("Clipdeck failed while it was waiting for VICIdial's answer.")
            self._inbox.put(lambda: self._asked(ask, outcome, asked_at))

        pool.submit(work)

    def _asked(self, ask: Inquiry, outcome: Outcome, asked_at: datetime) -> None:
        self._asking.discard(ask)
        self._queue.observed(ask, outcome, asked_at)

    def _receive(self) -> None:
        """Wait for a bell, an answer or the next sweep, then take all that came meanwhile."""
        try:
            self._take(self._inbox.get(timeout=self._between_sweeps))
            while True:
                self._take(self._inbox.get_nowait())
        except queue.Empty:
            return

    def _take(self, record: Callable[[], None] | None) -> None:
        if record is None:
            self._rung = True
        else:
            now = time.monotonic()
            self._answers.append(Answer(record, now, now))
            self._freed()

    def _record(self) -> None:
        """Record what came back. An answer is worth waiting for the database: what it proves can't be had again."""
        for answer in [answer for answer in self._answers if answer.again_at <= time.monotonic()]:
            if self._recorded(answer) or self._too_old(answer):
                self._answers.remove(answer)
                self._rung |= self._behind
            else:
                answer.again_at = time.monotonic() + ANSWER_AGAIN_SECONDS

    def _recorded(self, answer: Answer) -> bool:
        """Whether there is nothing more to record: it is, or it never can be."""
        try:
            return self._guarded(answer.record)
        except UnrecordableError as error:
            log.error("An answer can't be stored and was set aside: %s", str(error)[:LONGEST_CAUSE])  # noqa: TRY400
            return True

    def _too_old(self, answer: Answer) -> bool:
        now = time.monotonic()
        if self._stopping_since and now - self._stopping_since > ANSWER_KEPT_AT_THE_END_SECONDS:
            return True
        return now - answer.came_at > ANSWER_KEPT_SECONDS

    def _tend_now_and_then(self) -> None:
        now = time.monotonic()
        if now - self._tended_at >= 1.0:
            self._tended_at = now
            self._queue.tend(self._full_for(now))

    def _full_for(self, now: float) -> float:
        """For how many seconds no thread has been free."""
        if self._busy < self._threads:
            self._full_since = None
            return 0.0
        self._full_since = now if self._full_since is None else self._full_since
        return now - self._full_since

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Whether it went well. What the queue raises is logged and does not end the loop."""
        try:
            work()
        except UnrecordableError:
            raise
        except Exception:
            log.exception("The queue failed; trying again.")
            return False
        return True
