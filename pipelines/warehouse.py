"""The warehouse: a DuckDB file that one process writes; every table made by the registry's models."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines.marts import Mart
from schemas.columns import Table
from schemas.reference_data import Reference
from schemas.registry import TAKEN, code_rows
from schemas.tables import CodeEntry, Parameter


class StructuralFault(Exception):
    """A table that is not what its model says: nothing of it is kept."""


@contextmanager
def opened(path: Path, fingerprint: str, say: Callable[[str], None]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse of files read by this code and reference data; its clock is UTC.

    A warehouse filled by other code or reference data, or one that does not open, is made anew from the
    snapshots; that is said.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _held(path, fingerprint)
    if connection is None:
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        connection = duckdb.connect(path)
        with transaction(connection):
            for table in TAKEN:
                connection.execute(table.ddl())
            state = "SELECT ? AS fingerprint, CAST(NULL AS VARCHAR) AS made_from"
            connection.execute(f"CREATE TABLE warehouse_state AS {state}", [fingerprint])
        say("the warehouse is made anew from the snapshots")
    with connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        yield connection


def _held(path: Path, fingerprint: str) -> duckdb.DuckDBPyConnection | None:
    if not path.exists():
        return None
    try:
        connection = duckdb.connect(path)
    except duckdb.Error:
        return None
    try:
        if connection.execute("SELECT fingerprint FROM warehouse_state").fetchall() == [(fingerprint,)]:
            return connection
    except duckdb.Error:
        pass
    connection.close()
    return None


def made_from(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The inputs that every computed table was made from; None where they are being made."""
    found = connection.execute("SELECT made_from FROM warehouse_state").fetchall()[0][0]
    return None if found is None else str(found)


def mark(connection: duckdb.DuckDBPyConnection, inputs: str | None) -> None:
    """Notes what every computed table was made from; None before the first of them is made anew."""
    connection.execute("UPDATE warehouse_state SET made_from = ?", [inputs])


def quoted(path: Path) -> str:
    """A path as a SQL text, for the statements that take no parameter."""
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def insert(connection: duckdb.DuckDBPyConnection, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows; each column passes as one list of texts, cast by DuckDB to the column's type.

    DuckDB's and pyarrow's other ways for Python rows import pandas, which alone takes longer than a whole step.
    """
    if not rows:
        return
    names = [c.name for c in table.columns()]
    columns = [[None if (value := row[name]) is None else str(value) for row in rows] for name in names]
    values = ", ".join("unnest(CAST(? AS VARCHAR[]))" for _ in names)
    connection.execute(f"INSERT INTO {table.info.name} ({', '.join(names)}) SELECT {values}", columns)


def replace_reference(
    connection: duckdb.DuckDBPyConnection, reference: Reference, assessed_on: dt.date
) -> dict[str, int]:
    """Makes the reference tables anew; gives their row counts."""
    assert reference.assessment is not None  # Reference.load lets nothing pass without it
    thresholds = {name: threshold.value for name, threshold in reference.assessment}
    parameter = Parameter(assessed_on=assessed_on, **thresholds)
    rows: dict[type[Table], list[Table]] = {**reference.rows(), CodeEntry: code_rows(), Parameter: [parameter]}
    with transaction(connection):
        for table, models in rows.items():
            connection.execute(table.ddl())
            insert(connection, table, [m.model_dump() for m in models])
            check_structure(connection, table)
    return {table.info.name: len(models) for table, models in rows.items()}


def build(connection: duckdb.DuckDBPyConnection, table: type[Table], mart: Mart) -> int:
    """Makes a computed table anew from its SELECT; gives its row count.

    Raises:
        StructuralFault: the result breaks its model; the table is left as it was.
    """
    with transaction(connection):
        connection.execute(table.ddl())
        try:
            made = connection.execute(f"INSERT INTO {table.info.name} BY NAME {mart.sql}").fetchall()
        except duckdb.ConstraintException as error:
            raise StructuralFault(f"{table.info.name}: {error}") from error
        check_structure(connection, table)
    return int(made[0][0])


def count(connection: duckdb.DuckDBPyConnection, table_name: str) -> int:
    """How many rows a table has."""
    row = connection.execute(f"SELECT count(*) FROM {table_name}").fetchone()
    assert row is not None  # count(*) gives one row
    return int(row[0])


def check_structure(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> None:
    """Checks that keys are unique and codes known.

    Raises:
        StructuralFault: names the rule, the count and the first offenders.
    """
    name, key = table.info.name, ", ".join(table.info.key)
    rules = [
        f"(SELECT 'the key ({key}) repeats' AS broken, CAST(struct_pack({key}) AS VARCHAR) AS found "
        f"FROM {name} GROUP BY {key} HAVING count(*) > 1 LIMIT 3)"
    ]
    for column in table.columns():
        if column.allowed:
            known = ", ".join(f"'{code}'" for code in column.allowed)
            rules.append(
                f"(SELECT DISTINCT '{column.name} is none of its codes', {column.name} "
                f"FROM {name} WHERE {column.name} NOT IN ({known}) LIMIT 3)"
            )
    found = connection.execute(" UNION ALL ".join(rules)).fetchall()
    if found:
        raise StructuralFault(f"{name}: {'; '.join(f'{broken}: {value}' for broken, value in found)}")
