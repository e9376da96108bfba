"""The session: what one run holds from its first step to its last: the workspace, the writer's lock, the clock."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster import DagsterRunStatus

from pipelines import alerts, expectations, publishing, warehouse
from pipelines.ingest import OFFICE_TIME
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.reference_data import Reference

RESOURCE = "session"
_UNMARKED_GRACE_SECONDS = 60


class Session:
    """Held once a run by the in-process executor: as long as it lives, no other process writes."""

    def __init__(
        self, workspace: Workspace, assessed_on: dt.date | None, reference: Reference | None, *, force: bool
    ) -> None:
        self.workspace = workspace
        self._reference = reference
        self.force = force
        self.published = False
        self.now = dt.datetime.now(dt.UTC)
        self.assessed_on = assessed_on or self.now.astimezone(OFFICE_TIME).date()
        self.open = ExitStack()

    @cached_property
    def frame(self) -> Future[Path]:
        """The publish without a row, which nothing of a run's data goes into: asked for first, it is made meanwhile."""
        pool = self.open.enter_context(ThreadPoolExecutor(1))
        return pool.submit(publishing.frame, self.workspace, load_marts(self.workspace.sql))

    @cached_property
    def reference(self) -> Reference:
        """The reference data, read once a run, unless the process that runs the job has just read it."""
        return self._reference or Reference.load(self.workspace.reference)

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The warehouse, opened once a run, made anew first if other code or reference data filled it."""
        fingerprint = f"{self.reference.fingerprint} {self.workspace.intake_code}"
        say = dg.get_dagster_logger().info
        return self.open.enter_context(warehouse.opened(self.workspace.warehouse, fingerprint, say))

    @cached_property
    def expecting(self) -> expectations.Expecting:
        """The analysts' suites: asked for once files are in, their process loads while tables are made."""
        asked = expectations.tasks(self.reference.suites.values(), self.workspace.sql)
        kept = self.workspace.warehouse.parent / expectations.KEPT
        return self.open.enter_context(expectations.Expecting(asked, kept))

    @property
    def inputs(self) -> dict[str, str]:
        """What determines every statistical table of this run, once files are in."""
        return publishing.inputs_of(self.workspace, self.reference, self.assessed_on)

    @cached_property
    def standing(self) -> dict[str, Any] | None:
        """The manifest of the publish that stands, if this run could only make the same again; asked once files are in.

        The same inputs determine the same tables: those in the warehouse are left as they are. If they do not stand,
        the first to ask notes that they are being made.
        """
        inputs = self.inputs
        manifest = None if self.force else publishing.standing(self.workspace, inputs)
        if manifest is not None and warehouse.made_from(self.connection) == json.dumps(inputs):
            return manifest
        warehouse.mark(self.connection, None)
        return None

    def done(self) -> None:
        """Notes that every computed table was made from what this run has found."""
        warehouse.mark(self.connection, json.dumps(self.inputs))
        self.published = True


def session_resource(workspace: Workspace, reference: Reference | None) -> dg.ResourceDefinition:
    """The resource `session` of a workspace; it is set to a day at which targets are judged, and to publish anew.

    A long-lived process gives no reference data: every run reads what lies there then.
    """

    @dg.resource(
        config_schema={
            "assessed_on": dg.Field(
                dg.Noneable(str),
                default_value=None,
                description="评价日期 the day at which targets are judged, YYYY-MM-DD; today in Asia/Shanghai if none",
            ),
            "force": dg.Field(bool, default_value=False, description="另行发布 publishes anew even if nothing changed"),
        }
    )
    def session(context: dg.InitResourceContext) -> Iterator[Session]:
        assert context.run is not None and context.instance is not None and context.log is not None
        run_id, day = context.run.run_id, context.resource_config["assessed_on"]
        force = context.resource_config["force"]
        held = Session(workspace, dt.date.fromisoformat(day) if day else None, reference, force=force)
        looked = None
        with workspace.alive(run_id):
            with workspace.writer(context.log.warning), held.open:
                close_dead_runs(context.instance, workspace, run_id)
                _ = held.frame
                yield held
                with alerts.harmless(context.log.warning):
                    if alerts.settings(workspace.reference).recipients:
                        looked = alerts.look(context.instance, run_id, held)
            with alerts.harmless(context.log.warning):  # others may write meanwhile: a mail server takes its time
                if looked is not None:
                    alerts.tell(workspace, context.instance, looked, context.log.warning)

    return session


def session_config(assessed_on: dt.date | None, *, force: bool = False) -> dict[str, object]:
    """Run config that judges targets at a day, and publishes even if nothing changed."""
    day = assessed_on.isoformat() if assessed_on else None
    return {"resources": {RESOURCE: {"config": {"assessed_on": day, "force": force}}}}


def close_dead_runs(instance: dg.DagsterInstance, workspace: Workspace, own_run_id: str) -> None:
    """Marks as failed the runs that are recorded as started and whose process is gone."""
    unfinished = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    for record in instance.get_run_records(dg.RunsFilter(statuses=unfinished)):
        run = record.dagster_run
        if run.run_id == own_run_id:
            continue
        lives = workspace.is_alive(run.run_id)
        began = record.start_time or record.create_timestamp.timestamp()
        if lives is False or (lives is None and time.time() - began > _UNMARKED_GRACE_SECONDS):
            instance.report_run_failed(run, "its process is gone; marked as failed by the run after it")
