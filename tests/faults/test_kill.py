"""Kills: whenever a run dies, the newest publish stands, and the run after it makes everything whole."""

import datetime as dt
import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster import DagsterRunStatus

from pipelines import publishing, session
from pipelines.assets import lost_cells
from pipelines.workspace import Workspace
from schemas.registry import COMPUTED
from sources.snapshots import SnapshotStore
from tests.faults.processes import instance_at, run_at, started_run
from tests.support import built, csv_text, make_workspace, put, take

KILLS, PARTS = int(os.environ.get("YUEXIN_KILLS", "4")), 3
"""`make soak` kills more."""
FIRST_DAY = dt.date(2020, 1, 1)
FIRST_YEAR = 1900


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a kill, unlike a power cut, loses nothing that was written."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


def _deliver(workspace: Workspace, n: int) -> dt.date:
    """The n-th file: a year of its own, a change to the year before, and a row that is refused."""
    day = FIRST_DAY + dt.timedelta(n)
    year = FIRST_YEAR + n
    rows = [
        {"period": str(year), "value": f"{n}.5"},
        {"period": str(year - 1), "value": f"{n}.7"},
        {"period": str(year), "value": "many"},
    ]
    path = put(workspace, f"express_{n}.csv", csv_text([{"released_on": day.isoformat(), **row} for row in rows]))
    os.utime(path, (0, 0))  # it has long been still: no run waits to see whether it is being written
    return day


def _assert_readers_are_served(workspace: Workspace) -> None:
    """What a reader finds, also between a kill and the next run: a whole publish behind each pointer."""
    named = publishing.current(workspace.published)
    assert named is not None
    linked = int((workspace.published / "current").readlink().name)
    assert linked - named["publish"] in (0, 1)
    for number in {linked, named["publish"]}:
        folder = workspace.published / str(number)
        files = json.loads((folder / publishing.MANIFEST).read_text("utf-8"))["files"]
        assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == {
            *files,
            publishing.MANIFEST,
        }
        for name, about in files.items():
            assert publishing.file_sha256(folder / name) == about["sha256"]
        with duckdb.connect(folder / publishing.DATABASE, read_only=True) as published:
            assert published.execute("SELECT count(*) > 0 FROM observations_as_of('9999-12-31')").fetchall() == [
                (True,)
            ]


def _assert_history_is_whole(workspace: Workspace) -> None:
    store = SnapshotStore(workspace.snapshots)
    for arrival in store.arrivals():
        store.content(arrival.sha256)


def _assert_as_undisturbed(workspace: Workspace, beside: Path, assessed_on: dt.date, files: int) -> None:
    """The computed tables of the newest publish are those of one build from the same snapshots."""
    shutil.rmtree(beside / "data" / "warehouse", ignore_errors=True)
    database = workspace.published / "current" / publishing.DATABASE
    with built(Workspace(beside), assessed_on) as connection:
        connection.execute(f"ATTACH '{database}' AS published (READ_ONLY)")
        for table in COMPUTED:
            name = table.info.name
            found = connection.execute(f"SELECT * FROM published.main.{name} ORDER BY ALL").fetchall()
            assert found == connection.execute(f"SELECT * FROM main.{name} ORDER BY ALL").fetchall(), name
        assert lost_cells(connection) == []
        # each file gives its own year anew; the year before is a second version of it
        assert connection.execute("SELECT sum(rejected), sum(new_versions) FROM intake").fetchall() == [
            (files, 2 * files)
        ]


def _same_snapshots(workspace: Workspace, beside: Path) -> Path:
    (beside / "data").mkdir(parents=True)
    for name in ("sql", "data/reference", "data/snapshots"):
        (beside / name).symlink_to(workspace.root / name)
    return beside


def _unfinished(instance: dg.DagsterInstance) -> list[str]:
    statuses = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING]
    return [r.dagster_run.run_id for r in instance.get_run_records(dg.RunsFilter(statuses=statuses))]


@pytest.mark.parametrize("part", range(PARTS))  # in parts that cores can share
def test_kills_lose_nothing(memory: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"part {part}, seed {seed}")  # shown by pytest where the test fails
    chance = random.Random(seed)
    monkeypatch.setattr(session, "_UNMARKED_GRACE_SECONDS", 0)  # no other run is about to mark itself
    workspace = make_workspace(memory / "workspace")
    home = memory / "dagster"
    beside = _same_snapshots(workspace, memory / "beside")

    with started_run(home, workspace, _deliver(workspace, 0)) as process:
        began = time.monotonic()
        process.join()
        takes = time.monotonic() - began
        assert process.exitcode == 0
    files = 1

    killed = 0
    for n in range(1, KILLS + 1):
        if n % 4 == 0:
            workspace.warehouse.unlink()
        day = _deliver(workspace, files)
        files += 1
        with started_run(home if n % 2 else None, workspace, day) as process:
            process.join(chance.uniform(0, takes))
            process.kill()
            process.join()
            killed += process.exitcode == -9
        _assert_readers_are_served(workspace)
        _assert_history_is_whole(workspace)

        day = _deliver(workspace, files)
        files += 1
        assert run_at(home if n == KILLS else None, workspace, day).errors == []
        _assert_readers_are_served(workspace)
        _assert_as_undisturbed(workspace, beside, day, files)
        assert list(workspace.inbox.iterdir()) == []
    with instance_at(home) as instance:
        assert _unfinished(instance) == []
    assert killed >= KILLS // 3, f"only {killed} of {KILLS} runs were still at work when killed"


def test_the_next_run_marks_a_killed_run_as_failed(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    home = tmp_path / "dagster"
    day = _deliver(workspace, 0)
    marks = workspace.warehouse.parent / "alive"
    with started_run(home, workspace, day) as process:
        while not marks.is_dir() or not list(marks.iterdir()) or not workspace.warehouse.exists():
            assert process.exitcode is None
            time.sleep(0.01)
        process.kill()
    with instance_at(home) as instance:
        (dead,) = _unfinished(instance)
    outcome = run_at(home, workspace, day)
    assert outcome.errors == []
    with instance_at(home) as instance:
        statuses = {r.run_id: r.status for r in instance.get_runs()}
        said = [e.message for e in instance.all_logs(dead) if e.dagster_event and e.dagster_event.is_run_failure]
    assert statuses == {dead: DagsterRunStatus.FAILURE, outcome.run_id: DagsterRunStatus.SUCCESS}
    assert any("its process is gone" in message for message in said)
    assert list(marks.iterdir()) == []


def test_a_torn_last_line_of_the_ledger_is_left_out_and_cut_off(workspace: Workspace) -> None:
    _deliver(workspace, 0)
    take(workspace)
    ledger = workspace.snapshots / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + whole[: len(whole) // 2])
    assert [a.name for a in SnapshotStore(workspace.snapshots).arrivals()] == ["express_0.csv"]
    _deliver(workspace, 1)
    take(workspace)
    assert ledger.read_bytes().startswith(whole)
    assert [a.name for a in SnapshotStore(workspace.snapshots).arrivals()] == ["express_0.csv", "express_1.csv"]
    with built(workspace, FIRST_DAY) as connection:
        assert connection.execute("SELECT count(*) FROM versions").fetchall() == [(4,)]
