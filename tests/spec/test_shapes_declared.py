"""How a plan declares targets of every shape: what is refused, what cities take on, what is watched, batches."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines import warehouse
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.monitoring import ObservationPanel
from schemas.planning import ScopesDiffer, total
from schemas.reference_data import Reference
from schemas.reference_files import ReferenceFaults
from tests.spec.shapes import TARGETS_BY_SHAPE, declare
from tests.support import built, csv_text, dicts, put, take

MAIN = "guangdong-2018-2020"


@pytest.mark.parametrize(
    ("shape", "said", "told"),
    [
        ("state", {"counts": "year"}, "BS5G is a stock; 存量与流量不得相除 (STOCK_FLOW_MISMATCH)"),
        ("year", {"counts": "state"}, "EXP_VOL is a flow; 存量与流量不得相除 (STOCK_FLOW_MISMATCH)"),
        ("state", {"unit_stated": "万元"}, "万元 measures CNY"),
        ("band", {"upper_stated": 40}, "upper_stated lies above value_stated"),
        ("state", {"upper_stated": 120}, "upper_stated is given exactly where comparator is between"),
        ("share_of_area", {"of_area_code": None}, "a share names its whole"),
        ("share_of_area", {"of_indicator_id": "EXP_REV"}, "a share names its whole"),
        ("growth", {"counts": "year"}, "counts is said of level targets alone"),
        ("additions", {"base_period": None, "base_origin": "none"}, "counts additions needs base_period"),
        ("state", {"due_on": "2018-06-30"}, "due_on lies after base_period"),
        ("state", {"interim_of": "nothing"}, "a target"),
        ("state", {"interim_of": "at_most"}, "its own area"),
        ("state", {"interim_of": "long_term"}, "a target that is due later"),
        ("state", {"part_of": "long_term"}, "a target of another area"),
        ("state", {"part_of": "year"}, "a target on BS5G, level"),
    ],
)
def test_a_faulty_shape_is_refused_and_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, shape: str, said: dict[str, Any], told: str
) -> None:
    monkeypatch.setitem(TARGETS_BY_SHAPE, shape, {**TARGETS_BY_SHAPE[shape], **said})
    declare(workspace)
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(workspace.reference)
    assert told in str(refused.value)


def _beside(workspace: Workspace, name: str, text: str, plan: str = "shapes") -> Path:
    path = workspace.reference / "plans" / plan / name
    path.write_text(text, "utf-8")
    return path


def test_cities_take_on_parts_of_a_target(workspace: Workspace) -> None:
    declare(workspace)
    lines = ["target_id,area_code,value_stated,unit_stated,document",
             "additions,440100,1.2,万座,市方案", "additions,440300,30000,座,"]  # fmt: skip
    _beside(workspace, "city_targets.csv", "\n".join(lines) + "\n")
    stations = {"indicator_id": "BS5G", "basis": "end", "unit": "座", "definition_id": "province_list",
                "frequency": "M", "released_on": "2020-10-15"}  # fmt: skip
    rows = [
        {**stations, "area_code": "440300", "period": p, "value": v}
        for p, v in (("2019-12", "9"), ("2020-09", "40009"))
    ]
    put(workspace, "gdii_stations.csv", csv_text(rows))
    take(workspace)
    targets = {t.target_id: t for t in Reference.load(workspace.reference).targets}
    assert targets["additions-440100"].target_value == Decimal(12000)
    assert targets["additions-440100"].value_document == "市方案"
    with pytest.raises(ScopesDiffer):
        total([targets["additions"], targets["additions-440100"]])
    with built(workspace, dt.date(2020, 10, 31)) as connection:
        said = {r["target_id"]: r for r in dicts(connection, "SELECT * FROM target_status WHERE plan_id = 'shapes'")}
    whole = said["additions"]
    assert (whole["parts"], whole["parts_expected"], whole["parts_met"], whole["parts_value"]) == (
        2,
        21,
        1,
        Decimal(42000),
    )
    assert whole["sentence_zh"].endswith("分市目标2/21个，合计为总目标的87.5%，其中已达到1个。")
    assert said["additions-440300"]["verdict"] == "met"


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("city_targets.csv", "target_id,area_code,value_stated,unit_stated\nT1,440100,1,座\n", "a target of the plan"),
        (
            "city_targets.csv",
            "target_id,area_code,value_stated,unit_stated\nstate,449900,1,座\n",
            "an area of areas.csv",
        ),
        ("panel.csv", "target_id,indicator_id,place,shown_as\nstate,EXP_VOL,1,context\n", "a growth target"),
        ("panel.csv", "target_id,indicator_id,place,shown_as\ngrowth,EXP_VOLUME,1,context\n", "did you mean 'EXP_VOL'"),
    ],
)
def test_what_lies_beside_a_plan_names_what_exists(workspace: Workspace, file: str, text: str, told: str) -> None:
    declare(workspace)
    _beside(workspace, file, text)
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(workspace.reference)
    assert told in str(refused.value)


def test_the_panel_watches_and_never_judges(workspace: Workspace) -> None:
    rates = {
        ("TEL_REV", "yoy", "2018", "10"), ("TEL_REV", "yoy", "2019", "20"), ("TEL_REV", "plan_average", "2020", "15"),
        ("COMM_EXP_PC", "yoy", "2018", "10"), ("POP", "yoy", "2018", "2"), ("PAYTV_REV", "yoy", "2020", "30"),
        ("SW_REV", "plan_average", "2020", "16"),
    }  # fmt: skip
    marts = load_marts(workspace.sql)
    with built(workspace) as connection:
        before = dicts(connection, "SELECT * FROM target_status ORDER BY target_id")
        for number, (indicator, comparison, year, rate) in enumerate(sorted(rates)):
            connection.execute(
                "INSERT INTO growth BY NAME SELECT ? AS series_id, ? AS indicator_id, '440000' AS area_code, "
                "'_T' AS sector_code, 'gdstats_annual' AS source_id, 'A' AS frequency, 'period' AS basis, "
                "'current' AS price_basis, 'standard' AS definition_id, ? AS comparison, ? AS period, "
                "make_date(?, 1, 1) AS period_start, make_date(?, 12, 31) AS period_end, '2017' AS base_period, "
                "? AS growth_quoted, 'published' AS quoted_from, '%' AS unit, FALSE AS small_base",
                [number, indicator, comparison, year, int(year), int(year), rate],
            )
        warehouse.build(connection, ObservationPanel, marts["observation_panel"])
        panel = dicts(connection, "SELECT * FROM observation_panel ORDER BY place, period")
        assert dicts(connection, "SELECT * FROM target_status ORDER BY target_id") == before
    assert {r["summary_zh"] for r in panel} == {"有数据 3 项，其中年均≥15% 的 1 项"}
    assert {r["summary_en"] for r in panel} == {"3 with data, 1 of them with 15 % a year or more on average"}
    said = {(r["indicator_id"], r["period"]): r for r in panel}
    assert said["TEL_REV", "2019"]["growth_quoted"] == 20
    assert (said["TEL_REV", "2018"]["plan_average"], said["TEL_REV", "2018"]["reaches_line"]) == (15, True)
    assert said["COMM_EXP_PC", "2018"]["growth_quoted"] == Decimal("12.2")
    assert said["PAYTV_REV", "2018"]["reaches_line"] is None
    assert said["SW_REV", "2018"]["shown_as"] == "context"


def test_a_batch_is_a_list_of_names_and_a_milestone_a_day(workspace: Workspace) -> None:
    evidence = workspace.reference / "plans" / MAIN / "evidence.csv"
    header, *lines = evidence.read_text("utf-8").splitlines()
    batch = "M18,440000,ongoing,,名单,某厅,2020-05-06,P,首批名单,2026-11-22,yuexin"
    late = "M54,440000,done,2021-03-01,通报,某厅,2021-03-05,P,已开展,2026-11-22,yuexin"
    text = [f"{header},names", *(f"{line}," for line in lines), f"{batch},甲平台|乙平台|丙公司", f"{late},"]
    evidence.write_text("\n".join(text) + "\n", "utf-8")
    take(workspace)
    with built(workspace) as connection:
        said = {r["item_id"]: r for r in dicts(connection, "SELECT * FROM item_status")}
    assert (said["M18"]["batch_count"], said["M18"]["batch_names"]) == (3, "甲平台|乙平台|丙公司")
    assert (said["M18"]["status"], said["M18"]["verdict"]) == ("ongoing", None)
    facts = ("verdict", "met_on", "on_time", "reason")
    assert [said["M03"][f] for f in facts] == ["met", dt.date(2019, 10, 31), "proven", None]
    assert [said["M54"][f] for f in facts] == ["met", dt.date(2021, 3, 1), "unknown", None]
    assert [said["M02"][f] for f in facts] == ["due_unverified", None, None, None]
    assert said["M47"]["verdict"] is None  # its wording states no outcome


def test_a_withheld_value_is_a_reason_and_no_proof(workspace: Workspace) -> None:
    users = {"indicator_id": "TV4K_USERS", "unit": "万户", "basis": "end", "definition_id": "tv_users"}
    put(workspace, "tv4k.csv", csv_text([{**users, "period": "2019", "value": "", "obs_status": "Q"}]))
    take(workspace)
    with built(workspace, dt.date(2020, 7, 31)) as connection:
        (status,) = dicts(connection, "SELECT * FROM target_status WHERE target_id = 'T1'")
    assert (status["verdict"], status["reason"], status["value"]) == ("not_assessable", "SUPPRESSED", None)
