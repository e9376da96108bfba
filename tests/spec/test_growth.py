"""Growth by the conventions: a small table in, a small table out. Each case has an area of its own."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from pipelines.workspace import Workspace
from tests.support import built, csv_text, dicts, make_workspace, put, take

Rows = list[dict[str, str]]

CASES: dict[str, tuple[str, Rows, dict[str, Any]]] = {
    "computed and published agree within their rounding; the published is quoted": (
        "440100",
        [
            {"period": "2018", "value": "100.0"},
            {"period": "2019", "value": "110.0"},
            {"period": "2019", "measure": "growth_yoy", "value": "10.1", "unit": "%"},
        ],
        {"growth_computed": "10", "growth_published": "10.1", "growth_quoted": "10.1", "quoted_from": "published",
         "agreement": "AGREES", "reason": None, "base_comparable": "99.9092", "base_value": "100"},
    ),
    "they differ and no fact is declared": (
        "440200",
        [
            {"period": "2018", "value": "100.0"},
            {"period": "2019", "value": "110.0"},
            {"period": "2019", "measure": "growth_yoy", "value": "12.0", "unit": "%"},
        ],
        {"growth_computed": "10", "growth_quoted": "12", "quoted_from": "published", "agreement": "UNEXPLAINED",
         "reason": None},
    ),
    "without a published rate the computed one is quoted": (
        "440300",
        [{"period": "2018", "value": "1.2", "unit": "亿件"}, {"period": "2019", "value": "15000", "unit": "万件"}],
        {"growth_computed": "25", "growth_quoted": "25", "quoted_from": "computed", "agreement": None},
    ),
    "no base": (
        "440400",
        [{"period": "2019", "value": "110.0"}],
        {"growth_computed": None, "growth_quoted": None, "quoted_from": None, "reason": "NO_BASE"},
    ),
    "a base two years back is no base": (
        "440500",
        [{"period": "2017", "value": "100.0"}, {"period": "2019", "value": "110.0"}],
        {"reason": "NO_BASE"},
    ),
    "zero base": (
        "440600",
        [{"period": "2018", "value": "0"}, {"period": "2019", "value": "36900"}],
        {"growth_computed": None, "growth_quoted": None, "reason": "ZERO_BASE"},
    ),
    "negative base": (
        "440700",
        [{"period": "2018", "value": "-5"}, {"period": "2019", "value": "10"}],
        {"growth_computed": None, "reason": "NEG_BASE"},
    ),
    "a bound gives no rate": (
        "440800",
        [{"period": "2018", "value": "1499.76"}, {"period": "2019", "value": "2400", "qualifier": "at_least"}],
        {"growth_computed": None, "growth_quoted": None, "reason": "BOUND_ONLY", "base_comparable": None},
    ),
    "nor does an approximate base, but the published rate is quoted": (
        "440900",
        [
            {"period": "2018", "value": "100", "qualifier": "about"},
            {"period": "2019", "value": "110"},
            {"period": "2019", "measure": "growth_yoy", "value": "9.5", "unit": "%"},
        ],
        {"growth_computed": None, "reason": "BOUND_ONLY", "growth_quoted": "9.5", "quoted_from": "published"},
    ),
    "growth without a level": (
        "441200",
        [{"period": "2019", "measure": "growth_yoy", "value": "8.2", "unit": "%"}],
        {"value": None, "growth_published": "8.2", "growth_quoted": "8.2", "reason": "NO_LEVEL"},
    ),
    "a year that is really January to November is not compared with a whole one": (
        "441300",
        [
            {"period": "2018", "value": "100"},
            {"period": "2019", "value": "95", "coverage_from": "2019-01-01", "coverage_to": "2019-11-30"},
        ],
        {"growth_computed": None, "reason": "SCOPE_MISMATCH"},
    ),
    "but with one of the same eleven months it is": (
        "441400",
        [
            {"period": "2018", "value": "100", "coverage_from": "2018-01-01", "coverage_to": "2018-11-30"},
            {"period": "2019", "value": "95", "coverage_from": "2019-01-01", "coverage_to": "2019-11-30"},
        ],
        {"growth_computed": "-5", "reason": None},
    ),
    "a leap February": (
        "441500",
        [
            {"frequency": "M", "basis": "cumulative", "period": "2019-02", "value": "100"},
            {"frequency": "M", "basis": "cumulative", "period": "2020-02", "value": "80"},
        ],
        {"period": "2020-02", "growth_computed": "-20", "reason": None},
    ),
    "rounded half up at six places": (
        "441600",
        [{"period": "2018", "value": "64000000"}, {"period": "2019", "value": "64000001"}],
        {"growth_computed": "0.000002"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """The newest growth row of each case's area."""
    workspace = make_workspace(tmp_path_factory.mktemp("growth"))
    rows = [{"area_code": area, "released_on": "2021-12-31", **row} for area, rows, _ in CASES.values() for row in rows]
    put(workspace, "express.csv", csv_text(rows))
    take(workspace)
    with built(workspace) as connection:
        assert dicts(connection, "SELECT * FROM rejections") == []
        yield {
            r["area_code"]: r
            for r in dicts(connection, "SELECT * FROM growth WHERE comparison = 'yoy' ORDER BY period")
        }


@pytest.mark.parametrize("case", CASES)
def test_growth(case: str, grown: dict[str, dict[str, Any]]) -> None:
    area, _, expected = CASES[case]
    found = grown[area]
    for column, value in expected.items():
        meant = Decimal(value) if isinstance(value, str) and isinstance(found[column], Decimal) else value
        assert found[column] == meant, column
    assert (found["growth_computed"] is None) == (found["reason"] is not None)


def _growth(workspace: Workspace, name: str, rows: Rows, period: str) -> dict[str, Any]:
    put(workspace, name, csv_text([{"released_on": "2026-06-30", "value": "1", **row} for row in rows]))
    take(workspace)
    with built(workspace) as connection:
        assert dicts(connection, "SELECT * FROM rejections") == []
        (found,) = dicts(connection, "SELECT * FROM growth WHERE comparison = 'yoy' AND period = ?", [period])
        return found


TELECOM = {"indicator_id": "TEL_VOL", "area_code": "000000", "frequency": "M", "basis": "cumulative", "unit": "亿元"}
POST = {**TELECOM, "indicator_id": "POST_VOL"}


@pytest.mark.parametrize(
    ("rows", "period", "reason", "computed"),
    [
        pytest.param(
            [{**TELECOM, "period": "2016-02", "value": "4762.9"}, {**TELECOM, "period": "2017-02", "value": "3116.27"}],
            "2017-02", "PRICE_BASE_CHANGE", None, id="from 2010 prices to 2015 prices",
        ),
        pytest.param(
            [{**TELECOM, "period": "2017-01", "value": "4029.1"}, {**TELECOM, "period": "2018-01", "value": "3523.98"}],
            "2018-01", "PRICE_BASE_CHANGE", None, id="January 2018 rests on a January in old prices",
        ),
        pytest.param(
            [
                {**TELECOM, "period": "2021-12", "value": "16960.18"},
                {**TELECOM, "period": "2022-12", "value": "17497.54"},
                {**TELECOM, "period": "2022-12", "measure": "growth_yoy", "value": "21.34", "unit": "%"},
            ],
            "2022-12", "PRICE_BASE_CHANGE", None, id="last year's prices give no ratio of levels (vector 21)",
        ),
        pytest.param(
            [
                {**TELECOM, "period": "2013-12", "value": "13954.0"},
                {**TELECOM, "period": "2014-12", "value": "18149.51"},
            ],
            "2014-12", "BASE_REVISED", None, id="2013 was revised",
        ),
        pytest.param(
            [{**POST, "period": "2007-12", "value": "100"}, {**POST, "period": "2008-12", "value": "165"}],
            "2008-12", "SERIES_BREAK", None, id="post changes its scope in 2008",
        ),
        pytest.param(
            [
                {**TELECOM, "period": "2017-12", "value": "27556.61"},
                {**TELECOM, "period": "2018-12", "value": "65555.73"},
            ],
            "2018-12", None, "137.894756", id="inside one price base",
        ),
    ],
)  # fmt: skip
def test_price_bases_and_breaks(
    workspace: Workspace, rows: Rows, period: str, reason: str | None, computed: str | None
) -> None:
    found = _growth(workspace, "posttel_monthly.csv", rows, period)
    assert found["reason"] == reason
    assert found["growth_computed"] == (Decimal(computed) if computed else None)
    if any(r.get("measure") == "growth_yoy" for r in rows):
        assert found["growth_quoted"] == Decimal("21.34")


def test_a_base_released_before_a_revision_is_not_compared_with_a_value_released_after_it(workspace: Workspace) -> None:
    gdp = {"indicator_id": "GDP", "unit": "亿元"}
    rows = [
        {**gdp, "period": "2005", "value": "22557.37", "released_on": "2018-12-31"},
        {**gdp, "period": "2006", "value": "26403.1", "released_on": "2026-06-30"},
    ]
    found = _growth(workspace, "province_annual.csv", rows, "2006")
    assert (found["growth_computed"], found["reason"]) == (None, "BASE_REVISED")


def test_two_definitions_are_not_chained(workspace: Workspace) -> None:
    users = {"indicator_id": "TV4K_USERS", "unit": "万户", "basis": "end"}
    rows = [
        {**users, "period": "2017", "value": "564.2", "definition_id": "tv_users"},
        {**users, "period": "2018", "value": "1499.76", "definition_id": "stb_users"},
    ]
    found = _growth(workspace, "tv4k.csv", rows, "2018")
    assert (found["growth_computed"], found["reason"]) == (None, "DEFINITION_CHANGE")


def test_a_rate_moves_in_percentage_points(workspace: Workspace) -> None:
    share = {"indicator_id": "TV4K_SHARE", "unit": "%", "basis": "end", "definition_id": "of_tv_users"}
    rows = [
        {**share, "period": "2019", "value": "85.4"},
        {**share, "period": "2020", "value": "89.9"},
        {**share, "period": "2020", "measure": "change_pp", "value": "4.5", "unit": "百分点"},
    ]
    found = _growth(workspace, "tv4k.csv", rows, "2020")
    assert (found["growth_computed"], found["unit"], found["agreement"]) == (Decimal("4.5"), "百分点", "AGREES")
    assert found["base_comparable"] is None


def test_a_withdrawn_base_is_said_to_be_withdrawn(workspace: Workspace) -> None:
    def export(row: str, years: str) -> bytes:
        lines = [
            "数据库：分省年度数据",
            "指标：地区生产总值(亿元)",
            "时间：最近3年",
            f"地区,{years}",
            row,
            "数据来源：国家统计局",
        ]
        return "\r\n".join(lines).encode("gb18030") + b"\r\n"

    put(workspace, "one.csv", export("广东省,120,110,100", "2021年,2020年,2019年"))
    take(workspace, released_on=dt.date(2025, 2, 1))
    put(workspace, "two.csv", export("广东省,120,,100", "2021年,2020年,2019年"))
    take(workspace, released_on=dt.date(2025, 3, 1))
    with built(workspace) as connection:
        found = {r["period"]: r for r in dicts(connection, "SELECT * FROM growth WHERE comparison = 'yoy'")}
    assert (found["2021"]["growth_computed"], found["2021"]["reason"]) == (None, "WITHDRAWN")
    assert "2020" not in found


def test_every_checkable_pair_of_the_national_telecom_series_agrees_or_says_why(shipped: Workspace) -> None:
    """practice.md 1.1: of 246 cumulative rates 114 match, 56 are price base, 12 are 2014, 64 small revisions."""
    take(shipped)
    of_source = "SELECT series_id FROM series WHERE source_id = 'nbs_posttel_monthly'"
    monthly = f"comparison = 'yoy' AND indicator_id = 'TEL_VOL' AND series_id IN ({of_source})"
    with built(shipped) as connection:
        outcomes = dict(
            connection.execute(
                f"SELECT coalesce(agreement, reason), count(*) FROM growth WHERE {monthly} "
                "AND basis = 'cumulative' GROUP BY ALL"
            ).fetchall()
        )
        december = connection.execute(
            f"SELECT max(abs(growth_computed - growth_published)) FROM growth WHERE {monthly} "
            "AND basis = 'cumulative' AND period IN ('2018-12', '2019-12', '2020-12')"
        ).fetchall()[0][0]
        naive = connection.execute(f"SELECT period FROM growth WHERE {monthly} AND quoted_from = 'computed'").fetchall()
    assert outcomes == {
        "AGREES": 114, "PRICE_BASE_CHANGE": 56, "BASE_REVISED": 12, "UNEXPLAINED": 64, "NO_BASE": 12
    }  # fmt: skip
    assert december <= Decimal("0.01")
    assert naive == []
