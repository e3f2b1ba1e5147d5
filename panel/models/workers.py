"""The workers that are alive."""

from django.db import models


class Worker(models.Model):
    """A worker process; one that was not seen for some seconds is taken for dead, and its clicks are found out.

    `full_seconds` is for how long it has had no free thread, 0 where one is free; `skew_seconds` is by how much its
    clock was ahead of the database's when it was last seen, None where they share one.
    """

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    full_seconds = models.FloatField(default=0.0)
    skew_seconds = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.name
