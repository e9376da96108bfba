"""How a pydantic model says a table: names in two languages, SQL types, comments, keys.

A table is a subclass of `Table`; each field is annotated with a `Column`. DDL, comments, Dagster
metadata and the dictionary are all made from here.
"""

import datetime as dt
import types
import typing
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar

from annotated_types import Ge
from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Column:
    """What a column is called and means. The Chinese name is the part before 「：」."""

    zh: str
    en: str

    @property
    def zh_name(self) -> str:
        """The Chinese column name, used by the views of the schema `zh`."""
        return self.zh.split("：", 1)[0]

    @property
    def comment(self) -> str:
        """The comment stored in the published file."""
        return f"{self.zh} | {self.en}"


@dataclass(frozen=True)
class TableInfo:
    """What a table is called and means, and which columns are its key."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]

    @property
    def zh_name(self) -> str:
        """The Chinese table name, used by the views of the schema `zh`."""
        return self.zh.split("：", 1)[0]

    @property
    def comment(self) -> str:
        """The comment stored in the published file."""
        return f"{self.zh} | {self.en}"


Quantity = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
"""A value in its indicator's unit (money in 万元): DECIMAL(18,4)."""
Ratio = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
"""A percentage, percentage points or a quotient, rounded once, half up: DECIMAL(18,6)."""
Count = Annotated[int, Ge(0)]
"""A number of things, never negative."""


@dataclass(frozen=True)
class ColumnSpec:
    """One column as the database sees it."""

    name: str
    sql_type: str
    nullable: bool
    column: Column
    allowed: tuple[str, ...]
    """The only values it may hold; empty where any may stand."""


class Table(BaseModel):
    """Base of every table's model."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    info: ClassVar[TableInfo]

    @classmethod
    def columns(cls) -> tuple[ColumnSpec, ...]:
        """The table's columns, in order.

        Raises:
            TypeError: a field carries no `Column`, or has a type that no SQL type is declared for.
        """
        return _columns_of(cls)

    @classmethod
    def ddl(cls, name: str | None = None) -> str:
        """The CREATE TABLE statement."""
        columns = ", ".join(f"{c.name} {c.sql_type}{'' if c.nullable else ' NOT NULL'}" for c in cls.columns())
        return f"CREATE OR REPLACE TABLE {name or cls.info.name} ({columns})"

    @classmethod
    def comments(cls) -> list[str]:
        """COMMENT statements for the table and each of its columns."""
        table = cls.info.name
        about_columns = [f"COMMENT ON COLUMN {table}.{c.name} IS '{_quoted(c.column.comment)}'" for c in cls.columns()]
        return [f"COMMENT ON TABLE {table} IS '{_quoted(cls.info.comment)}'", *about_columns]

    @classmethod
    def zh_view(cls) -> str:
        """The view of the schema `zh` that shows the table under its Chinese names."""
        columns = ", ".join(f'{c.name} AS "{c.column.zh_name}"' for c in cls.columns())
        return f'CREATE OR REPLACE VIEW zh."{cls.info.zh_name}" AS SELECT {columns} FROM main.{cls.info.name}'


@cache
def _columns_of(model: type[Table]) -> tuple[ColumnSpec, ...]:
    return tuple(_column_spec(model, name, field) for name, field in model.model_fields.items())


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _column_spec(model: type[Table], name: str, field: FieldInfo) -> ColumnSpec:
    column = next((m for m in field.metadata if isinstance(m, Column)), None)
    if column is None:
        raise TypeError(f"{model.__name__}.{name} carries no Column(zh, en)")
    python_type, nullable = _without_none(field.annotation)
    sql_type = _sql_type(model, name, python_type, field.metadata)
    return ColumnSpec(name, sql_type, nullable, column, _allowed(python_type))


def _allowed(python_type: Any) -> tuple[str, ...]:
    if typing.get_origin(python_type) is typing.Literal:
        return tuple(str(a) for a in typing.get_args(python_type))
    if isinstance(python_type, type) and issubclass(python_type, StrEnum):
        return tuple(member.value for member in python_type)
    return ()


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        members = [a for a in typing.get_args(annotation) if a is not type(None)]
        return members[0], True
    return annotation, False


_SCALARS: dict[type, str] = {
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    str: "VARCHAR",
    dt.datetime: "TIMESTAMP",
    dt.date: "DATE",
}


def _sql_type(model: type[Table], name: str, python_type: Any, metadata: list[Any]) -> str:
    if typing.get_origin(python_type) is Annotated:
        python_type, *inner = typing.get_args(python_type)
        metadata = [*metadata, *inner]
    if typing.get_origin(python_type) is typing.Literal:
        python_type = str
    if python_type is Decimal:
        digits = _digits(metadata)
        if digits is None:
            raise TypeError(f"{model.__name__}.{name}: a Decimal needs max_digits and decimal_places")
        return f"DECIMAL({digits[0]},{digits[1]})"
    for scalar, sql_type in _SCALARS.items():
        if isinstance(python_type, type) and issubclass(python_type, scalar):
            return sql_type
    raise TypeError(f"{model.__name__}.{name}: no SQL type is declared for {python_type!r}")


def _digits(metadata: list[Any]) -> tuple[int, int] | None:
    flat = [m for item in metadata for m in (item.metadata if isinstance(item, FieldInfo) else [item])]
    digits = next((d for m in flat if (d := getattr(m, "max_digits", None)) is not None), None)
    places = next((p for m in flat if (p := getattr(m, "decimal_places", None)) is not None), None)
    return None if digits is None or places is None else (digits, places)
