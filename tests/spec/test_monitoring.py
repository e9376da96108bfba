"""What monitors: conflicts, coverage of tasks, the ledger, related definitions, trials, January with February."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.workspace import Workspace
from tests.support import built, csv_text, dicts, make_workspace, put, take

PLAN = "guangdong-2018-2020"
WITH_FIGURE = ("2.1.1", "2.1.2", "2.3.1", "2.3.2", "2.3.3", "2.4.1", "2.4.2", "2.4.3", "2.6.1")
TABLES = (
    "conflicts", "task_coverage", "indicator_coverage", "item_status", "target_status", "composite_trials", "evidence",
    "progress", "target_evidence", "series",
)  # fmt: skip
Row = dict[str, Any]
FIRST, SECOND, CHECKS = "express.csv", "gd_express.csv", "user_panel.csv"
"""Names of files and so their sources: the postal administration (10), the press (90), for checks alone (99)."""

CASES: dict[str, tuple[str, list[tuple[str, dict[str, str]]], list[dict[str, Any]]]] = {
    "two sources differ and nothing says why": (
        "440100",
        [(FIRST, {"value": "100.0"}), (SECOND, {"value": "101.0"})],
        [{"reason": "SOURCE_MISMATCH", "said": "100.0 万件", "other_said": "101.0 万件", "difference_percent": "1",
          "other_is_implied": False, "other_is_for_checks_alone": False, "stretch": "year"}],
    ),
    "their rounding intervals touch": (
        "440200",
        [(FIRST, {"value": "100.0"}), (SECOND, {"value": "100.1"})],
        [],
    ),
    "the same value in another unit": (
        "440300",
        [(FIRST, {"value": "12345.6"}), (SECOND, {"value": "1.23", "unit": "亿件"})],
        [],
    ),
    "precedence prefers, whatever came last": (
        "440400",
        [(FIRST, {"value": "100.0", "released_on": "2020-02-01"}),
         (SECOND, {"value": "110.0", "released_on": "2021-02-01"})],
        [{"source_id": "gdpost_monthly", "other_source_id": "gd_express_press", "reason": "SOURCE_MISMATCH"}],
    ),
    "both stages are stated": (
        "440500",
        [(FIRST, {"value": "100.0", "stage": "annual"}), (SECOND, {"value": "110.0", "stage": "flash"})],
        [{"reason": "STAGE_DIFFERENCE"}],
    ),
    "one stage is not stated": (
        "440600",
        [(FIRST, {"value": "100.0", "stage": "annual"}), (SECOND, {"value": "110.0"})],
        [{"reason": "SOURCE_MISMATCH"}],
    ),
    "an annual value beside December's cumulative one": (
        "440700",
        [(FIRST, {"value": "100.0"}),
         (SECOND, {"value": "110.0", "frequency": "M", "basis": "cumulative", "period": "2019-12"})],
        [{"reason": "SOURCE_MISMATCH", "stretch": "year"}],
    ),
    "an annual value beside November's": (
        "440800",
        [(FIRST, {"value": "100.0"}),
         (SECOND, {"value": "110.0", "frequency": "M", "basis": "cumulative", "period": "2019-11"})],
        [],
    ),
    "December alone is not the year": (
        "440900",
        [(FIRST, {"value": "100.0"}), (SECOND, {"value": "10.0", "frequency": "M", "period": "2019-12"})],
        [],
    ),
    "prices differ": (
        "441200",
        [(FIRST, {"value": "100.0", "price_basis": "constant_2010"}),
         (SECOND, {"value": "110.0", "price_basis": "constant_2015"})],
        [{"reason": "PRICE_BASE"}],
    ),
    "another source's rate implies another base": (
        "441300",
        [(FIRST, {"value": "100.0", "period": "2018"}), (SECOND, {"value": "130.0"}),
         (SECOND, {"value": "10.0", "measure": "growth_yoy", "unit": "%"})],
        [{"reason": "IMPLIED_BASE", "other_is_implied": True, "other_said": "130.0 ÷ (1 + 10.0 %) 万件",
          "said": "100.0 万件", "other_value": "118.1818"}],
    ),
    "another source's rate implies the base within rounding": (
        "441400",
        [(FIRST, {"value": "100.0", "period": "2018"}), (SECOND, {"value": "110.0"}),
         (SECOND, {"value": "10.0", "measure": "growth_yoy", "unit": "%"})],
        [],
    ),
    "a source's own rate is growth's matter": (
        "441500",
        [(FIRST, {"value": "100.0", "period": "2018"}), (FIRST, {"value": "130.0"}),
         (FIRST, {"value": "10.0", "measure": "growth_yoy", "unit": "%"})],
        [],
    ),
    "a bound contradicts nobody": (
        "441600",
        [(FIRST, {"value": "100.0"}), (SECOND, {"value": "120.0", "qualifier": "at_least"})],
        [],
    ),
    "years differ": (
        "441700",
        [(FIRST, {"value": "100.0"}), (SECOND, {"value": "120.0", "period": "2018"})],
        [],
    ),
    "a source for checks alone": (
        "441800",
        [(FIRST, {"value": "100.0"}), (CHECKS, {"value": "120.0", "authority": "U"})],
        [{"reason": "SOURCE_MISMATCH", "source_id": "gdpost_monthly", "other_source_id": "user_panel",
          "other_is_for_checks_alone": True}],
    ),
}  # fmt: skip


def _held(workspace: Workspace) -> dict[str, list[Row]]:
    with built(workspace) as connection:
        return {name: dicts(connection, f"SELECT * FROM {name} ORDER BY ALL") for name in (*TABLES, "rejections")}


def _put_all(workspace: Workspace, rows: list[tuple[str, dict[str, str]]]) -> None:
    for name in dict.fromkeys(name for name, _ in rows):
        put(workspace, name, csv_text([row for file, row in rows if file == name]))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    workspace = make_workspace(tmp_path_factory.mktemp("small"))
    cases = [(name, {"area_code": area, **row}) for area, rows, _ in CASES.values() for name, row in rows]
    _put_all(workspace, cases)
    take(workspace)
    held = _held(workspace)
    assert held["rejections"] == []
    return held["conflicts"]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    workspace = make_workspace(tmp_path_factory.mktemp("real"), figures=True)
    take(workspace)
    return _held(workspace)


@pytest.mark.parametrize("name", CASES)
def test_conflicts(small: list[Row], name: str) -> None:
    area, _, expected = CASES[name]
    found = [row for row in small if row["area_code"] == area]
    assert len(found) == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        shown = {k: row[k] for k in wanted}
        assert shown == {k: Decimal(v) if isinstance(row[k], Decimal) else v for k, v in wanted.items()}


def test_two_definitions_of_one_thing(workspace: Workspace) -> None:
    row = {"indicator_id": "BS5G", "basis": "end", "unit": "座", "area_code": "440300"}
    put(workspace, "gdii_one.csv", csv_text([{**row, "value": "100", "definition_id": "province_list"}]))
    put(workspace, "city_5g_one.csv", csv_text([{**row, "value": "200", "definition_id": "city_announcement"}]))
    take(workspace)
    (found,) = _held(workspace)["conflicts"]
    assert (found["source_id"], found["other_source_id"], found["reason"]) == (
        "gdii_briefings", "city_5g_announcements", "DEFINITION",
    )  # fmt: skip


def test_a_source_for_checks_alone_never_proves_a_target(workspace: Workspace) -> None:
    users = {"indicator_id": "TV4K_USERS", "unit": "万户", "basis": "end", "definition_id": "tv_users"}
    put(workspace, CHECKS, csv_text([{**users, "period": "2019", "value": "2500", "authority": "U"}]))
    take(workspace)
    held = _held(workspace)
    assert held["rejections"] == []
    assert [r for r in held["target_evidence"] if r["target_id"] == "T1"] == []
    (status,) = [r for r in held["target_status"] if r["target_id"] == "T1"]
    assert (status["verdict"], status["reason"]) == ("not_assessable", "NO_DATA")
    (coverage,) = [r for r in held["indicator_coverage"] if (r["task_id"], r["indicator_id"]) == ("1", "TV4K_USERS")]
    assert not coverage["has_data"]


@pytest.mark.parametrize(
    ("indicator", "area", "day", "said", "other_said", "reason"),
    [
        ("BS5G", "440300", dt.date(2020, 8, 31), "30591 座", "4.64 万座", "DEFINITION"),
        ("FBB_USERS", "440000", dt.date(2018, 6, 30), "3431.8 万户", "3845 ÷ (1 + 9.7 %) 万户", "IMPLIED_BASE"),
        ("TEL_VOL", "000000", dt.date(2013, 12, 31), "15707.15 亿元", "13954.0 亿元", "STAGE_DIFFERENCE"),
    ],
)
def test_conflicts_of_the_shipped_figures(
    real: dict[str, list[Row]], indicator: str, area: str, day: dt.date, said: str, other_said: str, reason: str
) -> None:
    (found,) = [
        r
        for r in real["conflicts"]
        if (r["indicator_id"], r["area_code"], r["period_end"], r["other_said"]) == (indicator, area, day, other_said)
    ]
    assert (found["said"], found["reason"]) == (said, reason)


def test_every_conflict_is_told_once_and_differs(real: dict[str, list[Row]]) -> None:
    pairs = [
        (*sorted((r["series_id"], r["other_series_id"])), r["period_end"], r["other_is_implied"])
        for r in real["conflicts"]
    ]
    assert len(set(pairs)) == len(pairs) > 0
    assert all(r["value"] != r["other_value"] for r in real["conflicts"])


def test_coverage_of_the_tasks(real: dict[str, list[Row]]) -> None:
    rows = [r for r in real["task_coverage"] if r["plan_id"] == PLAN]
    assert len(rows) == 26
    assert {k: sum(r[f"items_{k}"] for r in rows) for k in "qmpsg"} == {"q": 8, "m": 56, "p": 60, "s": 2, "g": 48}
    tasks = {r["task_id"]: r["has_figure"] for r in rows if r["kind"] == "task"}
    assert tuple(sorted(t for t, has in tasks.items() if has)) == WITH_FIGURE
    assert len(tasks) - len(WITH_FIGURE) == 12
    for r in rows:
        parts = ("with_data", "published_not_held", "form_only", "not_collectable")
        assert r["indicators"] == sum(r[f"indicators_{part}"] for part in parts)
    assert all(r["indicators"] > 0 for r in rows if r["kind"] == "task")
    per_task = {r["task_id"]: 0 for r in rows}
    for r in real["indicator_coverage"]:
        per_task[r["task_id"]] += 1
    assert per_task == {r["task_id"]: r["indicators"] for r in rows}


def test_what_is_owed_names_who_owes_it(real: dict[str, list[Row]]) -> None:
    owed = [r for r in real["indicator_coverage"] if not r["has_data"] and r["collectable"] == "published"]
    assert owed
    assert all(r["agency"] for r in owed)
    assert all(r["newest_period_end"] is None and not r["has_level_of_whole_area"] for r in owed)


def test_the_ledger(real: dict[str, list[Row]]) -> None:
    items = {r["item_id"]: r for r in real["item_status"] if r["plan_id"] == PLAN}
    assert len(items) == len(real["item_status"]) == 174
    assert {k: items[k]["status"] for k in ("M01", "M03", "M04")} == {"M01": "contested", "M03": "done", "M04": "done"}
    assert items["M01"]["statements"] == 2
    without = [r for r in items.values() if r["status"] == "no_evidence"]
    assert len(without) > 150
    for r in items.values():
        assert (r["status"] == "no_evidence") == (r["statements"] == 0) == (r["document"] is None)
    verdicts = {r["target_id"]: r["verdict"] for r in real["target_status"]}
    of_targets = {r["item_id"]: (r["target_id"], r["verdict"]) for r in items.values() if r["target_id"]}
    assert of_targets == {f"Q0{n}": (f"T{n}", verdicts[f"T{n}"]) for n in range(1, 9)}
    assert of_targets["Q01"] == ("T1", "met")


def test_both_sides_of_what_is_contested_are_kept(real: dict[str, list[Row]]) -> None:
    said = [r for r in real["evidence"] if r["item_id"] == "M01"]
    assert len({r["document"] for r in said}) == 2
    assert all(r["statement_zh"] and r["publisher"] for r in said)


@pytest.mark.parametrize("target", ["T4", "T5"])
def test_a_related_definition_proves_nothing(real: dict[str, list[Row]], target: str) -> None:
    (status,) = [r for r in real["target_status"] if r["target_id"] == target]
    assert status["met_on_related_definition"] is True
    assert (status["verdict"], status["reason"]) == ("not_assessable", "NO_DATA")
    assert "相关口径已达到，不作为达标依据" in status["sentence_zh"]


@pytest.mark.parametrize(("value", "reaches"), [("1.2", True), ("0.9", False)])
def test_a_related_indicator_reaches_the_value_or_not(workspace: Workspace, value: str, reaches: bool) -> None:
    firms = {"indicator_id": "IIOT_FIRMS_DIGITAL", "unit": "万家", "basis": "end", "definition_id": "above_scale"}
    put(workspace, "gdii_firms.csv", csv_text([{**firms, "period": "2019", "value": value}]))
    take(workspace)
    held = _held(workspace)
    assert held["rejections"] == []
    (status,) = [r for r in held["target_status"] if r["target_id"] == "T4"]
    assert (status["verdict"], status["met_on_related_definition"]) == ("not_assessable", reaches)


def test_no_composite_is_tried_as_shipped(real: dict[str, list[Row]]) -> None:
    assert real["composite_trials"] == []


def _enable(folder: Path) -> None:
    part = {"final_use_share": 0.5, "double_count_rule": "没有重复 none", "source": "测试 a test"}
    trial = {
        "composite_id": "trial_of_two",
        "zh": "试算",
        "en": "Trial",
        "indicator_id": "IC_SCALE",
        "enabled": True,
        "watermark_zh": "试算",
        "watermark_en": "trial",
        "parts": [{"indicator_id": "SW_REV", **part}, {"indicator_id": "EXP_REV", **part, "final_use_share": 0.25}],
    }
    (folder / "composites" / "two.yaml").write_text(yaml.safe_dump(trial, allow_unicode=True), "utf-8")


def test_a_trial_sums_its_parts_and_leaves_progress_alone(tmp_path: Path) -> None:
    rows = [
        {"indicator_id": "SW_REV", "unit": "亿元", "definition_id": "miit", "period": period, "value": value}
        for period, value in (("2018", "100.0"), ("2019", "200.0"))
    ]
    rows.append({"indicator_id": "EXP_REV", "unit": "亿元", "period": "2019", "value": "40.0"})
    held = []
    for name in ("without", "with"):
        workspace = make_workspace(tmp_path / name)
        if name == "with":
            _enable(workspace.reference)
        put(workspace, FIRST, csv_text(rows))
        take(workspace)
        held.append(_held(workspace))
        assert held[-1]["rejections"] == []
    without, tried = held
    assert without["composite_trials"] == []
    (trial,) = tried["composite_trials"]
    assert (trial["composite_id"], trial["trial_of"], trial["area_code"], trial["period"]) == (
        "trial_of_two", "IC_SCALE", "440000", "2019",
    )  # fmt: skip
    assert (trial["value"], trial["unit"], trial["obs_status"]) == (Decimal(1_100_000), "万元", "E")
    assert (trial["watermark_zh"], trial["watermark_en"]) == ("试算", "trial")
    for name in ("progress", "target_evidence", "target_status"):
        assert tried[name] == without[name]


JAN_FEB = {"indicator_id": "PHONE_OUT", "unit": "万台", "definition_id": "above_scale", "frequency": "M"}
TELECOM = {"indicator_id": "TEL_VOL", "unit": "亿元", "frequency": "M", "price_basis": "current"}


@pytest.mark.parametrize(
    ("name", "row", "refused"),
    [
        ("gd_products.csv", {**JAN_FEB, "period": "2019-01"}, True),
        ("gd_products.csv", {**JAN_FEB, "period": "2019-02"}, True),
        ("gd_products.csv", {**JAN_FEB, "period": "2019-01", "basis": "cumulative"}, True),
        ("gd_products.csv", {**JAN_FEB, "period": "2019-02", "basis": "cumulative"}, False),
        ("gd_products.csv", {**JAN_FEB, "period": "2019-03"}, False),
        ("gd_products.csv", {**JAN_FEB, "period": "2012-02"}, False),
        ("posttel_monthly.csv", {**TELECOM, "period": "2019-02"}, False),
        ("posttel_monthly.csv", {**TELECOM, "period": "2019-01"}, False),
    ],
)
def test_january_and_february_come_as_one_where_they_are_surveyed_together(
    workspace: Workspace, name: str, row: dict[str, str], refused: bool
) -> None:
    put(workspace, name, csv_text([row]))
    take(workspace)
    held = _held(workspace)
    assert [r["rule"] for r in held["rejections"]] == (["period.jan_feb"] if refused else [])
    assert len(held["series"]) == (0 if refused else 1)
    if refused:
        assert f"{row['period'][:4]}-02" in held["rejections"][0]["message_zh"]
