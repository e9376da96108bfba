"""Publishing: an immutable numbered folder, built aside, checked, made durable, and only then named."""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines import warehouse
from pipelines.audit_checks import Check
from pipelines.checks_page import CHECKS_PAGE, checks_page
from pipelines.dictionary import DICTIONARY_PAGE, dictionary_page
from pipelines.marts import Mart, as_of_macro
from pipelines.review_log import review_rows
from pipelines.runs import run_rows
from pipelines.workspace import Workspace
from schemas.columns import Table
from schemas.reference_data import Reference
from schemas.registry import BY_NAME, PUBLISHED, dictionary_rows
from schemas.reviews import Review
from schemas.tables import DictionaryEntry, Observation, Run
from sources.snapshots import SnapshotStore, fsync_folder

DATABASE = "indicators.duckdb"
MANIFEST = "manifest.json"
STOPPED_PAGE = "stopped.html"
STORAGE_VERSION = "v1.0.0"
"""The oldest storage format that holds macros and comments; DuckDB 1.4, 1.5 and 2.x open it."""
KEEP_NEWEST = 12
"""How many publishes are kept beside the last of each month, which is kept for ever."""
_ASIDE = ".building-"


class PublishFault(Exception):
    """A build that its checks refuse; the publish before it stays."""


@dataclass(frozen=True)
class Published:
    """The publish that shows a run's result, and whether the run made it."""

    number: int
    folder: Path
    new: bool
    rows: dict[str, int]


def current(published: Path) -> dict[str, Any] | None:
    """The manifest of the newest publish, or None before the first."""
    pointer = published / "current.json"
    if not pointer.exists():
        return None
    number = json.loads(pointer.read_text("utf-8"))["publish"]
    manifest: dict[str, Any] = json.loads((published / str(number) / MANIFEST).read_text("utf-8"))
    return manifest


def publish(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    reference: Reference,
    marts: dict[str, Mart],
    assessed_on: dt.date,
    recorded_in: int,
    *,
    force: bool = False,
    checks: Sequence[Check] = (),
) -> Published:
    """Publishes the warehouse, unless the newest publish was made from the same inputs; `checks` says what each asks.

    Raises:
        PublishFault: a check of the build failed.
    """
    folder = workspace.published
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    stopped_page(workspace).unlink(missing_ok=True)
    inputs = inputs_of(workspace, reference, assessed_on)
    newest = None if force else standing(workspace, inputs)
    if newest is not None:
        _point_to(folder, newest)
        rows = {name: t["rows"] for name, t in newest["tables"].items()}
        return Published(newest["publish"], folder / str(newest["publish"]), False, rows)
    number = next_number(folder)
    aside = folder / f"{_ASIDE}{number}"
    (aside / "parquet").mkdir(parents=True)
    rows = _build(workspace, connection, aside, marts, recorded_in, number)
    check(aside / DATABASE, rows)
    title = f"第 {number} 号发布，评价日期 {assessed_on} · publish {number}, assessed on {assessed_on}"
    (aside / CHECKS_PAGE).write_text(checks_page(connection, checks, title), "utf-8")
    manifest = _manifest(aside, number, inputs, rows, recorded_in, workspace)
    (aside / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _make_durable(aside)
    aside.rename(folder / str(number))
    fsync_folder(folder)
    _point_to(folder, manifest)
    _prune(folder, number)
    return Published(number, folder / str(number), True, rows)


def stopped_page(workspace: Workspace) -> Path:
    """The page of what checks found in the newest run; it is there while that is a run which they stopped."""
    return workspace.published / STOPPED_PAGE


def show_stopped(workspace: Workspace, connection: duckdb.DuckDBPyConnection, checks: Sequence[Check]) -> Path:
    """Writes the page of what checks found in a run that may not publish."""
    page = stopped_page(workspace)
    page.parent.mkdir(parents=True, exist_ok=True)
    aside = page.with_name(f".current-{STOPPED_PAGE}")
    title = "本次运行未发布：强制性检查不通过 · this run published nothing: a check that must pass fails"
    place = f"check_results ({workspace.warehouse.relative_to(workspace.root)})"
    aside.write_text(checks_page(connection, checks, title, place), "utf-8")
    aside.replace(page)
    return page


def _sweep(folder: Path) -> None:
    for leftover in [
        *folder.glob(f"{_ASIDE}*"),
        *folder.glob(".current-*"),
        *(folder / "latest").rglob(".*"),
    ]:
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def inputs_of(workspace: Workspace, reference: Reference, assessed_on: dt.date) -> dict[str, str]:
    """What determines every statistical table: bytes, ledger, reference data, code and the day of judgement."""
    taken = {(a.recorded_in, a.sha256, a.source_id, str(a.released_on)) for a in _first_arrivals(workspace)}
    data = hashlib.sha256(json.dumps(sorted(taken, key=str)).encode()).hexdigest()
    return {
        "assessed_on": assessed_on.isoformat(),
        "code_version": workspace.code_version,
        "reference": reference.fingerprint,
        "data": data,
    }


def standing(workspace: Workspace, inputs: dict[str, str]) -> dict[str, Any] | None:
    """The manifest of the newest publish where it was made from these inputs."""
    newest = current(workspace.published)
    return newest if newest is not None and newest["inputs"] == inputs else None


def _first_arrivals(workspace: Workspace) -> list[Any]:
    first: dict[tuple[str, str | None, dt.date | None], Any] = {}
    for a in SnapshotStore(workspace.snapshots).arrivals():
        first.setdefault((a.sha256, a.source_id, a.released_on), a)
    return list(first.values())


def frame(workspace: Workspace, marts: dict[str, Mart]) -> Path:
    """A publish without a row: tables, comments, views, macros as this code has them. Made once a code version.

    Beside it, with the ending `.html`, lies the page of the dictionary.
    """
    folder = workspace.warehouse.parent
    made = folder / f"frame-{workspace.code_version}.duckdb"
    if made.exists() and made.with_suffix(".html").exists():
        return made
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("frame-*"), *folder.glob(".frame*")]:
        old.unlink()
    aside = folder / ".frame.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {warehouse.quoted(aside)} AS published (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE published")
        with warehouse.transaction(connection):
            connection.execute("CREATE SCHEMA zh")
            for table in PUBLISHED:
                connection.execute("; ".join([table.ddl(), *table.comments(), table.zh_view()]))
            for macro in filter(None, (as_of_macro(marts, name) for name in marts)):
                connection.execute(macro)
        connection.execute("USE memory")
        connection.execute("DETACH published")
    made.with_suffix(".html").write_text(dictionary_page(marts), "utf-8")
    _sync(aside)
    aside.replace(made)
    fsync_folder(folder)
    return made


def _build(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    aside: Path,
    marts: dict[str, Mart],
    recorded_in: int,
    number: int,
) -> dict[str, int]:
    empty = frame(workspace, marts)
    shutil.copyfile(empty, aside / DATABASE)
    shutil.copyfile(empty.with_suffix(".html"), aside / DICTIONARY_PAGE)
    connection.execute(f"ATTACH {warehouse.quoted(aside / DATABASE)} AS published")
    source = str(connection.execute("SELECT current_database()").fetchall()[0][0])
    made: dict[type[Table], list[dict[str, Any]]] = {
        Run: run_rows(workspace, connection, source, recorded_in, number),
        DictionaryEntry: [r.model_dump() for r in dictionary_rows()],
        Review: review_rows(workspace),
    }
    connection.execute("USE published")
    try:
        return _fill(connection, source, made, aside / "parquet")
    finally:
        connection.execute(f"USE {source}")
        connection.execute("DETACH published")


def _fill(
    connection: duckdb.DuckDBPyConnection, source: str, made: dict[type[Table], list[dict[str, Any]]], parquet: Path
) -> dict[str, int]:
    """Fills the tables of the publish, in the order of their keys, and writes each as Parquet; gives the row counts."""
    with warehouse.transaction(connection):
        for table in PUBLISHED:
            if table in made:
                warehouse.insert(connection, table, made[table])
            else:
                name, order = table.info.name, ", ".join(table.info.key)
                connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM {source}.main.{name} ORDER BY {order}")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda table: _export(connection.cursor(), table.info.name, parquet), PUBLISHED))
    return {table.info.name: warehouse.count(connection, table.info.name) for table in PUBLISHED}


def _export(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    target = warehouse.quoted(folder / f"{name}.parquet")
    connection.execute(f"COPY published.main.{name} TO {target} (FORMAT parquet, COMPRESSION zstd)")


def check(database: Path, rows: dict[str, int]) -> None:
    """Opens the built file as a reader would and compares it with what was meant; `verify` compares every macro.

    Raises:
        PublishFault: a row count differs, or the observations differ from their as-of macro on the last day.
    """
    with duckdb.connect(database, read_only=True) as connection:
        counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in rows)
        for name, found in connection.execute(counts).fetchall():
            if found != rows[name]:
                raise PublishFault(f"{name}: {found} rows in the file, {rows[name]} meant")
        if differs := as_of_difference(connection, Observation.info.name):
            raise PublishFault(differs)


def as_of_difference(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """In how many rows a table of a publish differs from its macro as of the last day; None where they agree."""
    columns = ", ".join(c.name for c in BY_NAME[name].columns())
    more, fewer = connection.execute(
        f"WITH as_known AS MATERIALIZED (SELECT {columns} FROM {name}_as_of('9999-12-31')) "
        f"SELECT (SELECT count(*) FROM (SELECT {columns} FROM {name} EXCEPT ALL FROM as_known)), "
        f"(SELECT count(*) FROM (FROM as_known EXCEPT ALL SELECT {columns} FROM {name}))"
    ).fetchall()[0]
    return f"{name}: {more} rows are not in {name}_as_of('9999-12-31'), {fewer} only there" if more or fewer else None


def _manifest(
    aside: Path,
    number: int,
    inputs: dict[str, str],
    rows: dict[str, int],
    recorded_in: int,
    workspace: Workspace,
) -> dict[str, Any]:
    files = sorted(p for p in aside.rglob("*") if p.is_file())
    return {
        "publish": number,
        "published_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "assessed_on": inputs["assessed_on"],
        "code_version": inputs["code_version"],
        "inputs": inputs,
        "ledger": {
            "recorded_in": recorded_in,
            "lines": len(SnapshotStore(workspace.snapshots).arrivals()),
        },
        "tables": {name: {"rows": n, "file": f"parquet/{name}.parquet"} for name, n in rows.items()},
        "files": {
            p.relative_to(aside).as_posix(): {"bytes": p.stat().st_size, "sha256": file_sha256(p)} for p in files
        },
    }


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _make_durable(folder: Path) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(_sync, [p for p in folder.rglob("*") if p.is_file()]))
    for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        fsync_folder(path)


def _sync(path: Path) -> None:
    with path.open("rb") as f:
        os.fsync(f.fileno())


def _point_to(folder: Path, manifest: dict[str, Any]) -> None:
    """Swaps `current`, `current.json` and `latest/`, each in one step; nothing to do if they point there."""
    number = str(manifest["publish"])
    about = {key: manifest[key] for key in ("publish", "published_at", "assessed_on")}
    pointer = folder / "current.json"
    latest = folder / "latest"
    done = pointer.exists() and json.loads(pointer.read_text("utf-8")) == about
    if done and os.path.realpath(folder / "current") == os.path.realpath(folder / number):
        held = latest / MANIFEST
        if held.exists() and json.loads(held.read_text("utf-8"))["publish"] == manifest["publish"]:
            return
    link = folder / f".current-{number}"
    link.unlink(missing_ok=True)
    link.symlink_to(number)
    link.replace(folder / "current")
    aside = folder / ".current-json"
    aside.write_text(json.dumps(about) + "\n", "utf-8")
    aside.replace(pointer)
    (latest / "parquet").mkdir(parents=True, exist_ok=True)
    names = [*manifest["files"], MANIFEST]
    for name in names:
        copy = (latest / name).with_name(f".{Path(name).name}")
        shutil.copyfile(folder / number / name, copy)
        copy.replace(latest / name)
    for left in [p for p in latest.rglob("*") if p.is_file() and p.relative_to(latest).as_posix() not in names]:
        left.unlink()
    fsync_folder(folder)


def next_number(folder: Path) -> int:
    """The number that the next new publish will bear."""
    return max(_numbers(folder), default=0) + 1 if folder.exists() else 1


def newest_database(folder: Path) -> Path | None:
    """The DuckDB file of the newest publish, or None before the first."""
    manifest = current(folder)
    return None if manifest is None else folder / str(manifest["publish"]) / DATABASE


def _numbers(folder: Path) -> list[int]:
    return sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit())


def _prune(folder: Path, newest: int) -> None:
    """Removes publishes that are neither among the newest nor the last of their month."""
    numbers = [n for n in _numbers(folder) if (folder / str(n) / MANIFEST).exists()]
    last_of_month: dict[str, int] = {}
    for n in numbers:
        manifest = json.loads((folder / str(n) / MANIFEST).read_text("utf-8"))
        last_of_month[manifest["published_at"][:7]] = n
    keep = {newest, *numbers[-KEEP_NEWEST:], *last_of_month.values()}
    for n in numbers:
        if n not in keep:
            aside = folder / f"{_ASIDE}{n}-old"
            (folder / str(n)).rename(aside)
            shutil.rmtree(aside)
