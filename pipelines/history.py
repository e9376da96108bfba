"""Dagster's history as a run on the command line writes it: the databases of dagster.yaml, each opened once.

Dagster's own classes make an engine and a connection for every event and let every commit wait for the disk; that takes
longer than all the rest of a run. Here a connection stays open and a commit does not wait: in write-ahead mode a
killed process loses nothing, and a power cut at most the last events. `dagster dev` opens the same databases its way.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import (
    DagsterSqliteStorage,
    _event_logs_directory,
    _runs_directory,
    _schedule_directory,
)
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

_PATIENT = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}


def instance_of(home: Path) -> dg.DagsterInstance:
    """The instance that dagster.yaml in a folder describes; if it keeps its history in SQLite, then by `History`."""
    ref = InstanceRef.from_dir(str(home))
    said = ref.storage_data
    if said is not None and said.class_name == DagsterSqliteStorage.__name__:
        ref = ref._replace(storage_data=said._replace(module_name=__name__, class_name=History.__name__))
    return dg.DagsterInstance.from_ref(ref)


class History(DagsterSqliteStorage):
    """Runs and events through connections that stay open; schedules, which a run does not touch, as Dagster does it."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self.base_dir = base_dir
        self._inst_data = inst_data
        self._run_storage = _Runs.from_local(_runs_directory(base_dir))
        self._event_log_storage = _Events(_event_logs_directory(base_dir))
        self._schedule_storage = SqliteScheduleStorage.from_local(_schedule_directory(base_dir))

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> "History":
        """The storage that dagster.yaml describes."""
        return cls(inst_data=inst_data, **config_value)


class _Runs(SqliteRunStorage):
    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self._conn_string, connect_args=_PATIENT)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def dispose(self) -> None:
        self._engine.dispose()


class _Events(SqliteEventLogStorage):
    @cached_property
    def _engines(self) -> dict[str, Engine]:
        return {}

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if shard not in self._engines:
            with super()._connect(shard):
                pass  # the database is made where there is none
            self._engines[shard] = create_engine(self.conn_string_for_shard(shard), connect_args=_PATIENT)
        with self._engines[shard].begin() as connection:
            yield connection

    def dispose(self) -> None:
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()


@event.listens_for(Engine, "connect")
def _without_waiting(connection: object, _record: object) -> None:
    """Sets what Dagster sets only after it has made the tables, each with a wait of its own."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
