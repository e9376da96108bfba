"""Publishing: what a publish holds, when there is a new one, what stays, and readers who notice nothing."""

import datetime as dt
import hashlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import publishing
from pipelines.checks_page import CHECKS_PAGE
from pipelines.dictionary import DICTIONARY_PAGE
from pipelines.marts import load_marts
from pipelines.publishing import DATABASE, KEEP_NEWEST, MANIFEST, Published, PublishFault
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from schemas.registry import PUBLISHED
from tests.support import ASSESSED_ON, built, csv_text, make_workspace, put, take

OLD = os.environ.get("YUEXIN_OLD_DUCKDB")
TABLES = [t.info.name for t in PUBLISHED]
READ_BY_OLD = """
import json, sys, duckdb
c = duckdb.connect(sys.argv[1], read_only=True)
print(json.dumps({
    "version": duckdb.__version__,
    "growth": c.execute("SELECT count(*) FROM growth_as_of('2019-12-31')").fetchone()[0],
    "zh": {n: c.execute(f'SELECT count(*) FROM zh."{n}"').fetchone()[0]
           for (n,) in c.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'zh'").fetchall()},
    "comments": c.execute("SELECT count(comment) FROM duckdb_columns() WHERE schema_name = 'main'").fetchone()[0],
    "comment": c.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'growth'").fetchone()[0],
}))
"""


def _publish(workspace: Workspace, assessed_on: dt.date = ASSESSED_ON, *, force: bool = False) -> Published:
    reference = Reference.load(workspace.reference)
    with built(workspace, assessed_on) as connection:
        return publishing.publish(
            workspace, connection, reference, load_marts(workspace.sql), assessed_on, 1, force=force
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with one publish of the figures that ship; tests read it."""
    workspace = make_workspace(tmp_path_factory.mktemp("made"), figures=True)
    take(workspace)
    _publish(workspace)
    yield workspace


def _opened(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(workspace.published / "current" / DATABASE, read_only=True)


def _tree(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        p.relative_to(folder).as_posix(): (p.lstat().st_ino, p.lstat().st_mtime_ns)
        for p in folder.rglob("*")
        if not p.is_dir()
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_current_current_json_and_latest_name_one_publish(made: Workspace) -> None:
    folder = made.published
    assert sorted(p.name for p in folder.iterdir()) == ["1", "current", "current.json", "latest"]
    assert (folder / "current").readlink() == Path("1")
    manifest = json.loads((folder / "1" / MANIFEST).read_text("utf-8"))
    about = json.loads((folder / "current.json").read_text("utf-8"))
    assert about == {key: manifest[key] for key in ("publish", "published_at", "assessed_on")}
    assert publishing.current(folder) == manifest
    for path in (folder / "1").rglob("*"):
        if path.is_file():
            assert (folder / "latest" / path.relative_to(folder / "1")).read_bytes() == path.read_bytes()
    assert len(_tree(folder / "latest")) == len(_tree(folder / "1"))


def test_the_manifest_says_rows_sha256_inputs_and_the_ledgers_place(made: Workspace) -> None:
    folder = made.published / "1"
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert manifest["publish"] == 1
    assert manifest["assessed_on"] == ASSESSED_ON.isoformat()
    assert manifest["code_version"] == made.code_version
    assert manifest["inputs"].keys() == {"assessed_on", "code_version", "reference", "data"}
    lines = (made.snapshots / "ledger.jsonl").read_text("utf-8").count("\n")
    assert manifest["ledger"] == {"recorded_in": 1, "lines": lines}
    assert dt.datetime.fromisoformat(manifest["published_at"]).utcoffset() == dt.timedelta(0)
    assert manifest["files"] == {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    assert list(manifest["tables"]) == TABLES
    assert {t["file"] for t in manifest["tables"].values()} == {f"parquet/{name}.parquet" for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_parquet_and_chinese_view_hold_what_the_table_holds(made: Workspace, name: str) -> None:
    manifest = publishing.current(made.published)
    assert manifest is not None
    table = next(t for t in PUBLISHED if t.info.name == name)
    with _opened(made) as connection:
        parquet = made.published / "current" / manifest["tables"][name]["file"]
        rows = connection.execute(f"FROM {name} ORDER BY ALL").fetchall()
        assert len(rows) == manifest["tables"][name]["rows"]
        assert connection.execute("FROM read_parquet(?) ORDER BY ALL", [str(parquet)]).fetchall() == rows
        shown = connection.execute(f'FROM zh."{table.info.zh_name}" ORDER BY ALL')
        assert [d[0] for d in shown.description or ()] == [c.column.zh_name for c in table.columns()]
        assert shown.fetchall() == rows


def test_every_table_and_column_carries_a_comment_in_two_languages(made: Workspace) -> None:
    both = "regexp_matches(comment, '\\p{Han}.* \\| .*[a-z]')"
    with _opened(made) as connection:
        tables = connection.execute(f"SELECT table_name FROM duckdb_tables() WHERE {both} ORDER BY ALL").fetchall()
        bare = connection.execute(
            f"SELECT table_name, column_name, comment FROM duckdb_columns() "
            f"WHERE schema_name = 'main' AND NOT internal AND NOT coalesce({both}, false) "
            "AND table_name IN (SELECT table_name FROM duckdb_tables())"
        ).fetchall()
    assert [name for (name,) in tables] == sorted(TABLES)
    assert bare == []


def test_schema_zh_has_a_view_for_each_table(made: Workspace) -> None:
    with _opened(made) as connection:
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'zh'").fetchall()
    assert sorted(name for (name,) in views) == sorted(t.info.zh_name for t in PUBLISHED)


@pytest.mark.skipif(OLD is None, reason="YUEXIN_OLD_DUCKDB names no python with an older duckdb")
def test_an_older_duckdb_opens_the_file(made: Workspace) -> None:
    assert OLD is not None
    database = made.published / "current" / DATABASE
    ran = subprocess.run([OLD, "-c", READ_BY_OLD, database], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    said: dict[str, Any] = json.loads(ran.stdout)
    assert not said["version"].startswith("2.")
    with _opened(made) as connection:
        growth = connection.execute("SELECT count(*) FROM growth_as_of('2019-12-31')").fetchone()
        counts = {
            t.info.zh_name: connection.execute(f"SELECT count(*) FROM {t.info.name}").fetchall()[0][0]
            for t in PUBLISHED
        }
    assert (said["growth"],) == growth
    assert said["growth"] > 0
    assert said["zh"] == counts
    assert said["comments"] >= sum(len(t.columns()) for t in PUBLISHED)
    assert said["comment"].startswith("增长")


def test_with_nothing_new_only_the_ledger_grows(workspace: Workspace) -> None:
    text = csv_text([{}])
    put(workspace, "express.csv", text)
    take(workspace)
    first = _publish(workspace)
    before = {**_tree(workspace.published), **_tree(workspace.snapshots)}
    put(workspace, "express.csv", text)
    take(workspace)
    second = _publish(workspace)
    after = {**_tree(workspace.published), **_tree(workspace.snapshots)}
    assert (first.new, second.new, second.number) == (True, False, 1)
    assert {name for name in after if after[name] != before.get(name)} == {"ledger.jsonl"}
    assert before.keys() == after.keys()
    assert second.rows == first.rows


@pytest.mark.parametrize("what", ["bytes", "assessed_on", "reference", "sql", "force"])
def test_a_change_of_any_input_makes_a_new_publish(workspace: Workspace, what: str) -> None:
    put(workspace, "express.csv", csv_text([{}]))
    take(workspace)
    _publish(workspace)
    day = ASSESSED_ON
    if what == "bytes":
        put(workspace, "express.csv", csv_text([{"value": "7"}]))
        take(workspace)
    elif what == "assessed_on":
        day -= dt.timedelta(1)
    elif what == "reference":
        areas = workspace.reference / "areas.csv"
        areas.write_text(areas.read_text("utf-8").replace("Guangdong", "Guangdong Province", 1), "utf-8")
    elif what == "sql":
        mart = workspace.sql / "marts" / "progress.sql"
        mart.write_text(mart.read_text("utf-8") + "\n", "utf-8")
    again = _publish(Workspace(workspace.root), day, force=what == "force")
    assert (again.new, again.number) == (True, 2)
    assert (workspace.published / "current").readlink() == Path("2")
    assert (workspace.published / "1" / DATABASE).exists()


def test_leftovers_of_a_killed_publish_are_swept(workspace: Workspace) -> None:
    for leftover in (".building-1/parquet", ".building-7-old"):
        (workspace.published / leftover).mkdir(parents=True)
        (workspace.published / leftover / "half.parquet").write_bytes(b"PAR1")
    (workspace.published / ".current-3").symlink_to("3")
    (workspace.published / "latest").mkdir()
    (workspace.published / "latest" / f".{DATABASE}").write_bytes(b"half")
    _publish(workspace)
    assert sorted(p.name for p in workspace.published.iterdir()) == ["1", "current", "current.json", "latest"]
    latest = sorted(p.name for p in (workspace.published / "latest").iterdir())
    assert latest == sorted([CHECKS_PAGE, DICTIONARY_PAGE, DATABASE, MANIFEST, "parquet"])


def test_latest_holds_no_file_that_the_newest_publish_has_not(workspace: Workspace) -> None:
    gone = workspace.published / "latest" / "parquet" / "a_table_of_last_year.parquet"
    gone.parent.mkdir(parents=True)
    gone.write_bytes(b"PAR1")
    _publish(workspace)
    assert not gone.exists()


def test_pointers_that_a_kill_left_behind_are_set_right_by_a_run_with_nothing_new(workspace: Workspace) -> None:
    _publish(workspace)
    folder = workspace.published
    (folder / "current").unlink()
    (folder / "current").symlink_to("0")
    (folder / "latest" / MANIFEST).unlink()
    assert not _publish(workspace).new
    assert (folder / "current").readlink() == Path("1")
    assert (folder / "latest" / MANIFEST).read_bytes() == (folder / "1" / MANIFEST).read_bytes()


def test_the_newest_and_the_last_of_each_month_are_kept(workspace: Workspace) -> None:
    past = 2 * KEEP_NEWEST
    months = [f"2026-{1 + n // 6:02}" for n in range(past)]
    for n, month in enumerate(months, 1):
        folder = workspace.published / str(n)
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_text(json.dumps({"publish": n, "published_at": f"{month}-07T00:00:00+00:00"}))
    assert _publish(workspace).number == past + 1
    last_of_month = {months.index(m) + months.count(m) for m in months}
    newest = set(range(past + 2 - KEEP_NEWEST, past + 2))
    kept = {int(p.name) for p in workspace.published.iterdir() if p.name.isdigit()}
    assert kept == newest | last_of_month
    assert 6 in kept and 5 not in kept


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("DELETE FROM observations WHERE period = '2019'", "rows in the file"),
        ("UPDATE observations SET value = value + 1", "only there"),
    ],
)
def test_a_build_that_a_check_refuses_leaves_the_publish_before_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, harm: str, said: str
) -> None:
    put(workspace, "express.csv", csv_text([{}]))
    take(workspace)
    _publish(workspace)
    before = _tree(workspace.published)
    check = publishing.check

    def after_harm(database: Path, *rest: Any) -> None:
        with duckdb.connect(database) as connection:
            connection.execute(harm)
        check(database, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "check", after_harm)
        with pytest.raises(PublishFault, match=said):
            _publish(workspace, force=True)
    after = _tree(workspace.published)
    assert before.items() <= after.items()
    assert {name.split("/")[0] for name in after.keys() - before.keys()} <= {".building-2"}
    assert _publish(workspace, force=True).number == 2
    assert not list(workspace.published.glob(".building-*"))


def test_readers_of_the_current_file_notice_no_publish(workspace: Workspace) -> None:
    put(workspace, "express.csv", csv_text([{"period": str(year)} for year in range(2000, 2020)]))
    take(workspace)
    _publish(workspace)
    failed: list[BaseException] = []
    seen: set[int] = set()
    read = 0
    over = threading.Event()

    def poll() -> None:
        nonlocal read
        while not over.is_set():
            try:
                with _opened(workspace) as connection:
                    row = connection.execute("SELECT count(*) FROM observations")
                    seen.add(int(row.fetchall()[0][0]))
                    read += 1
            except BaseException as error:
                failed.append(error)
            time.sleep(0.01)

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        for year in range(2020, 2023):
            put(workspace, "express.csv", csv_text([{"period": str(year)}]))
            take(workspace)
            assert _publish(workspace).new
    finally:
        over.set()
        reader.join()
    assert failed == []
    assert read >= 10
    assert seen <= set(range(20, 24)) and 20 in seen


@pytest.mark.parametrize("name", ["it's here", "数据 data", "a;b"])
def test_the_clone_may_lie_in_any_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    workspace = make_workspace(tmp_path / name)
    put(workspace, "express.csv", csv_text([{}]))
    take(workspace)
    assert _publish(workspace).rows["observations"] == 1
