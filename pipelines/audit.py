"""All checks together: one statement, whose rows are the findings; what stops the publish; since when each stands."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from pipelines import warehouse
from pipelines.audit_checks import Check, header_and_sql, load_checks
from pipelines.audit_formula import audit_formulas, findings_sql, formula_check
from pipelines.expectations import expectation_checks
from pipelines.workspace import Workspace
from schemas.checks import CheckResult, ObservationNote
from schemas.codes import CheckKind, Severity
from schemas.reference_data import Reference
from schemas.registry import JUDGED
from sources.snapshots import append_lines

_COLUMNS = (
    "check_name, kind, severity, indicator_id, area_code, sector_code, source_id, series_id, period, released_on, "
    "locator, snapshot_sha256, said, difference, explained_zh, explained_en"
)
"""Of a finding: which check found it, and what the SELECT of every check gives."""
_EXTRA = json.dumps([dict.fromkeys(_COLUMNS.split(", "), "VARCHAR")])
_PLACED = ("indicator_id", "area_code", "sector_code", "source_id", "released_on", "locator", "snapshot_sha256")
"""Of a finding that names a series and a period, what the value there says of itself."""
_SHOWN = 10
Key = tuple[str, str, str, int]
"""A finding from run to run: check, readable series key, period, number."""


def _about_entries(name: str, zh: str, en: str, explanation_zh: str, explanation_en: str, *reads: str) -> Check:
    """A check of explanations or waivers themselves: `sql/checks/result` finds it, so it has no SELECT of its own."""
    return Check(name, zh, en, CheckKind.EXPLAIN, Severity.WARN, explanation_zh, explanation_en, reads, "")


UNUSED = _about_entries(
    "explanation_unused",
    "说明无对应",
    "Every explanation explains something",
    "data/reference/explanations 中的一条说明没有对应的发现：问题已消失，或选择条件写错。删去或改正。",
    "An explanation in data/reference/explanations fits no finding: what it explained is gone, or it selects wrongly. "
    "Remove or correct it.",
    "explanations",
)
WAIVER_UNUSED = _about_entries(
    "waiver_unused",
    "豁免无对应",
    "Every waiver lets something stand",
    "data/reference/waivers 中的一条豁免没有对应的发现：问题已消失，或选择条件写错。删去或改正。",
    "A waiver in data/reference/waivers fits no finding: what it let stand is gone, or it selects wrongly. Remove or "
    "correct it.",
    "waivers",
)
WAIVER_EXPIRED = _about_entries(
    "waiver_expired",
    "豁免到期",
    "No waiver has expired",
    "一条豁免已过有效期，它所涉及的发现重新计入。解决问题，或由豁免人展期，或删去。",
    "A waiver has expired; the findings that it let stand count again. Put right what it covered, have it prolonged by "
    "who answers for it, or remove it.",
    "waivers",
    "parameters",
)
STATEMENTS = (UNUSED, WAIVER_UNUSED, WAIVER_EXPIRED)


@dataclass(frozen=True)
class Audit:
    """All checks, the statement that puts their findings beside what explains them, and them beside the values."""

    checks: tuple[Check, ...]
    sql: str
    notes: str

    @property
    def reads(self) -> list[str]:
        """The tables that checks read."""
        return sorted({name for check in self.checks for name in check.reads})


def load_audit(folder: Path, reference: Reference) -> Audit:
    """The checks of `sql/checks`, with what they share; the formulas of forms that a source fills in; the suites.

    Raises:
        CheckFault: a header lacks a line, or names no kind or severity there is.
    """
    shared = {path.stem: header_and_sql(path.read_text("utf-8")) for path in sorted(folder.glob("shared/*.sql"))}
    beneath = {name: tuple(said["reads"].split(", ")) for name, (said, _) in shared.items()}
    checks = [_reading_tables(c, beneath) for c in load_checks(folder)]
    formulas = [f for f in audit_formulas(reference) if f.sources]
    selects = [
        f"SELECT '{c.name}' AS check_name, '{c.kind}' AS kind, '{c.severity}' AS severity, * FROM ({c.sql})"
        for c in checks
    ]
    selects += [findings_sql(formulas)] if formulas else []
    selects += [_extra_sql()]
    found = " UNION ALL ".join(f"SELECT {_COLUMNS} FROM ({select})" for select in selects)
    together = {**{name: sql for name, (_, sql) in shared.items()}, "found": found}
    result, notes = (
        header_and_sql((folder / "result" / f"{table.info.name}.sql").read_text("utf-8"))[1] for table in JUDGED
    )
    ctes = ", ".join(f"{name} AS ({sql})" for name, sql in together.items())
    expected = expectation_checks(reference.suites.values())
    everything = (*checks, *(formula_check(f) for f in formulas), *expected, *STATEMENTS)
    return Audit(everything, f"WITH {ctes} SELECT * FROM ({result})", notes)


def _reading_tables(check: Check, beneath: dict[str, tuple[str, ...]]) -> Check:
    tables = dict.fromkeys(table for name in check.reads for table in beneath.get(name, (name,)))
    return replace(check, reads=tuple(tables))


def _extra_sql() -> str:
    """The findings that are handed to `judge`; a place that one does not name is that of the value it accuses."""
    kinds = {c.name: c.sql_type for c in CheckResult.columns()}
    columns = ", ".join(
        f"CAST({f'coalesce(e.{c}, CAST(o.{c} AS VARCHAR))' if c in _PLACED else f'e.{c}'} AS {kinds[c]}) AS {c}"
        for c in _COLUMNS.split(", ")
    )
    return (
        f"SELECT {columns} FROM (SELECT unnest(from_json($extra, '{_EXTRA}'), recursive := true)) AS e "
        "LEFT JOIN observations AS o ON e.series_id = CAST(o.series_id AS VARCHAR) AND e.period = o.period"
    )


def judge(
    connection: duckdb.DuckDBPyConnection, audit: Audit, on: dt.date, extra: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Makes `check_results` anew, every finding as if first seen on a day, and `observation_notes` of it.

    `extra` are findings that no SELECT gives, those of expectations: any of the columns that a check's SELECT has.

    Raises:
        StructuralFault: the result breaks its model.
    """
    with warehouse.transaction(connection):
        connection.execute(CheckResult.ddl())
        connection.execute(
            "INSERT INTO check_results BY NAME "
            f"SELECT *, CAST($on AS DATE) AS first_seen_on, 1 AS runs_seen FROM ({audit.sql})",
            {"on": on, "extra": json.dumps(list(extra), ensure_ascii=False, default=str)},
        )
        connection.execute(ObservationNote.ddl())
        connection.execute(f"INSERT INTO observation_notes BY NAME {audit.notes}")
        for table in JUDGED:
            warehouse.check_structure(connection, table)


def errors(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What stops the publish, a line a finding: rule, file, place, formula. The first ones, and how many there are."""
    found = connection.execute(
        "SELECT check_name, file_name, locator, said, CASE WHEN waiver_id IS NULL THEN '' ELSE "
        "concat(' (豁免已到期 the waiver ', waiver_id, ' has expired)') END FROM check_results "
        "WHERE severity = 'ERROR' AND status <> 'waived' ORDER BY check_name, file_name, locator, said"
    ).fetchall()
    lines = [
        f"{name}: {file or '-'}, {locator}: {said}{waiver}" for name, file, locator, said, waiver in found[:_SHOWN]
    ]
    return [*lines, f"… {len(found)} in all"] if len(found) > _SHOWN else lines


def remember(connection: duckdb.DuckDBPyConnection, workspace: Workspace, recorded_in: int, on: dt.date) -> None:
    """Notes what this run found in the log of findings, and puts into `check_results` since when and how often."""
    keyed = {
        (str(name), str(series), str(period), int(number))
        for name, series, period, number in connection.execute(
            "SELECT check_name, coalesce(series_key, ''), coalesce(period, ''), finding_number "
            "FROM check_results LEFT JOIN series USING (series_id)"
        ).fetchall()
    }
    seen, standing = _history(workspace.findings_log)
    line = {
        "recorded_in": recorded_in,
        "on": on.isoformat(),
        "appeared": sorted(keyed - standing),
        "gone": sorted(standing - keyed),
    }
    append_lines(workspace.findings_log, [line])
    columns = ("check_name", "series_key", "period", "finding_number", "first_seen_on", "runs_before")
    before = [dict(zip(columns, (*key, *seen[key]), strict=True)) for key in keyed if key in seen]
    if before:
        shape = json.dumps([dict.fromkeys(columns, "VARCHAR")])
        connection.execute(
            "UPDATE check_results AS c "
            "SET first_seen_on = CAST(h.first_seen_on AS DATE), runs_seen = CAST(h.runs_before AS BIGINT) + 1 "
            f"FROM (SELECT unnest(from_json(?, '{shape}'), recursive := true)) AS h "
            "LEFT JOIN series AS s ON h.series_key = s.series_key "
            "WHERE c.check_name = h.check_name AND c.series_id IS NOT DISTINCT FROM s.series_id "
            "AND coalesce(c.period, '') = h.period AND c.finding_number = CAST(h.finding_number AS BIGINT)",
            [json.dumps(before, ensure_ascii=False)],
        )


def _history(path: Path) -> tuple[dict[Key, tuple[str, int]], set[Key]]:
    """Every finding ever seen → the day of the first run that found it and how many did; and those of the last run."""
    seen: dict[Key, tuple[str, int]] = {}
    standing: set[Key] = set()
    for line in path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []:
        if not line.endswith("\n"):
            continue  # torn by a crash: that run is not counted
        said = json.loads(line)
        standing -= {_key(k) for k in said["gone"]}
        standing |= {_key(k) for k in said["appeared"]}
        for key in standing:
            first, runs = seen.get(key, (said["on"], 0))
            seen[key] = (first, runs + 1)
    return seen, standing


def _key(parts: Sequence[object]) -> Key:
    name, series, period, number = parts
    return str(name), str(series), str(period), int(str(number))
