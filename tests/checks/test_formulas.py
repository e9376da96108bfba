"""Audit formulas of forms: each with a case that fails it and one that passes; what is not judged, and why."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.audit_formula import audit_formulas, findings_sql, formula_check
from schemas.audit_forms import BoundFormula
from tests.checks.formula_tables import Row, bound, findings, outcomes, row, shipped_reference, tables

CITIES = [c for c, a in shipped_reference().areas.items() if c.startswith("44") and a.level == "prefecture"]


def month(indicator_id: str, value: str, period: str = "2021-09", **changes: Any) -> Row:
    """A single month of a flow."""
    return row(indicator_id, value, period, basis="period", **changes)


def reported_base(indicator_id: str, value: str, basis: str) -> Row:
    """Last year's value as the sender of a form gives it."""
    return row(indicator_id, value, basis=basis, measure="base_comparable")


def net_addition(indicator_id: str, value: str, period: str, since: str | None) -> Row:
    """A published net addition since a day, or since last year's end."""
    return row(indicator_id, value, period, measure="net_addition", coverage_from=since)


def by_area(indicator_id: str, province: str, each_city: str, direct: str) -> list[Row]:
    """A province, its 21 cities, and what belongs to none of them."""
    return [
        row(indicator_id, province),
        *(row(indicator_id, each_city, area_code=c) for c in CITIES),
        row(indicator_id, direct, area_code="44-DIRECT"),
    ]


def _difference(indicator_id: str, said: str) -> list[Row]:
    return [row(indicator_id, "90.1", "2021-08"), row(indicator_id, "120.5"), month(indicator_id, said)]


def _base(indicator_id: str, basis: str, said: str) -> list[Row]:
    return [row(indicator_id, "100.0", "2020-09", basis=basis), reported_base(indicator_id, said, basis)]


SOFTWARE = ("SW_REV", "SW_PRODUCT_REV", "SW_ITSERVICE_REV", "SW_INFOSEC_REV", "SW_EMBEDDED_REV")
CASES: dict[str, tuple[list[Row], list[Row], str]] = {
    "form_1_generations": (
        [row("MOB_USERS", "100"), row("MOB4G_USERS", "80"), row("U5G_TERMINAL", "30")],
        [row("MOB_USERS", "100"), row("MOB4G_USERS", "70"), row("U5G_TERMINAL", "30"), row("U5G_PACKAGE", "60")],
        "表1 期末（万户）：02行4G移动电话用户 80 + 03行5G移动电话用户 30 = 110 > 01行移动电话用户 100",
    ),
    "form_1_household_broadband": (
        [row("FBB_USERS", "100"), row("HOME_BB_USERS", "101.1")],
        [row("FBB_USERS", "100"), row("HOME_BB_USERS", "100.4")],
        "表1 期末（万户）：06行家庭宽带接入用户 101.1 > 05行固定互联网宽带接入用户 100",
    ),
    "form_1_urban_rural": (
        [row("FBB_USERS", "12629.1"), row("BB_URBAN_USERS", "9963.5"), row("BB_RURAL_USERS", "2475.7")],
        [row("FBB_USERS", "12439.3"), row("BB_URBAN_USERS", "9963.5"), row("BB_RURAL_USERS", "2475.7")],
        "表1 期末（万户）：05行固定互联网宽带接入用户 12629.1 ≠ "
        "07行城市宽带接入用户 9963.5 + 08行农村宽带接入用户 2475.7 = 12439.2",
    ),
    "form_1_fibre": (
        [row("FBB_USERS", "90"), row("FTTH_USERS", "100")],
        [row("FBB_USERS", "100"), row("FTTH_USERS", "90")],
        "表1 期末（万户）：09行光纤接入用户 100 > 05行固定互联网宽带接入用户 90",
    ),
    "form_1_fibre_share": (
        [row("FTTH_SHARE", "90.2"), row("FTTH_USERS", "90.11"), row("FBB_USERS", "100.00")],
        [row("FTTH_SHARE", "90.1"), row("FTTH_USERS", "90.14"), row("FBB_USERS", "100.00")],
        "表1 期末（%）：10行光纤接入用户占固定宽带用户比重 90.2 ≠ "
        "09行光纤接入用户 90.11 ÷ 05行固定互联网宽带接入用户 100 × 100 = 90.11",
    ),
    "form_1_speed_tiers": (
        [row("BB1000_USERS", "95.00"), row("BB100_SHARE", "90.0"), row("FBB_USERS", "100.00")],
        [row("BB1000_USERS", "85.00"), row("BB100_SHARE", "90.0"), row("FBB_USERS", "100.00")],
        "表1 期末（万户）：12行1000M及以上宽带用户 95 > "
        "11行100M及以上宽带用户占比 90 × 05行固定互联网宽带接入用户 100 ÷ 100 = 90",
    ),
    "form_1_base_stations_5g": (
        [row("BS5G", "101"), row("MOB_BS", "99")],
        [row("BS5G", "99"), row("MOB_BS", "101")],
        "表1 期末（座）：14行5G基站 101 > 13行移动电话基站 99",
    ),
    "form_1_never_negative": (
        [row("BS5G", "-3")],
        [row("BS5G", "0")],
        "表1 14行5G基站（座）：期末 -3 < 0",
    ),
    "form_1_month_net_addition": (
        [
            row("MOB_USERS", "100.0", "2021-08"),
            row("MOB_USERS", "110.0"),
            net_addition("MOB_USERS", "20.0", "2021-09", "2021-09-01"),
        ],
        [
            row("MOB_USERS", "100.0", "2020-12"),
            row("MOB_USERS", "110.0", "2021-01"),
            net_addition("MOB_USERS", "10.1", "2021-01", "2021-01-01"),
        ],
        "表1 01行移动电话用户（万户）：期末 110 ≠ 上期末 100 + 本月净增 20 = 120",
    ),
    "form_1_year_net_addition": (
        [
            row("MOB_USERS", "100.0", "2020-12"),
            row("MOB_USERS", "110.0"),
            net_addition("MOB_USERS", "20.0", "2021-09", None),
        ],
        [
            row("MOB_USERS", "100.0", "2020-12"),
            row("MOB_USERS", "110.0"),
            net_addition("MOB_USERS", "10.0", "2021-09", None),
        ],
        "表1 01行移动电话用户（万户）：期末 110 ≠ 上年末 100 + 本年净增 20 = 120",
    ),
    "form_1_growth": (
        [row("MOB_USERS", "100")],
        [row("MOB_USERS", "100")],
        "表1 01行移动电话用户（万户）：−30 > 期末同比 -31.5",
    ),
    "form_1_cities": (
        by_area("MOB_USERS", "230", "10", "5"),
        by_area("MOB_USERS", "215", "10", "5"),
        "表1 01行移动电话用户 期末（万户）：全省 230 ≠ Σ21市 210 + 省直 5 = 215",
    ),
    "form_2_cumulative": (
        [row("TEL_REV", "90"), month("TEL_REV", "100")],
        [row("TEL_REV", "100"), month("TEL_REV", "100")],
        "表2 03行电信业务收入（万元）：累计 90 < 本月 100",
    ),
    "form_2_difference": (
        _difference("TEL_REV", "31.2"),
        _difference("TEL_REV", "30.5"),
        "表2 03行电信业务收入（万元）：本月 31.2 ≠ 累计 120.5 − 上月累计 90.1 = 30.4",
    ),
    "form_2_never_negative": (
        [row("TEL_REV", "-0.1")],
        [row("TEL_REV", "0.0")],
        "表2 03行电信业务收入（万元）：累计 -0.1 < 0",
    ),
    "form_2_posts_and_telecom": (
        [row("POSTTEL_VOL", "100"), row("TEL_VOL", "60"), row("POST_VOL", "30")],
        [row("POSTTEL_VOL", "91"), row("TEL_VOL", "60"), row("POST_VOL", "30")],
        "表2 累计（万元）：01行邮电业务总量 100 ≠ 02行电信业务总量 60 + 表3.01行邮政业务总量 30 = 90",
    ),
    "form_2_software": (
        [row(i, v) for i, v in zip(SOFTWARE, ("100", "20", "50", "5", "15"), strict=True)],
        [row(i, v) for i, v in zip(SOFTWARE, ("90", "20", "50", "5", "15"), strict=True)],
        "表2 累计（万元）：06行软件业务收入 100 ≠ 07行软件产品收入 20 + 08行信息技术服务收入 50 + "
        "09行信息安全收入 5 + 10行嵌入式系统软件收入 15 = 90",
    ),
    "form_2_base_month": (
        _base("TEL_REV", "period", "106.0"),
        _base("TEL_REV", "period", "105.0"),
        "表2 03行电信业务收入（万元）：|上年同月 106 − 上年报本月 100| = 6 > 上年报本月 100 × 5% = 5",
    ),
    "form_2_base_cumulative": (
        _base("TEL_REV", "cumulative", "94.0"),
        _base("TEL_REV", "cumulative", "95.0"),
        "表2 03行电信业务收入（万元）：|上年同期累计 94 − 上年报累计 100| = 6 > 上年报累计 100 × 5% = 5",
    ),
    "form_2_growth": (
        [row("TEL_REV", "100")],
        [row("TEL_REV", "100")],
        "表2 03行电信业务收入（万元）：−30 > 累计同比 -31.5",
    ),
    "form_2_cities": (
        by_area("TEL_REV", "230", "10", "5"),
        by_area("TEL_REV", "226", "10", "5"),
        "表2 03行电信业务收入 累计（万元）：全省 230 ≠ Σ21市 210 + 省直 5 = 215",
    ),
    "form_3_cumulative": (
        [row("EXP_VOL", "90"), month("EXP_VOL", "100")],
        [row("EXP_VOL", "101"), month("EXP_VOL", "100")],
        "表3 07行快递业务量（万件）：累计 90 < 本月 100",
    ),
    "form_3_difference": (
        _difference("EXP_VOL", "31.2"),
        [row("EXP_VOL", "30.4", "2021-01"), month("EXP_VOL", "30.4", "2021-01")],
        "表3 07行快递业务量（万件）：本月 31.2 ≠ 累计 120.5 − 上月累计 90.1 = 30.4",
    ),
    "form_3_never_negative": (
        [row("RETAIL", "-1")],
        [row("RETAIL", "1")],
        "表3 11行社会消费品零售总额（万元）：累计 -1 < 0",
    ),
    "form_3_express_in_post": (
        [month("EXP_REV", "211.6"), month("POST_REV", "205.5")],
        [month("EXP_REV", "205.5"), month("POST_REV", "211.6")],
        "表3 本月（万元）：03行快递业务收入 211.6 > 02行邮政行业业务收入 205.5",
    ),
    "form_3_express_revenue_parts": (
        [row("EXP_REV", "90"), row("EXP_LOCAL_REV", "30"), row("EXP_INTERCITY_REV", "50"), row("EXP_INTL_REV", "15")],
        [row("EXP_REV", "99"), row("EXP_LOCAL_REV", "30"), row("EXP_INTERCITY_REV", "50"), row("EXP_INTL_REV", "15")],
        "表3 累计（万元）：03行快递业务收入 90 < 04行同城快递业务收入 30 + 05行异地快递业务收入 50 + "
        "06行国际及港澳台快递业务收入 15 = 95",
    ),
    "form_3_express_volume_parts": (
        [row("EXP_VOL", "90"), row("EXP_LOCAL_VOL", "30"), row("EXP_INTERCITY_VOL", "50"), row("EXP_INTL_VOL", "15")],
        [row("EXP_VOL", "96"), row("EXP_LOCAL_VOL", "30"), row("EXP_INTERCITY_VOL", "50"), row("EXP_INTL_VOL", "15")],
        "表3 累计（万件）：07行快递业务量 90 ≠ 08行同城快递业务量 30 + 09行异地快递业务量 50 + "
        "10行国际及港澳台快递业务量 15 = 95",
    ),
    "form_3_above_limit": (
        [row("LIM_RETAIL", "100"), row("RETAIL", "90")],
        [row("LIM_RETAIL", "90"), row("RETAIL", "100")],
        "表3 累计（万元）：12行限额以上单位商品零售额 100 > 11行社会消费品零售总额 90",
    ),
    "form_3_above_limit_online": (
        [row("LIM_ONLINE", "100"), row("LIM_RETAIL", "90")],
        [row("LIM_ONLINE", "90"), row("LIM_RETAIL", "100")],
        "表3 累计（万元）：13行限额以上单位通过公共网络实现的商品零售额 100 > 12行限额以上单位商品零售额 90",
    ),
    "form_3_information_products": (
        [row("COMM_RETAIL", "60"), row("APPL_RETAIL", "50"), row("LIM_RETAIL", "100")],
        [row("COMM_RETAIL", "50"), row("APPL_RETAIL", "50"), row("LIM_RETAIL", "100")],
        "表3 累计（万元）：14行限额以上单位通讯器材类零售额 60 + 15行限额以上单位家用电器和音像器材类零售额 50 = 110 > "
        "12行限额以上单位商品零售额 100",
    ),
    "form_3_online_goods": (
        [row("ONLINE_GOODS", "100"), row("ONLINE_RETAIL", "90")],
        [row("ONLINE_GOODS", "90"), row("ONLINE_RETAIL", "100")],
        "表3 累计（万元）：17行实物商品网上零售额 100 > 16行网上零售额 90",
    ),
    "form_3_online_parts": (
        [row("ONLINE_RETAIL", "100"), row("ONLINE_GOODS", "80"), row("ONLINE_SERVICES", "10")],
        [row("ONLINE_RETAIL", "91"), row("ONLINE_GOODS", "80"), row("ONLINE_SERVICES", "10")],
        "表3 累计（万元）：16行网上零售额 100 ≠ 17行实物商品网上零售额 80 + 18行非实物商品网上零售额 10 = 90",
    ),
    "form_3_base_month": (
        _base("EXP_VOL", "period", "94.0"),
        _base("EXP_VOL", "period", "96.0"),
        "表3 07行快递业务量（万件）：|上年同月 94 − 上年报本月 100| = 6 > 上年报本月 100 × 5% = 5",
    ),
    "form_3_base_cumulative": (
        _base("EXP_VOL", "cumulative", "106.0"),
        _base("EXP_VOL", "cumulative", "104.0"),
        "表3 07行快递业务量（万件）：|上年同期累计 106 − 上年报累计 100| = 6 > 上年报累计 100 × 5% = 5",
    ),
    "form_3_growth": (
        [row("EXP_VOL", "100")],
        [row("EXP_VOL", "100")],
        "表3 07行快递业务量（万件）：−30 > 累计同比 -31.5",
    ),
    "form_3_cities": (
        by_area("EXP_VOL", "230", "10", "5"),
        by_area("EXP_VOL", "204", "10", "5"),
        "表3 07行快递业务量 累计（万件）：全省 230 ≠ Σ21市 210 + 省直 5 = 215",
    ),
    "form_4_tv_4k": (
        [row("TV4K_USERS", "100"), row("TV_USERS", "90")],
        [row("TV4K_USERS", "90"), row("TV_USERS", "100")],
        "表4 期末（万户）：02行4K电视用户 100 > 01行电视用户 90",
    ),
    "form_4_tv_4k_share": (
        [row("TV4K_SHARE", "67.2"), row("TV4K_USERS", "66.0"), row("TV_USERS", "100.0")],
        [row("TV4K_SHARE", "67.2"), row("TV4K_USERS", "2000"), row("TV_USERS", "2976")],
        "表4 期末（%）：03行4K用户占总电视用户比重 67.2 ≠ 02行4K电视用户 66 ÷ 01行电视用户 100 × 100 = 66",
    ),
    "form_4_culture_new": (
        [row("CULT_NEW_REV", "100"), row("CULT_REV", "90")],
        [row("CULT_NEW_REV", "90"), row("CULT_REV", "100")],
        "表4 累计（万元）：05行规上文化新业态营业收入 100 > 04行规上文化及相关产业营业收入 90",
    ),
    "form_4_never_negative": (
        [row("CULT_REV", "-1")],
        [row("CULT_REV", "1")],
        "表4 04行规上文化及相关产业营业收入（万元）：累计 -1 < 0",
    ),
    "form_4_year_net_addition": (
        [
            row("TV4K_USERS", "980.51", "2017"),
            row("TV4K_USERS", "1499.76", "2018"),
            net_addition("TV4K_USERS", "591.25", "2018", None),
        ],
        [
            row("TV4K_USERS", "980.51", "2017"),
            row("TV4K_USERS", "1499.76", "2018"),
            net_addition("TV4K_USERS", "519.25", "2018", None),
        ],
        "表4 02行4K电视用户（万户）：期末 1499.76 ≠ 上年末 980.51 + 本年净增 591.25 = 1571.76",
    ),
    "form_4_base_cumulative": (
        _base("CULT_REV", "cumulative", "106.0"),
        _base("CULT_REV", "cumulative", "104.0"),
        "表4 04行规上文化及相关产业营业收入（万元）：|上年同期累计 106 − 上年报累计 100| = 6 > 上年报累计 100 × 5% = 5",
    ),
    "form_4_growth": (
        [row("CULT_REV", "100")],
        [row("CULT_REV", "100")],
        "表4 04行规上文化及相关产业营业收入（万元）：−30 > 累计同比 -31.5",
    ),
}
"""Check → values that fail it, values that pass, what the finding says."""

FORMULAS = {f.name: f for f in audit_formulas(shipped_reference())}
SENDERS = tuple(f"{which} {name}" for name in CASES for which in ("failing", "passing"))
RATES = {"failing": "-31.5", "passing": "50"}


def filled_in_by(sources: Sequence[str]) -> dict[str, BoundFormula]:
    """Every formula, as if these sources filled in its form."""
    return {name: replace(f, sources=tuple(sources)) for name, f in FORMULAS.items()}


@pytest.fixture(scope="module")
def judged() -> dict[tuple[str, str], dict[str, Any]]:
    """(check, failing or passing) → what came of its case; all cases in one database, each a source of its own."""
    rows: list[Row] = []
    rates: list[tuple[int, str, str]] = []
    for name, (failing, passing, _) in CASES.items():
        for which, case in (("failing", failing), ("passing", passing)):
            rates += [(len(rows), RATES[which], "computed")] if name.endswith("_growth") else []
            rows += [{**r, "source_id": f"{which} {name}"} for r in case]
    with tables(rows, rates) as connection:
        formulas = filled_in_by(SENDERS)
        found = findings(connection, list(formulas.values()))
        alone = {n: findings(connection, [f]) for n, f in formulas.items()}
        times = {n: outcomes(connection, [f]).get(n, {}) for n, f in formulas.items()}
    assert found == sorted((r for rows in alone.values() for r in rows), key=found.index), (
        "one by one the formulas find the same as together"
    )
    return {
        (name, which): {
            "said": [r["said"] for r in alone[name] if r["source_id"] == f"{which} {name}"],
            "passed": times[name].get("passed", 0),
        }
        for name in CASES
        for which in ("failing", "passing")
    }


def test_every_formula_has_a_case_that_fails_and_one_that_passes() -> None:
    assert set(CASES) == set(FORMULAS)


@pytest.mark.parametrize("name", CASES)
def test_formula(name: str, judged: dict[tuple[str, str], dict[str, Any]]) -> None:
    assert judged[name, "failing"]["said"] == [CASES[name][2]]
    assert judged[name, "passing"]["said"] == []
    assert judged[name, "passing"]["passed"] > 0


EXPRESS = ("EXP_VOL", "EXP_LOCAL_VOL", "EXP_INTERCITY_VOL")
CUMULATIVE = [row("EXP_VOL", "90.1", "2021-08"), row("EXP_VOL", "120.5")]
FEBRUARY = [
    row("RETAIL", "100.0", "2021-01"),
    row("RETAIL", "210.0", "2021-02"),
    month("RETAIL", "210.0", "2021-02"),
]
JUDGED: dict[str, tuple[str, Sequence[str], list[Row], dict[str, int]]] = {
    "touching rounding intervals agree": (
        "01行=02行",
        EXPRESS,
        [row("EXP_VOL", "1.0"), row("EXP_LOCAL_VOL", "1.1")],
        {"passed": 1},
    ),
    "a tolerance takes the place of rounding": (
        "01行=02行（±0.05）",
        EXPRESS,
        [row("EXP_VOL", "1.0"), row("EXP_LOCAL_VOL", "1.1")],
        {"failed": 1},
    ),
    "a strict sign": ("01行>02行", EXPRESS, [row("EXP_VOL", "1.1"), row("EXP_LOCAL_VOL", "1.1")], {"passed": 1}),
    "a strict sign, out of reach": (
        "01行>02行（±0）",
        EXPRESS,
        [row("EXP_VOL", "1.1"), row("EXP_LOCAL_VOL", "1.1")],
        {"failed": 1},
    ),
    "a missing operand": ("01行=02行+03行", EXPRESS, [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", "1")], {"NO_DATA": 1}),
    "a value that is null": (
        "01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", None, obs_status="Q")],
        {"NO_DATA": 1},
    ),
    "a bound that decides": (
        "01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", "10", qualifier="at_least")],
        {"failed": 1},
    ),
    "a bound that does not": (
        "01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", "8", qualifier="at_least")],
        {"BOUND_ONLY": 1},
    ),
    "no pass is claimed of a bound": (
        "01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", "8", qualifier="at_most")],
        {"BOUND_ONLY": 1},
    ),
    "an approximation": (
        "01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", "99", qualifier="about")],
        {"BOUND_ONLY": 1},
    ),
    "values in different prices": (
        "01行>=02行",
        ("POSTTEL_VOL", "TEL_VOL"),
        [row("POSTTEL_VOL", "9", price_basis="constant_2010"), row("TEL_VOL", "99", price_basis="constant_2015")],
        {"PRICE_BASE_CHANGE": 1},
    ),
    "one row in two definitions": (
        "01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "9"), row("EXP_VOL", "8", definition_id="other"), row("EXP_LOCAL_VOL", "99")],
        {"SCOPE_MISMATCH": 1},
    ),
    "eleven months beside twelve": (
        "01行>=02行",
        EXPRESS,
        [
            row("EXP_VOL", "9", "2021-12"),
            row("EXP_LOCAL_VOL", "99", "2021-12", coverage_from="2021-01-01", coverage_to="2021-11-30"),
        ],
        {"SCOPE_MISMATCH": 1},
    ),
    "two sources are not mixed": (
        "01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", "99", source_id="other")],
        {"NO_DATA": 2},
    ),
    "two releases, where one is asked for": (
        "本月=累计-上月累计（同一版本）",
        EXPRESS,
        [row("EXP_VOL", "90", "2021-08", released_on="2021-10-01"), row("EXP_VOL", "120"), month("EXP_VOL", "99")],
        {"NO_DATA": 1, "VERSION_MISMATCH": 1},
    ),
    "two releases, where they may differ": (
        "本月=累计-上月累计",
        EXPRESS,
        [row("EXP_VOL", "90", "2021-08", released_on="2021-10-01"), row("EXP_VOL", "120"), month("EXP_VOL", "99")],
        {"NO_DATA": 1, "failed": 1},
    ),
    "nothing had come together before January": (
        "本月=累计-上月累计",
        EXPRESS,
        [row("EXP_VOL", "30", "2021-01"), month("EXP_VOL", "31", "2021-01"), row("EXP_VOL", "500", "2020-12")],
        {"NO_DATA": 1, "passed": 1},
    ),
    "February of what is surveyed as one": ("本月=累计-上月累计（1—2月合并除外）", ("RETAIL",), FEBRUARY, {}),
    "February, without the exception": ("本月=累计-上月累计", ("RETAIL",), FEBRUARY, {"NO_DATA": 1, "failed": 1}),
    "February of what is surveyed each month": (
        "本月=累计-上月累计（1—2月合并除外）",
        ("EXP_VOL",),
        [{**r, "indicator_id": "EXP_VOL", "unit": "万件"} for r in FEBRUARY],
        {"NO_DATA": 1, "failed": 1},
    ),
    "a month that is excepted": (
        "累计>=100（9月除外）",
        EXPRESS,
        [*CUMULATIVE, row("EXP_VOL", "1", "2021-10")],
        {"failed": 2},
    ),
    "a condition that does not hold": (
        "当02行>0时，01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "-1"), row("EXP_LOCAL_VOL", "0")],
        {},
    ),
    "a condition that holds": (
        "当02行>0时，01行>=02行",
        EXPRESS,
        [row("EXP_VOL", "1"), row("EXP_LOCAL_VOL", "9")],
        {"failed": 1},
    ),
    "rows before a colon": ("02行—03行：累计>=0", EXPRESS, [row(i, "-5") for i in EXPRESS], {"failed": 2}),
    "a share of nothing": ("01行/02行<=1", EXPRESS, [row("EXP_VOL", "9"), row("EXP_LOCAL_VOL", "0")], {"ZERO_BASE": 1}),
    "a city that has not reported": (
        "全省=Σ21市+省直",
        ("MOB_USERS",),
        [r for r in by_area("MOB_USERS", "230", "10", "5") if r["area_code"] != "440100"],
        {"NO_DATA": 1},
    ),
    "the row and the column": (
        "01行.累计>=02行.累计",
        EXPRESS,
        [row("EXP_VOL", "1"), row("EXP_LOCAL_VOL", "9"), month("EXP_LOCAL_VOL", "9")],
        {"failed": 1},
    ),
    "a chain is judged link by link": (
        "01行<=02行<=03行",
        EXPRESS,
        [row(i, v) for i, v in zip(EXPRESS, ("3", "9", "5"), strict=True)],
        {"passed": 1, "failed": 1},
    ),
}


@pytest.mark.parametrize("case", JUDGED)
def test_what_is_judged(case: str) -> None:
    text, codes, rows, expected = JUDGED[case]
    formula = bound(text, *codes)
    with tables(rows) as connection:
        assert outcomes(connection, [formula]).get("case_case", {}) == expected
        assert len(findings(connection, [formula])) == expected.get("failed", 0)


def test_a_formula_is_for_the_periods_of_its_validity() -> None:
    rows = [row("EXP_VOL", "-1", p) for p in ("2020-12", "2021-01", "2021-02", "2021-03")]
    formula = bound("累计>=0", "EXP_VOL", valid_from="2021-01-01", valid_to="2021-02-28")
    with tables(rows) as connection:
        assert [r["period"] for r in findings(connection, [formula])] == ["2021-01", "2021-02"]


def test_a_finding_accuses_a_value_in_its_place() -> None:
    with tables([row("EXP_VOL", "9", note="系统切换"), row("EXP_LOCAL_VOL", "99.5", locator="表3!F9")]) as connection:
        (must,) = findings(connection, [bound("02行<=01行", *EXPRESS)])
        (explain,) = findings(connection, [bound("01行>=02行", *EXPRESS, kind="explain")])
    assert (must["indicator_id"], must["locator"], must["period"]) == ("EXP_LOCAL_VOL", "表3!F9", "2021-09")
    assert must["difference"] == Decimal("90.5")
    assert must["explained_zh"] is None, "what must be put right is not excused by words"
    assert (explain["explained_zh"], explain["explained_en"]) == ("系统切换", "note: 系统切换")


def test_the_publishers_own_rate_explains_a_jump() -> None:
    formula = bound("-30<=累计同比<=50", "TEL_VOL", kind="explain")
    rows = [row("TEL_VOL", "655557300.0000", "2018-12"), row("TEL_VOL", "1", "2018-11")]
    with tables(rows, [(0, "137.89", "published"), (1, "60", "computed")]) as connection:
        unexplained, explained = findings(connection, [formula])
    assert explained["said"] == "表9 01行电信业务总量（万元）：累计同比 137.89 > 50"
    assert explained["explained_en"] == "the rate is the publisher's own"
    assert unexplained["explained_zh"] is None


SHIPPED = {
    "form_1_growth": 6,
    "form_1_urban_rural": 2,
    "form_2_difference": 55,
    "form_2_growth": 44,
    "form_2_posts_and_telecom": 14,
    "form_3_difference": 24,
    "form_3_express_in_post": 1,
    "form_3_express_volume_parts": 3,
    "form_3_growth": 10,
}
"""Findings in the figures that ship."""


@pytest.fixture(scope="module")
def published(database: Path) -> list[Row]:
    with duckdb.connect(database, read_only=True) as connection:
        return findings(connection, list(filled_in_by(list(shipped_reference().sources)).values()))


def test_the_figures_that_ship(published: list[Row]) -> None:
    found = {name: sum(r["check_name"] == name for r in published) for name in FORMULAS}
    assert {name: times for name, times in found.items() if times} == SHIPPED


def test_agencies_own_contradictions_are_told_with_their_numbers(published: list[Row]) -> None:
    said = {(r["check_name"], r["period"]): r for r in published}
    assert said["form_1_urban_rural", "2010"]["said"] == CASES["form_1_urban_rural"][2]
    express = said["form_3_express_in_post", "2021-12"]
    assert express["difference"] == Decimal("61000")
    assert "12月" in express["explained_zh"]


def test_february_2017_is_not_judged_for_its_prices_change(database: Path) -> None:
    formula = filled_in_by(["nbs_posttel_monthly"])["form_2_difference"]
    with duckdb.connect(database, read_only=True) as connection:
        assert outcomes(connection, [formula])[formula.name] == {
            "passed": 378,
            "failed": 55,
            "NO_DATA": 5,
            "PRICE_BASE_CHANGE": 1,
        }


def test_a_check_gives_the_columns_of_a_finding(database: Path) -> None:
    columns = "check_name kind severity "
    columns += "indicator_id area_code sector_code source_id series_id period released_on locator snapshot_sha256 said"
    columns += " difference explained_zh explained_en"
    checks = [formula_check(f) for f in FORMULAS.values()]
    assert len({c.name for c in checks}) == len(checks) == len(FORMULAS)
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", c.name) for c in checks)
    with duckdb.connect(database, read_only=True) as connection:
        found = connection.execute(findings_sql([filled_in_by(["nbs_retail"])["form_2_difference"]]))
        assert " ".join(str(d[0]) for d in found.description or ()) == columns
        assert found.fetchall() == [], "a form's formulas judge who fills it in, nobody else"
