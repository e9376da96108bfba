"""Runs of the job in processes of their own, which tests may kill; Dagster is imported once, in the fork server."""

import datetime as dt
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import dagster as dg

from pipelines.execution import Outcome, execute
from pipelines.history import instance_of
from pipelines.workspace import Workspace
from schemas.reference_data import Reference

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.warm"])


def instance_at(home: Path) -> dg.DagsterInstance:
    """A Dagster instance that keeps its runs in a folder, as that of the clone does."""
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", "utf-8")
    return instance_of(home)


def run_at(home: Path | None, workspace: Workspace, assessed_on: dt.date) -> Outcome:
    """A run in this process, under the instance of a folder, or under one that keeps nothing (twice as fast)."""
    with dg.DagsterInstance.ephemeral() if home is None else instance_at(home) as instance:
        return execute(workspace, Reference.load(workspace.reference), assessed_on, {}, instance)


@contextmanager
def started_run(home: Path | None, workspace: Workspace, assessed_on: dt.date) -> Iterator[ForkServerProcess]:
    """A process that is about to run the job; killed at the end if it still lives."""
    with _started(_run, home, workspace, assessed_on) as process:
        yield process


@contextmanager
def holding(workspace: Workspace, run_id: str) -> Iterator[ForkServerProcess]:
    """A process that holds the writer's lock and marks a run alive, until it is killed."""
    with _started(_hold, workspace, run_id) as process:
        yield process


@contextmanager
def _started(target: object, *arguments: object) -> Iterator[ForkServerProcess]:
    here, there = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=target, args=(there, *arguments))  # type: ignore[arg-type]
    process.start()
    there.close()
    try:
        assert here.recv() == "ready"
        yield process
    finally:
        process.kill()
        process.join()
        process.close()
        here.close()


def _run(ready: Connection, home: Path | None, workspace: Workspace, assessed_on: dt.date) -> None:
    ready.send("ready")
    outcome = run_at(home, workspace, assessed_on)
    if outcome.errors:
        raise SystemExit("\n".join(outcome.errors))


def _hold(ready: Connection, workspace: Workspace, run_id: str) -> None:
    with workspace.alive(run_id), workspace.writer(lambda _: None):
        ready.send("ready")
        time.sleep(120)
