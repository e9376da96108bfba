"""From the cases' files to findings: one warehouse for all cases, each with a sector of its own so that none meet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines import audit, computing, ingest, states, warehouse
from pipelines.marts import load_marts
from schemas.reference_data import Reference
from schemas.registry import COMPUTED
from tests.checks.cases import CASES, Case
from tests.support import ASSESSED_ON, ROOT, csv_text, make_workspace, put, take

AUDIT = audit.load_audit(ROOT / "sql" / "checks", Reference.load(ROOT / "data" / "reference"))
FILES = ("case_{n}.csv", "other_{n}.csv")
"""A case's file, and that of a second source, which comes after the first in precedence."""
Finding = tuple[str, str, str, Decimal | None]
"""Check, file, place, difference."""


@dataclass(frozen=True)
class Line:
    """A line of a case: the row that goes into the file, and whether and by how much it is accused."""

    row: dict[str, str]
    accused: bool
    difference: Decimal | None


def sector(n: int) -> str:
    """The sector of a case, by which no two cases meet."""
    return str(9000 + n)


def read_lines(text: str, reference: Reference) -> list[Line]:
    """The lines of a case's file as `tests.checks.cases` says them."""
    return [_read_line(line, reference) for line in text.splitlines() if line.strip()]


def _read_line(text: str, reference: Reference) -> Line:
    said, _, accusation = text.partition("!")
    indicator_id, area, frequency, basis, period, value, *others = said.split()
    indicator = reference.indicators[indicator_id]
    row = {
        "indicator_id": indicator_id,
        "area_code": area,
        "frequency": frequency,
        "basis": basis,
        "period": period,
        "value": "" if value == "-" else value,
        "unit": indicator.unit,
        "definition_id": indicator.definitions[0].definition_id,
        "released_on": "2026-06-30",
        **dict(other.split("=") for other in others),
    }
    return Line(row, "!" in text, Decimal(accusation.strip()) if accusation.strip() else None)


def expected(n: int, case: Case, reference: Reference) -> list[Finding]:
    """The findings that a case must bring, and no others."""
    return sorted(
        (
            (case.check, name.format(n=n), f"line {number}", line.difference)
            for name, text in zip(FILES, (case.lines, case.other), strict=True)
            for number, line in enumerate(read_lines(text, reference), 2)
            if line.accused
        ),
        key=str,
    )


def as_said(connection: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """Every finding in the cases' files with the case's name, its formula and what the check itself explains."""
    return [
        [check, CASES[int(file.removesuffix(".csv").split("_")[1])].name, *("" if p is None else p for p in parts)]
        for check, file, *parts in connection.execute(
            "SELECT check_name, file_name, area_code, period, said, explained_en FROM check_results "
            "WHERE file_name IS NOT NULL ORDER BY check_name, length(file_name), file_name, said"
        ).fetchall()
    ]


def found(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Finding]]:
    """The findings of `check_results`, by file."""
    by_file: dict[str, list[Finding]] = {}
    for check, file, place, difference in connection.execute(
        "SELECT check_name, file_name, locator, difference FROM check_results WHERE file_name IS NOT NULL"
    ).fetchall():
        by_file.setdefault(file, []).append((check, file, place.split(",")[0], difference))
    return by_file


@contextmanager
def all_cases(folder: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Reference]]:
    """A warehouse of all cases' files, every table made, faults put in that no file brings; not yet judged."""
    workspace = make_workspace(folder)
    like = (workspace.reference / "sources" / "gdpost_monthly.yaml").read_text("utf-8")
    texts = {
        name.format(n=n): text
        for n, c in enumerate(CASES)
        for name, text in zip(FILES, (c.lines, c.other), strict=True)
    }
    for name in [name for name, text in texts.items() if text]:
        source_id = name.removesuffix(".csv")
        declared = like.replace("source_id: gdpost_monthly", f"source_id: {source_id}").replace("express*.csv", name)
        if source_id.startswith("other"):
            declared = declared.replace("precedence: 10", "precedence: 20")
        (workspace.reference / "sources" / f"{source_id}.yaml").write_text(declared, "utf-8")
    reference = Reference.load(workspace.reference)
    for name, text in texts.items():
        if text:
            put(workspace, name, csv_text([{**line.row, "title": name} for line in read_lines(text, reference)]))
    take(workspace)
    marts = load_marts(workspace.sql)
    with warehouse.opened(workspace.warehouse, "cases", print) as connection:
        warehouse.replace_reference(connection, reference, ASSESSED_ON)
        ingest.take_in(workspace, reference, connection, lambda arrivals: arrivals)
        connection.execute(
            "UPDATE series SET sector_code = CAST(9000 + CAST(split_part(source_id, '_', 2) AS INTEGER) AS VARCHAR)"
        )
        connection.execute(
            "INSERT INTO sectors BY NAME SELECT DISTINCT '2017' AS edition, sector_code, sector_code AS zh, "
            "sector_code AS en, false AS overrides FROM series"
        )
        computing.build_all(connection, COMPUTED, marts, states.memory(workspace, reference, 1, None))
        for n, case in enumerate(CASES):
            if case.tamper:
                connection.execute(case.tamper.format(sector=sector(n)))
        connection.execute("DELETE FROM explanations")
        yield connection, reference
