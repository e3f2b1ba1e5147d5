"""A worker's last line in the log is about no click."""

from structlog.contextvars import bind_contextvars, get_contextvars

from panel.working import WorkerThread


def test_the_end_of_a_worker_is_about_no_click(db, monkeypatch):
    worker = WorkerThread()
    monkeypatch.setattr(worker._worker, "run", lambda: bind_contextvars(click="the last one"))
    worker._run()
    assert get_contextvars() == {}
