"""The warehouse: a DuckDB file that one process writes; every table made by the registry's models."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
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
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse, closed at the end; its clock is UTC."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(path) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        yield connection


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


def prepare(path: Path, fingerprint: str) -> bool:
    """Makes the warehouse ready for a reading of files by this code and reference data.

    A warehouse read by other code or reference data, or one that does not open, is made anew from the
    snapshots. Returns whether it was made anew.
    """
    try:
        with opened(path) as connection:
            held = connection.execute("SELECT fingerprint FROM warehouse_state").fetchone()
        if held is not None and held[0] == fingerprint:
            return False
    except duckdb.Error:
        pass
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    with opened(path) as connection, transaction(connection):
        for table in TAKEN:
            connection.execute(table.ddl())
        connection.execute("CREATE TABLE warehouse_state (fingerprint VARCHAR)")
        connection.execute("INSERT INTO warehouse_state VALUES (?)", [fingerprint])
    return True


def insert(connection: duckdb.DuckDBPyConnection, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows; they pass as one JSON text whose numbers are texts, cast by DuckDB to the columns' types.

    DuckDB's and pyarrow's ways for Python rows import pandas, which alone takes longer than a whole step.
    """
    if not rows:
        return
    shape = json.dumps([{c.name: "VARCHAR" for c in table.columns()}])
    connection.execute(
        f"INSERT INTO {table.info.name} BY NAME SELECT unnest(from_json(?, '{shape}'), recursive := true)",
        [json.dumps(rows, default=str, ensure_ascii=False)],
    )


def replace_reference(
    connection: duckdb.DuckDBPyConnection, reference: Reference, assessed_on: dt.date
) -> dict[str, int]:
    """Makes the reference tables anew; gives their row counts."""
    assert reference.assessment is not None  # Reference.load lets nothing pass without it
    thresholds = {name: getattr(reference.assessment, name) for name in Parameter.model_fields.keys() - {"assessed_on"}}
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
            connection.execute(f"INSERT INTO {table.info.name} BY NAME {mart.sql}")
        except duckdb.ConstraintException as error:
            raise StructuralFault(f"{table.info.name}: {error}") from error
        check_structure(connection, table)
    return count(connection, table.info.name)


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
    repeated = connection.execute(
        f"SELECT {key}, count(*) AS times FROM {name} GROUP BY {key} HAVING count(*) > 1 LIMIT 3"
    ).fetchall()
    if repeated:
        raise StructuralFault(f"{name}: the key ({key}) repeats; first: {repeated}")
    for column in table.columns():
        if not column.allowed:
            continue
        known = ", ".join(f"'{code}'" for code in column.allowed)
        strange = connection.execute(
            f"SELECT DISTINCT {column.name} FROM {name} WHERE {column.name} NOT IN ({known}) LIMIT 3"
        ).fetchall()
        if strange:
            raise StructuralFault(f"{name}.{column.name}: {strange} not in {column.allowed}")
