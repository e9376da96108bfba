"""A made-up plan that has a target of every shape, and the few figures by which each can be followed by hand."""

import datetime as dt
from typing import Any

import duckdb
import yaml

from pipelines import warehouse
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.registry import TARGETS
from tests.support import built, csv_text, dicts, put, take

JUDGED = dt.date(2020, 10, 31)
GIVEN = {"released_on": "2020-10-15"}
STATIONS = {"indicator_id": "BS5G", "basis": "end", "unit": "座", "definition_id": "province_list", **GIVEN}
PARCELS = {"indicator_id": "EXP_VOL", "unit": "万件", **GIVEN}
TO_DATE = {**PARCELS, "frequency": "M", "basis": "cumulative"}

TARGETS_BY_SHAPE: dict[str, dict[str, Any]] = {
    "state": {"value_stated": 100},
    "at_most": {"area_code": "440200", "comparator": "at_most", "value_stated": 20},
    "band": {"area_code": "440300", "comparator": "between", "value_stated": 50, "upper_stated": 60},
    "additions": {"area_code": "440000", "value_stated": 48000, "counts": "additions", "base_period": "2019",
                  "due_on": "2020-12-31"},
    "additions_without_base": {"area_code": "440400", "value_stated": 48000, "counts": "additions"},
    "zero_base": {"area_code": "440600", "value_stated": 20},
    "met_at_base": {"area_code": "440700", "value_stated": 20},
    "future_base": {"area_code": "440800", "value_stated": 90, "base_period": "2021"},
    "year": {"indicator_id": "EXP_VOL", "area_code": "440000", "unit_stated": "万件", "value_stated": 1000,
             "base_period": "2018", "due_on": "2020-12-31"},
    "twelve_months": {"indicator_id": "EXP_VOL", "area_code": "440100", "unit_stated": "万件", "value_stated": 1000,
                      "base_period": "2018", "due_on": "2020-12-31"},
    "years": {"indicator_id": "EXP_VOL", "area_code": "440200", "unit_stated": "万件", "value_stated": 300,
              "counts": "years", "base_period": "2017", "due_on": "2020-12-31"},
    "share_of_area": {"indicator_id": "EXP_VOL", "area_code": "440500", "of_area_code": "440400", "measure": "share",
                      "unit_stated": "%", "value_stated": 25},
    "growth": {"indicator_id": "IC_SCALE", "area_code": "440000", "measure": "growth_average", "unit_stated": "%",
               "value_stated": 15, "base_period": "2017", "due_on": "2020-12-31"},
    "growth_due": {"indicator_id": "IC_SCALE", "area_code": "000000", "measure": "growth_average", "unit_stated": "%",
                   "value_stated": 11, "base_period": "2016", "due_on": "2019-12-31"},
    "long_term": {"value_stated": 100, "long_term": True},
    "unit_mismatch": {"value_stated": 100, "unit_stated": "万元", "not_assessable": "UNIT_MISMATCH"},
}  # fmt: skip

FIGURES: dict[str, list[dict[str, str]]] = {
    "gdii_stations.csv": [
        {**STATIONS, "area_code": area, "period": period, "value": value, "frequency": "M" if "-" in period else "A"}
        for area, values in {
            "440100": {"2018": "40", "2019": "56"},
            "440200": {"2018": "40", "2019": "34"},
            "440300": {"2018": "40", "2019": "46"},
            "440400": {"2020-09": "124000"},
            "440600": {"2018": "0", "2019": "10"},
            "440700": {"2018": "30", "2019": "15"},
            "440800": {"2019": "30"},
        }.items()
        for period, value in values.items()
    ]
    + [
        {**STATIONS, "frequency": "M", "period": "2019-12", "value": "36900"},
        {**STATIONS, "frequency": "M", "period": "2020-09", "value": "124000"},
    ],
    "express.csv": [
        {**row, "area_code": area, "period": period, "value": value}
        for row, area, values in (
            (TO_DATE, "440000", {"2018-12": "900.0", "2019-09": "735.0", "2019-12": "980.0", "2020-09": "742.0"}),
            (TO_DATE, "440100", {"2018-12": "800.0", "2019-06": "400.0", "2019-12": "950.0", "2020-06": "460.0"}),
            (PARCELS, "440200", {"2018": "80.0", "2019": "100.0"}),
            (PARCELS, "440400", {"2018": "100.0", "2019": "120.0"}),
            (PARCELS, "440500", {"2018": "15.0", "2019": "24.0"}),
        )
        for period, value in values.items()
    ],
}

AVERAGES: dict[str, tuple[str, str, str]] = {
    "440000": ("2017", "2019", "16.25"),
    "000000": ("2016", "2019", "8.83"),
}
"""Area → base, year and rate: averages as `growth` gives them."""


def declare(workspace: Workspace) -> None:
    """Writes the plan among the reference data."""
    common = {
        "item_id": "Q01", "task_id": "goals", "zh": "目标", "en": "A target", "quote_zh": "目标",
        "indicator_id": "BS5G", "area_code": "440100", "measure": "level", "comparator": "at_least",
        "unit_stated": "座", "due_on": "2022-12-31", "due_origin": "stated", "base_period": "2018",
        "base_origin": "stated", "scope_id": "shapes",
    }  # fmt: skip
    plan = {
        "plan_id": "shapes", "zh": "形状", "en": "Shapes", "area_code": "440000", "issuer": "测试",
        "targets": [{"target_id": name, **common, **said} for name, said in TARGETS_BY_SHAPE.items()],
    }  # fmt: skip
    folder = workspace.reference / "plans" / "shapes"
    folder.mkdir()
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True), "utf-8")


def shapes_file(workspace: Workspace) -> str:
    """The published DuckDB file of the made-up plan; averages, which no file brings yet, are put into `growth`."""
    declare(workspace)
    for name, rows in FIGURES.items():
        put(workspace, name, csv_text(rows))
    take(workspace)
    marts = load_marts(workspace.sql)
    with built(workspace, JUDGED) as connection:
        assert dicts(connection, "SELECT raw_text, message_en FROM rejections") == []
        _put_averages(connection)
        for table in TARGETS:
            warehouse.build(connection, table, marts[table.info.name])
        aside = workspace.root / "shapes.duckdb"
        connection.execute(f"ATTACH {warehouse.quoted(aside)} AS shapes")
        for name in ("progress", "target_status", "target_evidence", "parameters", "targets"):
            connection.execute(f"CREATE TABLE shapes.{name} AS FROM {name}")
        connection.execute("DETACH shapes")
    return str(aside)


def _put_averages(connection: duckdb.DuckDBPyConnection) -> None:
    for number, (area, (base, year, rate)) in enumerate(AVERAGES.items()):
        connection.execute(
            "INSERT INTO growth BY NAME SELECT ? AS series_id, 'IC_SCALE' AS indicator_id, ? AS area_code, "
            "'_T' AS sector_code, 'ic_scale_press' AS source_id, 'A' AS frequency, 'period' AS basis, "
            "'current' AS price_basis, 'unstated' AS definition_id, 'plan_average' AS comparison, ? AS period, "
            "make_date(?, 1, 1) AS period_start, make_date(?, 12, 31) AS period_end, ? AS base_period, "
            "? AS growth_computed, ? AS growth_quoted, 'computed' AS quoted_from, '%' AS unit, FALSE AS small_base",
            [number, area, year, int(year), int(year), base, rate, rate],
        )
