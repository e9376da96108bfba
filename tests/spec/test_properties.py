"""What holds whatever the figures are: units, order and splitting change nothing; parts sum, targets stay met.

Each example is a whole province of random series, so that few warehouses try many numbers.
"""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipelines import ingest
from pipelines.marts import as_of_macro, load_marts
from schemas.reference_data import Reference
from tests.spec.cases import Row
from tests.spec.worlds import CITIES
from tests.support import NOW, ROOT, built, csv_text, dicts, make_workspace, put

FEW = settings(max_examples=2, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
"""Each example makes a warehouse or two; to shrink one that fails would make hundreds."""
YEARS = range(2015, 2020)
RATES = ("yoy", "two_year_average", "plan_average")
GROWTH = "SELECT * FROM growth ORDER BY series_id, comparison, period, base_period"

levels = st.lists(st.integers(0, 10**9), min_size=len(YEARS), max_size=len(YEARS))
provinces = st.fixed_dictionaries(dict.fromkeys(CITIES, levels))
"""Yearly levels of each city, in 万件."""
Province = dict[str, list[int]]


def _rows(province: Province, unit: str = "万件", places: int = 0) -> list[Row]:
    """A figures file of a province, in a unit that moves the point by so many places."""
    common = {"released_on": "2021-12-31", "unit": unit}
    return [
        {**common, "area_code": city, "period": str(year), "value": f"{Decimal(n).scaleb(-places):f}"}
        for city, series in province.items()
        for year, n in zip(YEARS, series, strict=True)
    ]


def _answers(files: Sequence[list[Row]], *queries: str, plan: dict[str, Any] | None = None) -> list[Any]:
    """What a warehouse made of these files, taken in one by one, says; with a plan if one is given."""
    with TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder))
        if plan is not None:
            path = workspace.reference / "plans" / "example" / "plan.yaml"
            path.parent.mkdir()
            path.write_text(yaml.safe_dump(plan, allow_unicode=True), "utf-8")
        reference = Reference.load(workspace.reference)
        for n, rows in enumerate(files):
            path = put(workspace, f"express_{n}.csv", csv_text(rows))
            ingest.receive(workspace, reference, [ingest.Delivery(path)], NOW)
        with built(workspace) as connection:
            _with_macros(connection)
            assert dicts(connection, "SELECT * FROM rejections") == []
            return [dicts(connection, query) for query in queries]


def _with_macros(connection: duckdb.DuckDBPyConnection) -> None:
    marts = load_marts(ROOT / "sql")
    for name in ("versions", "observations", "comparisons", "growth"):
        macro = as_of_macro(marts, name)
        assert macro is not None  # all four follow from versions
        connection.execute(macro)


@FEW
@given(provinces)
def test_growth_is_the_same_in_another_unit(province: Province) -> None:
    in_hundred_millions = _rows(province, "亿件", 4)
    assert _answers([_rows(province)], GROWTH) == _answers([in_hundred_millions], GROWTH)


@FEW
@given(provinces, st.randoms(use_true_random=False))
def test_growth_is_the_same_however_a_file_is_split_and_in_whatever_order_it_comes(
    province: Province, chance: random.Random
) -> None:
    rows = _rows(province)
    shuffled = chance.sample(rows, len(rows))
    cut = chance.randrange(1, len(rows))
    assert _answers([rows], GROWTH) == _answers([shuffled[:cut], shuffled[cut:]], GROWTH)


@FEW
@given(provinces, st.randoms(use_true_random=False))
def test_as_of_a_day_is_what_the_releases_up_to_it_give(province: Province, chance: random.Random) -> None:
    first = _rows(province)
    second = [
        {**row, "value": str(int(row["value"]) + chance.randrange(3)), "released_on": "2022-12-31"}
        for row in chance.sample(first, len(first) // 2)
    ]
    known = "SELECT * FROM growth_as_of('{}') ORDER BY series_id, comparison, period, base_period"
    early, late, now = _answers([first, second], known.format("2022-06-30"), known.format("2023-01-01"), GROWTH)
    assert [early] == _answers([first], GROWTH)
    assert late == now


@FEW
@given(provinces, st.integers(1, 10**9), st.randoms(use_true_random=False))
def test_a_target_met_stays_met_under_higher_values(province: Province, aim: int, chance: random.Random) -> None:
    common = {
        "task_id": "1", "item_id": "1", "zh": "示例", "en": "example", "quote_zh": "示例", "measure": "level",
        "indicator_id": "EXP_VOL", "comparator": "at_least", "value_stated": aim, "unit_stated": "万件",
        "due_on": dt.date(2018, 12, 31), "due_origin": "stated", "base_origin": "none", "scope_id": "example",
    }  # fmt: skip
    targets = [{**common, "target_id": f"X-{city}", "area_code": city} for city in province]
    about = {"plan_id": "example", "zh": "示例", "en": "example", "area_code": "440000", "issuer": "示例"}

    def met(of: Province) -> set[str]:
        query = "SELECT target_id FROM target_status WHERE plan_id = 'example' AND verdict = 'met'"
        (found,) = _answers([_rows(of)], query, plan={**about, "targets": targets})
        return {row["target_id"] for row in found}

    higher = {city: [n + chance.randrange(10**6) for n in series] for city, series in province.items()}
    assert met(province) <= met(higher)


parts = st.lists(st.tuples(*[st.integers(1, 10**8)] * 3), min_size=2, max_size=2)
"""Parcels inside the city, between cities and abroad, of two years."""


@FEW
@given(st.fixed_dictionaries(dict.fromkeys(CITIES, parts)))
def test_contributions_of_parts_that_make_up_the_whole_sum_to_all_of_it(
    cities: dict[str, list[tuple[int, int, int]]],
) -> None:
    names = ("EXP_LOCAL_VOL", "EXP_INTERCITY_VOL", "EXP_INTL_VOL", "EXP_VOL")
    rows = [
        {"area_code": city, "indicator_id": name, "period": period, "value": str(value), "released_on": "2021-12-31"}
        for city, years in cities.items()
        for period, values in zip(("2018", "2019"), years, strict=True)
        for name, value in zip(names, (*values, sum(values)), strict=True)
    ]
    query = """
        SELECT area_code, sum(share) AS share, sum(contribution) AS contribution, sum(pull) AS pull,
            min(growth_quoted) AS growth
        FROM structure JOIN growth USING (area_code, period)
        WHERE period = '2019' AND whole_indicator_id = 'EXP_VOL' AND growth.indicator_id = 'EXP_VOL'
            AND whole_area_code = area_code AND comparison = 'yoy' AND contribution IS NOT NULL
        GROUP BY ALL
    """
    (found,) = _answers([rows], query)
    for row in found:
        assert row["share"] == pytest.approx(Decimal(100), abs=Decimal("0.00001"))
        assert row["contribution"] == pytest.approx(Decimal(100), abs=Decimal("0.00001"))
        assert row["pull"] == pytest.approx(row["growth"], abs=Decimal("0.00001"))
