"""Crosstabs as the National Bureau of Statistics exports them, in every orientation, whole and broken."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from pydantic import ValidationError

from schemas import codes
from schemas.reference import CrosstabLayout, FileForm
from schemas.reference_data import Reference
from sources.intake import Refused, Span, Taken, take
from tests.support import ROOT

RELEASED = (dt.date(2018, 12, 31), codes.ReleasedOnOrigin.KNOWN_BY)
GDP = "地区生产总值(亿元)"
TABLE = ["地区,2017年,2016年", "北京市,28014.94,25669.13", "广东省,89705.23,79512.05"]
NOTES = ('"注：本表按当年价格计算。\r\n广东省,1,2"', "数据来源：国家统计局")


@cache
def _reference() -> Reference:
    return Reference.load(ROOT / "data" / "reference")


def _export(
    table: Sequence[str] = tuple(TABLE), above: Sequence[str] = (f"指标：{GDP}",), below: Sequence[str] = NOTES
) -> bytes:
    """A file in the export form of the National Bureau of Statistics: GB18030, CRLF, newest year first."""
    lines = ["数据库：分省年度数据", *above, "时间：最近10年", *table, *below]
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")


def _form(**layout: Any) -> FileForm:
    """The form of the annual export by province, with changes of its layout."""
    shipped = _reference().sources["nbs_province_annual"].files[1].model_dump(mode="json")
    shipped["layout"] |= layout
    return FileForm.model_validate(shipped)


def _taken(content: bytes, **layout: Any) -> Taken:
    taken = take(content, _reference().sources["nbs_province_annual"], _form(**layout), _reference(), RELEASED)
    assert taken.balance == 0
    for refusal in taken.refused:
        assert refusal.rule
        assert any("一" <= c <= "鿿" for c in refusal.zh)
        assert refusal.en
    return taken


def _values(taken: Taken) -> dict[tuple[str, str, str], Decimal | None]:
    return {(v.series.indicator_id, v.series.area_code, v.period): v.value for v in taken.values}


def _places(refused: Sequence[Refused]) -> list[tuple[str, int | None, int | None, str, int]]:
    return [(r.rule, r.line, r.column, r.raw, r.cells) for r in refused]


def _only_refusal(taken: Taken) -> Refused:
    assert (taken.values, taken.cells, len(taken.refused)) == ([], 0, 1)
    (refusal,) = taken.refused
    assert (refusal.locator, refusal.line, refusal.column, refusal.cells) == ("file", None, None, 0)
    return refusal


def test_an_export_is_taken_with_places_units_and_rounding() -> None:
    taken = _taken(_export())
    assert (taken.cells, taken.refused, dict(taken.tallies)) == (4, [], {("out_of_scope", "北京市"): 2})
    newest = taken.values[0]
    assert (newest.cell.line, newest.cell.column, newest.cell.raw) == (6, 2, "89705.23")
    assert newest.cell.locator == "line 6, column 2"
    assert (newest.value, newest.unit, newest.rounding_unit, newest.unit_published) == (
        Decimal("897052300"),
        "万元",
        Decimal(100),
        "亿元",
    )
    assert newest.series.text == "GDP.440000._T.A.period.level.current.standard.nbs_province_annual"
    assert (newest.publisher, newest.title, newest.stage) == (
        "国家统计局",
        "分省年度数据",
        codes.Stage.ANNUAL,
    )
    assert (newest.released_on, newest.released_on_origin) == RELEASED


INDICATORS_ACROSS = "地区生产总值(亿元),快递业务量（万件）"
SIDEWAYS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "area down, period across": (_export(), {}),
    "area down, period across, indicator fixed": (
        _export(above=()),
        {"above": {}, "fixed": {"indicator": "国内生产总值(亿元)"}},
    ),
    "indicator down, period across": (
        _export(["指标,2017年,2016年", f"{GDP},89705.23,79512.05"], above=("地区：广东省",)),
        {"corner": "指标", "down": "indicator", "above": {"地区": "area"}},
    ),
    "period down, indicator across": (
        _export([f"时间,{GDP}", "2017年,89705.23", "2016年,79512.05"], above=()),
        {"corner": "时间", "down": "period", "across": "indicator", "above": {}, "fixed": {"area": "广东"}},
    ),
    "period down, area across": (
        _export(["时间,北京市,广东省", "2017年,28014.94,89705.23", "2016年,25669.13,79512.05"]),
        {"corner": "时间", "down": "period", "across": "area"},
    ),
}


@pytest.mark.parametrize("orientation", SIDEWAYS)
def test_every_orientation_of_a_table_gives_the_same_values(orientation: str) -> None:
    content, layout = SIDEWAYS[orientation]
    taken = _taken(content, **layout)
    assert taken.refused == []
    assert _values(taken) == {
        ("GDP", "440000", "2017"): Decimal("897052300"),
        ("GDP", "440000", "2016"): Decimal("795120500"),
    }


def test_each_indicator_of_a_sideways_table_has_its_own_unit() -> None:
    table = [f"时间,{INDICATORS_ACROSS}", "2017年,89705.23,1013468.3"]
    layout = {"corner": "时间", "down": "period", "across": "indicator", "above": {"地区": "area"}}
    taken = _taken(_export(table, above=("地区：Guangdong",)), **layout)
    assert [(v.series.indicator_id, v.unit_published, v.value) for v in taken.values] == [
        ("GDP", "亿元", Decimal("897052300")),
        ("EXP_VOL", "万件", Decimal("1013468.3")),
    ]


@pytest.mark.parametrize(
    "content",
    [
        _export().decode("gb18030").encode(),
        _export().decode("gb18030").encode("utf-8-sig"),
        _export().replace(b"\r\n", b"\n"),
        _export([line.replace(",", "\t,") + "\t," for line in TABLE]),
        _export([f"{line},," if i else f"{line}," for i, line in enumerate(TABLE)]),
        _export([TABLE[0], "", TABLE[1], ",,", TABLE[2]]),
        _export([TABLE[0].replace("年", ""), *TABLE[1:]]),
        _export(above=("注意：另一行", f"指标:{GDP}")),
        _export()[:-2],
    ],
    ids=["utf-8", "bom", "lf", "tabs, trailing comma", "commas", "blank lines", "bare years", "ascii colon", "no end"],
)
def test_a_harmless_difference_of_form_changes_nothing(content: bytes) -> None:
    taken = _taken(content)
    assert _values(taken) == _values(_taken(_export()))
    assert taken.refused == []


def test_a_file_cut_anywhere_before_its_last_line_is_refused_whole() -> None:
    content = _export()
    end = content.index("数据来源".encode("gb18030"))
    whole = len("数据来源".encode("gb18030"))
    rules = set()
    for cut in range(end + whole):
        refusal = _only_refusal(_taken(content[:cut]))
        rules.add(refusal.rule)
    assert rules == {"file.empty", "file.encoding", "file.header", "file.csv", "file.cut_off"}
    assert _only_refusal(_taken(_export(below=NOTES[:1]))).rule == "file.cut_off"


def test_without_an_end_mark_a_table_ends_with_its_file() -> None:
    assert len(_taken(_export(below=()), end_mark=None).values) == 2


@pytest.mark.parametrize(
    ("content", "rule", "found"),
    [
        (_export([TABLE[0].replace("地区", "Unnamed: 0"), *TABLE[1:]]), "file.header", "数据库：分省年度数据"),
        (b"a,b\n1,2\n", "file.header", "a"),
        (b"\n,,\nx\n", "file.header", ""),
        (_export(above=()), "file.preamble", "数据库, 时间"),
        ("\r\n".join(TABLE + list(NOTES)).encode("gb18030"), "file.preamble", "nothing"),
    ],
)
def test_a_table_without_its_header_or_preamble_is_refused(content: bytes, rule: str, found: str) -> None:
    refusal = _only_refusal(_taken(content))
    assert (refusal.rule, refusal.raw) == (rule, found)


@pytest.mark.parametrize(
    ("line", "raws"),
    [("广东省,89705.23", ["89705.23", ""]), ("广东省", ["", ""]), ("广东省,1,2,3", ["1", "2"])],
    ids=["short", "name alone", "long"],
)
def test_a_ragged_line_is_refused_cell_by_cell_and_the_others_are_taken(line: str, raws: list[str]) -> None:
    taken = _taken(_export([TABLE[0], TABLE[1], line, "深圳市,22490.06,20079.70"]))
    assert _places(taken.refused) == [("row.ragged", 6, 2, raws[0], 1), ("row.ragged", 6, 3, raws[1], 1)]
    assert {v.series.area_code for v in taken.values} == {"440300"}
    assert taken.tallies["out_of_scope", "北京市"] == 2


def test_a_line_below_the_table_that_is_no_known_footnote_is_not_lost() -> None:
    taken = _taken(_export(below=("2004年及以前数据执行旧制度", *NOTES)))
    assert {(r.rule, r.line) for r in taken.refused} == {("row.ragged", 7)}
    assert len(taken.values) == 2


@pytest.mark.parametrize(
    ("table", "above", "rule", "raw_places", "close"),
    [
        ([TABLE[0], "广东身,1,2"], GDP, "area.unknown", [(5, 2, "1"), (5, 3, "2")], "广东"),
        ([TABLE[0], "广洲州市,1,2"], GDP, "area.unknown", [(5, 2, "1"), (5, 3, "2")], "广州市"),
        ([TABLE[0], ",1,2"], GDP, "area.unknown", [(5, 2, "1"), (5, 3, "2")], ""),
        (
            [TABLE[0], TABLE[2]],
            "地区生产总直(亿元)",
            "indicator.unknown",
            [(5, 2, "89705.23"), (5, 3, "79512.05")],
            "地区生产总值",
        ),
        ([TABLE[0], TABLE[2]], "地区生产总值", "unit.missing", [(5, 2, "89705.23"), (5, 3, "79512.05")], ""),
        ([TABLE[0], TABLE[2]], "地区生产总值(万件)", "unit.conversion", [(5, 2, "89705.23"), (5, 3, "79512.05")], ""),
        (["地区,2017年,最近10年", TABLE[2]], GDP, "period.unknown", [(5, 3, "79512.05")], "2017年"),
        (["地区,2017年,", "广东省,1,2"], GDP, "row.ragged", [(5, 2, "1")], ""),
        (["地区,,2017年", "广东省,1,2"], GDP, "period.unknown", [(5, 2, "1")], ""),
        ([TABLE[0], "广东省,1,--"], GDP, "value.not_a_number", [(5, 3, "--")], ""),
        ([TABLE[0], "广东省,n/a,2"], GDP, "value.not_a_number", [(5, 2, "n/a")], ""),
    ],
)
def test_what_is_unknown_is_refused_in_its_place_with_the_nearest_name(
    table: list[str], above: str, rule: str, raw_places: list[tuple[int, int, str]], close: str
) -> None:
    taken = _taken(_export(table, above=(f"指标：{above}",)))
    assert _places(taken.refused) == [(rule, *place, 1) for place in raw_places]
    for refusal in taken.refused:
        assert close in refusal.zh
        assert close in refusal.en
    assert taken.kind is codes.ReleaseKind.PARTIAL
    assert taken.spans == []


def test_a_name_of_an_unmonitored_area_counts_under_its_own_name() -> None:
    taken = _taken(_export([TABLE[0], "北京,1,2", "北京市,3,4", "Shanghai,5,x", "广东省,,7"]))
    assert dict(taken.tallies) == {("out_of_scope", "北京市"): 4, ("out_of_scope", "上海市"): 2, ("no_data", ""): 1}


def test_a_name_that_the_layout_ignores_is_counted_under_that_name() -> None:
    taken = _taken(_export([TABLE[0], "东部地区,1,2", TABLE[2]]), ignore=["东部地区"])
    assert dict(taken.tallies) == {("out_of_scope", "东部地区"): 2}
    assert len(taken.values) == 2


def test_only_declared_marks_mean_no_data_and_each_is_counted() -> None:
    table = ["地区,2017年,2016年,2015年,2014年", "广东省,,…,…,0"]
    taken = _taken(_export(table), no_data=["", "…"])
    assert dict(taken.tallies) == {("no_data", ""): 1, ("no_data", "…"): 2}
    assert _values(taken) == {("GDP", "440000", "2014"): Decimal(0)}
    assert {r.rule for r in _taken(_export(table)).refused} == {"value.not_a_number"}


def test_one_year_twice_is_counted_if_equal_and_refused_if_not() -> None:
    taken = _taken(_export(["地区,2017年,2017年,2016年,2016年", "广东省,1.0,1.0,2.0,3.0"]))
    assert _values(taken) == {("GDP", "440000", "2017"): Decimal(10000)}
    assert {(fate, cells) for (fate, _), cells in taken.tallies.items()} == {("duplicate", 1)}
    assert _places(taken.refused) == [("value.conflict", 5, 4, "2.0", 1), ("value.conflict", 5, 5, "3.0", 1)]


def test_a_full_release_speaks_of_all_the_years_that_it_shows() -> None:
    taken = _taken(_export(["地区,2017年,2015年", "北京市,1,2", "广东省,3,"]))
    assert taken.kind is codes.ReleaseKind.FULL
    level, period, annual = codes.Measure.LEVEL, codes.Basis.PERIOD, codes.Frequency.A
    assert taken.spans == [Span(None, "GDP", level, period, annual, dt.date(2015, 1, 1), dt.date(2017, 12, 31))]


def test_a_cumulative_heading_is_refused_where_the_layout_says_period() -> None:
    taken = _taken(_export(["地区,2018年1-6月,2018年5月", "广东省,300,50"]))
    assert [(v.period, v.series.basis) for v in taken.values] == [("2018-05", codes.Basis.PERIOD)]
    assert [(r.line, r.column, r.raw) for r in taken.refused] == [(5, 2, "300")]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ({"down": "period"}, "each be given once"),
        ({"fixed": {"area": "广东"}}, "each be given once"),
        ({"above": {}}, "each be given once"),
        ({"above": {"时间": "period"}}, "Input should be"),
        ({"corners": "地区"}, "not permitted"),
    ],
)
def test_a_layout_that_does_not_give_each_dimension_once_cannot_be_declared(
    layout: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        _form(**layout)


def test_a_crosstab_needs_to_be_told_what_its_cells_are() -> None:
    form = _form()
    assert isinstance(form.layout, CrosstabLayout)
    with pytest.raises(ValidationError, match="needs `values`"):
        FileForm(claim=form.claim, release=form.release, layout=form.layout)
