"""Publishing: an immutable numbered folder, built aside, checked, made durable, and only then named."""

import datetime as dt
import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines import warehouse
from pipelines.marts import Mart, as_of_macro
from pipelines.runs import run_rows
from pipelines.workspace import Workspace
from schemas.columns import Table
from schemas.reference_data import Reference
from schemas.registry import BY_NAME, PUBLISHED, dictionary_rows
from schemas.tables import DictionaryEntry, Run
from sources.snapshots import SnapshotStore, fsync_folder

DATABASE = "indicators.duckdb"
MANIFEST = "manifest.json"
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
) -> Published:
    """Publishes the warehouse, unless the newest publish was made from the same inputs.

    Raises:
        PublishFault: a check of the build failed.
    """
    folder = workspace.published
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    inputs = inputs_of(workspace, reference, assessed_on)
    newest = current(folder)
    if newest is not None and newest["inputs"] == inputs and not force:
        _point_to(folder, newest)
        rows = {name: t["rows"] for name, t in newest["tables"].items()}
        return Published(newest["publish"], folder / str(newest["publish"]), False, rows)
    number = max(_numbers(folder), default=0) + 1
    aside = folder / f"{_ASIDE}{number}"
    (aside / "parquet").mkdir(parents=True)
    rows = _build(workspace, connection, aside, marts, recorded_in, number)
    check(aside / DATABASE, marts, rows)
    manifest = _manifest(aside, number, inputs, rows, recorded_in, workspace)
    (aside / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _make_durable(aside)
    aside.rename(folder / str(number))
    fsync_folder(folder)
    _point_to(folder, manifest)
    _prune(folder, number)
    return Published(number, folder / str(number), True, rows)


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


def _first_arrivals(workspace: Workspace) -> list[Any]:
    first: dict[tuple[str, str | None, dt.date | None], Any] = {}
    for a in SnapshotStore(workspace.snapshots).arrivals():
        first.setdefault((a.sha256, a.source_id, a.released_on), a)
    return list(first.values())


def _build(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    aside: Path,
    marts: dict[str, Mart],
    recorded_in: int,
    number: int,
) -> dict[str, int]:
    connection.execute(
        f"ATTACH {warehouse.quoted(aside / DATABASE)} AS published (STORAGE_VERSION '{STORAGE_VERSION}')"
    )
    source = str(connection.execute("SELECT current_database()").fetchall()[0][0])
    connection.execute("USE published")
    try:
        with warehouse.transaction(connection):
            connection.execute("CREATE SCHEMA zh")
            made = {
                Run: run_rows(workspace, connection, source, recorded_in, number),
                DictionaryEntry: [r.model_dump() for r in dictionary_rows()],
            }
            rows = {t.info.name: _copy(connection, source, t, made.get(t)) for t in PUBLISHED}
            for macro in filter(None, (as_of_macro(marts, name) for name in marts)):
                connection.execute(macro)
        for name in rows:
            target = warehouse.quoted(aside / "parquet" / f"{name}.parquet")
            connection.execute(f"COPY {name} TO {target} (FORMAT parquet, COMPRESSION zstd)")
    finally:
        connection.execute(f"USE {source}")
        connection.execute("DETACH published")
    return rows


def _copy(
    connection: duckdb.DuckDBPyConnection, source: str, table: type[Table], made: list[dict[str, Any]] | None
) -> int:
    """A table of the publish with its comments and its Chinese view; gives its row count."""
    name = table.info.name
    connection.execute("; ".join([table.ddl(), *table.comments(), table.zh_view()]))
    if made is not None:
        warehouse.insert(connection, table, made)
    else:
        order = ", ".join(table.info.key)
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM {source}.main.{name} ORDER BY {order}")
    return warehouse.count(connection, name)


def check(database: Path, marts: dict[str, Mart], rows: dict[str, int]) -> None:
    """Opens the built file as a reader would and compares it with what was meant, a table on each core.

    Raises:
        PublishFault: a row count differs, or a table differs from its as-of macro on the last day.
    """
    with duckdb.connect(database, read_only=True) as connection, ThreadPoolExecutor(2) as pool:
        as_of = [name for name in marts if as_of_macro(marts, name) is not None]
        compared = pool.map(lambda name: _compare_as_of(connection.cursor(), name), as_of)
        for name, expected in rows.items():
            found = warehouse.count(connection, name)
            if found != expected:
                raise PublishFault(f"{name}: {found} rows in the file, {expected} meant")
        for name, (others, differing) in zip(as_of, compared, strict=True):
            if differing or others != rows[name]:
                raise PublishFault(f"{name}: differs from {name}_as_of('9999-12-31') in {differing} of {others} rows")


def _compare_as_of(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    """How many rows a table has as of the last day, and how many of its own are not among them."""
    columns = ", ".join(c.name for c in BY_NAME[name].columns())
    others, differing = connection.execute(
        f"WITH as_known AS MATERIALIZED (SELECT {columns} FROM {name}_as_of('9999-12-31')) "
        "SELECT (SELECT count(*) FROM as_known), "
        f"(SELECT count(*) FROM (SELECT {columns} FROM {name} EXCEPT ALL FROM as_known))"
    ).fetchall()[0]
    return others, differing


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
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        with path.open("rb") as f:
            os.fsync(f.fileno())
    for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        fsync_folder(path)


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
