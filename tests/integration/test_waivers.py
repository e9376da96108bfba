"""Waivers: what the province lets stand until a day stops nothing; from the next day on it counts again."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines import audit
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from schemas.reference_files import ReferenceFaults
from tests.support import ASSESSED_ON, built, copy_of_clone, csv_text, dicts, put, take, yuexin

WAIVER: dict[str, Any] = {
    "waiver_id": "example",
    "check_name": "suppressed_by_month",
    "source_id": "gdpost_monthly",
    "indicators": ["EXP_VOL"],
    "zh": "已与发布机构商定",
    "en": "agreed with the publisher",
    "waived_by": "team:statistics",
    "until": ASSESSED_ON.isoformat(),
}
JANUARY = {"frequency": "M", "basis": "cumulative", "period": "2020-01", "value": "45.0"}
SECRET = csv_text([JANUARY, {**JANUARY, "basis": "period", "value": "", "obs_status": "Q"}])
"""A month that is secret and its cumulative value, which is not: an ERROR."""


def _declare(workspace: Workspace, change: dict[str, Any]) -> None:
    folder = workspace.reference / "waivers"
    folder.mkdir(exist_ok=True)
    entry = {k: v for k, v in {**WAIVER, **change}.items() if v != "absent"}
    (folder / "example.yaml").write_text(yaml.safe_dump([entry], allow_unicode=True), "utf-8")


@pytest.mark.parametrize(
    ("change", "status", "beside"),
    [
        ({}, "waived", []),
        ({"indicators": "absent"}, "waived", []),
        ({"areas": ["440000"], "period_from": "2020-01", "period_to": "2020-01"}, "waived", []),
        ({"until": "2026-11-21"}, "open", [("waiver_expired", "example → suppressed_by_month: n = 1, 有效至 until "
                                                              "2026-11-21")]),
        ({"areas": ["440100"]}, "open", [("waiver_unused", "example → suppressed_by_month: n = 0")]),
        ({"period_from": "2020-02"}, "open", [("waiver_unused", "example → suppressed_by_month: n = 0")]),
        ({"check_name": "jump"}, "open", [("waiver_unused", "example → jump: n = 0")]),
        ({"source_id": "nbs_retail"}, "open", [("waiver_unused", "example → suppressed_by_month: n = 0")]),
    ],
    ids=["in force", "for the whole source", "for an area and month", "expired", "another area", "another period",
         "another check", "another source"],
)  # fmt: skip
def test_an_error_that_is_waived_stops_nothing(
    workspace: Workspace, change: dict[str, Any], status: str, beside: list[tuple[str, str]]
) -> None:
    put(workspace, "express.csv", SECRET)
    take(workspace)
    _declare(workspace, change)
    with built(workspace) as connection:
        (found,) = dicts(connection, "SELECT * FROM check_results WHERE check_name = 'suppressed_by_month'")
        others = connection.execute(
            "SELECT check_name, said FROM check_results WHERE locator = 'example' AND status = 'open'"
        ).fetchall()
        stopping = audit.errors(connection)
        (note,) = dicts(connection, "SELECT DISTINCT status, zh FROM observation_notes WHERE about LIKE 'suppressed%'")
    assert (found["status"], found["severity"]) == (status, "ERROR")
    assert others == beside
    assert bool(stopping) == (status == "open")
    assert note == {"status": status, "zh": "已与发布机构商定" if status == "waived" else None}
    assert found["waiver_id"] == (None if "unused" in str(beside) else "example")


def test_the_line_that_stops_a_run_says_that_its_waiver_has_expired(workspace: Workspace) -> None:
    put(workspace, "express.csv", SECRET)
    take(workspace)
    _declare(workspace, {})
    with built(workspace, ASSESSED_ON + dt.timedelta(days=1)) as connection:
        (line,) = audit.errors(connection)
    assert line.endswith("(豁免已到期 the waiver example has expired)")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"indicators": "absent", "source_id": "absent"}, "nothing may cover a whole check"),
        ({"source_id": "gdpost_month"}, "expected a source of sources/; did you mean 'gdpost_monthly'?"),
        ({"areas": ["440109"]}, "expected an area of areas.csv"),
        ({"until": "absent"}, "the field 'until'"),
        ({"waived_by": ""}, "at least 1 character"),
    ],
)
def test_a_fault_in_its_file_is_told(workspace: Workspace, change: dict[str, Any], said: str) -> None:
    _declare(workspace, change)
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(workspace.reference)
    assert said in str(refused.value)


def test_a_run_publishes_until_the_waiver_expires(tmp_path: Path) -> None:
    clone = copy_of_clone(tmp_path)
    for path in (clone / "data" / "figures").rglob("*.csv"):
        path.unlink()
    workspace = Workspace(clone)
    put(workspace, "express.csv", SECRET)
    _declare(workspace, {})
    ran = yuexin(clone, "run", "--assessed-on", WAIVER["until"])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert yuexin(clone, "verify").returncode == 0
    before = (workspace.published / "current.json").read_text("utf-8")
    stopped = yuexin(clone, "run", "--assessed-on", "2026-11-23")
    assert stopped.returncode == 1
    assert "the waiver example has expired" in stopped.stdout + stopped.stderr
    assert (workspace.published / "current.json").read_text("utf-8") == before
