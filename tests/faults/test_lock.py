"""The writer's lock: one writer at a time, and none is kept out by a process that is gone."""

import contextlib
import datetime as dt
import json
import os
from pathlib import Path

import pytest

from pipelines.workspace import Busy, Workspace
from tests.faults.processes import holding, instance_at, run_at, started_run
from tests.support import csv_text, make_workspace, put

DAY = dt.date(2021, 1, 1)


def test_two_runs_at_once_both_succeed_one_after_the_other(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    os.utime(put(workspace, "express.csv", csv_text([{}])), (0, 0))
    home = tmp_path / "dagster"
    with instance_at(home):
        pass  # Dagster's own files are made; two processes that make them at once disturb each other
    with (
        started_run(home, workspace, DAY) as one,
        started_run(home, workspace, DAY.replace(year=2022)) as other,
    ):
        for process in (one, other):
            process.join()
        assert (one.exitcode, other.exitcode) == (0, 0)
    events = [json.loads(line) for line in workspace.run_log.read_text("utf-8").splitlines()]
    assert [e["event"] for e in events] == ["began", "ended", "began", "ended"]
    assert [e["publish"] for e in events if e["event"] == "ended"] == [1, 2]


def test_who_has_waited_long_enough_is_told_who_writes(workspace: Workspace) -> None:
    said: list[str] = []
    with holding(workspace, "a run") as process:
        holder = f"pid {process.pid} on "
        with pytest.raises(Busy, match=holder), workspace.writer(said.append, wait_seconds=0.5):
            pass
    assert len(said) == 1
    assert holder in said[0]


def test_a_run_that_waited_in_vain_says_who_writes(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited = Workspace.writer

    def writer(self: Workspace, say: object) -> contextlib.AbstractContextManager[None]:
        return unlimited(self, say, 0.5)  # type: ignore[arg-type]

    monkeypatch.setattr(Workspace, "writer", writer)
    with holding(workspace, "a run") as process:
        outcome = run_at(None, workspace, DAY)
        assert any(f"pid {process.pid} on " in message for message in outcome.errors), outcome.errors


def test_a_holder_that_was_killed_keeps_nobody_out(workspace: Workspace) -> None:
    said: list[str] = []
    with holding(workspace, "a run") as process:
        process.kill()
        process.join()
        with workspace.writer(said.append, wait_seconds=0):
            pass
    assert said == []


def test_a_run_is_alive_as_long_as_its_process(workspace: Workspace) -> None:
    with holding(workspace, "a run") as process:
        assert workspace.is_alive("a run") is True
        process.kill()
        process.join()
        assert workspace.is_alive("a run") is False
    assert workspace.is_alive("a run never heard of") is None


def test_the_session_lets_go_when_its_run_ends(workspace: Workspace) -> None:
    os.utime(put(workspace, "express.csv", csv_text([{}])), (0, 0))
    assert run_at(None, workspace, DAY).errors == []
    with workspace.writer(lambda _: None, wait_seconds=0):
        assert list((workspace.warehouse.parent / "alive").iterdir()) == []
