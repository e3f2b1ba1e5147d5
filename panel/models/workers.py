"""The workers that are alive."""

from django.db import models


class Worker(models.Model):
    """A worker process; one that was not seen for some seconds is taken for dead, and its clicks are found out."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
