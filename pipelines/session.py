"""The session: what one run holds from its first step to its last: the workspace, the writer's lock, the clock."""

import datetime as dt
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import dagster as dg
import duckdb
from dagster import DagsterRunStatus
from pydantic import PrivateAttr

from pipelines import warehouse
from pipelines.ingest import OFFICE_TIME
from pipelines.workspace import Workspace
from schemas.reference_files import Reference

_UNMARKED_GRACE_SECONDS = 60


class Session(dg.ConfigurableResource["Session"]):
    """Held once a run by the in-process executor: as long as it lives, no other process writes."""

    root: str
    assessed_on: str | None = None
    """The day at which targets are judged, YYYY-MM-DD; today in Asia/Shanghai where none is given."""

    _now: dt.datetime = PrivateAttr(default_factory=lambda: dt.datetime.now(dt.UTC))
    _open: ExitStack = PrivateAttr(default_factory=ExitStack)

    @cached_property
    def workspace(self) -> Workspace:
        """Where everything lies."""
        return Workspace(Path(self.root))

    @cached_property
    def reference(self) -> Reference:
        """The reference data, read once a run."""
        return Reference.load(self.workspace.reference)

    @property
    def now(self) -> dt.datetime:
        """When the run began."""
        return self._now

    @property
    def judged_on(self) -> dt.date:
        """The day at which targets are judged."""
        if self.assessed_on is not None:
            return dt.date.fromisoformat(self.assessed_on)
        return self._now.astimezone(OFFICE_TIME).date()

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The warehouse, opened once a run, made anew first if other code or reference data filled it."""
        if warehouse.prepare(self.workspace.warehouse, f"{self.reference.fingerprint} {self.workspace.intake_code}"):
            dg.get_dagster_logger().info("the warehouse is made anew from the snapshots")
        return self._open.enter_context(warehouse.opened(self.workspace.warehouse))

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator["Session", None, None]:
        """Marks the run alive, waits for the writer's lock, and closes runs that died."""
        assert context.run is not None and context.instance is not None and context.log is not None
        run_id = context.run.run_id
        with self.workspace.alive(run_id), self.workspace.writer(context.log.warning), self._open:
            close_dead_runs(context.instance, self.workspace, run_id)
            yield self


def close_dead_runs(instance: dg.DagsterInstance, workspace: Workspace, own_run_id: str) -> None:
    """Marks as failed the runs that are recorded as started and whose process is gone."""
    unfinished = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING]
    for record in instance.get_run_records(dg.RunsFilter(statuses=unfinished)):
        run = record.dagster_run
        if run.run_id == own_run_id:
            continue
        lives = workspace.is_alive(run.run_id)
        began = record.start_time or record.create_timestamp.timestamp()
        if lives is False or (lives is None and time.time() - began > _UNMARKED_GRACE_SECONDS):
            instance.report_run_failed(run, "its process is gone; marked as failed by the run after it")
