"""Every line of `progress` by hand: Decimal alone, from the published file, with nothing of the SQL that made it."""

import datetime as dt
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas.codes import Method
from tests.spec.shapes import shapes_file
from tests.support import dicts, make_workspace

Row = dict[str, Any]
PLACES = Decimal("0.000002")
STORED = Decimal("0.0001")
GROWTH = "%"


def _counted(row: Row) -> Decimal:
    """What is held against the target, from the value and what else the row says."""
    counted: Decimal = row["value"] + (row["earlier_sum"] or 0)
    if row["whole_value"] is not None:
        counted = row["value"] / row["whole_value"] * 100
    elif row["method"] == "level_12_months" and row["last_year_total"] is not None:
        counted = row["value"] + row["last_year_total"] - row["last_year_to_date"]
    elif row["counts"] == "additions":
        counted = row["value"] - row["base_value"]
    return counted


def _yearly(start: Decimal, end: Decimal, months: int) -> Decimal:
    return (end / start) ** (Decimal(12) / months) - 1


def _rates(row: Row) -> tuple[Decimal, Decimal]:
    if row["measure"] == "growth_average":
        return row["counted"] / 100, row["target_value"] / 100
    return (
        _yearly(row["start_value"], row["counted"], row["months_gone"]),
        _yearly(row["start_value"], row["target_value"], row["months_total"]),
    )


def _required_for_the_rest(row: Row) -> Decimal:
    v, t, left = row["counted"], row["target_value"], row["months_left"]
    if row["measure"] == "growth_average":
        whole = (1 + t / 100) ** (Decimal(row["months_total"]) / 12)
        gone: Decimal = (1 + v / 100) ** (Decimal(row["months_gone"]) / 12)
        return _yearly(gone, whole, left) * 100
    return _yearly(v, t, left) * 100


def by_hand(row: Row) -> dict[str, Decimal | None]:
    """The columns that a row's formula gives."""
    v, s, t = row["counted"], row["start_value"], row["target_value"]
    found: dict[str, Decimal | None] = {}
    match row["method"]:
        case "time_linear" | "cumulative":
            time = Decimal(row["days_gone"]) / row["days_total"]
            found = {"expected": time * 100, "actual": (v - s) / (t - s) * 100, "expected_value": s + (t - s) * time}
        case "time_seasonal":
            season = row["last_year_to_date"] / row["last_year_total"]
            found = {"expected": season * 100, "actual": v / t * 100, "expected_value": t * season}
        case "fulfilment" if row["measure"] == "growth_average":
            found = {"expected": Decimal(100), "actual": (1 + v / 100) / (1 + t / 100) * 100}
        case "fulfilment" | "level_12_months":
            found = {"expected": Decimal(100), "actual": v / t * 100}
        case "gap_and_required":
            away = t - v if row["measure"] == "growth_average" else (t - v) / t * 100
            found = {"expected": Decimal(0), "actual": away, "gap": t - v}
            if row["measure"] == "growth_average":
                found["growth_actual"] = v
            if row["growth_required"] is not None:
                found["growth_required"] = _required_for_the_rest(row)
        case "geometric":
            path = s * (t / s) ** (Decimal(row["months_gone"]) / row["months_total"])
            found = {"expected": Decimal(100), "actual": v / path * 100, "expected_value": path}
        case "eurostat" | "open_sdg":
            actual, required = _rates(row)
            found = {"expected": Decimal(100), "actual": actual / required * 100, "growth_actual": actual * 100,
                     "growth_required": required * 100}  # fmt: skip
            if row["method"] == "open_sdg":
                found["score"] = _score(actual / required, reached=_reached(row))
        case "un_2023":
            so_far = _yearly(s, v, row["months_gone"])
            grown = v * (1 + so_far) ** (Decimal(row["months_left"] or 0) / 12)
            ceiling = row["ceiling_value"]
            can_be = grown if ceiling is None else min(grown, ceiling)
            found = {"expected": Decimal(100), "actual": (can_be - s) / (t - s) * 100, "extrapolated": grown,
                     "growth_actual": so_far * 100, "ratio_uncapped": (grown - s) / (t - s)}  # fmt: skip
    if found["expected"]:
        found["ratio"] = (found["actual"] or Decimal(0)) / found["expected"]
    return found


def _reached(row: Row) -> bool:
    if row["comparator"] == "at_most":
        return bool(row["counted"] <= row["target_value"])
    return bool(row["counted"] >= row["target_value"])


def _score(ratio: Decimal, *, reached: bool) -> Decimal:
    """Open SDG's score; its documentation gives the four numbers."""
    if reached:
        return Decimal(5)
    if ratio >= Decimal("0.6"):
        return min(Decimal("7.1429") * ratio - Decimal("4.2857"), Decimal(5))
    return max(Decimal("4.1667") * ratio - Decimal("2.5"), Decimal(-5))


def _category(row: Row) -> str | None:
    ratio: Decimal = row["ratio"]
    bands = {
        "eurostat": (("0.95", "significant"), ("0.60", "moderate"), ("0", "insufficient"), ("-9", "away")),
        "open_sdg": (("0.95", "substantial_progress"), ("0.60", "moderate_progress"), ("0", "limited_progress"),
                     ("-9", "deterioration")),
        "un_2023": (("0.95", "on_track"), ("0.10", "fair"), ("-9", "stagnation")),
    }  # fmt: skip
    if row["method"] not in bands:
        return None
    if _reached(row) and row["method"] != "eurostat":
        return "target_achieved" if row["method"] == "open_sdg" else "on_track"
    return next(word for least, word in bands[row["method"]] if ratio >= Decimal(least))


def _rows(database: str | Path) -> list[Row]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return dicts(
            connection,
            "SELECT p.*, t.measure, t.counts, t.comparator, t.due_on FROM progress p JOIN targets t USING (target_id)",
        )


def _assert_recomputed(row: Row) -> None:
    with localcontext() as context:
        context.prec = 40
        found = by_hand(row)
    for column, number in found.items():
        assert number is not None
        stored: Decimal = row[column]
        places = STORED if column in ("expected_value", "gap", "extrapolated") else PLACES
        assert abs(stored - number) <= places, (row["target_id"], row["method"], column)
    assert abs(row["counted"] - _counted(row)) <= STORED, (row["target_id"], row["method"])
    assert row["category"] == _category(row)
    if row["reached_on"] is not None:
        assert row["days_early"] == (row["due_on"] - row["reached_on"]).days
    computed = {"expected_value", "gap", "extrapolated", "ratio_uncapped", "score", "growth_actual", "ratio"}
    assert {c for c in computed if row[c] is not None} <= set(found)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    return _rows(shapes_file(make_workspace(tmp_path_factory.mktemp("shapes"))))


def test_every_line_of_the_shipped_progress_is_recomputed(database: Path) -> None:
    rows = [r for r in _rows(database) if r["actual"] is not None]
    assert {("T1", "un_2023"), ("N18-1", "open_sdg"), ("N13-6", "level_12_months")} <= {
        (r["target_id"], r["method"]) for r in rows
    }
    for row in rows:
        _assert_recomputed(row)


def test_every_line_of_every_shape_is_recomputed(shapes: list[Row]) -> None:
    rows = [r for r in shapes if r["actual"] is not None]
    assert {r["method"] for r in rows} == {m.value for m in Method}
    for row in rows:
        _assert_recomputed(row)


def test_a_line_has_a_number_or_a_reason(shapes: list[Row], database: Path) -> None:
    for row in [*shapes, *_rows(database)]:
        assert (row["actual"] is None) == (row["reason"] is not None) == (row["in_numbers"] is None), row["target_id"]


@pytest.mark.parametrize(
    ("target", "method", "column", "number"),
    [
        ("T1", "time_linear", "actual", "50.9"), ("T1", "time_linear", "expected", "33.3"),
        ("T1", "geometric", "expected_value", "1243.50"), ("T1", "geometric", "actual", "120.6"),
        ("T1", "eurostat", "growth_actual", "52.96"), ("T1", "eurostat", "growth_required", "26.82"),
        ("T1", "eurostat", "ratio", "1.974"), ("T1", "open_sdg", "score", "5"),
        ("T1", "un_2023", "extrapolated", "3508.8"),
        ("T1", "un_2023", "ratio_uncapped", "2.48"), ("T1", "un_2023", "ceiling_value", "3067"),
        ("N18-1", "time_linear", "actual", "86.7"), ("N18-1", "eurostat", "growth_actual", "8.83"),
        ("N18-1", "eurostat", "growth_required", "10.06"), ("N18-1", "eurostat", "actual", "87.7"),
        ("N18-1", "open_sdg", "score", "1.98"), ("N18-1", "fulfilment", "actual", "96.7"),
    ],
)  # fmt: skip
def test_the_worked_examples(database: Path, target: str, method: str, column: str, number: str) -> None:
    """domain.md 4.8, both data sets."""
    (row,) = [r for r in _rows(database) if (r["target_id"], r["method"]) == (target, method)]
    assert row[column].quantize(Decimal(number)) == Decimal(number)


@pytest.mark.parametrize(
    ("target", "method", "column", "expected"),
    [
        ("additions", "fulfilment", "actual", Decimal("181.458333")),
        ("additions_without_base", "fulfilment", "reason", "STOCK_FLOW_MISMATCH"),
        ("zero_base", "time_linear", "actual", Decimal(50)), ("zero_base", "eurostat", "reason", "ZERO_BASE"),
        ("met_at_base", "time_linear", "reason", "MET_AT_BASE"), ("future_base", "eurostat", "reason", "FUTURE_BASE"),
        ("year", "time_seasonal", "actual", Decimal("74.2")), ("year", "time_seasonal", "expected", Decimal(75)),
        ("year", "level_12_months", "counted", Decimal(987)), ("year", "level_12_months", "days_early", None),
        ("twelve_months", "level_12_months", "counted", Decimal(1010)),
        ("twelve_months", "level_12_months", "reached_on", dt.date(2020, 6, 30)),
        ("twelve_months", "level_12_months", "days_early", 184),
        ("years", "cumulative", "counted", Decimal(180)), ("years", "cumulative", "actual", Decimal(60)),
        ("share_of_area", "fulfilment", "counted", Decimal(20)),
        ("share_of_area", "time_linear", "actual", Decimal(50)),
        ("band", "time_linear", "target_value", Decimal(50)), ("band", "fulfilment", "actual", Decimal(92)),
        ("at_most", "time_linear", "actual", Decimal(30)),
        ("growth", "gap_and_required", "gap", Decimal("-1.25")),
        ("growth_due", "fulfilment", "actual", Decimal("98.045045")),
        ("growth_due", "eurostat", "actual", Decimal("80.272727")),
        ("long_term", "time_linear", "reason", "NO_CRITERION"),
        ("unit_mismatch", "fulfilment", "reason", "UNIT_MISMATCH"),
    ],
)  # fmt: skip
def test_each_shape_by_its_method(shapes: list[Row], target: str, method: str, column: str, expected: object) -> None:
    (row,) = [r for r in shapes if (r["target_id"], r["method"]) == (target, method)]
    assert row[column] == expected
