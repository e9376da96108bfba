"""Dagster's history of a run on the command line, as `dagster dev` reads it."""

import json
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage

from pipelines.history import instance_of
from schemas.registry import COMPUTED
from tests.support import copy_of_clone, yuexin


def test_dagster_reads_what_a_run_on_the_command_line_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = copy_of_clone(tmp_path)
    assert yuexin(clone, "run").returncode == 0
    monkeypatch.chdir(clone)
    monkeypatch.setenv("DAGSTER_HOME", str(clone))
    with dg.DagsterInstance.get() as instance:  # as the web server and the daemon open it
        assert type(instance.run_storage) is SqliteRunStorage
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        (run,) = instance.get_runs()
        assert run.status is dg.DagsterRunStatus.SUCCESS
        events = [e.dagster_event for e in instance.all_logs(run.run_id) if e.dagster_event is not None]
        assert events[-1].is_job_success
        for table in COMPUTED:
            made = instance.get_latest_materialization_event(dg.AssetKey(table.info.name))
            assert made is not None and made.run_id == run.run_id, table.info.name
            assert made.asset_materialization is not None
            assert {"dagster/row_count", "formula"} <= made.asset_materialization.metadata.keys()


def test_a_commit_is_written_ahead_and_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n", "utf-8")
    with instance_of(tmp_path) as instance:
        runs, events = instance.run_storage, instance.event_log_storage
        assert isinstance(runs, SqliteRunStorage) and isinstance(events, SqliteEventLogStorage)
        for opened in (runs.connect(), events.run_connection("a-run"), events.index_connection()):
            with opened as connection:
                modes = [connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")]
            assert modes == ["wal", 1]


def test_a_history_kept_in_another_way_is_opened_as_dagster_does(tmp_path: Path) -> None:
    kept = {
        "run_storage": ("runs", "SqliteRunStorage"),
        "event_log_storage": ("event_log", "ConsolidatedSqliteEventLogStorage"),
        "schedule_storage": ("schedules", "SqliteScheduleStorage"),
    }
    said = {
        key: {"module": f"dagster._core.storage.{module}", "class": name, "config": {"base_dir": str(tmp_path / key)}}
        for key, (module, name) in kept.items()
    }
    (tmp_path / "dagster.yaml").write_text(json.dumps({"telemetry": {"enabled": False}, **said}), "utf-8")
    with instance_of(tmp_path) as instance:
        assert type(instance.run_storage) is SqliteRunStorage
        assert type(instance.event_log_storage) is ConsolidatedSqliteEventLogStorage
