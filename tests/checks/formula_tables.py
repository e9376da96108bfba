"""Small tables for audit formulas: observations with what a case says of them, in a database of their own."""

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from pipelines import warehouse
from pipelines.audit_formula import findings_sql, outcomes_sql
from schemas.audit_forms import BoundFormula, FormEntry, FormulaEntry, bind
from schemas.codes import Nature
from schemas.growth import Growth
from schemas.reference import Area, JanFebSpan
from schemas.reference_data import Reference
from schemas.tables import Observation
from tests.support import ROOT, dicts

Row = dict[str, Any]
SENDERS = ("case", "other", *(f"sender {n}" for n in range(8)))
"""Sources that fill in the forms of cases."""


@cache
def shipped_reference() -> Reference:
    """The reference data of this clone."""
    return Reference.load(ROOT / "data" / "reference")


@cache
def _jan_feb_spans() -> list[Row]:
    return [r.model_dump() for r in shipped_reference().rows()[JanFebSpan]]


def row(indicator_id: str, value: str | None, period: str = "2021-09", **changes: Any) -> Row:
    """An observation: the value as published, and what differs from a plain level."""
    indicator = shipped_reference().indicators[indicator_id]
    flow = indicator.nature is Nature.FLOW
    year, month = int(period[:4]), int(period[5:] or 12)
    decimals = -Decimal(value or "0").as_tuple().exponent  # type: ignore[operator]  # no case says NaN
    start = dt.date(year, month if period[4:] else 1, 1)
    return {
        "indicator_id": indicator_id,
        "area_code": "440000",
        "sector_code": "_T",
        "source_id": "case",
        "frequency": "M" if period[4:] else "A",
        "basis": "cumulative" if flow else "end",
        "measure": "level",
        "price_basis": "none",
        "definition_id": indicator.definitions[0].definition_id,
        "unit": indicator.unit,
        "period": period,
        "period_start": start,
        "period_end": dt.date(year, month, calendar.monthrange(year, month)[1]),
        "value": value,
        "qualifier": "exact",
        "rounding_unit": str(Decimal(1).scaleb(-decimals)),
        "obs_status": "A",
        "stage": "unstated",
        "period_origin": "stated",
        "release_state": "public",
        "authority": "A",
        "re_source_needed": False,
        "publisher": "测试",
        "title": "测试",
        "released_on": "2021-12-31",
        "released_on_origin": "stated",
        "release_seq": 1,
        "snapshot_sha256": "0" * 64,
        "locator": "line 2, column 6",
        **changes,
    }


def growth_of(base: Row, rate: str, quoted_from: str = "computed") -> Row:
    """The growth row of an observation."""
    same = ("indicator_id", "area_code", "sector_code", "source_id", "frequency", "basis", "price_basis")
    return {
        **{name: base[name] for name in (*same, "definition_id", "period", "period_start", "period_end", "series_id")},
        "comparison": "yoy",
        "base_period": "2020-09",
        "growth_quoted": rate,
        "quoted_from": quoted_from,
        "unit": "%",
        "small_base": False,
        "reason": "NO_BASE",
    }


@contextmanager
def tables(rows: Sequence[Row], growth: Sequence[tuple[int, str, str]] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with these observations; `growth` gives the place of a row among them, its rate and whose it is."""
    parts = ("indicator_id", "area_code", "source_id", "frequency", "basis", "measure", "price_basis", "definition_id")
    series: dict[tuple[Any, ...], int] = {}
    numbered = [{**r, "series_id": series.setdefault(tuple(r[p] for p in parts), len(series) + 1)} for r in rows]
    with duckdb.connect() as connection:
        for table in (Observation, Growth, Area, JanFebSpan):
            connection.execute(table.ddl())
        rates = [growth_of(numbered[at], rate, whose) for at, rate, whose in growth]
        for table, given in ((Observation, numbered), (Growth, rates)):
            whole = [{**dict.fromkeys(table.model_fields), **r} for r in given]
            warehouse.insert(connection, table, whole)
        areas = {r["area_code"] for r in rows}
        warehouse.insert(connection, Area, [shipped_reference().areas[a].model_dump() for a in sorted(areas)])
        warehouse.insert(connection, JanFebSpan, _jan_feb_spans())
        yield connection


def bound(text: str, *codes: str, form: FormEntry | None = None, **entry: Any) -> BoundFormula:
    """A formula on a form whose rows 01, 02 … are these indicators."""
    reference = shipped_reference()
    made = form or FormEntry.model_validate(
        {
            "form_id": "case",
            "number": 9,
            "title_zh": "测试",
            "title_en": "case",
            "frequency": "M",
            "rows": [
                {"code": f"{n:02d}", "indicator_id": i, "unit": reference.indicators[i].unit}
                for n, i in enumerate(codes, 1)
            ],
        }
    )
    said = {"kind": "must", "severity": "WARN", "explanation_zh": "", "explanation_en": "", **entry}
    formula = bind(made, FormulaEntry.model_validate({"formula_id": "case", "text": text, **said}), reference)
    return replace(formula, sources=SENDERS)


def findings(connection: duckdb.DuckDBPyConnection, formulas: Sequence[BoundFormula]) -> list[Row]:
    """What the formulas find wrong."""
    return dicts(connection, f"{findings_sql(formulas)} ORDER BY ALL")


def outcomes(connection: duckdb.DuckDBPyConnection, formulas: Sequence[BoundFormula]) -> dict[str, dict[str, int]]:
    """Check → how often it passed, failed, or was not judged, by reason."""
    found: dict[str, dict[str, int]] = {}
    for r in dicts(connection, outcomes_sql(formulas)):
        found.setdefault(r["check_name"], {})[r["reason"] or r["outcome"]] = r["times"]
    return found
