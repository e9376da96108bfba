"""What tests share: a workspace of their own, rows as a figures file holds them, the way from files to tables."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import audit, computing, ingest, publishing, states, warehouse
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from schemas.registry import COMPUTED

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ASSESSED_ON = dt.date(2026, 11, 22)

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"agencies' real files are not at {SHARED}")

ROW: dict[str, str] = {
    "indicator_id": "EXP_VOL",
    "area_code": "440000",
    "frequency": "A",
    "basis": "period",
    "measure": "level",
    "period": "2019",
    "value": "100.0",
    "unit": "万件",
    "qualifier": "exact",
    "definition_id": "standard",
    "authority": "A",
    "publisher": "测试",
    "title": "测试",
    "released_on": "2020-06-30",
    "released_on_origin": "stated",
}
"""A row that is taken without a fault; tests change one thing."""


def needs_program(name: str) -> pytest.MarkDecorator:
    """Skips by name where a program is missing; fails instead where CI asks for all programs."""
    if shutil.which(name) is None and os.environ.get("YUEXIN_PROGRAMS_REQUIRED"):
        raise RuntimeError(f"{name} is missing: make system installs it")
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed: make system")


def csv_text(rows: Sequence[Mapping[str, str]]) -> str:
    """A figures file: header and rows, each `ROW` with changes."""
    full = [{**ROW, **row} for row in rows]
    columns = list(dict.fromkeys(name for row in full for name in row))
    lines = [",".join(columns), *(",".join(row.get(c, "") for c in columns) for row in full)]
    return "\n".join(lines) + "\n"


def make_workspace(folder: Path, *, figures: bool = False, suites: bool = False) -> Workspace:
    """A workspace with this clone's reference data and SQL, with or without the figures that ship.

    Without `suites` no analyst expects anything: Great Expectations takes longer to import than all else of a run.
    """
    left_out = None if suites else shutil.ignore_patterns("expectations")
    shutil.copytree(ROOT / "data" / "reference", folder / "data" / "reference", ignore=left_out)
    shutil.copytree(ROOT / "sql", folder / "sql")
    if figures:
        shutil.copytree(ROOT / "data" / "figures", folder / "data" / "figures")
    return Workspace(folder)


def put(workspace: Workspace, name: str, content: str | bytes) -> Path:
    """A file in the inbox."""
    workspace.inbox.mkdir(parents=True, exist_ok=True)
    path = workspace.inbox / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def take(workspace: Workspace, *, released_on: dt.date | None = None, source_id: str | None = None) -> None:
    """Takes in what waits: shipped figures and inbox; a release date holds for the inbox."""
    reference = Reference.load(workspace.reference)
    handed_in = [
        ingest.Delivery(d.path, source_id, released_on) if d.path.parent == workspace.inbox else d
        for d in ingest.deliveries(workspace, ingest.inbox_files(workspace.inbox), [])
    ]
    ingest.receive(workspace, reference, handed_in, NOW)


@contextmanager
def built(workspace: Workspace, assessed_on: dt.date = ASSESSED_ON) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with every computed table, judged by every check."""
    reference = Reference.load(workspace.reference)
    fingerprint = f"{reference.fingerprint} {workspace.intake_code}"
    marts = load_marts(workspace.sql)
    with warehouse.opened(workspace.warehouse, fingerprint, print) as connection:
        warehouse.replace_reference(connection, reference, assessed_on)
        ingest.take_in(workspace, reference, connection, lambda arrivals: arrivals)
        number, before = publishing.next_number(workspace.published), publishing.newest_database(workspace.published)
        computing.build_all(connection, COMPUTED, marts, states.memory(workspace, reference, number, before))
        audit.judge(connection, audit.load_audit(workspace.sql / "checks", reference), assessed_on)
        yield connection


def published_file(workspace: Workspace) -> Path:
    """The DuckDB file of a publish made of what the workspace has taken in."""
    reference = Reference.load(workspace.reference)
    with built(workspace) as connection:
        made = publishing.publish(workspace, connection, reference, load_marts(workspace.sql), ASSESSED_ON, 1)
    return made.folder / publishing.DATABASE


def dicts(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """A query's rows as dictionaries."""
    result = connection.execute(sql, list(parameters))
    names = [d[0] for d in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def copy_of_clone(folder: Path, *, suites: bool = False) -> Path:
    """A copy of everything that is committed, to run the command line in; `suites` as in `make_workspace`."""
    left_out = shutil.ignore_patterns("__pycache__", *([] if suites else ["expectations"]))
    for name in ("schemas", "sources", "pipelines", "sql", "data/reference", "data/figures"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for name in ("dagster.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def yuexin(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a copy of the clone."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "DAGSTER_HOME": str(folder), "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
