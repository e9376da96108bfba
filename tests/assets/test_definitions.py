"""Definitions: what Dagster is told, when it starts runs by itself, and whether a source is late."""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.automation import JOB, inbox_sensor, monthly
from pipelines.definitions import build_defs
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from schemas.registry import COMPUTED, REFERENCE, TAKEN
from tests.support import ROOT, csv_text, put

SNAPSHOT = Path(__file__).with_name("definitions.json")
DEFS = build_defs(Workspace(ROOT))
GRAPH = DEFS.resolve_asset_graph()
MOST_STEPS = 15


def _described() -> dict[str, Any]:
    """All that a change of the graph would change, in an order of its own."""
    specs = {s.key.to_user_string(): s for s in DEFS.resolve_all_asset_specs()}
    checks = [GRAPH.get_check_spec(key) for key in GRAPH.asset_check_keys]
    repository = DEFS.get_repository_def()
    return {
        "assets": {
            name: {
                "group": spec.group_name,
                "owners": list(spec.owners),
                "kinds": sorted(spec.kinds),
                "deps": sorted(d.asset_key.to_user_string() for d in spec.deps),
                "description": spec.description,
                "columns": _columns(spec.metadata),
            }
            for name, spec in sorted(specs.items())
        },
        "checks": {
            f"{c.asset_key.to_user_string()}:{c.name}": {"blocking": c.blocking, "description": c.description}
            for c in sorted(checks, key=lambda c: (c.asset_key.path, c.name))
        },
        "jobs": {
            j.name: sorted(node.name for node in j.nodes)
            for j in repository.get_all_jobs()
            if not j.name.startswith("__")
        },
        "schedules": {
            s.name: {
                "cron": s.cron_schedule,
                "timezone": s.execution_timezone,
                "status": s.default_status.value,
                "job": s.job_name,
            }
            for s in repository.schedule_defs
        },
        "sensors": {
            s.name: {
                "seconds": s.minimum_interval_seconds,
                "status": s.default_status.value,
                "job": s.job_name if s.targets else None,
            }
            for s in repository.sensor_defs
        },
    }


def _columns(metadata: Mapping[str, Any]) -> list[str]:
    schema = metadata.get("dagster/column_schema")
    if schema is None:
        return []
    return [f"{c.name} {c.type}{'' if c.constraints.nullable else ' NOT NULL'}" for c in schema.columns]


def test_a_change_of_the_graph_shows_in_review() -> None:
    """Rewritten with UPDATE_SNAPSHOTS=1."""
    text = json.dumps(_described(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(text, "utf-8")
    assert json.loads(SNAPSHOT.read_text("utf-8")) == json.loads(text), "UPDATE_SNAPSHOTS=1 pytest rewrites it"


def test_the_job_has_few_steps_and_makes_every_asset_and_check() -> None:
    job = DEFS.resolve_job_def(JOB)
    assert len(job.nodes) <= MOST_STEPS
    assert job.asset_layer.executable_asset_keys == GRAPH.materializable_asset_keys
    assert set(job.asset_layer.asset_graph.asset_check_keys) == set(GRAPH.asset_check_keys)


@pytest.mark.parametrize("table", COMPUTED, ids=lambda t: t.info.name)
def test_a_computed_table_its_asset_and_its_sql_file_bear_one_name(table: Any) -> None:
    name = table.info.name
    assert len(list((ROOT / "sql").glob(f"*/{name}.sql"))) == 1
    assert dg.AssetKey(name) in DEFS.resolve_job_def(JOB).asset_layer.executable_asset_keys


def test_every_asset_says_who_owns_it_what_it_is_and_in_which_columns() -> None:
    described = _described()["assets"]
    assert all(a["owners"] and a["kinds"] and a["group"] and a["description"] for a in described.values())
    tables = [t.info.name for t in (*REFERENCE, *TAKEN, *COMPUTED)]
    assert set(tables) <= set(described)
    assert all(described[name]["columns"] for name in tables)


@pytest.mark.parametrize(
    ("tick", "day"),
    [
        ("2026-01-20T01:00:00+00:00", "2026-01-20"),
        ("2026-01-20T09:00:00+08:00", "2026-01-20"),
        ("2025-12-31T16:00:00+00:00", "2026-01-01"),
    ],
)
def test_the_schedule_judges_at_the_day_in_shanghai(tick: str, day: str) -> None:
    context = dg.build_schedule_context(scheduled_execution_time=dt.datetime.fromisoformat(tick))
    (request,) = monthly.evaluate_tick(context).run_requests or []
    assert request.run_key == day
    assert request.run_config["resources"]["session"]["config"] == {"assessed_on": day, "force": False}
    assert dg.validate_run_config(DEFS.resolve_job_def(JOB), request.run_config)


def test_the_schedule_comes_once_a_month_after_the_bureaus_releases() -> None:
    assert (monthly.cron_schedule, monthly.execution_timezone) == ("0 9 20 * *", "Asia/Shanghai")


def _tick(workspace: Workspace, cursor: str | None) -> tuple[list[str], str | None]:
    """The keys of the runs that the sensor asks for, and its cursor."""
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=DEFS)
        data = inbox_sensor(workspace).evaluate_tick(context)
    return [str(r.run_key) for r in data.run_requests or []], data.cursor


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_must_be_seen_twice_with_the_same_size(workspace: Workspace) -> None:
    path = put(workspace, "快递 express.csv", csv_text([{}]))
    keys, cursor = _tick(workspace, None)
    assert keys == []
    keys, cursor = _tick(workspace, cursor)
    assert keys == [_sha256(path)]
    keys, cursor = _tick(workspace, cursor)
    assert keys == [_sha256(path)], "the same key: Dagster starts no second run"


def test_a_file_that_grows_waits_while_another_goes(workspace: Workspace) -> None:
    growing = put(workspace, "growing.csv", csv_text([{}]))
    still = put(workspace, "still.csv", csv_text([{"value": "1"}]))
    _, cursor = _tick(workspace, None)
    for _ in range(2):
        growing.write_bytes(growing.read_bytes() + b"more\n")
        keys, cursor = _tick(workspace, cursor)
        assert keys == [_sha256(still)]
    keys, cursor = _tick(workspace, cursor)
    assert sorted(keys) == sorted([_sha256(still), _sha256(growing)])


def test_new_contents_under_an_old_name_are_a_new_run(workspace: Workspace) -> None:
    path = put(workspace, "express.csv", csv_text([{"value": "1"}]))
    first = _sha256(path)
    _, cursor = _tick(workspace, None)
    keys, cursor = _tick(workspace, cursor)
    assert keys == [first]
    put(workspace, "express.csv", csv_text([{"value": "2"}]))
    os.utime(path, (1, 1))
    keys, cursor = _tick(workspace, cursor)
    assert keys == []
    keys, _ = _tick(workspace, cursor)
    assert keys == [_sha256(path)] != [first]


@pytest.mark.parametrize("name", [".hidden.csv", "~$book.xlsx", "half.csv.part", "half.TMP"])
def test_what_is_no_delivery_asks_for_no_run(workspace: Workspace, name: str) -> None:
    put(workspace, name, "half")
    _, cursor = _tick(workspace, None)
    assert _tick(workspace, cursor) == ([], cursor)


def test_without_an_inbox_the_sensor_is_still(workspace: Workspace) -> None:
    assert _tick(workspace, None) == ([], "{}")


def _late(workspace: Workspace, config: Mapping[str, Any]) -> dict[str, bool]:
    """A run of the whole job, and which sources its freshness check found late."""
    job = build_defs(workspace).resolve_job_def(JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)
    assert result.success
    found = [e for e in result.get_asset_check_evaluations() if e.check_name == "data_freshness"]
    assert all(e.severity is dg.AssetCheckSeverity.WARN for e in found)
    return {e.asset_key.path[-1]: not e.passed for e in found}


def test_lateness_follows_from_the_data_held_not_from_runs(workspace: Workspace) -> None:
    def judged(day: str) -> dict[str, Any]:
        return {"resources": {"session": {"config": {"assessed_on": day}}}}

    source = "gdpost_monthly"
    row = {"frequency": "M", "basis": "cumulative", "period": "2026-05", "released_on": "2026-06-15"}
    os.utime(put(workspace, "express.csv", csv_text([row])), (0, 0))
    assert _late(workspace, judged("2026-11-20"))[source]
    assert _late(workspace, judged("2026-11-20"))[source], "a run that finds nothing new makes no data"
    assert not _late(workspace, judged("2026-07-20"))[source]
    os.utime(
        put(workspace, "express.csv", csv_text([{**row, "period": "2026-09", "released_on": "2026-10-20"}])), (0, 0)
    )
    assert not _late(workspace, judged("2026-11-03"))[source]


def test_the_default_configuration_of_the_launchpad_runs(workspace: Workspace) -> None:
    with_calendar = {s.source_id for s in Reference.load(workspace.reference).sources.values() if s.calendar}
    assert _late(workspace, {}).keys() == with_calendar


def test_a_run_says_rows_and_the_lineage_of_columns(workspace: Workspace) -> None:
    os.utime(put(workspace, "express.csv", csv_text([{}])), (0, 0))
    with dg.DagsterInstance.ephemeral() as instance:
        result = build_defs(workspace).resolve_job_def(JOB).execute_in_process(instance=instance)
    said = {m.asset_key.to_user_string(): m.metadata for m in result.asset_materializations_for_node("growth_marts")}
    assert said["growth"]["dagster/row_count"].value == 1
    lineage = said["growth"]["dagster/column_lineage"].value
    assert isinstance(lineage, dg.TableColumnLineage)
    assert dg.TableColumnDep(dg.AssetKey("comparisons"), "value") in lineage.deps_by_column["value"]
