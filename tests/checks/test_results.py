"""What becomes of findings: explanations, their history, what stops a publish, what the shipped data shows."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import audit, review
from pipelines.publishing import stopped_page
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from tests.checks.judging import AUDIT
from tests.support import built, copy_of_clone, csv_text, dicts, put, take, yuexin

FIRST, SECOND, THIRD = dt.date(2026, 11, 20), dt.date(2026, 11, 21), dt.date(2026, 11, 22)
OUT_OF_BOUNDS = {"indicator_id": "FTTH_HOME_RATE", "area_code": "440300", "basis": "end", "unit": "%", "value": "107",
                 "definition_id": "unstated"}  # fmt: skip
EXPLANATION = """
- explanation_id: test
  check_name: out_of_bounds
  source_id: gdpost_monthly
  indicators: [{indicator}]
  period_from: '{period}'
  period_to: '2020'
  zh: 公布数如此
  en: published so
  document: test
  explained_by: team:test
"""


@pytest.fixture
def shipped_findings(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the figures that ship."""
    with duckdb.connect(database, read_only=True) as connection:
        yield connection


def test_all_findings_in_the_shipped_data_are_warnings_and_explained(
    shipped_findings: duckdb.DuckDBPyConnection,
) -> None:
    counts = {
        (check, status): n
        for check, severity, status, n in shipped_findings.execute(
            "SELECT check_name, severity, status, count(*) FROM check_results GROUP BY ALL"
        ).fetchall()
        if severity == "WARN"
    }
    total = shipped_findings.execute("SELECT count(*) FROM check_results").fetchall()[0][0]
    assert sum(counts.values()) == total
    assert {status for _, status in counts} == {"explained"}
    assert {check for check, _ in counts} == {
        *("definition_changed", "growth_unexplained", "jump", "month_not_difference", "out_of_bounds"),
        *("part_over_whole", "parts_do_not_sum", "sources_disagree"),
    }


@pytest.mark.parametrize(
    ("check", "where", "said"),
    [
        ("out_of_bounds", "indicator_id = 'FTTH_HOME_RATE'", "level 107 % > 100"),
        ("part_over_whole", "period = '2021-12'", "EXP_REV 2116000 > POST_REV 2055000 万元"),
        ("month_not_difference", "source_id = 'gd_products_press'",
         "本月 29706 ≠ 累计 237068 − 上月累计 206524 = 30544 套"),
        ("sources_disagree", "indicator_id = 'BS5G' AND area_code = '440300'", "4.64 万座 ≠ 30591 座 (gdii_briefings)"),
        ("sources_disagree", "indicator_id = 'FBB_USERS' AND source_id = 'gdstats_posttel'",
         "3845 ÷ (1 + 9.7 %) 万户 ≠ 3431.8 万户 (gdca_telecom)"),
        ("growth_unexplained", "indicator_id = 'RETAIL'", "公布 -20.5 ≠ 521300000 ÷ 660640000 → -21.09 %"),
    ],
)  # fmt: skip
def test_the_known_conflicts_are_shown_with_their_numbers_and_explained(
    shipped_findings: duckdb.DuckDBPyConnection, check: str, where: str, said: str
) -> None:
    found = dicts(
        shipped_findings,
        f"SELECT said, status, explained_zh, explained_en, file_name, locator FROM check_results "
        f"WHERE check_name = '{check}' AND {where}",
    )
    assert said in [row["said"] for row in found]
    assert all(row["status"] == "explained" and row["explained_zh"] and row["explained_en"] for row in found)
    assert all(row["file_name"].endswith(".csv") and row["locator"].startswith("line ") for row in found)


@pytest.mark.parametrize(
    ("indicator", "period", "status", "unused"),
    [
        ("FTTH_HOME_RATE", "2019", "explained", []),
        ("FTTH_HOME_RATE", "2020", "open", ["test → out_of_bounds: n = 0"]),
        ("BB100_SHARE", "2019", "open", ["test → out_of_bounds: n = 0"]),
    ],
)
def test_an_explanation_stands_beside_what_it_selects_and_one_that_fits_nothing_is_a_finding(
    workspace: Workspace, indicator: str, period: str, status: str, unused: list[str]
) -> None:
    folder = workspace.reference / "explanations"
    for path in folder.iterdir():
        path.unlink()
    (folder / "test.yaml").write_text(EXPLANATION.format(indicator=indicator, period=period), "utf-8")
    put(workspace, "express.csv", csv_text([OUT_OF_BOUNDS]))
    take(workspace)
    with built(workspace) as connection:
        found = dicts(connection, "SELECT check_name, status, explained_en, said FROM check_results")
    assert [(f["status"], f["explained_en"]) for f in found if f["check_name"] == "out_of_bounds"] == [
        (status, "published so" if status == "explained" else None)
    ]
    assert [f["said"] for f in found if f["check_name"] == "explanation_unused"] == unused


def seen(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """What is said of the history of the findings of two checks."""
    return connection.execute(
        "SELECT check_name, area_code, finding_number, first_seen_on, runs_seen FROM check_results "
        "WHERE check_name = 'out_of_bounds' ORDER BY ALL"
    ).fetchall()


def test_findings_keep_the_day_on_which_they_first_appeared_and_how_often(workspace: Workspace) -> None:
    put(workspace, "express.csv", csv_text([OUT_OF_BOUNDS]))
    take(workspace)
    with built(workspace) as connection:
        audit.judge(connection, AUDIT, FIRST)
        audit.remember(connection, workspace, 1, FIRST)
        assert seen(connection) == [("out_of_bounds", "440300", 1, FIRST, 1)]
        cured = "UPDATE observations SET value = 100 WHERE indicator_id = 'FTTH_HOME_RATE'"
        for number, (day, sql, after) in enumerate(
            [
                (SECOND, "SELECT 1", [("out_of_bounds", "440300", 1, FIRST, 2)]),
                (SECOND, cured, []),
                (THIRD, cured.replace("= 100", "= 108"), [("out_of_bounds", "440300", 1, FIRST, 3)]),
            ],
            2,
        ):
            connection.execute(sql)
            audit.judge(connection, AUDIT, day)
            audit.remember(connection, workspace, number, day)
            assert seen(connection) == after
    assert len(workspace.findings_log.read_text("utf-8").splitlines()) == 4


def test_a_line_torn_by_a_crash_is_no_run(workspace: Workspace) -> None:
    put(workspace, "express.csv", csv_text([OUT_OF_BOUNDS]))
    take(workspace)
    with built(workspace) as connection:
        audit.remember(connection, workspace, 1, FIRST)
        whole = workspace.findings_log.read_bytes()
        workspace.findings_log.write_bytes(whole + whole[:20])
        audit.judge(connection, AUDIT, SECOND)
        audit.remember(connection, workspace, 2, SECOND)
        assert seen(connection) == [("out_of_bounds", "440300", 1, FIRST, 2)]
    assert len(workspace.findings_log.read_text("utf-8").splitlines()) == 2


def test_an_error_stops_the_publish_and_the_one_before_stays(tmp_path: Path) -> None:
    clone = copy_of_clone(tmp_path)
    for path in (clone / "data" / "figures").rglob("*.csv"):
        path.unlink()
    workspace = Workspace(clone)
    put(workspace, "express_warned.csv", csv_text([OUT_OF_BOUNDS]))
    warned = yuexin(clone, "run", "--assessed-on", "2026-11-22")
    assert warned.returncode == 0, warned.stdout + warned.stderr
    assert "out_of_bounds" in warned.stdout
    before = (workspace.published / "current.json").read_text("utf-8")
    january = {"frequency": "M", "basis": "cumulative", "period": "2020-01", "value": "45.0"}
    put(
        workspace,
        "express_secret.csv",
        csv_text([january, {**january, "basis": "period", "value": "", "obs_status": "Q"}]),
    )
    stopped = yuexin(clone, "run", "--assessed-on", "2026-11-22")
    assert stopped.returncode == 1
    assert "suppressed_by_month: express_secret.csv, line 3, column" in stopped.stdout + stopped.stderr
    assert (workspace.published / "current.json").read_text("utf-8") == before
    assert "suppressed_by_month" in workspace.findings_log.read_text("utf-8")

    assert "data/published/stopped.html" in stopped.stdout + stopped.stderr
    assert '<article class="stops" id="suppressed_by_month">' in stopped_page(workspace).read_text("utf-8")
    assert "a check stopped the newest run" in yuexin(clone, "status").stderr
    reviewed = {i.about.split()[0] for i in review.waiting(workspace, Reference.load(workspace.reference))}
    assert "suppressed_by_month" in reviewed

    put(workspace, "express_secret.csv", csv_text([january, {**january, "basis": "period"}]))
    assert yuexin(clone, "run", "--assessed-on", "2026-11-22").returncode == 0
    assert not stopped_page(workspace).exists()
