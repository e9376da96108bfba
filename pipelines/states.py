"""What every target's state was: on each day on which a value that speaks of it came out, and in each publish.

The days are asked all at once. A world is what was known on one day; its number is added to every area, target and
series, so that no join leads from one world into another, and the texts of the marts, which know nothing of it,
then give each target's state in each world from one SELECT. Days on which nothing of a target changed leave no row.

Publishes are remembered by the publish before: each carries the states of all before it, and its own.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines import warehouse
from pipelines.marts import Mart
from pipelines.workspace import Workspace
from schemas.codes import Occasion
from schemas.monitoring import TargetState
from schemas.reference_data import Reference

ASKED = ("observations", "comparisons", "growth", "target_evidence", "target_status")

_WORLDS = """
days AS (
    SELECT DISTINCT t.target_id, v.known_from AS known_on
    FROM main.targets t
    JOIN main.indicators i ON i.indicator_id IN (t.indicator_id, t.of_indicator_id) OR i.numerator_id = t.indicator_id
    JOIN main.series s ON s.indicator_id = i.indicator_id AND s.area_code IN (t.area_code, t.of_area_code)
    JOIN main.versions v USING (series_id)
),
worlds AS (SELECT DISTINCT known_on, '@' || known_on AS mark FROM days),
numbered AS (
    SELECT s.series_id AS own_id, w.known_on, w.mark, row_number() OVER () AS number,
        dense_rank() OVER (ORDER BY s.family_id, w.known_on) AS family
    FROM main.series s CROSS JOIN worlds w
    WHERE s.indicator_id IN (
        SELECT i.indicator_id FROM main.indicators i JOIN main.targets t
        ON i.indicator_id IN (t.indicator_id, t.of_indicator_id) OR i.numerator_id = t.indicator_id
    )
),
series AS (
    SELECT s.* REPLACE (n.number AS series_id, s.area_code || n.mark AS area_code, n.family AS family_id)
    FROM main.series s JOIN numbered n ON s.series_id = n.own_id
),
versions AS (
    SELECT v.* REPLACE (n.number AS series_id)
    FROM main.versions v JOIN numbered n ON v.series_id = n.own_id AND v.known_from <= n.known_on
),
targets AS (
    SELECT t.* REPLACE (
        t.target_id || mark AS target_id, t.area_code || mark AS area_code, t.of_area_code || mark AS of_area_code,
        t.part_of || mark AS part_of, t.interim_of || mark AS interim_of
    )
    FROM main.targets t CROSS JOIN worlds
),
areas AS (
    SELECT a.* REPLACE (a.area_code || mark AS area_code, a.parent_code || mark AS parent_code)
    FROM main.areas a CROSS JOIN worlds
),
series_breaks AS (
    FROM main.series_breaks WHERE area_code IS NULL
    UNION ALL BY NAME
    SELECT b.* REPLACE (b.area_code || mark AS area_code)
    FROM main.series_breaks b CROSS JOIN worlds WHERE b.area_code IS NOT NULL
)
"""

_STATE = """
    s.verdict, s.reason, {series} AS series_id, s.source_id, s.period, e.period_end, s.value, o.correction_id,
    s.base_value,
    t.target_value, concat_ws(' ', t.indicator_id, t.measure, t.counts, t.comparator, t.target_value, t.upper_value,
        t.unit, 'due', t.due_on, 'base', t.base_period, t.not_assessable, t.long_term) AS declared
"""

_OF_DAYS = f"""
SELECT d.target_id, m.area_code, ? AS occasion, CAST(strftime(d.known_on, '%Y%m%d') AS BIGINT) AS sequence,
    s.assessed_on, NULL AS rules, {_STATE.format(series="n.own_id")}
FROM target_status s
JOIN targets t USING (target_id)
JOIN days d ON s.target_id = d.target_id || '@' || d.known_on
JOIN main.targets m ON d.target_id = m.target_id
LEFT JOIN numbered n ON s.series_id = n.number
LEFT JOIN target_evidence e ON (s.target_id, s.series_id, s.period) = (e.target_id, e.series_id, e.period)
LEFT JOIN observations o ON (s.series_id, s.period) = (o.series_id, o.period)
QUALIFY (s.verdict, s.reason, n.own_id, s.period, s.value, s.base_value, o.correction_id) IS DISTINCT FROM
    lag((s.verdict, s.reason, n.own_id, s.period, s.value, s.base_value, o.correction_id))
    OVER (PARTITION BY d.target_id ORDER BY d.known_on)
"""

_OF_NOW = f"""
SELECT s.target_id, s.area_code, ? AS occasion, CAST(? AS BIGINT) AS sequence, s.assessed_on, ? AS rules,
    {_STATE.format(series="s.series_id")}
FROM target_status s
JOIN targets t USING (target_id)
LEFT JOIN target_evidence e ON (s.target_id, s.series_id, s.period) = (e.target_id, e.series_id, e.period)
LEFT JOIN observations o ON (s.series_id, s.period) = (o.series_id, o.period)
"""


@dataclass(frozen=True)
class Memory:
    """What the publish to come adds its states to.

    Attributes:
        number: the number of the publish to come.
        rules: digest of the code and reference data that judge.
        before: the database of a publish that remembers those before `number`; None where there is none.
    """

    number: int
    rules: str
    before: Path | None


def memory(workspace: Workspace, reference: Reference, number: int, before: Path | None) -> Memory:
    """The memory of a publish made by this code and reference data."""
    return Memory(number, f"{workspace.code_version} {reference.fingerprint}", before)


def remember_days(connection: duckdb.DuckDBPyConnection, marts: dict[str, Mart]) -> int:
    """Makes `target_states` with the states of the days; gives its row count."""
    name = TargetState.info.name
    asked = ", ".join([_WORLDS, *(f"{m} AS ({marts[m].sql})" for m in ASKED)])
    with warehouse.transaction(connection):
        connection.execute(TargetState.ddl())
        connection.execute(f"INSERT INTO {name} BY NAME WITH {asked} {_OF_DAYS}", [Occasion.RELEASE])
    return warehouse.count(connection, name)


def remember_publishes(connection: duckdb.DuckDBPyConnection, kept: Memory) -> int:
    """Adds the states of the publishes, of the one to come first, to `target_states`; gives its row count."""
    name = TargetState.info.name
    connection.execute(f"INSERT INTO {name} BY NAME {_OF_NOW}", [Occasion.PUBLISH, kept.number, kept.rules])
    if kept.before is not None:
        _carry_over(connection, kept.number, kept.before)
    warehouse.check_structure(connection, TargetState)
    return warehouse.count(connection, name)


def _carry_over(connection: duckdb.DuckDBPyConnection, number: int, before: Path) -> None:
    """Takes over what earlier publishes said; one made by code that remembered nothing gives nothing."""
    name = TargetState.info.name
    connection.execute(f"ATTACH {warehouse.quoted(before)} AS before (READ_ONLY)")
    try:
        held = connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE database_name = 'before' AND table_name = ?", [name]
        ).fetchall()
        shared = ", ".join(c.name for c in TargetState.columns() if (c.name,) in held)
        if shared:
            connection.execute(
                f"INSERT INTO {name} BY NAME SELECT {shared} FROM before.{name} WHERE occasion = ? AND sequence < ?",
                [Occasion.PUBLISH, number],
            )
    finally:
        connection.execute("DETACH before")
