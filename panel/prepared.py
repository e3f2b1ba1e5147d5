"""Statements of every press, compiled once: Django takes longer to compile them than a database to carry them out."""

from collections.abc import Sequence
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connection as default
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


class PreparedUpdate:
    """An UPDATE of a table that sets some columns where others are as they are said to be, which may not be null."""

    def __init__(self, model: type[models.Model], *, sets: Sequence[str], where: Sequence[str]) -> None:
        fields = {field.name: field for field in _columns_of(model)}
        self._fields = [fields[name] for name in (*sets, *where)]
        columns = [f"{_quoted(field.column)} = %s" for field in self._fields]
        setting, finding = ", ".join(columns[: len(sets)]), " AND ".join(columns[len(sets) :])
        self._statement = f"UPDATE {_table_of(model)} SET {setting} WHERE {finding}"  # noqa: S608 - our own names

    def __call__(self, *values: Any) -> int:
        """These values for what is set, then for what must be so -> how many rows there were."""
        return _carried_out(self._statement, self._fields, values)


class PreparedInsert(Generic[M]):
    """An INSERT of a whole row, whose key is known."""

    def __init__(self, model: type[M]) -> None:
        self._fields = _columns_of(model)
        columns = ", ".join(_quoted(field.column) for field in self._fields)
        places = ", ".join("%s" for _ in self._fields)
        self._statement = f"INSERT INTO {_table_of(model)} ({columns}) VALUES ({places})"  # noqa: S608 - our own names

    def __call__(self, row: M) -> None:
        """Write this row; it is not there yet."""
        _carried_out(self._statement, self._fields, [getattr(row, field.attname) for field in self._fields])


def _carried_out(statement: str, fields: "Sequence[models.Field[Any, Any]]", values: Sequence[Any]) -> int:
    given = zip(fields, values, strict=True)
    parameters = [field.get_db_prep_save(value, default) for field, value in given]
    with default.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _columns_of(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return list(model._meta.concrete_fields)  # noqa: SLF001 - Django's public name for it


def _table_of(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)  # noqa: SLF001 - Django's public name for it


def _quoted(name: str | None) -> str:
    return str(default.ops.quote_name(name or ""))
