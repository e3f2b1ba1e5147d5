"""Queries that every press asks, compiled once: Django takes longer to compile them than a database to answer them."""

from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models import QuerySet

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """A query whose first parameters change from one time to the next; the queryset is made with any of their kind."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        self._queryset = queryset
        self._compiler: Any = None
        self._statement: tuple[str, tuple[Any, ...]] = ("", ())

    def __call__(self, *values: Any) -> list[M]:
        """The rows for these values, which are in the form in which the database's driver takes them."""
        rows: Any = self._queryset.all()
        connection = connections[rows.db]
        if self._compiler is None or self._compiler.connection.vendor != connection.vendor:
            compiler = rows.query.get_compiler(connection=connection)
            self._statement = compiler.as_sql()
            self._compiler = compiler
        sql, parameters = self._statement
        compiler = copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (sql, (*values, *parameters[len(values) :]))
        rows.query.get_compiler = lambda *_, **__: compiler
        return list(rows)
