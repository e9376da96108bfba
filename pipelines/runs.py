"""The run log: a line when a run begins, a line when it ends, and the table `runs` made of them."""

import datetime as dt
import json
from typing import Any

import duckdb

from pipelines.workspace import Workspace
from schemas.codes import RunState
from sources.snapshots import append_lines


def log(workspace: Workspace, event: str, recorded_in: int, **said: object) -> None:
    """Appends one event of a run, durably."""
    workspace.snapshots.mkdir(parents=True, exist_ok=True)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    append_lines(workspace.run_log, [{"recorded_in": recorded_in, "event": event, "at": at, **said}])


def events(workspace: Workspace) -> dict[int, dict[str, dict[str, Any]]]:
    """The run log: number of a run → event → what its line says. A torn last line is left out."""
    found: dict[int, dict[str, dict[str, Any]]] = {}
    if not workspace.run_log.exists():
        return found
    for line in workspace.run_log.read_text("utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            said = json.loads(line)
            found.setdefault(said["recorded_in"], {})[said["event"]] = said
    return found


def run_rows(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, source: str, recorded_in: int, publish: int
) -> list[dict[str, Any]]:
    """The rows of `runs`: what each run took in, from the warehouse; the running one says its publish."""
    brought = {
        number: (new, rejected)
        for number, new, rejected in connection.execute(
            f"SELECT recorded_in, sum(new_versions), sum(rejected) FROM {source}.main.intake GROUP BY recorded_in"
        ).fetchall()
    }
    rows = []
    for number, said in sorted(events(workspace).items()):
        began, ended = said.get("began"), said.get("ended")
        if began is None:
            continue
        running = number == recorded_in
        state = RunState.FINISHED if ended else RunState.RUNNING if running else RunState.INTERRUPTED
        new, rejected = brought.get(number, (0, 0))
        rows.append(
            {
                "recorded_in": number,
                "run_id": began["run_id"],
                "started_at": _utc(began["at"]),
                "finished_at": _utc(ended["at"]) if ended else None,
                "state": state,
                "assessed_on": dt.date.fromisoformat(began["assessed_on"]),
                "arrivals": began["arrivals"],
                "new_versions": int(new),
                "rejected": int(rejected),
                "publish": ended["publish"] if ended else publish if running else None,
            }
        )
    return rows


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None)
