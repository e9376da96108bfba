"""Progress and verdicts: observations in, one verdict a target out."""

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipelines.workspace import Workspace
from tests.spec.shapes import shapes_file
from tests.support import built, csv_text, dicts, make_workspace, put, take

DUE = dt.date(2020, 12, 31)
USERS = {
    "indicator_id": "TV4K_USERS",
    "unit": "万户",
    "basis": "end",
    "definition_id": "stb_users",
    "released_on": "2026-06-30",
}


def _users(period: str, value: str, **more: str) -> dict[str, str]:
    frequency = {4: "A", 7: "M", 10: "D"}[len(period)]
    return {**USERS, "frequency": frequency, "period": period, "value": value, **more}


def _judged(
    workspace: Workspace, rows: list[dict[str, str]], assessed_on: dt.date, target: str = "T1"
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    if rows:
        put(workspace, "tv4k.csv", csv_text(rows))
    take(workspace)
    with built(workspace, assessed_on) as connection:
        assert dicts(connection, "SELECT * FROM rejections") == []
        (status,) = dicts(connection, "SELECT * FROM target_status WHERE target_id = ?", [target])
        progress = dicts(connection, "SELECT * FROM progress WHERE target_id = ?", [target])
    return status, {p["method"]: p for p in progress}


@pytest.mark.parametrize(
    ("rows", "assessed_on", "verdict", "reason"),
    [
        pytest.param([_users("2017", "980.51"), _users("2018", "1499.76")], dt.date(2019, 6, 30), "ahead", None,
                     id="half of the way at a third of the time"),
        pytest.param([_users("2017", "980"), _users("2018", "1325")], dt.date(2019, 6, 30), "on_schedule", None,
                     id="within a point of the path"),
        pytest.param([_users("2017", "980"), _users("2018", "1200")], dt.date(2019, 6, 30), "behind", None,
                     id="less of the way than of the time"),
        pytest.param([_users("2018", "1499.76")], dt.date(2019, 6, 30), "not_assessable", "NO_BASE",
                     id="no base, no path"),
        pytest.param([_users("2017", "980"), _users("2018", "1499", definition_id="users")], dt.date(2019, 6, 30),
                     "not_assessable", "NO_BASE", id="a base in another definition is none"),
        pytest.param([], dt.date(2019, 6, 30), "not_assessable", "NO_DATA", id="nothing held"),
        pytest.param([_users("2018", "1499.76")], dt.date(2021, 6, 30), "due_unverified", None,
                     id="due, and nothing speaks"),
        pytest.param([_users("2020", "1900")], dt.date(2021, 6, 30), "not_met", None, id="short at the due date"),
        pytest.param([_users("2020", "1900", qualifier="at_least")], dt.date(2021, 6, 30), "due_unverified", None,
                     id="a lower bound below the target proves nothing"),
        pytest.param([_users("2020", "1900", qualifier="at_most")], dt.date(2021, 6, 30), "not_met", None,
                     id="an upper bound below the target disproves it"),
        pytest.param([_users("2020", "2100", qualifier="about")], dt.date(2021, 6, 30), "due_unverified", None,
                     id="an approximation proves nothing"),
        pytest.param([_users("2020-06", "2000.0")], dt.date(2020, 7, 31), "met", None, id="met before it is due"),
        pytest.param([_users("2019", "2100"), _users("2021", "1800")], dt.date(2022, 6, 30), "not_met", None,
                     id="met once, disproved later"),
        pytest.param([_users("2021", "2100")], dt.date(2021, 6, 30), "not_assessable", "NO_DATA",
                     id="what ends after the day of judgement is not seen"),
    ],
)  # fmt: skip
def test_verdicts(
    workspace: Workspace, rows: list[dict[str, str]], assessed_on: dt.date, verdict: str, reason: str | None
) -> None:
    status, progress = _judged(workspace, rows, assessed_on)
    assert (status["verdict"], status["reason"]) == (verdict, reason)
    assert {p["verdict"] for p in progress.values()} == {verdict}
    for p in progress.values():
        assert (p["actual"] is None) == (p["reason"] is not None)


def test_way_and_time_of_the_4k_target_at_the_end_of_2018(workspace: Workspace) -> None:
    """domain.md 3.11: (1499.76 - 980.51) / (2000 - 980.51) = 50.9 % at a third of the time."""
    _, progress = _judged(workspace, [_users("2017", "980.51"), _users("2018", "1499.76")], dt.date(2019, 6, 30))
    path = progress["time_linear"]
    way = (Decimal("1499.76") - Decimal("980.51")) / (Decimal(2000) - Decimal("980.51")) * 100
    time = Decimal((dt.date(2018, 12, 31) - dt.date(2017, 12, 31)).days) / Decimal((DUE - dt.date(2017, 12, 31)).days)
    assert abs(path["actual"] - way) < Decimal("0.000001")
    assert abs(path["expected"] - time * 100) < Decimal("0.000001")
    assert abs(path["ratio"] - way / (time * 100)) < Decimal("0.00001")
    assert progress["fulfilment"]["actual"] == Decimal("74.988000")


def test_met_within_the_rounding_of_the_published_value_is_said(workspace: Workspace) -> None:
    plan = workspace.reference / "plans" / "guangdong-2018-2020" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("value_stated: 2000", "value_stated: 2000.3"), "utf-8")
    status, _ = _judged(workspace, [_users("2020", "2000")], dt.date(2021, 6, 30))
    assert (status["verdict"], status["met_by_interval"]) == ("met", True)


@pytest.mark.parametrize(
    ("rows", "on_time"),
    [
        pytest.param([_users("2020-06", "2100")], "proven", id="seen by the due date"),
        pytest.param([_users("2021", "2100")], "unknown", id="seen only later"),
    ],
)
def test_on_time(workspace: Workspace, rows: list[dict[str, str]], on_time: str) -> None:
    status, _ = _judged(workspace, rows, dt.date(2022, 6, 30))
    assert (status["verdict"], status["on_time"]) == ("met", on_time)


def test_the_4k_target_reads_as_the_office_words_it(shipped: Workspace) -> None:
    status, _ = _judged(shipped, [], dt.date(2026, 11, 22))
    assert status["sentence_zh"] == (
        "已达到（最迟2021年5月：超2400万户）。按期与否：很可能，未直接证实：2020年6月占比67.2%，"
        "只要全省电视用户不少于2976万户即已达标（2018年末推算3067万户）。口径为机顶盒用户，与“4K电视用户”未见官方对照。"
    )
    assert (status["met_by"], status["on_time"], status["definition_match"]) == (
        dt.date(2021, 5, 9),
        "likely",
        "related",
    )
    assert status["sentence_en"].startswith("Met (by 2021-05-09 at the latest: over 2400 万户). On time: likely")


def test_the_headline_scale_has_no_official_result(shipped: Workspace) -> None:
    status, progress = _judged(shipped, [], dt.date(2026, 11, 22), "T2")
    assert (status["verdict"], status["reason"]) == ("not_assessable", "NO_DATA")
    assert status["sentence_zh"] == "无官方结果，无法评价 (NO_DATA)"
    assert progress["fulfilment"]["target_value"] == Decimal(150_000_000)


def test_a_tier_without_share_or_date_is_not_judged(shipped: Workspace) -> None:
    status, _ = _judged(shipped, [], dt.date(2026, 11, 22), "T8")
    assert (status["verdict"], status["reason"]) == ("not_assessable", "NO_CRITERION")


def test_a_growth_target_is_fulfilled_by_one_plus_actual_over_one_plus_planned(workspace: Workspace) -> None:
    """practice.md 1.8: 1.0883 / 1.11 = 98.0 %."""
    plan = workspace.reference / "plans" / "guangdong-2018-2020" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("value_stated: 15\n", "value_stated: 11\n"), "utf-8")
    scale = {"indicator_id": "IC_SCALE", "definition_id": "unstated", "released_on": "2021-06-30"}
    rows = [{**scale, "period": "2020", "measure": "growth_average", "value": "8.83", "unit": "%"}]
    status, progress = _judged(workspace, rows, dt.date(2021, 12, 31), "T3")
    assert status["verdict"] == "not_met"
    assert progress["fulfilment"]["actual"].quantize(Decimal("0.1")) == Decimal("98.0")
    assert set(progress) == {"fulfilment", "gap_and_required", "eurostat"}


def _scale(period: str, value: str, **more: str) -> dict[str, str]:
    said = {"indicator_id": "IC_SCALE", "definition_id": "unstated", "unit": "亿元", "released_on": "2026-06-30"}
    return {**said, "period": period, "value": value, **more}


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        pytest.param([_scale("2020-06", "7000", frequency="M", basis="cumulative")], "due_unverified",
                     id="half a year says nothing of a yearly flow"),
        pytest.param([_scale("2020", "14000")], "not_met", id="the due year disproves"),
        pytest.param([_scale("2020-12", "15500", frequency="M", basis="cumulative")], "met",
                     id="December's cumulative value is the year"),
        pytest.param([_scale("2019", "15100"), _scale("2021", "14000")], "met",
                     id="a later year's lower flow disproves nothing"),
    ],
)  # fmt: skip
def test_a_yearly_flow_is_judged_by_whole_years(workspace: Workspace, rows: list[dict[str, str]], verdict: str) -> None:
    status, _ = _judged(workspace, rows, dt.date(2022, 6, 30), "T2")
    assert status["verdict"] == verdict


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    database = shapes_file(make_workspace(tmp_path_factory.mktemp("shapes")))
    with duckdb.connect(database, read_only=True) as connection:
        rows = dicts(connection, "SELECT * FROM target_status WHERE plan_id = 'shapes'")
    return {r["target_id"]: r for r in rows}


@pytest.mark.parametrize(
    ("target", "verdict", "reason", "confidence", "sentence"),
    [
        ("state", "ahead", None, "low",
         "快于序时（2019年末：56座，实现进度(56−40)÷(100−40)=26.7%，序时进度365÷1461=25.0%，快1.7个百分点；其后年均需增长21.3%）。"),
        ("at_most", "ahead", None, "low",
         "快于序时（2019年末：34座，实现进度(34−40)÷(20−40)=30.0%，序时进度365÷1461=25.0%，快5.0个百分点）。"),
        ("band", "ahead", None, "low",
         "快于序时（2019年末：46座，实现进度(46−40)÷(50−40)=60.0%，序时进度365÷1461=25.0%，快35.0个百分点；其后年均需增长2.8%）。"),
        ("additions", "met", None, "high",
         "已达到（最迟2020年9月：新增87100座，计划完成程度87100÷48000=181.5%）。按期与否：已证实。"),
        ("additions_without_base", "not_assessable", "STOCK_FLOW_MISMATCH", None,
         "存量与流量不符，无法评价 (STOCK_FLOW_MISMATCH)"),
        ("year", "on_schedule", None, "low",
         "与序时基本同步（2020年1—9月：742.0万件，实现进度742÷1000=74.2%，上年同期占全年735÷980=75.0%，慢0.8个百分点）。"),
        ("years", "behind", None, "low",
         "慢于序时（2019年：累计180万件，实现进度180÷300=60.0%，序时进度730÷1096=66.6%，慢6.6个百分点）。"),
        ("share_of_area", "ahead", None, "low",
         "快于序时（2019年：占比20%，实现进度(20−15)÷(25−15)=50.0%，序时进度365÷1461=25.0%，快25.0个百分点）。"),
        ("growth", "ahead", None, "medium", "快于序时（2019年：年均增长16.25%，目标15%，高1.3个百分点）。"),
        ("growth_due", "not_met", None, "medium",
         "未达到（2019年：年均增长8.83%，计划完成程度(1+8.83%)÷(1+11%)=98.0%）。"),
        ("future_base", "not_assessable", "FUTURE_BASE", None, "基期未到或为预测，无法评价 (FUTURE_BASE)"),
        ("long_term", "long_term", None, None, "长期性工作不评价。"),
        ("unit_mismatch", "not_assessable", "UNIT_MISMATCH", None, "计量单位不符，无法评价 (UNIT_MISMATCH)"),
    ],
)  # fmt: skip
def test_each_shape_is_judged_and_said_in_numbers(
    shapes: dict[str, dict[str, Any]],
    target: str,
    verdict: str,
    reason: str | None,
    confidence: str | None,
    sentence: str,
) -> None:
    status = shapes[target]
    assert (status["verdict"], status["reason"], status["confidence"]) == (verdict, reason, confidence)
    assert status["sentence_zh"] == sentence
    assert status["sentence_en"].endswith(".")
