"""What can never be recorded is named once and left; what can't be recorded yet keeps nobody waiting."""

import logging
from dataclasses import replace
from uuid import uuid4

from agentapi.worker import UnrecordableError
from tests.agentapi.test_worker_keeps_answers import Queue as Patient
from tests.agentapi.test_worker_keeps_answers import _at_once, job, run

__all__ = ["_at_once", "job"]


class Poisoned(Patient):
    def finish(self, job, carried):
        self.tries += 1
        raise UnrecordableError("DataError: " + "x" * 5000)


class FirstIsStuck(Patient):
    """The first job's answer can't be recorded, as long as it lasts; each other one can."""

    def __init__(self, jobs) -> None:
        super().__init__(None, failures=0)
        self.stuck, self.jobs = jobs[0], jobs
        self.opens = False

    def claim(self, limit):
        jobs, self.jobs = self.jobs[:limit], self.jobs[limit:]
        return jobs

    def waits(self):
        return bool(self.jobs)

    def finish(self, job, carried):
        if job is self.stuck and not self.opens:
            raise OSError("refused")
        self.finished.append(job)
        self.opens = len(self.finished) >= 3


def test_it_is_tried_once_and_named_once_in_a_bounded_line(job, caplog):
    queue = Poisoned(job, failures=0)
    run(queue, lambda queue: queue.tries >= 1)
    assert queue.tries == 1
    [line] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "set aside: DataError" in line.getMessage()
    assert len(line.getMessage()) < 400


def test_an_answer_that_waits_for_the_database_holds_no_thread(job, caplog):
    caplog.set_level(logging.CRITICAL)
    jobs = [replace(job, click_id=uuid4()) for _ in range(4)]
    queue = FirstIsStuck(jobs)
    run(queue, lambda queue: len(queue.finished) == 4)
    assert [each.click_id for each in queue.finished] == [each.click_id for each in (*jobs[1:], jobs[0])]
